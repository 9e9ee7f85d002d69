// Knows: what each edit does to the bytes, and that all others stay as they were.
// Must not know: why a proxy edits.
#include "sip/edit.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "base/text.h"
#include "sip/build.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

const std::string kText =
    "\r\nINVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1, SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2\r\n"
    "Via: SIP/2.0/UDP 10.0.0.3;branch=z9hG4bK3\r\nRoute: <sip:r1;lr>, <sip:r2;lr>,\r\n <sip:r3;lr>\r\nRoute: <sip:r4;lr>\r\n"
    "From:  Ann   <sip:ann@x>;tag=1\r\nTo: <sip:b@y>\r\nCall-ID: c\r\nCSeq: 5 INVITE\r\nMax-Forwards: 70\r\n"
    "P-Asserted-Identity: <sip:x@y>\r\np-asserted-identity: <tel:+1>\r\nX-Odd:   spaced  \r\nContent-Length: 4\r\n\r\nbodyTRAILING";

std::string edited(const std::string& text, const std::function<void(Edits&)>& f) {
    Message m;
    REQUIRE(scan(text, Strictness::kLenient, m).ok());
    Edits edits(m);
    f(edits);
    std::string out;
    REQUIRE(edits.render(out));
    Message again;
    const Verdict v = scan(out, Strictness::kStrict, again);
    INFO(out << v.reason);
    REQUIRE(v.ok());
    return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

const std::string kWhole = kText.substr(2, kText.size() - 2 - 8);

}  // namespace

TEST_CASE("edit: without edits the bytes go through, but for what is not part of the message", "[sip][edit]") {
    CHECK(edited(kText, [](Edits&) {}) == kWhole);
}

TEST_CASE("edit: each edit changes its bytes and no others", "[sip][edit]") {
    struct Row {
        std::string what;
        std::function<void(Edits&)> edit;
        std::string expected;
    };
    const Row rows[] = {
        {"push Via", [](Edits& e) { e.push_via("SIP/2.0/UDP me;branch=z9hG4bK0"); },
         replaced(kWhole, "v: SIP", "Via: SIP/2.0/UDP me;branch=z9hG4bK0\r\nv: SIP")},
        {"pop Via from a joined line", [](Edits& e) { e.pop_via(); },
         replaced(kWhole, "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1, ", "")},
        {"stamp the top Via", [](Edits& e) { e.set_top_via("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=1.2.3.4"); },
         replaced(kWhole, "z9hG4bK1,", "z9hG4bK1;received=1.2.3.4,")},
        {"pop one Route", [](Edits& e) { e.pop_routes(1); }, replaced(kWhole, "<sip:r1;lr>, ", "")},
        {"pop two Routes", [](Edits& e) { e.pop_routes(2); }, replaced(kWhole, "<sip:r1;lr>, <sip:r2;lr>,\r\n ", "")},
        {"pop a whole line of Routes", [](Edits& e) { e.pop_routes(3); },
         replaced(kWhole, "Route: <sip:r1;lr>, <sip:r2;lr>,\r\n <sip:r3;lr>\r\n", "")},
        {"pop all Routes and more", [](Edits& e) { e.pop_routes(9); },
         replaced(kWhole, "Route: <sip:r1;lr>, <sip:r2;lr>,\r\n <sip:r3;lr>\r\nRoute: <sip:r4;lr>\r\n", "")},
        {"push Routes in order", [](Edits& e) { e.push_route("<sip:n1;lr>"); e.push_route("<sip:n2;lr>"); },
         replaced(kWhole, "Route: <sip:r1", "Route: <sip:n1;lr>\r\nRoute: <sip:n2;lr>\r\nRoute: <sip:r1")},
        {"Record-Route where there is none", [](Edits& e) { e.push_record_route("<sip:me;lr>"); },
         replaced(kWhole, "SIP/2.0\r\nv:", "SIP/2.0\r\nRecord-Route: <sip:me;lr>\r\nv:")},
        {"Max-Forwards", [](Edits& e) { e.set_max_forwards(69); }, replaced(kWhole, "Max-Forwards: 70", "Max-Forwards: 69")},
        {"Request-URI", [](Edits& e) { e.set_request_uri("sip:+49@z;user=phone"); },
         replaced(kWhole, "INVITE sip:a@b SIP/2.0", "INVITE sip:+49@z;user=phone SIP/2.0")},
        {"CSeq", [](Edits& e) { e.set_cseq(6); }, replaced(kWhole, "CSeq: 5 INVITE", "CSeq: 6 INVITE")},
        {"remove all of one kind, any spelling", [](Edits& e) { e.remove_all(HeaderId::kPAssertedIdentity); },
         replaced(replaced(kWhole, "P-Asserted-Identity: <sip:x@y>\r\n", ""), "p-asserted-identity: <tel:+1>\r\n", "")},
        {"set one in place of several", [](Edits& e) { e.set(HeaderId::kPAssertedIdentity, "<sip:z@z>"); },
         replaced(replaced(kWhole, "P-Asserted-Identity: <sip:x@y>", "P-Asserted-Identity: <sip:z@z>"), "p-asserted-identity: <tel:+1>\r\n", "")},
        {"set one that is not there", [](Edits& e) { e.set(HeaderId::kPrivacy, "id"); },
         replaced(kWhole, "Content-Length: 4\r\n", "Content-Length: 4\r\nPrivacy: id\r\n")},
        {"remove by name", [](Edits& e) { e.remove_all("x-odd"); }, replaced(kWhole, "X-Odd:   spaced  \r\n", "")},
        {"set a value, blanks around it stay", [](Edits& e) { e.set_value(*e.message().find("X-Odd"), "new"); },
         replaced(kWhole, "spaced", "new")},
        {"insert and remove at the same place",
         [](Edits& e) { e.remove_all(HeaderId::kRoute); e.push_route("<sip:only;lr>"); },
         replaced(kWhole, "Route: <sip:r1;lr>, <sip:r2;lr>,\r\n <sip:r3;lr>\r\nRoute: <sip:r4;lr>\r\n", "Route: <sip:only;lr>\r\n")},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(edited(kText, row.edit) == row.expected);
    }
}

