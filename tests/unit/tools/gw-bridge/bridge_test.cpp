// Knows: set-up, media and end of mediated calls, with a whole bridge.
// Must not know: changes in mid-call (change_test.cpp).
// Next: scene.h; tests/interop/, where proxy and telephones are real.
#include "scene.h"

using namespace tandem;
using namespace tandem::bridge;
using namespace tandem::bridge::test;

TEST_CASE(
    "bridge: a call goes through with identity, Session-ID, early media, converted audio, and leaves its "
    "records",
    "[bridge]") {
    Scene t;
    t.dial();
    const auto& invite = t.proxy.invite;
    CHECK(invite.request_uri == "sip:+4930123@itsp.example");
    REQUIRE(invite.routes.size() == 1);
    CHECK(invite.routes[0].find(cat("<sip:", t.place.text(Place::kProxy), ";lr;tk=")) == 0);
    CHECK(invite.from.find("\"Alice\" <sip:alice@company.example>;tag=") == 0);
    CHECK(sipua::find(invite.headers, "P-Asserted-Identity") == "<sip:+4989111@company.example>");
    CHECK(sipua::find(invite.headers, "Session-ID") == cat(kUuidA, ";remote=", std::string(32, '0')));
    CHECK(sipua::find(invite.headers, "Max-Forwards") == "69");
    const auto offer = sdp::summarise(*sdp::parse_strict(invite.body.text));
    REQUIRE(offer.audio()->codecs.size() == 1);
    CHECK(offer.audio()->codecs[0].name == "PCMU");

    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    CHECK(t.proxy.responses["a:180"].body.empty());
    t.ua->progress(t.proxy.leg_b, 183, {{"Session-ID", cat(kUuidB, ";remote=", kUuidA)}},
                   sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(sipua::find(t.proxy.responses["a:183"].headers, "Session-ID") == cat(kUuidB, ";remote=", kUuidA));
    const auto answer = sdp::summarise(*sdp::parse_strict(t.proxy.responses["a:183"].body.text));
    CHECK(answer.audio()->codecs.at(0).name == "PCMA");

    // Early media, both ways.
    t.pstn.send(t.port_b(), 0, 0x12);
    const auto early = t.alice.receive();
    REQUIRE(early);
    CHECK(early->payload_type == 8);
    CHECK(early->payload[0] == rtp::g711::kMuToA[0x12]);

    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    CHECK(t.proxy.responses["a:200"].body.text == t.proxy.responses["a:183"].body.text);
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.wait("b:ack"));
    for (int i = 0; i < 20; ++i) {
        t.alice.send(t.port_a(), 8, 0x34);
        const auto heard = t.pstn.receive();
        REQUIRE(heard);
        CHECK(heard->payload_type == 0);
        CHECK(heard->payload[5] == rtp::g711::kAToMu[0x34]);
    }
    t.ua->bye(t.proxy.leg_a, {{"Reason", "Q.850;cause=16;text=\"bye\""}});
    REQUIRE(t.wait("b:bye"));
    CHECK(sipua::find(t.proxy.requests["b:bye"].headers, "Reason") == "Q.850;cause=16;text=\"bye\"");
    CHECK(sipua::find(t.proxy.requests["b:bye"].headers, "Session-ID") == cat(kUuidA, ";remote=", kUuidB));

    const std::string record = t.record();
    CHECK(Scene::text(record, "call.call_id") == "call-a");
    CHECK(Scene::text(record, "call.session_id") == kUuidA);
    CHECK(Scene::text(record, "call.outcome") == "answered");
    CHECK(Scene::text(record, "call.status") == "200");
    CHECK(Scene::text(record, "call.ended_by") == "caller");
    CHECK(Scene::text(record, "call.q850") == "16");
    CHECK(Scene::text(record, "call.direction") == "outbound");
    CHECK(Scene::text(record, "call.source") == "alice");
    CHECK(Scene::text(record, "call.target") == "itsp");
    const std::string legs = Scene::text(record, "call.legs");
    CHECK(legs.find("\"peer\":\"alice\"") != std::string::npos);
    CHECK(legs.find("\"codec\":\"PCMA\",\"received\":20,\"lost\":0") != std::string::npos);
    CHECK(legs.find("\"sent\":20,\"converted\":20") != std::string::npos);
    CHECK(t.out.text().find("\"type\":\"stream\"") != std::string::npos);
    CHECK(t.snapshot->setup(t.token())->a.ports->in_use() == 0);
    CHECK(t.snapshot->setup(t.token())->b.ports->in_use() == 0);
}

