// Knows: the course of direct calls: set-up, in-dialog routing by cookie, cancel, failover, records.
// Must not know: digest (challenge_test.cpp), mediated calls (mediated_test.cpp).
#include <unordered_map>

#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

TEST_CASE("proxy: an INVITE by number goes to the gateway with the number made E.164", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    REQUIRE(b.wire.sent.size() == 2);
    CHECK(b.wire.sent[0].bytes.starts_with("SIP/2.0 100 Trying\r\n"));
    CHECK(b.wire.sent[0].flow.remote == kAlice);
    const Read out(b.wire.sent[1].bytes);
    CHECK(b.wire.sent[1].flow.remote == kGateway);
    CHECK(out.m.request_uri() == "sip:+442079460200@10.0.0.30;user=phone");
    CHECK(out.m.max_forwards() == 69U);
    CHECK(out.m.top_via().host == "10.0.0.1");
    CHECK(out.m.top_via().rfc3261_branch());
    sip::ValueCursor vias(out.m, sip::HeaderId::kVia);
    vias.next();
    CHECK(*vias.next() == "SIP/2.0/UDP 10.0.0.11:5060;branch=z9hG4bKinvite1;received=10.0.0.11;rport=5060");
    CHECK(out.m.value(sip::HeaderId::kRecordRoute).starts_with("<sip:10.0.0.1:5060;lr;ck="));
    CHECK(out.m.value(sip::HeaderId::kPAssertedIdentity) == "<sip:+442079460001@company.example;user=phone>");
    CHECK(sip::parse_session_id(out.m.value(sip::HeaderId::kSessionId)).has_value());
    CHECK(out.m.body() == kOffer);
    CHECK(b.records.empty());
}

TEST_CASE("proxy: ring, answer, ACK, BYE, and the two records of the call", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string sent = b.last_to(kGateway);
    b.advance(milliseconds(200));
    b.in(reply(sent, 180), kGateway);
    {
        const Read ring(b.last_to(kAlice));
        CHECK(ring.m.status() == 180);
        CHECK(ring.m.top_via().branch() == "z9hG4bKinvite1");
        CHECK(ring.m.value(sip::HeaderId::kFrom) == "<sip:alice@company.example>;tag=caller");
        sip::ValueCursor vias(ring.m, sip::HeaderId::kVia);
        vias.next();
        CHECK_FALSE(vias.next().has_value());
    }
    b.advance(milliseconds(800));
    b.in(reply(sent, 200), kGateway);
    const std::string ok = b.last_to(kAlice);
    CHECK(ok.starts_with("SIP/2.0 200 "));
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"phase\":\"start\"") != std::string::npos);
    CHECK(b.records[0].find("\"answer_ms\":1000") != std::string::npos);
    CHECK(b.records[0].find("\"pdd_ms\":200") != std::string::npos);
    CHECK(b.records[0].find("\"path\":\"direct\"") != std::string::npos);
    CHECK(b.proxy.live_calls() == 1);

    b.in(in_dialog("ACK", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 100, "z9hG4bKack"), kAlice);
    const Read ack(b.last_to(kGateway));
    CHECK(ack.m.method() == sip::Method::kAck);
    CHECK(ack.m.cseq().number == 100);
    CHECK_FALSE(ack.m.has(sip::HeaderId::kRoute));

    // The callee hangs up: the same cookie leads the other way.
    b.advance(seconds(60));
    b.in(in_dialog("BYE", "sip:alice@10.0.0.11:5060", routes_of(sent, false), 5, "z9hG4bKbye", "callee", "caller", "10.0.0.30:5060"),
         kGateway);
    const std::string bye = b.last_to(kAlice);
    CHECK(bye.starts_with("BYE sip:alice@10.0.0.11:5060 SIP/2.0\r\n"));
    CHECK(b.records.size() == 1);
    b.in(reply(bye, 200), kAlice);
    CHECK(b.last_to(kGateway).starts_with("SIP/2.0 200 "));
    REQUIRE(b.records.size() == 2);
    CHECK(b.records[1].find("\"phase\":\"end\"") != std::string::npos);
    CHECK(b.records[1].find("\"ended_by\":\"callee\"") != std::string::npos);
    CHECK(b.records[1].find("\"outcome\":\"answered\"") != std::string::npos);
    CHECK(b.records[1].find("\"duration_ms\":60000") != std::string::npos);
    CHECK(b.proxy.idle());
}

