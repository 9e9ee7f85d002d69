// Knows: rules of RFC 3261 §16, RFC 5393 and RFC 4320 as a whole proxy keeps them, a table each.
// Must not know: how.
// Next: tests/unit/policy/best_response_test.cpp and tests/unit/sipnet/transaction_rows_test.cpp for the parts.
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// Bob has two contacts, the gateway one place at a time.
std::string to_bob(std::string_view extra) {
    return invite({.number = "+442079460002", .from = "+441632960000", .extra = extra, .via_host = "10.0.0.30:5060"});
}

// An INVITE that arrives whole and is too large once our header fields are in it.
std::string large_invite(std::string_view call_id, std::string_view branch) {
    std::string text = invite({.call_id = call_id, .branch = branch});
    const auto split = text.find("Content-Type: ");
    text.resize(split);
    const std::size_t body = 65'450 - text.size() - 60;
    append(text, "Content-Type: text/plain\r\nContent-Length: ", body, "\r\n\r\n", std::string(body, 'x'));
    REQUIRE(text.size() < 65'507);
    return text;
}

}  // namespace

TEST_CASE("rules: Max-Breadth, what comes in and what goes out (RFC 5393 §5.3.3)", "[proxy][rules]") {
    struct Row {
        std::string_view field;  ///< of the request
        std::string_view one;    ///< in the INVITE to one target; "440" when it was refused
        std::string_view two;    ///< in each of two at the same time
    };
    const Row rows[] = {
        {"", "", "30"},  // DEVIATION for one target: who comes next would begin with the same 60
        {"Max-Breadth: 60\r\n", "60", "30"},
        {"Max-Breadth: 61\r\n", "60", "30"},  // above what we allow
        {"Max-Breadth: 4000000000\r\n", "60", "30"},
        {"Max-Breadth: 7\r\n", "7", "3"},  // the sum never above what came in
        {"Max-Breadth: 2\r\n", "2", "1"},
        {"Max-Breadth: 1\r\n", "1", "440"},
        {"Max-Breadth: 0\r\n", "440", "440"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.field));
        Bench one;
        one.in(invite({.extra = row.field}), kAlice);
        if (row.one == "440") {
            CHECK(Read(one.last_to(kAlice)).m.status() == 440);
            CHECK(one.last_to(kGateway).empty());
        } else {
            CHECK(Read(one.last_to(kGateway)).m.value(sip::HeaderId::kMaxBreadth) == row.one);
        }
        Bench two;
        two.in(to_bob(row.field), kGateway);
        const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
        if (row.two == "440") {
            CHECK(Read(two.last_to(kGateway)).m.status() == 440);
            CHECK(two.last_to(kBob).empty());
            CHECK(two.last_to(second).empty());
        } else {
            CHECK(Read(two.last_to(kBob)).m.value(sip::HeaderId::kMaxBreadth) == row.two);
            CHECK(Read(two.last_to(second)).m.value(sip::HeaderId::kMaxBreadth) == row.two);
        }
    }
}

TEST_CASE("rules: a loop is refused, a spiral and a merged request are not (RFC 5393 §4.2, RFC 3261 §16.3)", "[proxy][rules]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string sent = b.last_to(kGateway);
    const auto back = [&](std::string_view uri, std::string_view branch) {
        std::string text = sent;
        text.replace(0, text.find("\r\n"), cat("INVITE ", uri, " SIP/2.0"));
        text.insert(text.find("Via: "), cat("Via: SIP/2.0/UDP 10.0.0.30:5060;branch=", branch, "\r\n"));
        b.in(text, kGateway);
    };
    // The same URI and route as when it left: it goes round.
    back("sip:02079460200@company.example", "z9hG4bKloop");
    CHECK(Read(b.last_to(kGateway)).m.status() == 482);
    // Our Via is in it, but it asks for somebody else now.
    back("sip:+442079460002@company.example", "z9hG4bKspiral");
    CHECK(b.last_to(kBob).starts_with("INVITE "));
    // The same request by another way: each is forwarded, whoever answers it says 482 (§8.2.2.2).
    const auto before = b.count_to(kGateway, "INVITE ");
    b.in(invite({.branch = "z9hG4bKmerged"}), kAlice);
    CHECK(b.count_to(kGateway, "INVITE ") == before + 1);
    CHECK(b.count_to(kAlice, "SIP/2.0 482") == 0);
    // Sent again it is the same one.
    b.in(invite({.branch = "z9hG4bKmerged"}), kAlice);
    CHECK(b.count_to(kGateway, "INVITE ") == before + 1);
}

TEST_CASE("rules: of a non-INVITE no 1xx but 100 goes back, no 408, and nothing late (RFC 4320 §4)", "[proxy][rules]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    const std::string routes = routes_of(ok, true);
    std::uint32_t cseq = 101;
    const auto info = [&] {
        b.in(in_dialog("INFO", "sip:peer@10.0.0.30:5060", routes, cseq, cat("z9hG4bKinfo", cseq)), kAlice);
        ++cseq;
        return b.last_to(kGateway);
    };
    const auto sent_to_alice = [&] { return b.count_to(kAlice, "SIP/2.0 "); };

    std::string sent = info();
    std::size_t before = sent_to_alice();
    for (const int status : {100, 180, 183, 199}) b.in(reply(sent, status), kGateway);
    CHECK(sent_to_alice() == before);
    b.advance(milliseconds(3400));
    CHECK(sent_to_alice() == before);
    b.advance(milliseconds(200));
    CHECK(sent_to_alice() == before + 1);  // once the caller's Timer E has come to T2
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 100 "));
    b.in(reply(sent, 200), kGateway);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 "));

    // A 408 of the callee is kept, and so is our own when it is silent.
    sent = info();
    before = sent_to_alice();
    b.in(reply(sent, 408), kGateway);
    CHECK(sent_to_alice() == before);
    sent = info();
    before = sent_to_alice();
    b.advance(seconds(40));
    CHECK(sent_to_alice() == before + 1);  // the 100
    CHECK(b.count_to(kAlice, "SIP/2.0 408") == 0);
    // Late, it belongs to nobody.
    const auto strays = b.proxy.counters().stray_responses;
    b.in(reply(sent, 200), kGateway);
    CHECK(b.proxy.counters().stray_responses == strays + 1);
    CHECK(sent_to_alice() == before + 1);
}

