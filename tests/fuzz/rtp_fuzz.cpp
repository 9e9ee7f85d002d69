// Knows: any bytes read as RTP are refused or are the same bytes again; statistics of any packets stay consistent.
// Must not know: the unit tests.
// Next: rtcp_fuzz.cpp.
#include <cstdlib>
#include <cstring>

#include "quality/monitor.h"
#include "rtp/packet.h"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes{data, size};
    static_cast<void>(rtp::classify(bytes));
    if (const auto packet = rtp::parse(bytes)) {
        const auto built = rtp::build(*packet);
        if (!built || built->size() != size) std::abort();
        // Padding bytes but the last are not kept: the rest is.
        const std::size_t kept = size - packet->padding;
        if (kept > 0 && std::memcmp(built->data(), data, kept) != 0) std::abort();
    }
    // The same bytes as a row of arrivals, 8 a packet: sequence, step of time, timestamp.
    quality::Monitor monitor(size % 2 == 0 ? quality::JitterUse::kMedia : quality::JitterUse::kAll);
    std::chrono::nanoseconds now{0};
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
        now += std::chrono::microseconds{static_cast<std::int16_t>(load_be16(data + at + 2))};
        const rtp::Header header{(data[at + 4] & 1) != 0, 0, load_be16(data + at), load_be32(data + at + 4), 1};
        const std::uint32_t clock = data[at + 5] % 5 == 0 ? 0 : 8000;
        monitor.packet(header, now, clock, 8000);
        if (data[at + 6] % 16 == 0) monitor.sender_report({1, 0, 0, data[at + 7], 0, {}}, now);
    }
    monitor.finish();
    const auto& s = monitor.stats().sequence();
    if (s.received() + s.duplicates() + s.outside() != s.packets()) std::abort();
    if (s.received() > s.expected() || monitor.fates().packets() != s.expected()) std::abort();
    if (rtp::StreamStats(monitor.stats()).report(1, now).ssrc != 1) std::abort();
    if (!(monitor.packet_ms() >= 0 && monitor.packet_ms() <= 1000)) std::abort();
    if (!(monitor.stats().jitter().max_ms() >= 0)) std::abort();
    return 0;
}