TEST_CASE("proxy: no response follows a received that the sender wrote", "[proxy]") {
    for (const std::string_view note : {";received=198.51.100.99", ";received=198.51.100.99;rport=53", ";rport=53"}) {
        INFO(note);
        Bench b;
        std::string text = invite();
        text.replace(text.find(";rport"), 6, note);
        b.in(text, kAlice);
        b.in(reply(b.last_to(kGateway), 180), kGateway);
        CHECK(b.count_to(kAlice, "SIP/2.0 100 ") == 1);
        CHECK(b.count_to(kAlice, "SIP/2.0 180 ") == 1);
        for (const auto& sent : b.wire.sent) CHECK((sent.flow.remote == kAlice || sent.flow.remote == kGateway));
        // Nor does a stateless one: a stranger's, and that of a CANCEL without its INVITE.
        b.in(text, kStranger);
        std::string cancel = text;
        cancel.replace(0, 6, "CANCEL");
        cancel.replace(cancel.find(" INVITE\r\n"), 7, " CANCEL");
        cancel.replace(cancel.find("z9hG4bKinvite1"), 14, "z9hG4bKinvite2");
        b.in(cancel, kAlice);
        CHECK(b.count_to(kAlice, "SIP/2.0 481 ") == 1);
        for (const auto& sent : b.wire.sent) CHECK(sent.flow.remote.ip != *net::IpAddress::parse("198.51.100.99"));
    }
}

TEST_CASE("proxy: a retransmitted INVITE gets the last response again and starts nothing", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 180), kGateway);
    const auto before = b.count_to(kGateway, "INVITE");
    b.in(invite(), kAlice);
    CHECK(b.count_to(kGateway, "INVITE") == before);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 180 "));
}

TEST_CASE("proxy: further 2xx of the callee are passed on", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    b.in(ok, kGateway);
    CHECK(b.count_to(kAlice, "SIP/2.0 200 ") == 2);
    CHECK(b.records.size() == 1);
    b.advance(seconds(40));
    b.in(ok, kGateway);  // nobody waits for it any more
    CHECK(b.count_to(kAlice, "SIP/2.0 200 ") == 2);
    CHECK(b.proxy.counters().stray_responses == 1);
}

TEST_CASE("proxy: CANCEL goes through and the 487 comes back", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string sent = b.last_to(kGateway);
    b.in(reply(sent, 180), kGateway);
    b.in("CANCEL sip:02079460200@company.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11:5060;rport;branch=z9hG4bKinvite1\r\n"
         "Max-Forwards: 70\r\nFrom: <sip:alice@company.example>;tag=caller\r\nTo: <sip:02079460200@company.example>\r\n"
         "Call-ID: call-1\r\nCSeq: 100 CANCEL\r\nReason: SIP;cause=480\r\nContent-Length: 0\r\n\r\n",
         kAlice);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 OK\r\n"));
    const Read cancel(b.last_to(kGateway));
    CHECK(cancel.m.method() == sip::Method::kCancel);
    CHECK(cancel.m.value(sip::HeaderId::kReason) == "SIP;cause=480");
    CHECK(cancel.m.top_via().branch() == Read(sent).m.top_via().branch());
    b.in(reply(cancel.bytes, 200), kGateway);
    b.in(reply(sent, 487), kGateway);
    CHECK(b.last_to(kGateway).starts_with("ACK "));
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 487 "));
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"outcome\":\"cancelled\"") != std::string::npos);
    CHECK(b.count_to(kSpare, "INVITE") == 0);  // a cancelled call is not tried elsewhere
}

