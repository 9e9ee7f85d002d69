// Knows: media/leg.h without sockets: two legs, packets handed over by the test.
// Must not know: threads.
// Next: relay_test.cpp, the same through the media thread.
#include "media/leg.h"

#include <catch2/catch.hpp>
#include <vector>

#include "rtp/g711.h"
#include "rtp/ntp.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::media;

namespace {

net::Endpoint at(std::string_view text) { return *net::Endpoint::parse(text); }
const net::Endpoint kPeerA = at("192.0.2.1:4000");
const net::Endpoint kPeerB = at("192.0.2.2:5000");
constexpr MonoTime kStart{seconds{100}};
const WallTime kWall{seconds{1'750'000'000}};

LegConfig config(const net::Endpoint& remote, Payload audio, std::uint8_t pt) {
    LegConfig c;
    c.remote_rtp = remote;
    c.remote_rtcp = {remote.ip, static_cast<std::uint16_t>(remote.port + 1)};
    c.receive = c.send = c.rtcp = true;
    c.incoming[0] = Payload::kMu;
    c.incoming[8] = Payload::kA;
    c.audio = audio;
    c.audio_pt = pt;
    return c;
}

std::vector<std::uint8_t> datagram(const rtp::Header& h, std::vector<std::uint8_t> payload) {
    std::vector<std::uint8_t> out(rtp::kFixedHeaderSize + payload.size());
    REQUIRE(rtp::write(h, payload, out) == out.size());
    return out;
}

struct Pair {
    Leg a{{at("198.51.100.1:6000"), "cname-a", 11}};
    Leg b{{at("198.51.100.1:6002"), "cname-b", 22}};
    MonoTime now = kStart;
    std::vector<std::uint8_t> last;

    Pair(const LegConfig& ca, const LegConfig& cb) {
        a.configure(ca, now);
        b.configure(cb, now);
    }

    /// A packet from A's peer; what B's peer gets, nothing when nothing.
    std::optional<rtp::Packet> relay(const rtp::Header& h, std::vector<std::uint8_t> payload,
                                     const net::Endpoint& from = kPeerA) {
        last = datagram(h, std::move(payload));
        now += milliseconds{20};
        auto in = a.receive(last, from, now);
        if (!in) return std::nullopt;
        const Bytes out = b.send(*in, now);
        if (out.empty()) return std::nullopt;
        b.sent(true);
        auto packet = rtp::parse(out);
        REQUIRE(packet);
        return *packet;
    }
};

std::vector<std::uint8_t> all_codes() {
    std::vector<std::uint8_t> out;
    for (int i = 0; i < 256; ++i) out.push_back(static_cast<std::uint8_t>(i));
    return out;
}

}  // namespace

TEST_CASE("leg: µ-law becomes A-law and back by the ITU tables, equal laws pass untouched", "[media][leg]") {
    struct Row {
        std::uint8_t in_pt;
        Payload out;
        const std::array<std::uint8_t, 256>* table;
    };
    const Row rows[] = {{0, Payload::kA, &rtp::g711::kMuToA},
                        {8, Payload::kMu, &rtp::g711::kAToMu},
                        {0, Payload::kMu, nullptr},
                        {8, Payload::kA, nullptr}};
    for (const auto& row : rows) {
        Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, row.out, 96));
        const auto out = p.relay({false, row.in_pt, 1, 0, 5}, all_codes());
        REQUIRE(out);
        CHECK(out->payload_type == 96);
        REQUIRE(out->payload.size() == 256);
        for (std::size_t i = 0; i < 256; ++i)
            CHECK(out->payload[i] == (row.table != nullptr ? (*row.table)[i] : static_cast<std::uint8_t>(i)));
        CHECK(p.b.report().converted == (row.table != nullptr ? 1 : 0));
    }
}

TEST_CASE("leg: telephone-event keeps its payload and timestamp under the other leg's number",
          "[media][leg]") {
    auto ca = config(kPeerA, Payload::kMu, 0);
    ca.incoming[101] = Payload::kEvent;
    auto cb = config(kPeerB, Payload::kMu, 0);
    cb.event_pt = 96;
    Pair p(ca, cb);
    const auto audio = p.relay({false, 0, 1, 1000, 5}, {0xff});
    REQUIRE(audio);
    const std::vector<std::uint8_t> event{5, 10, 0, 160};
    for (std::uint16_t i = 0; i < 6;
         ++i) {  // three of them could be the end packets: all have the event's timestamp
        const auto out = p.relay({i == 0, 101, static_cast<std::uint16_t>(2 + i), 1160, 5}, event);
        REQUIRE(out);
        CHECK(out->payload_type == 96);
        CHECK(out->marker == (i == 0));
        CHECK(out->timestamp == audio->timestamp + 160);
        CHECK(out->sequence == static_cast<std::uint16_t>(audio->sequence + 1 + i));
        CHECK(std::vector<std::uint8_t>(out->payload.begin(), out->payload.end()) == event);
    }
}