TEST_CASE("bridge: INVITEs without a valid token are refused with 403, and nobody is called", "[bridge]") {
    Scene t;
    auto plain = t.call(t.alice.sdp("8 101"));
    plain.routes = {cat("<sip:", t.place.text(Place::kBridge), ";lr>")};
    auto forged = t.call(t.alice.sdp("8 101"));
    forged.routes = {plain.routes[0], t.token_route(std::string(48, 'A'))};
    auto expired = t.call(t.alice.sdp("8 101"));
    sip::Token old = t.token();
    old.expires_s = 1000;
    expired.routes = {t.token_route(t.sealed(old))};
    auto elsewhere = t.call(t.alice.sdp("8 101"));
    elsewhere.routes = {t.token_route(*sip::seal_token(*t.keys, t.token(), "provider"))};
    std::size_t n = 0;
    for (const auto& call : {plain, forged, expired, elsewhere}) {
        t.proxy.leg_a = t.ua->invite(call);
        ++n;
        REQUIRE(t.loop.run_until([&] { return t.proxy.count("a:failed 403") == n; }, seconds{10}));
    }
    CHECK_FALSE(t.proxy.heard("b:invite"));
    CHECK(t.service->counters().bad_token == 4);
    REQUIRE(t.writer->finish(seconds{1}));
    CHECK(t.out.text().empty());  // no record of a call that never was
}

TEST_CASE("bridge: calls from elsewhere than the proxy are refused and counted", "[bridge]") {
    Scene t;
    Proxy stranger;
    auto ua = t.agent(t.place.at(Place::kStranger), stranger);
    stranger.leg_a = ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.loop.run_until([&] { return stranger.heard("a:failed 403"); }, seconds{10}));
    CHECK(t.service->refused_sources() == 1);
    CHECK(t.service->counters().invites == 0);
    ua->shutdown(seconds{1});
}

TEST_CASE("bridge: status, phrase, Reason and Retry-After of the callee are handed back unchanged",
          "[bridge]") {
    struct Row {
        unsigned status;
        std::string_view phrase;
        Headers headers;
        std::string_view outcome;
    };
    const Row rows[] = {{486, "Busy Here", {{"Reason", "Q.850;cause=17"}}, "busy"},
                        {503, "Trunk down", {{"Retry-After", "30"}}, "failed"},
                        {404, "Not Found", {}, "rejected"},
                        {302, "Moved", {{"Contact", "<sip:x@y.example>"}}, "redirected"},
                        {603, "Decline", {}, "rejected"}};
    for (const auto& row : rows) {
        CAPTURE(row.status);
        Scene t;
        t.dial();
        t.ua->reject(t.proxy.leg_b, row.status, std::string(row.phrase), row.headers);
        REQUIRE(t.wait(cat("a:failed ", row.status)));
        const auto& r = t.proxy.responses[cat("a:failed ", row.status)];
        CHECK(r.phrase == row.phrase);
        for (const auto& h : row.headers) CHECK(sipua::find(r.headers, h.name) == h.value);
        const auto record = t.record();
        CHECK(Scene::text(record, "call.status") == cat(row.status));
        CHECK(Scene::text(record, "call.outcome") == row.outcome);
    }
}

TEST_CASE("bridge: a caller that gives up cancels leg B", "[bridge]") {
    Scene t;
    t.dial();
    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    t.ua->cancel(t.proxy.leg_a, {{"Reason", "SIP;cause=200"}});
    REQUIRE(t.wait("b:cancel"));
    CHECK(sipua::find(t.proxy.requests["b:cancel"].headers, "Reason") == "SIP;cause=200");
    const auto record = t.record();
    CHECK(Scene::text(record, "call.outcome") == "cancelled");
    CHECK(Scene::text(record, "call.ended_by") == "caller");
}