TEST_CASE("proxy: 503 leads to the next target with a new branch; then that one answers", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    b.in(reply(first, 503), kGateway);
    CHECK(b.last_to(kGateway).starts_with("ACK "));
    const std::string second = b.last_to(kSpare);
    REQUIRE(second.starts_with("INVITE "));
    CHECK(Read(second).m.top_via().branch() != Read(first).m.top_via().branch());
    CHECK(b.count_to(kAlice, "SIP/2.0 503") == 0);
    b.in(reply(second, 200), kSpare);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 "));
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"attempts\":[{\"target\":\"gateway\",\"status\":503") != std::string::npos);
}

TEST_CASE("proxy: busy is final", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 486, "Reason: Q.850;cause=17\r\n"), kGateway);
    CHECK(b.count_to(kSpare, "INVITE") == 0);
    const Read busy(b.last_to(kAlice));
    CHECK(busy.m.status() == 486);
    CHECK(busy.m.value(sip::HeaderId::kReason) == "Q.850;cause=17");
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"outcome\":\"busy\"") != std::string::npos);
    CHECK(b.records[0].find("\"q850\":17") != std::string::npos);
}

TEST_CASE("proxy: no progress for 10 s: the next target is tried and the first is let go when it wakes up", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    b.in(reply(first, 100), kGateway);
    b.advance(milliseconds(9900));
    CHECK(b.count_to(kSpare, "INVITE") == 0);
    b.advance(milliseconds(200));
    CHECK(b.last_to(kGateway).starts_with("CANCEL "));
    const std::string second = b.last_to(kSpare);
    REQUIRE(second.starts_with("INVITE "));
    b.in(reply(first, 487), kGateway);
    CHECK(b.count_to(kAlice, "SIP/2.0 4") == 0);
    b.in(reply(second, 180), kSpare);
    b.in(reply(second, 200), kSpare);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 "));
    CHECK(b.records[0].find("\"reason\":\"no_progress\"") != std::string::npos);
}

TEST_CASE("proxy: a lone 503 goes upstream as 500", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 503), kGateway);
    b.in(reply(b.last_to(kSpare), 503, "Retry-After: 7\r\n"), kSpare);
    const Read last(b.last_to(kAlice));
    CHECK(last.m.status() == 500);
    CHECK_FALSE(last.m.has(sip::HeaderId::kRetryAfter));
}

TEST_CASE("proxy: a lone 503 goes upstream as 503 where the profile says so (DEVIATION)", "[proxy]") {
    std::string topology(kTopology);
    const auto at = topology.find("\"number\": \"+442079460001\"");
    topology.insert(at, "\"sip_profile\": \"keeps503\", ");
    Bench b(topology);
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 503), kGateway);
    b.in(reply(b.last_to(kSpare), 503, "Retry-After: 7\r\n"), kSpare);
    CHECK(Read(b.last_to(kAlice)).m.status() == 503);
}

TEST_CASE("proxy: after a 180 the call stays with its target", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    b.in(reply(first, 180), kGateway);
    b.in(reply(first, 503), kGateway);
    CHECK(b.count_to(kSpare, "INVITE") == 0);
    CHECK(Read(b.last_to(kAlice)).m.status() == 500);
}

TEST_CASE("proxy: an undeliverable INVITE goes to the next target at once", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    b.proxy.on_undeliverable(b.last_to(kGateway).substr(0, 300));
    CHECK(b.last_to(kSpare).starts_with("INVITE "));
}

