// Knows: loss as report blocks say it (RFC 3550 A.3).
// Must not know: when a report is due.
// Next: rtcp.cpp, which writes the block.
#include "rtp/stats.h"

#include <algorithm>

#include "rtp/ntp.h"

namespace tandem::rtp {

void StreamStats::sender_report(const SenderReport& report, std::chrono::nanoseconds arrival) {
    last_sr_ = compact_ntp(report.ntp);
    sr_arrival_ = arrival;
    reported_sent_ = report.packet_count;
}

ReportBlock StreamStats::report(std::uint32_t ssrc, std::chrono::nanoseconds now) {
    const std::uint64_t expected = sequence_.expected();
    const std::uint64_t received = sequence_.received() + sequence_.duplicates();
    const auto lost = static_cast<std::int64_t>(expected) - static_cast<std::int64_t>(received);
    const auto expected_interval = static_cast<std::int64_t>(expected - expected_prior_);
    const auto received_interval = static_cast<std::int64_t>(received - received_prior_);
    const std::int64_t lost_interval = expected_interval - received_interval;
    expected_prior_ = expected;
    received_prior_ = received;

    ReportBlock block;
    block.ssrc = ssrc;
    // All packets of an interval lost would be 256; the field ends at 255.
    if (expected_interval > 0 && lost_interval > 0)
        block.fraction_lost =
            static_cast<std::uint8_t>(std::min<std::int64_t>(255, lost_interval * 256 / expected_interval));
    block.cumulative_lost =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x800000, 0x7fffff));
    block.extended_highest = static_cast<std::uint32_t>(sequence_.highest());
    block.jitter = jitter_.units();
    if (last_sr_ != 0) {
        block.last_sr = last_sr_;
        block.delay_since_last_sr = to_compact(now - sr_arrival_);
    }
    return block;
}

}  // namespace tandem::rtp