TEST_CASE("leg: what the other leg has no number for is dropped without a hole, and counted",
          "[media][leg]") {
    auto ca = config(kPeerA, Payload::kMu, 0);
    ca.incoming[101] = Payload::kEvent;
    ca.incoming[13] = Payload::kComfortNoise;
    Pair p(ca, config(kPeerB, Payload::kMu, 0));
    const auto first = p.relay({false, 0, 1, 0, 5}, {1});
    REQUIRE(first);
    CHECK_FALSE(p.relay({false, 101, 2, 160, 5}, {5, 10, 0, 160}));
    CHECK_FALSE(p.relay({false, 13, 3, 320, 5}, {40}));
    CHECK_FALSE(p.relay({false, 99, 4, 480, 5}, {1}));
    const auto next = p.relay({false, 0, 5, 640, 5}, {1});
    REQUIRE(next);
    CHECK(next->sequence == static_cast<std::uint16_t>(first->sequence + 1));
    CHECK(next->timestamp == first->timestamp + 640);
    CHECK(p.a.report().unmapped == 1);
    CHECK(p.a.report().received == 5);
    CHECK(p.b.report().sent == 2);
}

TEST_CASE("leg: comfort noise passes when both have it", "[media][leg]") {
    auto ca = config(kPeerA, Payload::kMu, 0);
    ca.incoming[13] = Payload::kComfortNoise;
    auto cb = config(kPeerB, Payload::kA, 8);
    cb.comfort_noise_pt = 13;
    Pair p(ca, cb);
    const auto out = p.relay({false, 13, 1, 0, 5}, {40});
    REQUIRE(out);
    CHECK(out->payload_type == 13);
    CHECK(out->payload[0] == 40);
}

TEST_CASE("leg: a copy is sent once, a stranger's and a far-off packet never", "[media][leg]") {
    Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kMu, 0));
    CHECK(p.relay({false, 0, 1, 0, 5}, {1}));
    CHECK(p.relay({false, 0, 2, 160, 5}, {1}));
    CHECK_FALSE(p.relay({false, 0, 2, 160, 5}, {1}));
    CHECK_FALSE(p.relay({false, 0, 3, 320, 5}, {1}, at("203.0.113.1:4000")));
    CHECK_FALSE(p.relay({false, 0, 20'000, 320, 5}, {1}));
    const LegReport r = p.a.report();
    CHECK(r.duplicates == 1);
    CHECK(r.foreign == 1);
    CHECK(r.received == 2);
    CHECK(p.b.report().sent == 2);
}

TEST_CASE("leg: CSRCs, extension and padding of the source do not get through", "[media][leg]") {
    Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kMu, 0));
    rtp::Packet in;
    static_cast<rtp::Header&>(in) = {true, 0, 1, 0, 5};
    const std::vector<std::uint8_t> csrc{1, 2, 3, 4};
    const std::vector<std::uint8_t> extension{9, 9, 9, 9};
    const std::vector<std::uint8_t> payload{1, 2, 3};
    in.csrc = csrc;
    in.has_extension = true;
    in.extension = extension;
    in.payload = payload;
    in.padding = 5;
    auto bytes = rtp::build(in);
    REQUIRE(bytes);
    auto taken = p.a.receive(*bytes, kPeerA, kStart);
    REQUIRE(taken);
    const Bytes out = p.b.send(*taken, kStart);
    CHECK(out.size() == 15);
    const auto packet = rtp::parse(out);
    REQUIRE(packet);
    CHECK(packet->csrc.empty());
    CHECK_FALSE(packet->has_extension);
    CHECK(std::vector<std::uint8_t>(packet->payload.begin(), packet->payload.end()) == payload);
}

