// Knows: one received stream from its first packet to its last: statistics, playout, bursts, in one state.
// Must not know: sockets, captures, which call the stream belongs to.
// Next: grade.h, which judges what was measured.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "quality/burst.h"
#include "quality/playout.h"
#include "rtp/stats.h"

namespace tandem::quality {

/// Which packets the jitter looks at.
enum class JitterUse : std::uint8_t {
    kMedia,      ///< media only; events and comfort noise neither change J nor its reference (our definition)
    kAll,        ///< all packets, as RFC 3550 A.8 stands
    kMoving,     ///< media changes J, all packets move its reference
    kWireshark,  ///< media changes J, all packets move the time of its reference, not the timestamp (tshark 4.0)
};

/// Measures one SSRC. The fate of a packet (played or not) is decided when it leaves the window of sequence numbers in which a
/// late copy can still be told from a new packet; finish() decides the rest.
/// Memory: fixed, about 600 bytes.
class Monitor {
public:
    Monitor() = default;
    explicit Monitor(JitterUse jitter_use) : jitter_use_(jitter_use) {}

    /// Counts one packet. clock_hz: as for rtp::StreamStats::update(), 0 for what is not media or of unknown clock.
    /// event_clock_hz: clock of a packet that is not media, for the jitter definitions that look at it; 0 otherwise.
    /// Cost: O(1) amortised over sequence numbers, no allocation.
    rtp::Arrival packet(const rtp::Header& header, std::chrono::nanoseconds arrival, std::uint32_t clock_hz,
                        std::uint32_t event_clock_hz = 0);
    /// A sender report of this SSRC.
    void sender_report(const rtp::SenderReport& report, std::chrono::nanoseconds arrival);
    /// The report block about this SSRC; starts a new interval for its fraction lost (RFC 3550 §6.4.1).
    rtp::ReportBlock report(std::uint32_t ssrc, std::chrono::nanoseconds now) { return stats_.report(ssrc, now); }
    /// Decides what is open. Call once, before reading bursts, gaps and loss ratios.
    void finish();

    [[nodiscard]] const rtp::StreamStats& stats() const { return stats_; }
    [[nodiscard]] const BurstGap& fates() const { return fates_; }
    [[nodiscard]] double playout_ms() const { return playout_.depth_ms(); }
    /// Received packets that came too late to be played, in order or not.
    [[nodiscard]] std::uint64_t discarded() const { return discarded_; }
    /// Those of the reordered packets that came too late to be played.
    [[nodiscard]] std::uint64_t late() const { return late_; }
    [[nodiscard]] bool has_report() const { return reports_ > 0; }
    /// Packets known to be missing after the last one received: the growth of the sender's count over that of ours since its
    /// first report. Nothing before a second report.
    [[nodiscard]] std::optional<std::uint64_t> lost_tail() const;
    /// Mean time of media in one packet, from timestamps; 0 when not known. Units: ms.
    [[nodiscard]] double packet_ms() const;

private:
    static constexpr int kWindow = rtp::kSequenceWindow;

    void decide_below(std::int64_t limit);
    [[nodiscard]] std::uint64_t& word(std::int64_t n) {
        return played_[(static_cast<std::uint64_t>(n) % kWindow) / 64];
    }
    static std::uint64_t mask(std::int64_t n) { return std::uint64_t{1} << (static_cast<std::uint64_t>(n) % 64); }

    JitterUse jitter_use_ = JitterUse::kMedia;
    rtp::StreamStats stats_;
    Playout playout_;
    BurstGap fates_;
    std::array<std::uint64_t, kWindow / 64> played_{};
    std::int64_t open_ = 0;     // lowest sequence number whose fate is open
    std::int64_t highest_ = 0;  // highest sequence number so far
    std::uint64_t discarded_ = 0;
    std::uint64_t late_ = 0;
    std::uint64_t reports_ = 0;
    std::int64_t sent_ahead_ = 0;     // sender's count less ours, the smallest of all reports
    std::int64_t sent_reported_ = 0;  // sender's count in the last report
    // For packet_ms(): timestamps of media packets that follow each other directly.
    std::uint64_t steps_ = 0;
    std::uint64_t step_units_ = 0;
    std::uint32_t last_timestamp_ = 0;
    std::uint32_t last_clock_hz_ = 0;
    std::int64_t last_number_ = 0;
};

}  // namespace tandem::quality