TEST_CASE("bridge: offers that cannot be served are refused before anybody is called", "[bridge]") {
    struct Row {
        std::string_view desk, itsp;
        std::string body;
        std::string_view type;
        unsigned status;
    };
    const Phone phone;
    const Row rows[] = {
        {"", "", phone.sdp("9 101"), "application/sdp", 488},
        {"", "", "v=0\r\nnonsense", "application/sdp", 400},
        {"", "", "hello", "text/plain", 415},
        {"", "",
         "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/SAVP 8\r\n",
         "application/sdp", 488},
        {"", R"(, "srtp": "required")", phone.sdp("8 101"), "application/sdp", 488},
        {R"(, "delayed_offer": "refuse")", "", "", "", 488},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body, row.status);
        Scene t(row.desk, row.itsp);
        auto call = t.call({});
        call.body = {std::string(row.type), row.body};
        t.proxy.leg_a = t.ua->invite(call);
        REQUIRE(t.wait(cat("a:failed ", row.status)));
        CHECK_FALSE(t.proxy.heard("b:invite"));
        CHECK(Scene::text(t.record(), "call.status") == cat(row.status));
        CHECK(t.snapshot->setup(t.token())->a.ports->in_use() == 0);
    }
}

TEST_CASE("bridge: a call that has passed too many hops is refused", "[bridge]") {
    Scene t;
    auto call = t.call(t.alice.sdp("8 101"));
    call.headers.push_back({"Max-Forwards", "0"});
    t.proxy.leg_a = t.ua->invite(call);
    REQUIRE(t.wait("a:failed 483"));
    CHECK_FALSE(t.proxy.heard("b:invite"));
}

TEST_CASE("bridge: an INVITE without an offer gets ours in the 200, and its answer is taken from the ACK",
          "[bridge]") {
    Scene t;
    t.proxy.leg_a = t.ua->invite(t.call({}));
    REQUIRE(t.wait("b:invite"));
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(t.proxy.responses["a:183"].body.empty());
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    CHECK(sdp::summarise(*sdp::parse(t.proxy.responses["a:200"].body.text)).audio()->codecs.at(0).name ==
          "PCMA");
    t.ua->ack(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101")));
    t.proxy.responses.erase("a:183");
    const auto heard = t.pass(t.alice, t.port_a(), 8, 0x34, t.pstn);
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kAToMu[0x34]);
}

TEST_CASE("bridge: an ACK that should have brought the answer and did not ends the call", "[bridge]") {
    Scene t;
    t.proxy.leg_a = t.ua->invite(t.call({}));
    REQUIRE(t.wait("b:invite"));
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.wait("a:bye"));
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.ended_by") == "answer_not_acceptable");
}

TEST_CASE("bridge: an answer without a usable description ends leg B with BYE and the caller with 488",
          "[bridge]") {
    for (const std::string& body :
         {std::string(), Phone().sdp("18 101"), std::string("v=0\r\nm=audio 0 RTP/AVP 0\r\n")}) {
        CAPTURE(body);
        Scene t;
        t.dial();
        t.ua->answer(t.proxy.leg_b, {}, body.empty() ? sipua::Body{} : sipua::sdp_body(body));
        REQUIRE(t.wait("a:failed 488"));
        REQUIRE(t.wait("b:bye"));
        CHECK(Scene::text(t.record(), "call.reason") == "answer_not_acceptable");
    }
}

TEST_CASE("bridge: digits pass with each leg's own payload type", "[bridge]") {
    Scene t(R"(, "dtmf_payload_type": 96)", "");
    t.dial();
    auto answer = t.pstn.sdp("0 100");
    answer.replace(answer.find("rtpmap:101"), 10, "rtpmap:100");
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(answer));
    REQUIRE(t.wait("a:200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    const auto heard = t.pass(t.alice, t.port_a(), 101, 5, t.pstn);
    REQUIRE(heard);
    CHECK(heard->payload_type == 100);
}

TEST_CASE(
    "bridge: without media an answered call is ended on both legs, with the reason in Reason and record",
    "[bridge]") {
    Scene t(R"(, "media_timeout_s": 1)", "");
    t.connect();
    REQUIRE(t.wait("a:bye", seconds{4}));
    REQUIRE(t.wait("b:bye"));
    CHECK(sipua::find(t.proxy.requests["a:bye"].headers, "Reason") ==
          "Q.850;cause=102;text=\"media timeout\"");
    CHECK(Scene::text(t.record(), "call.ended_by") == "media_timeout");
}

TEST_CASE("bridge: the longest duration ends a call", "[bridge]") {
    Scene t("", R"(, "max_duration_s": 1)");
    t.connect();
    for (int i = 0; i < 60 && !t.proxy.heard("a:bye"); ++i) {
        t.alice.send(t.port_a(), 8, 1);
        t.pstn.send(t.port_b(), 0, 1);
        t.settle(milliseconds{50});
    }
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.ended_by") == "max_duration");
}

TEST_CASE("bridge: when every media port is taken a call gets 503 with Retry-After, and works again later",
          "[bridge]") {
    Scene t("", "", 1);
    t.connect();
    Proxy second;
    t.proxy.said.clear();
    const LegId first = t.proxy.leg_a;
    t.proxy.leg_a = t.ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.wait("a:failed 503"));
    CHECK(sipua::find(t.proxy.responses["a:failed 503"].headers, "Retry-After") == "5");
    CHECK(t.service->live_calls() == 1);
    t.ua->bye(first, {});
    REQUIRE(t.loop.run_until([&] { return t.service->live_calls() == 0; }, seconds{10}));
    CHECK(t.snapshot->setup(t.token())->b.ports->in_use() == 0);
}

