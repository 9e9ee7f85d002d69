// Knows: the bridge's pure parts: token in Route, headers that cross, Session-ID, codecs to media configuration.
// Must not know: calls in flow (bridge_test.cpp).
// Next: bridge_test.cpp.
#include <catch2/catch.hpp>

#include "base/text.h"
#include "gw-bridge/glare.h"
#include "gw-bridge/leg_media.h"
#include "gw-bridge/passed_headers.h"
#include "gw-bridge/token_route.h"
#include "sip/token.h"

using namespace tandem;
using namespace tandem::bridge;
using sipua::Headers;

TEST_CASE("token route: found behind our own Route, and what follows goes along", "[bridge][token]") {
    const auto found = find_token({"<sip:bridge;lr>", "<sip:192.0.2.1:5060;lr;tk=SEALED>", "<sip:next;lr>"});
    REQUIRE(found);
    CHECK(found->sealed == "SEALED");
    CHECK(found->rest == std::vector<std::string>{"<sip:192.0.2.1:5060;lr;tk=SEALED>", "<sip:next;lr>"});
}

TEST_CASE("token route: none, empty, too long, or in the wrong place is no token", "[bridge][token]") {
    CHECK_FALSE(find_token({}));
    CHECK_FALSE(find_token({"<sip:bridge;lr>"}));
    CHECK_FALSE(find_token({"<sip:proxy;lr;tk=>"}));
    CHECK_FALSE(find_token({cat("<sip:proxy;lr;tk=", std::string(sip::kMaxTokenText + 1, 'A'), ">")}));
    CHECK_FALSE(find_token({"<sip:proxy;lr>;tk=HEADER"}));
    CHECK_FALSE(find_token({"<sip:proxy?tk=X>", "nonsense", "<", ""}));
}

TEST_CASE("headers: identity and information cross, routing and dialog headers do not", "[bridge][headers]") {
    const Headers in{{"P-Asserted-Identity", "<sip:a@x>"},
                     {"Contact", "<sip:a@y>"},
                     {"Session-ID", "x"},
                     {"Max-Forwards", "70"},
                     {"reason", "Q.850;cause=16"},
                     {"Retry-After", "5"}};
    CHECK(request_headers(in) == Headers{{"P-Asserted-Identity", "<sip:a@x>"}, {"reason", "Q.850;cause=16"}});
    CHECK(response_headers(in, 503) ==
          Headers{{"P-Asserted-Identity", "<sip:a@x>"}, {"reason", "Q.850;cause=16"}, {"Retry-After", "5"}});
    CHECK(sipua::find(response_headers(in, 302), "Contact") == "<sip:a@y>");
    CHECK(sipua::find(response_headers(in, 200), "Contact").empty());
}

TEST_CASE("headers: Max-Forwards and causes, with nonsense taken as absent", "[bridge][headers]") {
    CHECK(max_forwards({{"Max-Forwards", " 3 "}}) == 3);
    CHECK(max_forwards({}) == 70);
    CHECK(max_forwards({{"Max-Forwards", "many"}}) == 70);
    CHECK_FALSE(q850_cause({}));
    CHECK_FALSE(q850_cause({{"Reason", "SIP;cause=486"}}));
    CHECK(q850_cause({{"Reason", "SIP;cause=486, Q.850;cause=17;text=\"busy, really\""}}) == 17);
    CHECK(q850_cause({{"Reason", "SIP;cause=486"}, {"reason", "Q.850;cause=17"}}) == 17);
}

TEST_CASE("session id: each side gets the other's UUID first, the null UUID while it is not known",
          "[bridge][headers]") {
    const std::string a(32, 'a'), b(32, 'b'), null(32, '0');
    SessionIds ids;
    CHECK(ids.towards_a().empty());
    ids.learn_a({{"Session-ID", a + ";remote=" + null}});
    CHECK(ids.towards_b() == a + ";remote=" + null);
    CHECK(ids.towards_a() == null + ";remote=" + a);
    ids.learn_b({{"Session-ID", null}});
    ids.learn_b({{"Session-ID", "nonsense"}});
    CHECK(ids.towards_b() == a + ";remote=" + null);
    ids.learn_b({{"Session-ID", b}});
    CHECK(ids.towards_a() == b + ";remote=" + a);
}