TEST_CASE("rules: what fits into no datagram is answered 513, and nothing of it is left (RFC 3261 §21.5.7)", "[proxy][rules]") {
    Bench b;
    b.in(large_invite("call-1", "z9hG4bKlarge"), kAlice);
    b.advance(milliseconds(10));
    CHECK(b.last_to(kGateway).empty());
    CHECK(b.last_to(kSpare).empty());
    CHECK(Read(b.last_to(kAlice)).m.status() == 513);
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"reason\":\"too_large\"") != std::string::npos);
    CHECK(b.proxy.counters().edits_failed == 0);
    CHECK(b.proxy.counters().targets_silent == 0);  // they were not asked
    CHECK(b.proxy.asked() == 0);

    // Within a dialog too.
    b.in(invite({.call_id = "call-2", .branch = "z9hG4bKsmall"}), kAlice);
    const std::string ok = reply(b.last_to(kGateway), 200);
    b.in(ok, kGateway);
    const std::string routes = routes_of(ok, true);
    std::string info = in_dialog("INFO", "sip:peer@10.0.0.30:5060", routes, 101, "z9hG4bKinfo", "caller", "callee", "10.0.0.11:5060", "call-2");
    info.resize(info.find("Content-Length: "));
    const std::size_t body = 65'450 - info.size() - 60;
    append(info, "Content-Type: text/plain\r\nContent-Length: ", body, "\r\n\r\n", std::string(body, 'x'));
    b.in(info, kAlice);
    CHECK(b.count_to(kGateway, "INFO") == 0);
    CHECK(Read(b.last_to(kAlice)).m.status() == 513);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes, 102, "z9hG4bKbye", "caller", "callee", "10.0.0.11:5060", "call-2"), kAlice);
    b.in(reply(b.last_to(kGateway), 200), kGateway);
    b.advance(seconds(80));
    CHECK(b.proxy.asked() == 0);
}

TEST_CASE("rules: a response that no datagram holds ends its transaction by a short one, is counted and told", "[proxy][rules]") {
    const std::string huge = cat("X-Long: ", std::string(60'000, 'x'), "\r\nX-More: ", std::string(6'000, 'y'), "\r\n");
    // A provisional is only lost; a 2xx is no answer, and its dialog is ended.
    Bench b;
    b.in(invite(), kAlice);
    const std::string sent = b.last_to(kGateway);
    b.in(reply(sent, 183, huge), kGateway);
    CHECK(b.count_to(kAlice, "SIP/2.0 183") == 0);
    CHECK(b.proxy.counters().responses_too_large == 1);
    REQUIRE(b.tells.size() == 1);
    CHECK(b.tells[0].starts_with("response_too_large 183 of 6"));
    b.in(reply(sent, 200, huge), kGateway);
    CHECK(b.count_to(kAlice, "SIP/2.0 200") == 0);
    CHECK(b.count_to(kAlice, "SIP/2.0 500") == 1);
    CHECK(b.count_to(kGateway, "BYE ") == 1);
    CHECK(b.proxy.counters().responses_too_large == 2);
    CHECK(b.proxy.live_calls() == 0);
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"status\":500") != std::string::npos);
    // A failure keeps its code.
    Bench c;
    c.in(invite(), kAlice);
    c.in(reply(c.last_to(kGateway), 486, huge), kGateway);
    CHECK(c.count_to(kAlice, "SIP/2.0 486 Busy Here") == 1);
    CHECK(c.last_to(kAlice).size() < 1000);
    // In a dialog.
    Bench d;
    d.in(invite(), kAlice);
    d.in(reply(d.last_to(kGateway), 200), kGateway);
    const std::string routes = routes_of(d.last_to(kAlice), true);
    for (const std::string_view method : {"INFO", "INVITE", "BYE"}) {
        static std::uint32_t cseq = 100;
        CAPTURE(method);
        d.in(in_dialog(method, "sip:peer@10.0.0.30:5060", routes, ++cseq, cat("z9hG4bKd", method)), kAlice);
        d.in(reply(d.last_to(kGateway), 200, huge), kGateway);
        CHECK(d.last_to(kAlice).starts_with("SIP/2.0 500 "));
        CHECK(Read(d.last_to(kAlice)).m.cseq().method_text == method);
    }
    CHECK(d.proxy.live_calls() == 0);
    CHECK(d.proxy.counters().responses_too_large == 3);
    // There too a failure keeps its code.
    Bench e;
    e.in(invite(), kAlice);
    e.in(reply(e.last_to(kGateway), 200), kGateway);
    e.in(in_dialog("INVITE", "sip:peer@10.0.0.30:5060", routes_of(e.last_to(kAlice), true), 102, "z9hG4bKagain"), kAlice);
    e.in(reply(e.last_to(kGateway), 488, huge), kGateway);
    CHECK(e.last_to(kAlice).starts_with("SIP/2.0 488 "));
}