TEST_CASE("leg: hold stops what the direction forbids, and resuming goes on without a hole", "[media][leg]") {
    auto ca = config(kPeerA, Payload::kMu, 0);
    auto cb = config(kPeerB, Payload::kMu, 0);
    Pair p(ca, cb);
    const auto before = p.relay({false, 0, 1, 0, 5}, {1});
    REQUIRE(before);
    cb.send = false;
    p.b.configure(cb, p.now);
    for (std::uint16_t i = 2; i < 12; ++i) CHECK_FALSE(p.relay({false, 0, i, i * 160U, 5}, {1}));
    cb.send = true;
    p.b.configure(cb, p.now);
    const auto after = p.relay({false, 0, 12, 12 * 160U, 5}, {1});
    REQUIRE(after);
    CHECK(after->sequence == static_cast<std::uint16_t>(before->sequence + 1));
    CHECK(after->timestamp == before->timestamp + 11 * 160);
    CHECK(after->marker);
    ca.receive = false;
    p.a.configure(ca, p.now);
    CHECK_FALSE(p.relay({false, 0, 13, 13 * 160U, 5}, {1}));
    CHECK(p.a.report().unwanted == 1);
}

TEST_CASE("leg: silence counts from the moment that media are expected, and not on hold", "[media][leg]") {
    auto c = config(kPeerA, Payload::kMu, 0);
    Leg leg{{at("198.51.100.1:6000"), "c", 1}};
    leg.configure(c, kStart);
    CHECK(leg.silence(kStart + seconds{100}) == nanoseconds{0});
    c.watch = true;
    leg.configure(c, kStart + seconds{100});
    CHECK(leg.silence(kStart + seconds{130}) == seconds{30});
    auto bytes = datagram({false, 0, 1, 0, 5}, {1});
    REQUIRE(leg.receive(bytes, kPeerA, kStart + seconds{130}));
    CHECK(leg.silence(kStart + seconds{131}) == seconds{1});
    c.watch = false;
    leg.configure(c, kStart + seconds{140});
    CHECK(leg.silence(kStart + seconds{999}) == nanoseconds{0});
    c.watch = true;
    leg.configure(c, kStart + seconds{1000});
    CHECK(leg.silence(kStart + seconds{1001}) == seconds{1});
}

TEST_CASE("leg: on hold the silence of a peer counts that has sent reports before", "[media][leg]") {
    auto c = config(kPeerA, Payload::kMu, 0);
    Leg leg{{at("198.51.100.1:6000"), "c", 1}};
    c.watch_reports = true;
    leg.configure(c, kStart);
    CHECK(leg.silence(kStart + seconds{100}) == nanoseconds{0});  // it may be one without RTCP
    ByteWriter w;
    REQUIRE(rtp::append_rtcp(w, rtp::ReceiverReport{9, {}}));
    leg.receive_rtcp(w.view(), kPeerA, kStart + seconds{100}, kWall);
    CHECK(leg.silence(kStart + seconds{130}) == seconds{30});
    c.watch_reports = false;
    leg.configure(c, kStart + seconds{130});
    CHECK(leg.silence(kStart + seconds{999}) == nanoseconds{0});
    c.watch_reports = true;
    leg.configure(c, kStart + seconds{1000});  // counted from the hold on
    CHECK(leg.silence(kStart + seconds{1001}) == seconds{1});
}

TEST_CASE("leg: figures of several SSRCs add up", "[media][leg]") {
    Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kMu, 0));
    for (std::uint16_t i = 0; i < 10; ++i)
        if (i != 4) CHECK(p.relay({false, 0, i, i * 160U, 5}, {1}));
    for (std::uint16_t i = 0; i < 10; ++i)
        if (i != 3 && i != 6)
            CHECK(p.relay({false, 0, static_cast<std::uint16_t>(500 + i), i * 160U, 77}, {1}));
    const LegReport r = p.a.report();
    CHECK(r.received == 17);
    CHECK(r.lost == 3);
    CHECK(r.ssrc_changes == 1);
    CHECK(r.ssrc_in == 77);
    CHECK(p.b.report().sent == 17);
}