TEST_CASE("edit: an empty value is set on its own line", "[sip][edit]") {
    for (const char* empty : {"Session-ID:\r\n", "Session-ID: \r\n", "Session-ID:\r\n \r\n"}) {
        const std::string text = replaced(kText, "X-Odd:   spaced  \r\n", empty);
        const std::string out = edited(text, [](Edits& e) { e.set(HeaderId::kSessionId, "0123456789abcdef0123456789abcdef"); });
        CHECK(out.find("Session-ID:0123456789abcdef0123456789abcdef") != std::string::npos);
    }
}

TEST_CASE("edit: a single Via line goes as a whole", "[sip][edit]") {
    const std::string text = replaced(kText, "v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1, SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2\r\n",
                                      "v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n");
    CHECK(edited(text, [](Edits& e) { e.pop_via(); }).find("v: SIP") == std::string::npos);
}

TEST_CASE("edit: a dropped field goes with all that was added or changed under its name before", "[sip][edit]") {
    const std::string out = edited(kText, [](Edits& e) {
        e.add("X-A", "1");
        e.add_first("x-a", "2");
        e.add("X-AB", "3");
        e.set_max_forwards(5);
        e.drop(HeaderId::kMaxForwards, "Max-Forwards");
        e.drop(HeaderId::kOther, "X-A");
        e.add("X-A", "4");
    });
    CHECK(out.find("Max-Forwards") == std::string::npos);
    CHECK(out.find("x-a: 2") == std::string::npos);
    CHECK(out.find("X-A: 1") == std::string::npos);
    CHECK(out.find("X-AB: 3\r\nX-A: 4\r\n") != std::string::npos);
    // Lines that stand together go together, others apart; what stands between them stays.
    const std::string text = replaced(kText, "\r\n\r\n", "\r\nX-B: 1\r\nx-b: 2\r\nX-C: 3\r\nX-B: 4\r\n\r\n");
    const std::string rest = edited(text, [](Edits& e) { e.drop(HeaderId::kOther, "X-B"); });
    CHECK(rest == replaced(kWhole, "\r\n\r\n", "\r\nX-C: 3\r\n\r\n"));
}

TEST_CASE("edit: changes that contradict each other are refused, not sent", "[sip][edit]") {
    Message m;
    REQUIRE(scan(kText, Strictness::kLenient, m).ok());
    Edits edits(m);
    edits.set_max_forwards(69);
    edits.remove_all(HeaderId::kMaxForwards);
    std::string out;
    CHECK_FALSE(edits.render(out));
    edits.reset(m);
    for (int i = 0; i < 200; ++i) edits.add("X", "y");
    CHECK_FALSE(edits.render(out));
    edits.reset(m);
    out.clear();
    CHECK(edits.render(out));
}

