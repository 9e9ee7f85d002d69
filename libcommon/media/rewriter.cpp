// Knows: offsets between incoming and outgoing numbers.
// Must not know: sockets.
// Next: leg.cpp.
#include "media/rewriter.h"

#include <algorithm>

namespace tandem::media {
namespace {

/// Step added when no time can be told from the clock: one frame of 20 ms.
constexpr std::uint32_t kFrameMs = 20;
/// A timestamp may run ahead of the clock by so much before it counts as a jump of the source.
constexpr std::uint32_t kAheadMs = 2000;

std::uint32_t units(nanoseconds d, std::uint32_t clock_hz) {
    if (d.count() <= 0) return 0;
    // Seconds and the rest apart: no overflow for any pause.
    const auto s = std::chrono::duration_cast<seconds>(d);
    const auto rest = static_cast<std::uint64_t>((d - s).count());
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(s.count()) * clock_hz +
                                      rest * clock_hz / 1'000'000'000U);
}

std::uint32_t ms(std::uint32_t n, std::uint32_t clock_hz) {
    return static_cast<std::uint32_t>(std::uint64_t{n} * clock_hz / 1000U);
}

}  // namespace

void Rewriter::anchor(const rtp::Header& in, MonoTime now, std::uint32_t clock_hz) {
    const std::uint32_t timestamp =
        started_ ? last_out_timestamp_ + std::max(units(now - last_sent_, clock_hz), ms(kFrameMs, clock_hz))
                 : first_timestamp_;
    timestamp_offset_ = timestamp - in.timestamp;
    sequence_offset_ = static_cast<std::uint16_t>(next_sequence_ - in.sequence);
    source_ssrc_ = in.ssrc;
    anchored_ = true;
}

rtp::Header Rewriter::rewrite(const rtp::Header& in, rtp::Arrival how, MonoTime now, std::uint32_t clock_hz) {
    rtp::Header out = in;
    out.ssrc = ssrc_;
    if (!anchored_ || in.ssrc != source_ssrc_ || how == rtp::Arrival::kFirst ||
        how == rtp::Arrival::kRestart) {
        anchor(in, now, clock_hz);
        out.marker = true;
    } else if (how == rtp::Arrival::kNext) {
        const std::uint32_t step = in.timestamp - last_in_timestamp_;
        const bool backwards = step > 0x80000000U;
        if (backwards || step > units(now - last_sent_, clock_hz) + ms(kAheadMs, clock_hz)) {
            const std::uint16_t keep = sequence_offset_;  // its numbers did not jump, so a loss stays visible
            anchor(in, now, clock_hz);
            sequence_offset_ = keep;
            out.marker = true;
        }
    }
    out.sequence = static_cast<std::uint16_t>(in.sequence + sequence_offset_);
    out.timestamp = in.timestamp + timestamp_offset_;
    if (how != rtp::Arrival::kReordered) {
        next_sequence_ = static_cast<std::uint16_t>(out.sequence + 1);
        last_in_timestamp_ = in.timestamp;
        last_out_timestamp_ = out.timestamp;
        last_sent_ = now;
    }
    started_ = true;
    return out;
}

void Rewriter::skip(const rtp::Header& in, rtp::Arrival how) {
    if (how == rtp::Arrival::kNext && anchored_ && in.ssrc == source_ssrc_)
        --sequence_offset_;
    else if (how == rtp::Arrival::kFirst || how == rtp::Arrival::kRestart)
        reset();
}

std::uint32_t Rewriter::timestamp_at(MonoTime now, std::uint32_t clock_hz) const {
    return last_out_timestamp_ + units(now - last_sent_, clock_hz);
}

}  // namespace tandem::media