TEST_CASE("leg: sender reports, round trip and BYE", "[media][rtcp]") {
    Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kMu, 0));
    CHECK(p.b.rtcp_due(kStart));
    CHECK(p.b.make_rtcp(kStart, kWall, false).empty());  // plans the first
    CHECK_FALSE(p.b.rtcp_due(kStart + milliseconds{900}));
    CHECK(p.b.rtcp_due(kStart + milliseconds{3100}));
    REQUIRE(p.relay({false, 0, 1, 0, 5}, std::vector<std::uint8_t>(160)));

    const auto packets = rtp::parse_rtcp(p.b.make_rtcp(kStart + seconds{4}, kWall, false));
    REQUIRE(packets);
    REQUIRE(packets->size() == 2);
    const auto& sr = std::get<rtp::SenderReport>(packets->at(0));
    CHECK(sr.ssrc == p.b.report().ssrc_out);
    CHECK(sr.packet_count == 1);
    CHECK(sr.octet_count == 160);
    CHECK(sr.blocks.empty());
    CHECK(std::get<rtp::Sdes>(packets->at(1)).chunks.at(0).items.at(0).text == "cname-b");

    // The peer answers 250 ms later, having held it for 200 ms: a round trip of 50 ms.
    rtp::ReceiverReport rr;
    rr.ssrc = 9;
    rr.blocks.push_back(
        {sr.ssrc, 64, 3, 1, 80, rtp::compact_ntp(sr.ntp), rtp::to_compact(milliseconds{200})});
    ByteWriter w;
    REQUIRE(rtp::append_rtcp(w, rr));
    p.b.receive_rtcp(w.view(), at("192.0.2.2:5001"), kStart, kWall + milliseconds{250});
    const LegReport r = p.b.report();
    REQUIRE(r.rtt_ms);
    CHECK(*r.rtt_ms == Approx(50).margin(0.1));
    CHECK(r.remote_lost == 3);
    CHECK(*r.remote_jitter_ms == Approx(10));
    CHECK(*r.remote_loss_max_ratio == Approx(0.25));
    p.b.receive_rtcp(w.view(), at("192.0.2.2:5001"), kStart, kWall + milliseconds{350});
    CHECK(*p.b.report().rtt_ms == Approx(150).margin(0.1));
    CHECK(*p.b.report().rtt_max_ms == Approx(150).margin(0.1));
    CHECK(*p.b.report().rtt_mean_ms == Approx(100).margin(0.1));
    p.b.receive_rtcp(w.view(), at("203.0.113.1:5001"), kStart, kWall);
    CHECK(p.b.report().foreign == 1);

    const auto end = rtp::parse_rtcp(p.b.make_rtcp(kStart + seconds{5}, kWall, true));
    REQUIRE(end);
    CHECK(std::get<rtp::Bye>(end->back()).ssrcs.at(0) == sr.ssrc);
    // Leg A sent nothing at all: no BYE (RFC 3550 §6.3.7).
    CHECK(p.a.make_rtcp(kStart + seconds{5}, kWall, true).empty());
}

TEST_CASE("leg: a receiver that does not send makes receiver reports with what it lost", "[media][rtcp]") {
    Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kMu, 0));
    for (std::uint16_t i = 0; i < 10; ++i)
        if (i != 4) CHECK(p.relay({false, 0, i, i * 160U, 5}, {1}));
    p.a.make_rtcp(kStart, kWall, false);
    const auto packets = rtp::parse_rtcp(p.a.make_rtcp(kStart + seconds{4}, kWall, false));
    REQUIRE(packets);
    const auto& rr = std::get<rtp::ReceiverReport>(packets->at(0));
    REQUIRE(rr.blocks.size() == 1);
    CHECK(rr.blocks[0].ssrc == 5);
    CHECK(rr.blocks[0].cumulative_lost == 1);
}

TEST_CASE("leg: a datagram cut at every length is refused or read within its bytes", "[media][leg]") {
    rtp::Packet in;
    static_cast<rtp::Header&>(in) = {true, 0, 1, 0, 5};
    const std::vector<std::uint8_t> csrc{1, 2, 3, 4};
    const std::vector<std::uint8_t> payload(20, 7);
    in.csrc = csrc;
    in.payload = payload;
    const auto whole = rtp::build(in);
    REQUIRE(whole);
    for (std::size_t n = 0; n <= whole->size(); ++n) {
        Pair p(config(kPeerA, Payload::kMu, 0), config(kPeerB, Payload::kA, 8));
        const auto copy = std::make_unique<std::uint8_t[]>(n);
        std::copy_n(whole->begin(), n, copy.get());
        auto taken = p.a.receive({copy.get(), n}, kPeerA, kStart);
        CHECK(taken.has_value() == (n >= 16));
        if (taken) CHECK(p.b.send(*taken, kStart).size() == n - 4);
        p.a.receive_rtcp({copy.get(), n}, at("192.0.2.1:4001"), kStart, kWall);
    }
}
