// Knows: calls between IPv6 addresses: both stand in the cookie, and in-dialog requests find their way by it.
// Must not know: what does not depend on the family (direct_call_test.cpp, mediated_test.cpp).
#include <regex>

#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// The company at addresses of the same numbers: 10.0.0.N is 2001:db8::N, 203.0.113.N is 2001:db8:1::N. Bodies stay.
std::string v6(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    std::string head(text.substr(0, end));
    for (const auto& [from, to] : {std::pair{R"(10\.0\.0\.)", "2001:db8::"}, {R"(203\.0\.113\.)", "2001:db8:1::"}}) {
        head = std::regex_replace(head, std::regex(cat(from, R"((\d+):(\d+))")), cat('[', to, "$1]:$2"));
        head = std::regex_replace(head, std::regex(cat(from, R"((\d+)/32)")), cat(to, "$1/128"));
        head = std::regex_replace(head, std::regex(cat(from, R"((\d+)/31)")), cat(to, "$1/127"));
        head = std::regex_replace(head, std::regex(cat(from, R"((\d+))")), cat(to, "$1"));
    }
    return head + std::string(end == std::string_view::npos ? std::string_view{} : text.substr(end));
}

net::Endpoint v6(const net::Endpoint& e) { return *net::Endpoint::parse(v6(e.str())); }

// An in-dialog request whose addresses are of the old family, but for the routes.
std::string inside(std::string_view method, std::string_view uri, const std::string& routes, std::uint32_t cseq, bool caller,
                   std::string_view via_host, std::string_view call_id = "call-1") {
    const std::string branch = cat("z9hG4bK", method, cseq);
    return v6(in_dialog(method, uri, routes, cseq, branch, caller ? "caller" : "callee", caller ? "callee" : "caller", via_host, call_id));
}

}  // namespace

TEST_CASE("ipv6: a direct call's ACK, re-INVITE and BYE go both ways by the cookie", "[proxy][ipv6]") {
    Bench b(v6(kTopology));
    const net::Endpoint alice = v6(kAlice), gateway = v6(kGateway);
    b.in(v6(invite()), alice, 0);
    const std::string sent = b.last_to(gateway);
    REQUIRE(sent.starts_with("INVITE "));
    CHECK(Read(sent).m.top_via().host == "2001:db8::1");
    const std::string ok = reply(sent, 200, {}, "[2001:db8::30]:5060");
    b.in(ok, gateway, 0);
    CHECK(b.last_to(alice).starts_with("SIP/2.0 200 "));
    const std::string by_caller = routes_of(ok, true), by_callee = routes_of(sent, false);
    CHECK(by_caller.find("<sip:[2001:db8::1]:5060;lr;ck=") != std::string::npos);

    b.in(inside("ACK", "sip:peer@10.0.0.30:5060", by_caller, 100, true, "10.0.0.11:5060"), alice, 0);
    CHECK(b.last_to(gateway).starts_with("ACK sip:peer@[2001:db8::30]:5060 "));
    b.in(inside("INVITE", "sip:alice@10.0.0.11:5060", by_callee, 7, false, "10.0.0.30:5060"), gateway, 0);
    CHECK(b.last_to(alice).starts_with("INVITE "));
    // A Contact that is a name which we do not know: to where the INVITE came from.
    b.in(inside("INFO", "sip:alice@phone.example", by_callee, 8, false, "10.0.0.30:5060"), gateway, 0);
    CHECK(b.last_to(alice).starts_with("INFO "));
    b.in(inside("BYE", "sip:peer@10.0.0.30:5060", by_caller, 101, true, "10.0.0.11:5060"), alice, 0);
    const std::string bye = b.last_to(gateway);
    REQUIRE(bye.starts_with("BYE "));
    b.in(reply(bye, 200), gateway, 0);
    CHECK(b.proxy.live_calls() == 0);
    CHECK(b.proxy.counters().stray_requests == 0);
}

TEST_CASE("ipv6: both legs of a mediated call go by their cookies", "[proxy][ipv6]") {
    Bench b(v6(kTopology));
    const net::Endpoint alice = v6(kAlice), bridge = v6(kBridge), itsp = v6(kItsp);
    b.in(v6(invite({.number = "02079460456"})), alice, 0);
    const std::string leg_a = b.last_to(bridge);
    REQUIRE(leg_a.starts_with("INVITE "));
    std::string token;
    {
        const Read r(leg_a);
        sip::ValueCursor cursor(r.m, sip::HeaderId::kRoute);
        while (const auto value = cursor.next()) {
            if (value->find(";tk=") != std::string_view::npos) token = *value;
        }
    }
    b.in(v6(invite({.number = "+442079460456", .from = "bridge", .call_id = "leg-b", .branch = "z9hG4bKlegb", .cseq = 1,
                    .extra = cat("Route: ", token, "\r\n"), .via_host = "10.0.0.3:5060"})),
         bridge, 2);
    const std::string leg_b = b.last_to(itsp);
    REQUIRE(leg_b.starts_with("INVITE "));
    const std::string ok_b = reply(leg_b, 200, {}, "[2001:db8:1::20]:5060");
    b.in(ok_b, itsp, 1);
    const std::string ok_a = reply(leg_a, 200, {}, "[2001:db8::3]:5060");
    b.in(ok_a, bridge, 2);
    CHECK(b.last_to(alice).starts_with("SIP/2.0 200 "));

    b.in(inside("ACK", "sip:peer@10.0.0.3:5060", routes_of(ok_a, true), 100, true, "10.0.0.11:5060"), alice, 0);
    CHECK(b.last_to(bridge).starts_with("ACK "));
    b.in(inside("ACK", "sip:peer@203.0.113.20:5060", routes_of(ok_b, true), 1, true, "10.0.0.3:5060", "leg-b"), bridge, 2);
    CHECK(b.last_to(itsp).starts_with("ACK "));
    // The provider hangs up; the bridge ends the other leg.
    b.in(inside("BYE", "sip:bridge@10.0.0.3:5060", routes_of(leg_b, false), 1, false, "203.0.113.20:5060", "leg-b"), itsp, 1);
    CHECK(b.last_to(bridge).starts_with("BYE "));
    b.in(reply(b.last_to(bridge), 200), bridge, 2);
    b.in(inside("BYE", "sip:alice@10.0.0.11:5060", routes_of(leg_a, false), 1, false, "10.0.0.3:5060"), bridge, 2);
    CHECK(b.last_to(alice).starts_with("BYE "));
    b.in(reply(b.last_to(alice), 200), alice, 0);
    CHECK(b.proxy.live_calls() == 0);
    CHECK(b.proxy.counters().stray_requests == 0);
}
