// Knows: changes of mediated calls in mid-call: hold, resume, moves, refreshes, glare, INFO, with a whole bridge.
// Must not know: set-up and end (bridge_test.cpp).
// Next: scene.h.
#include "scene.h"

using namespace tandem;
using namespace tandem::bridge;
using namespace tandem::bridge::test;

TEST_CASE("bridge: hold and resume go through in the other leg's form, and media stop and go on",
          "[bridge]") {
    Scene t("", R"(, "hold": "sendonly")");
    t.connect();
    t.alice.send(t.port_a(), 8, 1);
    REQUIRE(t.pstn.receive());

    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.wait("b:reinvite"));
    CHECK(Scene::direction_of(t.proxy.requests["b:reinvite"].body.text) == sdp::Direction::kSendOnly);
    CHECK_FALSE(t.proxy.heard("a:reinvite 200"));  // not before the other end has answered
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {},
                  sipua::sdp_body(t.pstn.sdp("0 101", "a=recvonly\r\n")));
    REQUIRE(t.wait("a:reinvite 200"));
    CHECK(Scene::direction_of(t.proxy.responses["a:reinvite 200"].body.text) == sdp::Direction::kInactive);
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:ack") == 2; }, seconds{10}));
    t.settle();
    t.alice.send(t.port_a(), 8, 2);
    t.pstn.send(t.port_b(), 0, 2);
    CHECK_FALSE(t.pstn.receive(150));
    CHECK_FALSE(t.alice.receive(150));

    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=sendrecv\r\n")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:reinvite") == 2; }, seconds{10}));
    CHECK(Scene::direction_of(t.proxy.requests["b:reinvite"].body.text) == sdp::Direction::kSendRecv);
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("a:reinvite 200") == 2; }, seconds{10}));
    t.ua->ack(t.proxy.leg_a, {}, {});
    const auto heard = t.pass(t.alice, t.port_a(), 8, 0x34, t.pstn);
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kAToMu[0x34]);
}

TEST_CASE(
    "bridge: the callee may hold, too, with a zero address, and a leg that does not follow leaves the hold "
    "standing",
    "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101", {}, "0.0.0.0")));
    REQUIRE(t.wait("a:reinvite"));
    CHECK(Scene::direction_of(t.proxy.requests["a:reinvite"].body.text) == sdp::Direction::kInactive);
    t.ua->respond(t.proxy.leg_a, Pending::kReinvite, 488, {}, {}, {});
    REQUIRE(t.wait("b:reinvite 200"));
    t.ua->ack(t.proxy.leg_b, {}, {});
    t.settle();
    t.alice.send(t.port_a(), 8, 1);
    CHECK_FALSE(t.pstn.receive(150));
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a session refresh with the same description touches nothing", "[bridge]") {
    Scene t;
    t.connect();
    for (int i = 1; i <= 2; ++i) {
        t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101")));
        REQUIRE(t.loop.run_until(
            [&] { return t.proxy.count("a:reinvite 200") == static_cast<std::size_t>(i); }, seconds{10}));
        t.ua->ack(t.proxy.leg_a, {}, {});
        t.settle(milliseconds{50});
    }
    CHECK(t.proxy.responses["a:reinvite 200"].body.text == t.proxy.responses["a:200"].body.text);
    t.ua->update(t.proxy.leg_b, {}, {});
    REQUIRE(t.wait("b:update 200"));
    CHECK_FALSE(t.proxy.heard("b:reinvite"));
    CHECK_FALSE(t.proxy.heard("a:reinvite"));
}

TEST_CASE("bridge: a new address of one end is answered at once and media follow it", "[bridge]") {
    Scene t;
    t.connect();
    Phone moved;
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(moved.sdp("8 101")));
    REQUIRE(t.wait("a:reinvite 200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    const auto heard = t.pass(t.pstn, t.port_b(), 0, 0x12, moved);
    CHECK_FALSE(t.proxy.heard("b:reinvite"));
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kMuToA[0x12]);
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(moved.sdp("9 101")));
    REQUIRE(t.wait("a:reinvite 488"));  // the call goes on as it was
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a re-INVITE without an offer gets ours again", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, {});
    REQUIRE(t.wait("b:reinvite 200"));
    CHECK(Scene::media_of(t.proxy.responses["b:reinvite 200"].body.text) == t.port_b());
    Phone moved;
    t.ua->ack(t.proxy.leg_b, {}, sipua::sdp_body(moved.sdp("0 101")));
    REQUIRE(t.pass(t.alice, t.port_a(), 8, 0x34, moved));
}

TEST_CASE("bridge: INFO goes through, and its answer back", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->info(t.proxy.leg_a, {}, {"application/dtmf-relay", "Signal=5\r\nDuration=100\r\n"});
    REQUIRE(t.wait("b:info"));
    CHECK(t.proxy.requests["b:info"].body.text == "Signal=5\r\nDuration=100\r\n");
    t.ua->respond(t.proxy.leg_b, Pending::kInfo, 415, "Cannot", {}, {});
    REQUIRE(t.wait("a:info 415"));
    CHECK(t.proxy.responses["a:info 415"].phrase == "Cannot");
}

