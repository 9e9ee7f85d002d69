// Knows: that no datagram harms a leg, and that what it sends for one is a well-formed packet of its own stream.
// Must not know: sockets.
// Next: tests/unit/media/leg_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "media/leg.h"
#include "rtp/packet.h"

// The input is a list of datagrams: one byte port and source, one byte length, then the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    using namespace tandem::media;
    const net::Endpoint peer{net::IpAddress::v4(0xc0000201), 4000};
    const net::Endpoint stranger{net::IpAddress::v4(0xcb007101), 4000};
    LegConfig config;
    config.remote_rtp = peer;
    config.remote_rtcp = {peer.ip, 4001};
    config.receive = config.send = config.rtcp = true;
    config.incoming[0] = Payload::kMu;
    config.incoming[8] = Payload::kA;
    config.incoming[101] = Payload::kEvent;
    config.event_pt = 96;
    MonoTime now{seconds{1}};
    WallTime wall{seconds{1'750'000'000}};
    Leg a({peer, "a", 1});
    Leg b({peer, "b", 2});
    config.latch = size > 0 && (data[0] & 4) != 0;
    a.configure(config, now);
    config.audio = Payload::kA;
    config.audio_pt = 8;
    b.configure(config, now);

    const std::uint32_t ssrc = b.report().ssrc_out;
    std::size_t at = 0;
    while (at + 2 <= size) {
        const std::uint8_t where = data[at];
        const std::size_t length = std::min<std::size_t>(data[at + 1], size - at - 2);
        std::vector<std::uint8_t> datagram(data + at + 2, data + at + 2 + length);
        datagram.shrink_to_fit();
        at += 2 + length;
        now += milliseconds{20};
        wall += milliseconds{20};
        const net::Endpoint& from = (where & 2) != 0 ? stranger : peer;
        if ((where & 1) != 0 || rtp::classify(datagram) == rtp::MediaKind::kRtcp) {
            a.receive_rtcp(datagram, from, now, wall);
            continue;
        }
        auto packet = a.receive(datagram, from, now);
        if (!packet) continue;
        const Bytes out = b.send(*packet, now);
        if (out.empty()) continue;
        b.sent(true);
        const auto made = rtp::parse(out);
        if (!made || made->ssrc != ssrc || out.size() > length) std::abort();
    }
    const Bytes report = a.make_rtcp(now, wall, true);
    if (!report.empty() && !rtp::parse_rtcp(report)) std::abort();
    (void)b.make_rtcp(now, wall, true);
    (void)a.report();
    return 0;
}