TEST_CASE("bridge: draining refuses new calls with 503 and leaves live ones up until they are hung up",
          "[bridge]") {
    Scene t;
    t.connect();
    t.service->drain();
    CHECK(t.service->options() == 503);
    const LegId first = t.proxy.leg_a;
    t.proxy.leg_a = t.ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.wait("a:failed 503"));
    CHECK_FALSE(sipua::find(t.proxy.responses["a:failed 503"].headers, "Retry-After").empty());
    t.proxy.leg_a = first;
    CHECK(t.service->live_calls() == 1);
    t.service->hang_up_all("drain", "drain timeout");
    REQUIRE(t.wait("a:bye"));
    REQUIRE(t.wait("b:bye"));
    CHECK(sipua::find(t.proxy.requests["a:bye"].headers, "Reason") ==
          "Q.850;cause=41;text=\"drain timeout\"");
    const auto record = t.record();
    CHECK(Scene::text(record, "call.ended_by") == "drain");
    CHECK(Scene::text(record, "call.q850") == "41");
}

TEST_CASE("bridge: a call that is hung up before its answer gets 503 and CANCEL", "[bridge]") {
    Scene t;
    t.dial();
    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    t.service->hang_up_all("drain", "drain timeout");
    REQUIRE(t.wait("a:failed 503"));
    REQUIRE(t.wait("b:cancel"));
}

TEST_CASE("bridge: early media is kept from the caller when the profile says so", "[bridge]") {
    Scene t("", R"(, "early_media": "off")");
    t.dial();
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(t.proxy.responses["a:183"].body.empty());
    t.pstn.send(t.port_b(), 0, 1);
    CHECK_FALSE(t.alice.receive(150));
}

TEST_CASE("bridge: another topology serves new calls, live calls keep theirs, another address is refused",
          "[bridge]") {
    Scene t;
    t.connect();
    auto other = config::parse_topology(topology_text(t.place, "", R"(, "max_duration_s": 7)"), "new.json");
    REQUIRE(other.ok());
    auto next = Snapshot::make(other.topology, "");
    REQUIRE(next);
    (*next)->keep_ports(*t.snapshot);
    CHECK((*next)->setup(t.token())->a.ports == t.snapshot->setup(t.token())->a.ports);
    CHECK((*next)->setup(t.token())->max_duration == seconds{7});
    REQUIRE(t.service->adopt(*next, t.keys));
    CHECK(t.service->live_calls() == 1);
    std::string text = topology_text(t.place, "", "");
    const std::string old = t.place.text(Place::kBridge);
    text.replace(text.find(old), old.size(), t.place.text(Place::kElsewhere));
    auto moved = config::parse_topology(text, "moved.json");
    REQUIRE(moved.ok());
    CHECK_FALSE(t.service->adopt(*Snapshot::make(moved.topology, ""), t.keys));
}

TEST_CASE("bridge: an emergency call is taken while it drains, and no limit ends it", "[bridge]") {
    Scene t("", R"(, "max_duration_s": 1)");
    t.service->drain();
    sip::Token token = t.token();
    token.emergency = true;
    auto call = t.call(t.alice.sdp("8 101"));
    call.routes = {t.token_route(t.sealed(token))};
    t.proxy.leg_a = t.ua->invite(call);
    REQUIRE(t.wait("b:invite"));
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    CHECK(t.service->counters().draining == 0);
    t.settle(milliseconds{1500});
    CHECK(t.service->live_calls() == 1);
    CHECK(t.snapshot->setup(token)->max_duration == seconds{0});
    CHECK(t.snapshot->setup(t.token())->max_duration == seconds{1});
    t.ua->bye(t.proxy.leg_a, {});
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.emergency") == "true");
}