TEST_CASE("proxy: nobody answers: 408 after Timer B of each target", "[proxy]") {
    std::string topology(kTopology);
    const auto at = topology.find("\"limits\": {\"calls\": 3}");
    topology.insert(at, "\"retry\": {\"progress_timeout_ms\": 0}, ");
    auto loaded = config::parse_topology(topology, "t");
    if (!loaded.ok()) {
        for (const auto& e : loaded.errors) UNSCOPED_INFO(e);
    }
    REQUIRE(loaded.ok());
    Bench b(topology);
    b.in(invite(), kAlice);
    b.advance(seconds(33));
    CHECK(b.count_to(kGateway, "INVITE") == 7);
    b.advance(seconds(33));
    CHECK(b.count_to(kSpare, "INVITE") == 7);
    CHECK(Read(b.last_to(kAlice)).m.status() == 408);
    CHECK(b.records.back().find("\"failure\":\"timeout\"") != std::string::npos);
}

TEST_CASE("proxy: a DID rings all contacts of its user at once; the first answer wins, the other is cancelled", "[proxy]") {
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    REQUIRE(to_first.starts_with("INVITE sip:bob@10.0.0.12 "));
    REQUIRE(to_second.starts_with("INVITE sip:bob@10.0.0.12:5064 "));
    CHECK(Read(to_first).m.value(sip::HeaderId::kMaxBreadth) == "30");
    b.in(reply(to_first, 180, {}, "10.0.0.12:5060", "one"), kBob);
    b.in(reply(to_second, 180, {}, "10.0.0.12:5064", "two"), second);
    CHECK(b.count_to(kGateway, "SIP/2.0 180") == 2);
    b.in(reply(to_second, 200, {}, "10.0.0.12:5064", "two"), second);
    CHECK(b.last_to(kGateway).starts_with("SIP/2.0 200 "));
    CHECK(b.last_to(kBob).starts_with("CANCEL "));
    b.in(reply(to_first, 487, {}, "10.0.0.12:5060", "one"), kBob);
    CHECK(b.last_to(kBob).starts_with("ACK "));
    CHECK(b.count_to(kGateway, "SIP/2.0 487") == 0);
    CHECK(b.records.size() == 1);
    CHECK(b.records[0].find("\"direction\":\"inbound\"") != std::string::npos);
}

TEST_CASE("proxy: a fork that the breadth does not allow is refused with 440", "[proxy]") {
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .extra = "Max-Breadth: 1\r\n", .via_host = "10.0.0.30:5060"}),
         kGateway);
    CHECK(Read(b.last_to(kGateway)).m.status() == 440);
    CHECK(b.count_to(kBob, "INVITE") == 0);
}

TEST_CASE("proxy: 6xx of one fork ends the others", "[proxy]") {
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    b.in(reply(to_second, 180), second);
    b.in(reply(to_first, 603), kBob);
    CHECK(b.last_to(second).starts_with("CANCEL "));
    b.in(reply(to_second, 487), second);
    CHECK(Read(b.last_to(kGateway)).m.status() == 603);
}

TEST_CASE("proxy: a stranger gets 403 and leaves no record; the limit of a trunk holds", "[proxy]") {
    Bench b;
    b.in(invite(), kStranger);
    CHECK(Read(b.last_to(kStranger)).m.status() == 403);
    CHECK(b.records.empty());
    CHECK(b.proxy.counters().unknown_source == 1);

    for (int i = 0; i < 4; ++i) {
        const std::string id = cat("limit-", i), branch = cat("z9hG4bKlimit", i);
        b.in(invite({.call_id = id, .branch = branch}), kAlice);
    }
    CHECK(b.count_to(kGateway, "INVITE") == 3);
    CHECK(Read(b.last_to(kAlice)).m.status() == 503);
    // A failed call gives its place back.
    b.in(reply(b.last_to(kGateway), 486), kGateway);
    b.in(invite({.call_id = "limit-5", .branch = "z9hG4bKlimit5"}), kAlice);
    CHECK(b.count_to(kGateway, "INVITE") == 4);
}