TEST_CASE("edit: what lenient let pass is put right", "[sip][edit]") {
    auto repaired = [](const std::string& text) {
        Message m;
        REQUIRE(scan(text, Strictness::kLenient, m).ok());
        Edits edits(m);
        repair(edits);
        std::string out;
        REQUIRE(edits.render(out));
        return out;
    };
    CHECK(repaired(kText) == kWhole);
    CHECK(repaired(replaced(kText, "INVITE sip:a@b SIP/2.0", "INVITE  <sip:a@b>  SIP/2.0 ")) == kWhole);
    CHECK(repaired(replaced(kText, "sip:a@b SIP", "sip:a@b?Route=%3Csip:x%3E SIP")) == kWhole);
    CHECK(repaired(replaced(kText, "Ann   <", "Bell, \"Ann <")).find("From:  \"Bell, \\\"Ann\" <sip:ann@x>;tag=1\r\n") != std::string::npos);
    const std::string twice =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n"
        "Server: a\r\nDate: d\r\nServer: b\r\nServer: c\r\nContent-Length: 0\r\n\r\n";
    CHECK(repaired(twice) == replaced(twice, "Server: b\r\nServer: c\r\n", ""));
    CHECK(repaired(twice.substr(0, twice.size() - 2)) == replaced(twice, "Server: b\r\nServer: c\r\n", ""));
    // What only the datagram told (RFC 3261 §18.3) is written for those who read a stream.
    const std::string whole = replaced(kWhole, "Content-Length: 4\r\n", ""), length = "Content-Length: 4\r\n\r\nbody";
    CHECK(repaired(whole) == replaced(whole, "\r\nbody", length));
    CHECK(repaired(replaced(twice, "Content-Length: 0\r\n\r\n", "")) == replaced(twice, "Server: b\r\nServer: c\r\n", ""));
}

TEST_CASE("edit: what is to be put right, but is replaced already, is left alone", "[sip][edit]") {
    const std::string text = replaced(replaced(kText, "Ann   <", "Bell, Ann <"), "CSeq:", "Server: a\r\nCSeq:");
    Message m;
    REQUIRE(scan(text, Strictness::kLenient, m).ok());
    Edits edits(m);
    edits.set_value(*m.first(HeaderId::kFrom), "<sip:somebody@else>;tag=1");
    repair(edits);
    std::string out;
    REQUIRE(edits.render(out));
    CHECK(out.find("From:  <sip:somebody@else>;tag=1\r\n") != std::string::npos);
    CHECK(out.find("Bell") == std::string::npos);

    const std::string twice =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n"
        "Server: a\r\nServer: b\r\nDate: d\r\nDate: e\r\nContent-Length: 0\r\n\r\n";
    REQUIRE(scan(twice, Strictness::kLenient, m).ok());
    edits.reset(m);
    edits.remove_all(HeaderId::kServer);
    repair(edits);
    out.clear();
    REQUIRE(edits.render(out));
    CHECK(out == replaced(replaced(twice, "Server: a\r\nServer: b\r\n", ""), "Date: e\r\n", ""));
}

TEST_CASE("edit: any number of lines in a row goes at once", "[sip][edit]") {
    std::string text = "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n";
    const std::string kept = cat(text, "Subject: x\r\n\r\n");
    for (int i = 0; i < 200; ++i) text += "P-Asserted-Identity: <sip:x@y>\r\n";
    text += "Subject: x\r\n\r\n";
    CHECK(edited(text, [](Edits& e) { e.remove_all(HeaderId::kPAssertedIdentity); }) == kept);
}

TEST_CASE("edit: our Via stands right behind the start line, wherever theirs stands", "[sip][edit]") {
    const std::string text =
        "INVITE sip:a@b SIP/2.0\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\n\r\n";
    Message m;
    REQUIRE(scan(text, Strictness::kLenient, m).ok());
    Edits edits(m);
    edits.push_via("SIP/2.0/UDP ours;branch=z9hG4bK2");
    edits.push_record_route("<sip:ours;lr>");
    std::string out;
    REQUIRE(edits.render(out));
    CHECK(out == replaced(text, "SIP/2.0\r\n", "SIP/2.0\r\nVia: SIP/2.0/UDP ours;branch=z9hG4bK2\r\nRecord-Route: <sip:ours;lr>\r\n"));
}

