// Knows: what a user's profile and contact say of the requests that are sent within its dialogs.
// Must not know: an INVITE that opens one (profile_keys_test.cpp, probes_test.cpp).
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// Alice is reached as `target`, with that profile; inside is TCP too.
struct Called {
    Bench b;
    std::string invite_text;
    sipnet::Flow invite_flow;

    static std::string company(std::string_view target, std::string_view profile) {
        std::string text(kTopology);
        text.insert(text.find(R"({"name": "keeps503")"), cat(R"({"name": "alices", )", profile, "}, "));
        text.insert(text.find(R"("number": "+442079460001")"), R"("sip_profile": "alices", )");
        const std::string_view was = R"("target": "udp:10.0.0.11:5060")";
        text.replace(text.find(was), was.size(), cat(R"("target": ")", target, '"'));
        text.insert(text.find(R"("udp:10.0.0.1:5060")"), R"("tcp:10.0.0.1:5060", )");
        return text;
    }
    explicit Called(std::string_view target, std::string_view profile = R"("refer": true)") : b(company(target, profile)) {
        // The bench opens every address by UDP; this one is TCP's.
        b.snapshot->add_socket(0, Way::kTcp, sipnet::kFirstStreamSocket, *net::Endpoint::parse("10.0.0.1:5060"));
        b.snapshot->user_peers = {{41}, {}};
        b.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
        invite_text = b.wire.sent.back().bytes;
        invite_flow = b.wire.sent.back().flow;
        REQUIRE(invite_text.starts_with("INVITE "));
        b.proxy.on_message(sipnet::Flow{invite_flow.socket, kAlice, invite_flow.kind, false, invite_flow.peer}, reply(invite_text, 200, {}, "10.0.0.11:5060"));
        routes = routes_of(b.last_to(kGateway), true);
        REQUIRE(b.last_to(kGateway).starts_with("SIP/2.0 200 "));
    }
    void to_alice(std::string_view method, std::string_view uri, std::string_view extra = {}) {
        b.wire.sent.clear();
        b.in(in_dialog(method, uri, routes, 101, cat("z9hG4bK", method), "caller", "callee", "10.0.0.30:5060", "call-1", extra), kGateway);
    }
    const Wire::Sent& got() {
        REQUIRE_FALSE(b.wire.sent.empty());
        return b.wire.sent.back();
    }
    std::string routes;
};

}  // namespace

TEST_CASE("in a dialog: whom a connection must reach is the user's contact, as for the INVITE", "[proxy][profile]") {
    Called call("tcp:10.0.0.11:5060");
    REQUIRE(call.invite_flow.kind == Way::kTcp);
    REQUIRE(call.invite_flow.peer == 41);
    call.to_alice("INFO", "sip:peer@10.0.0.11:5060;transport=tcp");
    REQUIRE(call.got().bytes.starts_with("INFO "));
    CHECK(call.got().flow.kind == Way::kTcp);
    CHECK(call.got().flow.peer == 41);
    CHECK(call.got().flow.remote == kAlice);
}

TEST_CASE("in a dialog: a large request to a user goes by TCP where its profile says so", "[proxy][profile]") {
    for (const bool tcp : {false, true}) {
        Called call("udp:10.0.0.11:5060", tcp ? R"("large_request": "tcp")" : R"("refer": true)");
        call.to_alice("INFO", "sip:peer@10.0.0.11:5060", cat("X-Long: ", std::string(1400, 'x'), "\r\n"));
        REQUIRE(call.got().bytes.starts_with("INFO "));
        CHECK(call.got().flow.kind == (tcp ? Way::kTcp : Way::kUdp));
    }
}

TEST_CASE("in a dialog: a user's requests are repeated, and its answers repeated to it, by the timers of its profile", "[proxy][profile]") {
    for (const bool slow : {false, true}) {
        CAPTURE(slow);
        Called call("udp:10.0.0.11:5060", slow ? R"("timers": {"t1_ms": 2000})" : R"("refer": true)");
        call.to_alice("INFO", "sip:peer@10.0.0.11:5060");
        call.b.advance(milliseconds(3990));
        CHECK(call.b.count_to(kAlice, "INFO ") == (slow ? 2U : 4U));  // at 0, T1, 3 T1, 7 T1
        // A failure of ours to its INVITE: G = T1, 2 T1, …
        call.b.in(invite({.number = "00000", .call_id = "refused", .branch = "z9hG4bKrefused"}), kAlice);
        call.b.advance(milliseconds(1990));
        CHECK(call.b.count_to(kAlice, "SIP/2.0 4") == (slow ? 1U : 3U));  // at 0, T1, 3 T1
    }
}

TEST_CASE("in a dialog: the peer at an address is that of the target which has it", "[proxy][profile]") {
    Bench b;
    b.snapshot->trunk_peers = {{}, {7, 8}, {}};
    b.snapshot->user_peers = {{}, {5, 6}};
    const Index gateway = b.snapshot->topology->find_trunk("gateway"), bob = b.snapshot->topology->find_user("bob");
    REQUIRE(gateway == 1);
    REQUIRE(bob == 1);
    CHECK(b.snapshot->peer_of_trunk_at(gateway, kSpare) == 8);
    CHECK(b.snapshot->peer_of_trunk_at(gateway, *net::Endpoint::parse("10.0.0.31:5061")) == 8);
    CHECK(b.snapshot->peer_of_trunk_at(gateway, *net::Endpoint::parse("10.0.0.32:5061")) == 7);
    CHECK(b.snapshot->peer_of_trunk_at(kNoIndex, kSpare) == 0);
    CHECK(b.snapshot->peer_of_user_at(bob, *net::Endpoint::parse("10.0.0.12:5064")) == 6);
    CHECK(b.snapshot->peer_of_user_at(bob, *net::Endpoint::parse("10.0.0.12:49152")) == 5);
    CHECK(b.snapshot->peer_of_user_at(kNoIndex, kBob) == 0);
}