TEST_CASE("proxy: Max-Forwards, loops and Proxy-Require are refused before anything else", "[proxy]") {
    Bench b;
    std::string text = invite();
    text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
    b.in(text, kAlice);
    CHECK(Read(b.last_to(kAlice)).m.status() == 483);
    b.in(invite({.branch = "z9hG4bKrequire", .extra = "Proxy-Require: foo, bar\r\n"}), kAlice);
    const Read bad(b.last_to(kAlice));
    CHECK(bad.m.status() == 420);
    CHECK(bad.m.value(sip::HeaderId::kUnsupported) == "foo, bar");
    // What we sent ourselves comes back to the same URI, our Via still in it.
    b.in(invite({.branch = "z9hG4bKloop"}), kAlice);
    std::string back = b.last_to(kGateway);
    back.replace(0, back.find("\r\n"), "INVITE sip:02079460200@company.example SIP/2.0");
    back.insert(back.find("Via: "), "Via: SIP/2.0/UDP 10.0.0.30;branch=z9hG4bKother\r\n");
    b.in(back, kGateway);
    CHECK(Read(b.last_to(kGateway)).m.status() == 482);
    CHECK(b.proxy.counters().edits_failed == 0);
}

TEST_CASE("proxy: in-dialog requests without a cookie of this dialog go nowhere", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    const std::string routes = routes_of(ok, true);
    struct Row {
        std::string_view what;
        std::string text;
    };
    std::string tampered = routes;
    tampered[tampered.find("ck=") + 20] = tampered[tampered.find("ck=") + 20] == 'A' ? 'B' : 'A';
    const Row rows[] = {
        {"no route", in_dialog("BYE", "sip:peer@10.0.0.30:5060", "", 101, "z9hG4bKr1")},
        {"tampered", in_dialog("BYE", "sip:peer@10.0.0.30:5060", tampered, 101, "z9hG4bKr2")},
        {"other call", in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes, 101, "z9hG4bKr3", "caller", "callee", "10.0.0.11:5060", "call-2")},
        {"other tags", in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes, 101, "z9hG4bKr4", "x", "y")},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        const auto before = b.count_to(kGateway, "BYE");
        b.in(row.text, kAlice);
        CHECK(b.count_to(kGateway, "BYE") == before);
        CHECK(Read(b.last_to(kAlice)).m.status() == 481);
    }
    CHECK(b.proxy.live_calls() == 1);
    CHECK(b.proxy.counters().stray_requests == 4);
}

TEST_CASE("proxy: re-INVITE, UPDATE, INFO and PRACK go through like BYE, with their bodies", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    const std::string routes = routes_of(ok, true);
    std::uint32_t cseq = 101;
    for (std::string_view method : {"INVITE", "UPDATE", "INFO", "PRACK", "REFER", "NOTIFY", "MESSAGE", "FOO"}) {
        INFO(method);
        b.in(in_dialog(method, "sip:peer@10.0.0.30:5060", routes, cseq++, cat("z9hG4bK", method)), kAlice);
        const std::string sent = b.last_to(kGateway);
        CHECK(sent.starts_with(cat(method, " sip:peer@10.0.0.30:5060 SIP/2.0\r\n")));
        b.in(reply(sent, 200), kGateway);
        CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 "));
    }
    CHECK(b.records.size() == 1);
}

TEST_CASE("proxy: draining refuses new calls with Retry-After and carries the live ones on", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    b.proxy.drain();
    b.in(invite({.call_id = "late", .branch = "z9hG4bKlate"}), kAlice);
    const Read late(b.last_to(kAlice));
    CHECK(late.m.status() == 503);
    CHECK(late.m.has(sip::HeaderId::kRetryAfter));
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .call_id = "late2", .branch = "z9hG4bKlate2", .via_host = "10.0.0.30:5060"}), kGateway);
    CHECK(Read(b.last_to(kGateway)).m.status() == 503);
    CHECK_FALSE(b.proxy.idle());
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 101, "z9hG4bKbye"), kAlice);
    CHECK(b.last_to(kGateway).starts_with("BYE "));
    CHECK_FALSE(b.proxy.idle());  // its response is still to come
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    CHECK(b.proxy.idle());
}

