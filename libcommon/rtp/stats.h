// Knows: what is counted of one received SSRC, and the report block made from it (RFC 3550 §6.4.1, A.3).
// Must not know: sockets, playout, grades.
// Next: sequence.h and jitter.h below it; quality/ for what the figures mean.
#pragma once

#include <chrono>
#include <cstdint>

#include "rtp/jitter.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"
#include "rtp/sequence.h"

namespace tandem::rtp {

/// Statistics of one received SSRC: unique, lost, duplicate and reordered packets, jitter, and report blocks.
/// Times count from any one epoch (MonoTime or WallTime, time_since_epoch()).
/// Thread: one; copies are cheap snapshots (about 250 bytes).
class StreamStats {
public:
    /// Counts one packet. clock_hz is the RTP clock of its payload type; 0 when it is not to feed the jitter (unknown
    /// clock, telephone-event, comfort noise).
    /// Cost: O(1), no allocation.
    Arrival update(const Header& header, std::chrono::nanoseconds arrival, std::uint32_t clock_hz) {
        const Arrival what = sequence_.update(header.sequence);
        if (what != Arrival::kDuplicate && what != Arrival::kOutside)
            jitter_.update(header.timestamp, arrival, clock_hz);
        return what;
    }
    /// The jitter, for definitions other than update()'s.
    [[nodiscard]] JitterMeter& jitter() { return jitter_; }

    /// Remembers a sender report of this source, for LSR and DLSR of the next report block.
    void sender_report(const SenderReport& report, std::chrono::nanoseconds arrival);

    /// The report block about this source; starts a new interval for fraction_lost.
    /// Source: RFC 3550 §6.4.1, A.3 (received counts late and duplicate packets there, so it does here).
    ReportBlock report(std::uint32_t ssrc, std::chrono::nanoseconds now);

    [[nodiscard]] const SequenceTracker& sequence() const { return sequence_; }
    [[nodiscard]] const JitterMeter& jitter() const { return jitter_; }

    /// Packets that the last sender report says were sent; 0 when none came.
    [[nodiscard]] std::uint32_t reported_sent() const { return reported_sent_; }

private:
    SequenceTracker sequence_;
    JitterMeter jitter_;
    std::uint64_t expected_prior_ = 0;
    std::uint64_t received_prior_ = 0;
    std::chrono::nanoseconds sr_arrival_{0};
    std::uint32_t last_sr_ = 0;
    std::uint32_t reported_sent_ = 0;
};

}  // namespace tandem::rtp
