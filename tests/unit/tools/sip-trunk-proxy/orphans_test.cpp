// Knows: a 2xx that comes when the caller has been told of a failure: nothing stays up at the callee.
// Must not know: calls that go well (direct_call_test.cpp).
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// The first target makes no progress and is let go; the second one is busy; the caller hears of it.
std::string failed_call(Bench& b) {
    b.in(invite(), kAlice);
    const std::string first = b.last_to(kGateway);
    b.in(reply(first, 100), kGateway);
    b.advance(milliseconds(10'100));
    b.in(reply(b.last_to(kSpare), 486), kSpare);
    REQUIRE(Read(b.last_to(kAlice)).m.status() == 486);
    return first;
}

void hung_up(Bench& b, const std::string& first) {
    CHECK(b.count_to(kAlice, "SIP/2.0 200") == 0);
    REQUIRE(b.count_to(kGateway, "ACK ") == 1);
    REQUIRE(b.count_to(kGateway, "BYE ") == 1);
    const Read bye(b.last_to(kGateway));
    CHECK(bye.m.request_uri() == "sip:peer@10.0.0.30:5060");
    CHECK(bye.m.call_id() == "call-1");
    CHECK(bye.m.from_tag() == "caller");
    CHECK(bye.m.to_tag() == "callee");
    CHECK(bye.m.cseq().number == Read(first).m.cseq().number + 1);
    CHECK_FALSE(bye.m.has(sip::HeaderId::kRoute));
    CHECK(b.proxy.counters().orphans_ended == 1);
}

}  // namespace

TEST_CASE("orphan: a 2xx after the failure went upstream gets ACK and BYE", "[proxy][orphan]") {
    Bench b;
    const std::string first = failed_call(b);
    const std::string ok = reply(first, 200);
    b.in(ok, kGateway);
    hung_up(b, first);
    const std::string bye = b.last_to(kGateway);
    b.in(ok, kGateway);  // again, the ACK was lost
    CHECK(b.count_to(kGateway, "ACK ") == 2);
    CHECK(b.count_to(kGateway, "BYE ") == 1);
    b.in(reply(bye, 200), kGateway);
    b.advance(seconds(40));
    CHECK(b.count_to(kGateway, "BYE ") == 1);
    CHECK(b.records.size() == 1);
    CHECK(b.proxy.idle());
}

TEST_CASE("orphan: also when the caller's transaction is over", "[proxy][orphan]") {
    Bench b;
    const std::string first = failed_call(b);
    b.in("ACK sip:02079460200@company.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11:5060;rport;branch=z9hG4bKinvite1\r\n"
         "Max-Forwards: 70\r\nFrom: <sip:alice@company.example>;tag=caller\r\nTo: <sip:02079460200@company.example>;tag=callee\r\n"
         "Call-ID: call-1\r\nCSeq: 100 ACK\r\nContent-Length: 0\r\n\r\n", kAlice);
    b.advance(seconds(6));  // Timer I
    REQUIRE_FALSE(b.proxy.remembers());
    b.in(reply(first, 200), kGateway);
    hung_up(b, first);
}

TEST_CASE("orphan: the request goes the callee's route and to no strange address", "[proxy][orphan]") {
    Bench b;
    const std::string first = failed_call(b);
    std::string ok = reply(first, 200, {}, "192.0.2.66:5060");
    ok.insert(ok.find("Record-Route: "), "Record-Route: <sip:10.0.0.30:5070;lr>\r\n");
    b.in(ok, kGateway);
    const net::Endpoint hop = *net::Endpoint::parse("10.0.0.30:5070");
    const Read bye(b.last_to(hop));
    CHECK(bye.m.request_uri() == "sip:peer@192.0.2.66:5060");
    CHECK(bye.m.value(sip::HeaderId::kRoute) == "<sip:10.0.0.30:5070;lr>");
    CHECK(b.count_to(*net::Endpoint::parse("192.0.2.66:5060"), "") == 0);
}

TEST_CASE("orphan: an answered call's further 2xx is left alone when the caller's transaction is over", "[proxy][orphan]") {
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    b.in(reply(to_first, 180), kBob);
    b.in(reply(to_second, 200, {}, "10.0.0.12:5064", "two"), second);
    b.advance(seconds(20));
    const std::string late = reply(to_first, 200, {}, "10.0.0.12:5060", "one");
    b.in(late, kBob);  // crossed the CANCEL: another dialog for the caller to end
    CHECK(b.count_to(kGateway, "SIP/2.0 200") == 2);
    b.advance(seconds(13));
    b.in(late, kBob);
    CHECK(b.count_to(kBob, "BYE ") == 0);
    CHECK(b.proxy.counters().orphans_ended == 0);
}

TEST_CASE("orphans: a 2xx that cannot be passed on is no answer: hung up, told as 500, not billed", "[proxy][orphans]") {
    Bench b;
    b.in(invite(), kAlice);
    std::string ok = reply(b.last_to(kGateway), 200);
    // The callee has kept our Via alone: the response does not say who asked.
    const auto second = ok.find("Via: ", ok.find("Via: ") + 1);
    REQUIRE(second != std::string::npos);
    ok.erase(second, ok.find("\r\n", second) + 2 - second);
    b.in(ok, kGateway);
    CHECK(b.count_to(kAlice, "SIP/2.0 200") == 0);
    CHECK(b.count_to(kGateway, "ACK ") == 1);
    CHECK(b.count_to(kGateway, "BYE ") == 1);
    CHECK(Read(b.last_to(kAlice)).m.status() == 500);
    CHECK(b.proxy.live_calls() == 0);
    CHECK(b.proxy.counters().answered == 0);
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"outcome\":\"failed\"") != std::string::npos);
}