TEST_CASE("proxy: OPTIONS to it is answered, REGISTER and others are refused with what is served", "[proxy]") {
    Bench b;
    auto request = [](std::string_view method, std::string_view uri, std::string_view branch) {
        return cat(method, " ", uri, " SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11;branch=", branch,
                   "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: o1\r\nCSeq: 1 ", method,
                   "\r\nContent-Length: 0\r\n\r\n");
    };
    b.in(request("OPTIONS", "sip:10.0.0.1:5060", "z9hG4bKo1"), kAlice);
    CHECK(Read(b.last_to(kAlice)).m.status() == 200);
    CHECK(Read(b.last_to(kAlice)).m.has(sip::HeaderId::kAllow));
    b.in(request("REGISTER", "sip:company.example", "z9hG4bKo2"), kAlice);
    CHECK(Read(b.last_to(kAlice)).m.status() == 501);
    CHECK(b.proxy.counters().registers_refused == 1);
    b.in(request("SUBSCRIBE", "sip:bob@company.example", "z9hG4bKo3"), kAlice);
    CHECK(Read(b.last_to(kAlice)).m.status() == 405);
    // Also to a user: what Allow lists is not refused.
    for (const std::string_view uri : {"sip:ping@10.0.0.1:5060", "sip:bob@company.example", "sip:company.example"}) {
        INFO(uri);
        b.in(request("OPTIONS", uri, cat("z9hG4bKu", uri.size())), kAlice);
        CHECK(Read(b.last_to(kAlice)).m.status() == 200);
    }
    CHECK(b.proxy.counters().methods_refused == 1);  // the SUBSCRIBE
    b.proxy.drain();
    for (const std::string_view uri : {"sip:10.0.0.1:5060", "sip:ping@10.0.0.1:5060"}) {
        b.in(request("OPTIONS", uri, cat("z9hG4bKd", uri.size())), kAlice);
        CHECK(Read(b.last_to(kAlice)).m.status() == 503);
        CHECK(Read(b.last_to(kAlice)).m.has(sip::HeaderId::kRetryAfter));
    }
}

TEST_CASE("proxy: sips: is refused and not sent on in clear", "[proxy]") {
    Bench b;
    std::string text = invite();
    text.replace(7, 4, "sips:");
    b.in(text, kAlice);
    CHECK(Read(b.last_to(kAlice)).m.status() == 416);
    CHECK(b.last_to(kGateway).empty());

    // Within a dialog it is the Contact's business of who set it up without TLS.
    b.in(invite({.call_id = "call-2", .branch = "z9hG4bKinvite2"}), kAlice);
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    b.in(in_dialog("BYE", "sips:peer@10.0.0.30:5060", routes_of(b.last_to(kAlice), true), 101, "z9hG4bKbye", "caller", "callee",
                   "10.0.0.11:5060", "call-2"),
         kAlice);
    CHECK(b.last_to(kGateway).starts_with("BYE "));
}

TEST_CASE("proxy: what cannot be read is refused or dropped, and counted", "[proxy]") {
    Bench b;
    std::string bad = invite();
    bad.replace(bad.find("CSeq: 100"), 9, "CSeq: abc");
    b.in(bad, kAlice);
    CHECK(Read(b.last_to(kAlice).replace(b.last_to(kAlice).find("CSeq: abc"), 9, "CSeq: 100")).m.status() == 400);
    CHECK(b.proxy.counters().malformed_rejected == 1);
    const auto before = b.wire.sent.size();
    b.in("garbage", kAlice);
    b.in("\r\n\r\n", kAlice);
    b.in("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKforeign\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n", kAlice);
    CHECK(b.wire.sent.size() == before);
    CHECK(b.proxy.counters().malformed_dropped == 1);
    CHECK(b.proxy.counters().stray_responses == 1);
}