TEST_CASE(
    "bridge: a hold that crosses with a request of the other end is asked for again after the wait of RFC "
    "3261",
    "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.wait("b:reinvite"));
    const std::string first = t.proxy.requests["b:reinvite"].body.text;
    const MonoTime refused = t.clock.mono();
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 491, {}, {}, {});
    t.settle();
    CHECK_FALSE(
        t.proxy.heard("a:reinvite 200"));  // nobody is told of a hold that the other end does not know

    // Meanwhile the other end's own request is free to pass: the telephone moved.
    Phone moved;
    t.ua->reinvite(t.proxy.leg_b, {}, sipua::sdp_body(moved.sdp("0 101")));
    REQUIRE(t.wait("b:reinvite 200"));
    CHECK(Scene::direction_of(t.proxy.responses["b:reinvite 200"].body.text) == sdp::Direction::kInactive);
    t.ua->ack(t.proxy.leg_b, {}, {});
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:reinvite") == 2; }, seconds{5}));
    const nanoseconds waited = t.clock.mono() - refused;
    CHECK(waited >= milliseconds{2100});  // leg B's Call-ID is the bridge's
    CHECK(waited <= milliseconds{4300});
    const std::string again = t.proxy.requests["b:reinvite"].body.text;
    CHECK(Scene::direction_of(again) == sdp::Direction::kInactive);
    CHECK(Scene::media_of(again) == Scene::media_of(first));
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {},
                  sipua::sdp_body(moved.sdp("0 101", "a=inactive\r\n")));
    REQUIRE(t.wait("a:reinvite 200"));
    CHECK(Scene::direction_of(t.proxy.responses["a:reinvite 200"].body.text) == sdp::Direction::kInactive);
    t.ua->ack(t.proxy.leg_a, {}, {});
    t.settle();
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a hold that is withdrawn before the other end answered leaves call and media as they were",
          "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.wait("b:reinvite"));
    t.ua->withdraw(t.proxy.leg_a);
    REQUIRE(t.wait("a:reinvite 487"));
    REQUIRE(t.wait("b:withdrawn"));  // the other end is spared the hold
    CHECK_FALSE(t.proxy.heard("a:bye"));
    CHECK_FALSE(t.proxy.heard("b:bye"));
    t.alice.send(t.port_a(), 8, 0x34);
    CHECK(t.pstn.receive());
    t.pstn.send(t.port_b(), 0, 0x12);
    CHECK(t.alice.receive());

    // And the next hold goes through as ever.
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:reinvite") == 2; }, seconds{10}));
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {},
                  sipua::sdp_body(t.pstn.sdp("0 101", "a=inactive\r\n")));
    REQUIRE(t.wait("a:reinvite 200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a withdrawn hold that the other end had taken is taken back there", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.wait("b:reinvite"));
    // In the same turn of the loop: the 200 of B and the CANCEL of A cross within the bridge.
    t.ua->withdraw(t.proxy.leg_a);
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {},
                  sipua::sdp_body(t.pstn.sdp("0 101", "a=inactive\r\n")));
    REQUIRE(t.wait("a:reinvite 487"));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:reinvite") == 2; }, seconds{10}));
    CHECK(Scene::direction_of(t.proxy.requests["b:reinvite"].body.text) == sdp::Direction::kSendRecv);
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:ack") == 3; }, seconds{10}));
    CHECK(t.pass(t.alice, t.port_a(), 8, 0x34, t.pstn));
    CHECK(t.pass(t.pstn, t.port_b(), 0, 0x12, t.alice));
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a hold that is withdrawn during the wait after a glare is not asked for again",
          "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101", "a=inactive\r\n")));
    REQUIRE(t.wait("a:reinvite"));
    t.ua->respond(t.proxy.leg_a, Pending::kReinvite, 491, {}, {}, {});
    t.ua->withdraw(t.proxy.leg_b);
    REQUIRE(t.wait("b:reinvite 487"));
    const std::size_t asked = t.proxy.count("a:reinvite");  // one, or two when the wait was 0 ms
    t.settle(milliseconds{2200});
    if (asked == 1) CHECK(t.proxy.count("a:reinvite") == 1);
    t.pstn.send(t.port_b(), 0, 0x12);
    CHECK(t.alice.receive());
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a call that ends during the wait after a glare leaves nothing behind", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101", "a=inactive\r\n")));
    REQUIRE(t.wait("a:reinvite"));
    t.ua->respond(t.proxy.leg_a, Pending::kReinvite, 491, {}, {}, {});
    t.settle(milliseconds{20});
    t.ua->bye(t.proxy.leg_a, {});
    REQUIRE(t.wait("b:bye"));
    t.settle(milliseconds{2200});  // leg A's Call-ID is the caller's: the wait would be over by now
    CHECK(t.proxy.count("a:reinvite") <= 2);
    CHECK(t.service->live_calls() == 0);
}