TEST_CASE("edit: received and rport are noted as RFC 3581 says", "[sip][edit]") {
    const auto source = *net::Endpoint::parse("192.0.2.9:7000");
    struct Row {
        std::string_view via, expected, target;
    };
    const Row rows[] = {
        {"SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1", "192.0.2.9:5060"},
        {"SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "192.0.2.9:5060"},
        {"SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1", "SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1;received=192.0.2.9", "192.0.2.9:5062"},
        {"SIP/2.0/UDP host.example;rport;branch=z9hG4bK1", "SIP/2.0/UDP host.example;branch=z9hG4bK1;received=192.0.2.9;rport=7000",
         "192.0.2.9:7000"},
        {"SIP/2.0/UDP 10.0.0.1;received=6.6.6.6;rport=1;branch=z9hG4bK1", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.0.2.9;rport=7000",
         "192.0.2.9:7000"},
        // What the sender notes himself leads nowhere else, also where sent-by tells the truth (reflection).
        {"SIP/2.0/UDP 192.0.2.9:5060;received=6.6.6.6;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1", "192.0.2.9:5060"},
        {"SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;Received = 6.6.6.6;received=6.6.6.7", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1",
         "192.0.2.9:5060"},
        {"SIP/2.0/UDP 192.0.2.9:5060;received", "SIP/2.0/UDP 192.0.2.9:5060", "192.0.2.9:5060"},
        {"SIP/2.0/UDP 192.0.2.9:5060;rport=1;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;received=192.0.2.9;rport=7000",
         "192.0.2.9:7000"},
    };
    for (const Row& row : rows) {
        INFO(row.via);
        const std::string stamped = stamp_via(row.via, *parse_via(row.via), source);
        CHECK(stamped == row.expected);
        CHECK(response_target(*parse_via(stamped))->str() == row.target);
    }
    CHECK_FALSE(response_target(*parse_via("SIP/2.0/UDP host.example")).has_value());
    CHECK(stamp_via("SIP/2.0/UDP h;rport", *parse_via("SIP/2.0/UDP h;rport"), *net::Endpoint::parse("[2001:db8::1]:5060")) ==
          "SIP/2.0/UDP h;received=2001:db8::1;rport=5060");
}

TEST_CASE("build: a response has what RFC 3261 §8.2.6 asks for", "[sip][build]") {
    Message m;
    REQUIRE(scan(kText, Strictness::kLenient, m).ok());
    std::string out;
    build_response(out, m, 404, {.reason = {}, .to_tag = "mine", .top_via = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=1.2.3.4",
                                 .extra_headers = "Retry-After: 5\r\n"});
    Message r;
    REQUIRE(scan(out, Strictness::kStrict, r).ok());
    CHECK(r.status() == 404);
    CHECK(r.reason_phrase() == "Not Found");
    CHECK(r.to_tag() == "mine");
    CHECK(r.top_via_text() == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=1.2.3.4");
    ValueCursor vias(r, HeaderId::kVia);
    vias.next();
    vias.next();
    CHECK(*vias.next() == "SIP/2.0/UDP 10.0.0.3;branch=z9hG4bK3");
    CHECK(r.cseq().number == 5);
    CHECK(r.value(HeaderId::kRetryAfter) == "5");
    out.clear();
    build_response(out, m, 100, {.reason = {}, .to_tag = "mine", .top_via = {}, .extra_headers = {}});
    REQUIRE(scan(out, Strictness::kStrict, r).ok());
    CHECK(r.to_tag().empty());
}

TEST_CASE("build: CANCEL and ACK repeat what RFC 3261 §9.1 and §17.1.1.3 name", "[sip][build]") {
    Message m;
    REQUIRE(scan(kText, Strictness::kLenient, m).ok());
    std::string out;
    build_cancel(out, m, "SIP;cause=200");
    Message c;
    REQUIRE(scan(out, Strictness::kStrict, c).ok());
    CHECK(c.method() == Method::kCancel);
    CHECK(c.request_uri() == "sip:a@b");
    CHECK(c.cseq().number == 5);
    CHECK(c.value(HeaderId::kReason) == "SIP;cause=200");
    ValueCursor vias(c, HeaderId::kVia);
    CHECK(*vias.next() == "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1");
    CHECK_FALSE(vias.next().has_value());
    ValueCursor routes(c, HeaderId::kRoute);
    int count = 0;
    while (routes.next()) ++count;
    CHECK(count == 4);

    std::string response_text;
    build_response(response_text, m, 486, {.reason = {}, .to_tag = "callee", .top_via = {}, .extra_headers = {}});
    Message response;
    REQUIRE(scan(response_text, Strictness::kStrict, response).ok());
    out.clear();
    build_ack(out, m, response);
    Message a;
    REQUIRE(scan(out, Strictness::kStrict, a).ok());
    CHECK(a.method() == Method::kAck);
    CHECK(a.to_tag() == "callee");
    CHECK(a.from_tag() == "1");
    CHECK(a.top_via().branch() == "z9hG4bK1");
}