TEST_CASE("proxy: a reload keeps live calls routable and counted", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    b.load(kTopology);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 101, "z9hG4bKbye"), kAlice);
    CHECK(b.last_to(kGateway).starts_with("BYE "));
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    CHECK(b.proxy.live_calls() == 0);
}

TEST_CASE("proxy: without a key file a reload keeps the key, and live calls with it", "[proxy]") {
    std::string topology(kTopology);
    for (std::string_view section : {"\"secrets\": ", "\"gw_bridge\": "}) {  // a bridge would need the file
        const auto at = topology.find(section);
        topology.erase(at, topology.find('\n', at) - at);
    }
    Bench b(topology);
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    b.load(topology);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 101, "z9hG4bKbye"), kAlice);
    CHECK(b.last_to(kGateway).starts_with("BYE "));
    CHECK(b.count_to(kAlice, "SIP/2.0 481") == 0);
}

TEST_CASE("proxy: each UDP address of a realm is that realm's", "[proxy]") {
    std::string topology(kTopology);
    const std::string one = "\"udp:10.0.0.1:5060\"";
    topology.replace(topology.find(one), one.size(), one + ", \"udp:10.0.0.2:5060\"");
    Bench b(topology);
    constexpr std::uint16_t kSecond = 3;  // three realms have one socket each before it
    b.in(invite(), kAlice, kSecond);
    CHECK(b.wire.sent[0].flow.socket == kSecond);  // the answer leaves where the request came in
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    CHECK(b.wire.sent.back().flow.socket == kSecond);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 101, "z9hG4bKbye"), kAlice, kSecond);
    CHECK(b.last_to(kGateway).starts_with("BYE "));
    CHECK(b.count_to(kAlice, "SIP/2.0 4") == 0);
}

TEST_CASE("proxy: two realms that cookies could not tell apart are refused at load", "[proxy]") {
    // Some hundred thousand names hold two with the same 32 bits (the birthday of 2^32 is at 2^16).
    std::unordered_map<std::uint32_t, std::string> seen;
    std::string one, other;
    for (unsigned i = 0; one.empty() && i < 1'000'000; ++i) {
        const auto [place, fresh] = seen.emplace(realm_print(cat("realm-", i)), cat("realm-", i));
        if (!fresh) one = place->second, other = cat("realm-", i);
    }
    REQUIRE_FALSE(one.empty());
    std::string topology(kTopology);
    for (const auto& [from, to] : {std::pair{std::string("\"inside\", \"side\""), cat('"', one, "\", \"side\"")},
                                   {"\"outside\", \"side\"", cat('"', other, "\", \"side\"")},
                                   {"\"realm\": \"inside\"", cat("\"realm\": \"", one, '"')},
                                   {"\"realm\": \"outside\"", cat("\"realm\": \"", other, '"')}}) {
        for (auto at = topology.find(from); at != std::string::npos; at = topology.find(from, at + to.size())) topology.replace(at, from.size(), to);
    }
    const auto loaded = config::parse_topology(with_secrets(topology), "test.json");
    REQUIRE(loaded.ok());
    std::vector<std::string> warnings;
    const auto made = make_snapshot(loaded.topology, warnings);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Errc::kConflict);
    CHECK(made.error().what.find(other) != std::string::npos);
}

TEST_CASE("proxy: a BYE ends the call only when the other side takes it or is gone", "[proxy]") {
    for (const auto& [status, ended] : {std::pair{200, true}, {481, true}, {408, true}, {403, false}, {500, false}}) {
        INFO(status);
        Bench b;
        b.in(invite(), kAlice);
        const std::string ok = reply(b.last_to(kGateway), 200);
        b.in(ok, kGateway);
        b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(ok, true), 101, "z9hG4bKbye"), kAlice);
        CHECK(b.proxy.live_calls() == 1);
        b.in(reply(b.last_to(kGateway), status), kGateway);
        CHECK(b.proxy.live_calls() == (ended ? 0U : 1U));
    }
}