TEST_CASE("codecs: which legs can be joined", "[bridge][codecs]") {
    const sdp::Codec mu{0, "PCMU", 8000, 1, {}}, a{8, "PCMA", 8000, 1, {}}, g722{9, "G722", 8000, 1, {}},
        wide{96, "L16", 16000, 1, {}}, other{97, "L16", 44100, 1, {}};
    CHECK(joinable(mu, a));
    CHECK(joinable(a, mu));
    CHECK(joinable(g722, g722));
    CHECK_FALSE(joinable(g722, mu));
    CHECK_FALSE(joinable(wide, other));
    sdp::MediaProfile p;
    p.codecs = {"G722", "PCMA", "opus", "PCMU"};
    const sdp::Codec only_mu[] = {mu};
    CHECK(restricted(p, only_mu).codecs == std::vector<std::string>{"PCMA", "PCMU"});
    const sdp::Codec only_722[] = {g722};
    CHECK(restricted(p, only_722).codecs == std::vector<std::string>{"G722"});
    CHECK(restricted(p, {}).codecs.empty());
}

TEST_CASE("leg config: directions, zero address and payload types of what was agreed on",
          "[bridge][codecs]") {
    sdp::Negotiated n;
    n.remote_rtp = *net::Endpoint::parse("192.0.2.1:4000");
    n.remote_rtcp = *net::Endpoint::parse("192.0.2.1:4001");
    n.codec = {8, "PCMA", 8000, 1, {}};
    n.receive = {n.codec, {0, "PCMU", 8000, 1, {}}};
    n.dtmf_send = 96;
    n.dtmf_receive = 101;
    n.comfort_noise = 13;
    sdp::MediaProfile p;
    p.latch_packets = 5;
    const auto c = leg_config(n, p, Expected::kMedia);
    CHECK(c.audio == media::Payload::kA);
    CHECK(c.audio_pt == 8);
    CHECK(c.incoming[0] == media::Payload::kMu);
    CHECK(c.incoming[8] == media::Payload::kA);
    CHECK(c.incoming[101] == media::Payload::kEvent);
    CHECK(c.incoming[96] == media::Payload::kNone);
    CHECK(c.incoming[13] == media::Payload::kComfortNoise);
    CHECK(c.event_pt == 96);
    CHECK(c.comfort_noise_pt == 13);
    CHECK((c.send && c.receive && c.rtcp && c.watch && c.latch));
    CHECK(c.latch_packets == 5);

    struct Row {
        sdp::Direction direction;
        bool zero, send, receive;
    };
    const Row rows[] = {{sdp::Direction::kSendRecv, false, true, true},
                        {sdp::Direction::kSendOnly, false, true, false},
                        {sdp::Direction::kRecvOnly, false, false, true},
                        {sdp::Direction::kInactive, false, false, false},
                        {sdp::Direction::kSendRecv, true, false, true}};
    for (const auto& row : rows) {
        n.direction = row.direction;
        n.remote_zero_address = row.zero;
        const auto config = leg_config(n, p, Expected::kMedia);
        CHECK(config.send == row.send);
        CHECK(config.receive == row.receive);
        CHECK(config.watch == row.receive);
        CHECK(config.rtcp == !row.zero);
    }
    CHECK_FALSE(leg_config(n, p, Expected::kNothing).watch);
    CHECK_FALSE(leg_config(n, p, Expected::kReports).watch);
    CHECK_FALSE(leg_config(n, p, Expected::kReports).watch_reports);  // no RTCP from behind a zero address
    n.remote_zero_address = false;
    CHECK(leg_config(n, p, Expected::kReports).watch_reports);
    CHECK_FALSE(leg_config(n, p, Expected::kMedia).watch_reports);
    p.latching = false;
    CHECK_FALSE(leg_config(n, p, Expected::kMedia).latch);
    p.behind_nat = true;
    CHECK(leg_config(n, p, Expected::kMedia).latch);
}

TEST_CASE("glare: the owner of the Call-ID waits for 2.1 to 4 s, the other for 0 to 2 s, in steps of 10 ms",
          "[bridge]") {
    struct Row {
        bool ours;
        std::uint64_t random;
        int ms;
    };
    const Row rows[] = {{true, 0, 2100}, {true, 190, 4000},  {true, 191, 2100}, {true, 7, 2170},
                        {false, 0, 0},   {false, 200, 2000}, {false, 201, 0},   {false, 7, 70}};
    for (const auto& row : rows) {
        CAPTURE(row.ours, row.random);
        CHECK(glare_delay(row.ours, row.random) == milliseconds{row.ms});
    }
}
