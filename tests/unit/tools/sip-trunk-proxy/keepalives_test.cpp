// Knows: STUN keep-alives towards UDP targets: when they leave, and what answers and silence say.
// Must not know: sockets.
// Next: probes_test.cpp for OPTIONS.
#include "bench.h"
#include "sipnet/stun.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

std::string kept(bool wanted = true) {
    std::string out(kTopology);
    const std::string_view from = "{\"name\": \"default\"}, {\"name\": \"keeps503\"";
    const auto at = out.find(from);
    REQUIRE(at != std::string::npos);
    if (wanted) out.replace(at, std::string_view("{\"name\": \"default\"}").size(), "{\"name\": \"default\", \"keepalive\": true}");
    return out;
}

std::vector<MonoTime> times_of(Bench& b, nanoseconds time, const net::Endpoint& peer, std::string_view seen_at) {
    std::vector<MonoTime> out;
    const MonoTime end = b.clock.mono() + time;
    while (b.clock.mono() < end) {
        const std::size_t before = b.wire.sent.size();
        b.advance(milliseconds(500));
        const std::size_t now = b.wire.sent.size();
        for (std::size_t i = before; i < now; ++i) {
            const Wire::Sent sent = b.wire.sent[i];
            if (sent.flow.remote != peer || !sipnet::may_be_stun(sent.bytes)) continue;
            out.push_back(b.clock.mono());
            if (seen_at.empty()) continue;
            sipnet::StunBuffer buffer;
            b.proxy.on_stun_answer(sent.flow, sipnet::stun_answer(sent.bytes, *net::Endpoint::parse(seen_at), buffer));
        }
    }
    return out;
}

}  // namespace

TEST_CASE("keepalives: a target that answers gets one every 24 to 29 s, and nothing is told", "[proxy][keepalive]") {
    Bench b(kept());
    const auto times = times_of(b, seconds(600), kItsp, "198.51.100.7:5060");
    REQUIRE(times.size() >= 20);
    REQUIRE(times.size() <= 26);
    bool differ = false;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const auto between = times[i] - times[i - 1];
        CHECK(between >= seconds(23));  // a tick and a step of the test's clock are in it
        CHECK(between <= milliseconds(31'000));
        differ = differ || between != times[1] - times[0];
    }
    CHECK(differ);
    CHECK(b.tells.empty());
    CHECK(b.count_to(kAlice, std::string_view("\0\1", 2)) == 0);  // of trunks only
    CHECK(b.proxy.counters().keepalives_sent >= times.size() * 3);
}

TEST_CASE("keepalives: one that never answers gets them all the same, at the same pace, and is not put off for it", "[proxy][keepalive]") {
    Bench b(kept());
    const auto times = times_of(b, seconds(600), kGateway, {});
    CHECK(times.size() >= 20);
    CHECK(times.size() <= 26);
    CHECK(b.tells.empty());
    b.in(invite(), kAlice);
    CHECK(b.last_to(kGateway).starts_with("INVITE "));
}

TEST_CASE("keepalives: one that has answered and stops is asked sooner, then told and tried last", "[proxy][keepalive]") {
    Bench b(kept());
    times_of(b, seconds(60), kGateway, "198.51.100.7:5060");
    const auto times = times_of(b, seconds(64), kGateway, {});
    REQUIRE(times.size() >= 7);
    CHECK(times[1] - times[0] <= seconds(7));
    REQUIRE(b.tells.size() == 1);
    CHECK(b.tells[0] == "keepalive_failed trunk gateway udp 10.0.0.30 5060");
    b.in(invite(), kAlice);
    CHECK(b.last_to(kSpare).starts_with("INVITE "));
    CHECK(b.count_to(kGateway, "INVITE ") == 0);
    // Told once; and from here on it is one that has never answered.
    times_of(b, seconds(300), kGateway, {});
    CHECK(b.tells.size() == 1);
}

TEST_CASE("keepalives: a changed mapping is told; answers of others, old ones and forged ones say nothing", "[proxy][keepalive]") {
    Bench b(kept());
    times_of(b, seconds(30), kItsp, "198.51.100.7:5060");
    times_of(b, seconds(30), kItsp, "198.51.100.7:61000");
    REQUIRE(b.tells.size() == 1);
    CHECK(b.tells[0] == "mapped_address_changed trunk itsp udp 203.0.113.20 5060: 198.51.100.7:5060 to 198.51.100.7:61000");

    const auto at = [](std::string_view text) { return *net::Endpoint::parse(text); };
    b.advance(seconds(30));
    std::string sent;
    for (const auto& s : b.wire.sent) {
        if (s.flow.remote == kItsp && sipnet::may_be_stun(s.bytes)) sent = s.bytes;
    }
    sipnet::StunBuffer buffer;
    const std::string answer(sipnet::stun_answer(sent, at("198.51.100.7:7777"), buffer));
    b.proxy.on_stun_answer({1, kStranger}, answer);
    b.proxy.on_stun_answer({0, kItsp}, answer);  // by another socket
    std::string forged = answer;
    forged[19] = static_cast<char>(forged[19] ^ 1);
    b.proxy.on_stun_answer({1, kItsp}, forged);
    b.proxy.on_stun_answer({1, kItsp}, "\1\1");
    CHECK(b.tells.size() == 1);
    b.proxy.on_stun_answer({1, kItsp}, answer);
    CHECK(b.tells.size() == 2);
    b.proxy.on_stun_answer({1, kItsp}, answer);  // once
    CHECK(b.tells.size() == 2);
}

TEST_CASE("keepalives: without the key nothing is sent, and a reload without it ends them", "[proxy][keepalive]") {
    Bench b(kept(false));
    b.advance(seconds(60));
    CHECK(b.proxy.counters().keepalives_sent == 0);
    b.load(kept());
    b.advance(seconds(2));
    const auto begun = b.proxy.counters().keepalives_sent;
    CHECK(begun == 4);  // two of the gateway, the PBX, the provider
    b.load(kept(false));
    b.advance(seconds(120));
    CHECK(b.proxy.counters().keepalives_sent == begun);
}