TEST_CASE("proxy: a cookie opens no way to other addresses, nor for others than the two sides", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    const std::string routes = routes_of(ok, true);
    // A strange Request-URI: the request goes to the other side of the dialog, not there.
    b.in(in_dialog("INFO", "sip:x@10.0.0.99:5060", routes, 101, "z9hG4bKs1"), kAlice);
    CHECK(b.count_to(kStranger, "") == 0);
    CHECK(b.last_to(kGateway).starts_with("INFO "));
    // A stranger that knows the dialog and the cookie: no transaction, no BYE on the way, the call lives.
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes, 102, "z9hG4bKs2", "caller", "callee", "10.0.0.99:5060"), kStranger);
    CHECK(Read(b.last_to(kStranger)).m.status() == 481);
    CHECK(b.count_to(kGateway, "BYE") == 0);
    CHECK(b.proxy.live_calls() == 1);
    CHECK(b.proxy.counters().stray_requests == 1);
}

TEST_CASE("proxy: strangers are answered without a transaction", "[proxy]") {
    Bench b;
    for (int i = 0; i < 50; ++i) b.in(invite(), kStranger);
    CHECK(b.count_to(kStranger, "SIP/2.0 100") == 0);
    CHECK(b.count_to(kStranger, "SIP/2.0 403") == 50);
    CHECK(b.proxy.counters().unknown_source == 50);
    CHECK(b.proxy.counters().invites == 50);  // those of the summary: read, and left out
    CHECK(b.proxy.counters().answered == 0);
    b.in("OPTIONS sip:10.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.99;branch=z9hG4bKo1\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
         "To: <sip:10.0.0.1>\r\nCall-ID: o1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
         kStranger);
    CHECK(Read(b.last_to(kStranger)).m.status() == 403);
    CHECK_FALSE(Read(b.last_to(kStranger)).m.has(sip::HeaderId::kAllow));
    CHECK(b.proxy.counters().strangers_refused == 1);
    b.wire.sent.pop_back();
    b.advance(seconds(40));  // Timer G would have sent the refusal again
    CHECK(b.count_to(kStranger, "SIP/2.0 403") == 50);
    CHECK(b.records.empty());
}

TEST_CASE("proxy: an answered call costs at most 1 KB", "[proxy]") {
    CallTexts::Values values{};
    for (auto& v : values) v = "sip:+442079460123@company.example";
    CallLog log;
    log.texts = CallTexts(values);
    log.attempts.resize(2);
    log.held = {{"a-trunk-with-a-longer-name", true}, {"another-trunk", false}};
    CHECK(log.bytes() <= 1024);
    const std::string long_text(500, 'x');
    for (auto& v : values) v = long_text;
    CHECK(CallTexts(values).get(CallTexts::kTo).size() == 128);
}

TEST_CASE("direct call: a final response within the dialog that leads nowhere is answered for, and nothing waits for ever", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    for (const std::string_view method : {"INVITE", "INFO"}) {
        CAPTURE(method);
        const std::string branch = cat("z9hG4bKre", method);
        b.in(in_dialog(method, "sip:peer@10.0.0.30:5060", routes_of(ok, true), method == "INFO" ? 102 : 101, branch), kAlice);
        REQUIRE(b.last_to(kGateway).starts_with(cat(method, " ")));
        std::string alone = reply(b.last_to(kGateway), 200);
        const auto second = alone.find("Via: ", alone.find("Via: ") + 1);
        alone.erase(second, alone.find("\r\n", second) + 2 - second);
        b.in(alone, kGateway);
        CHECK(b.last_to(kAlice).starts_with("SIP/2.0 500 "));
        CHECK(b.last_to(kAlice).find(branch) != std::string::npos);
    }
    CHECK(b.proxy.live_calls() == 1);
}
