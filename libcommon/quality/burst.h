// Knows: how losses lie together: runs, bursts and gaps (RFC 3611 §4.7.2).
// Must not know: how a loss is known, time.
// Next: monitor.h, which feeds it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tandem::quality {

/// Packets in a row that were played with which a burst is over (Gmin, RFC 3611 §4.7.2).
inline constexpr std::uint64_t kGapMin = 16;

/// Counts bursts and gaps of a stream fed packet by packet in the order of sequence numbers. A burst starts and ends with a
/// loss, holds two losses at least and no run of kGapMin played packets; all else is gap. The stream counts as preceded and
/// followed by kGapMin played packets. "Loss" is a packet that was lost or discarded.
/// DEVIATION from RFC 3611 A.2, whose counters do not give the RFC's own example: the definition is implemented.
class BurstGap {
public:
    void feed(bool lost) {
        ++packets_;
        if (!lost) {
            ++played_run_;
            loss_run_ = 0;
            if (open_losses_ != 0 && played_run_ >= kGapMin) close();
            return;
        }
        ++lost_;
        if (++loss_run_ == 1) ++runs_;
        if (open_losses_ == 0) {
            open_packets_ = 1;
        } else {
            open_packets_ += played_run_ + 1;
        }
        ++open_losses_;
        played_run_ = 0;
    }
    /// At the end of the stream.
    void finish() {
        if (open_losses_ != 0) close();
    }

    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t lost() const { return lost_; }
    [[nodiscard]] std::uint64_t bursts() const { return bursts_; }
    [[nodiscard]] std::uint64_t burst_packets() const { return burst_packets_; }
    [[nodiscard]] std::uint64_t burst_lost() const { return burst_lost_; }
    [[nodiscard]] std::uint64_t gap_packets() const { return packets_ - burst_packets_; }
    [[nodiscard]] std::uint64_t gap_lost() const { return lost_ - burst_lost_; }

    [[nodiscard]] double loss_ratio() const { return ratio(lost_, packets_); }
    [[nodiscard]] double burst_density() const { return ratio(burst_lost_, burst_packets_); }
    [[nodiscard]] double gap_density() const { return ratio(gap_lost(), gap_packets()); }
    /// BurstR of the E-model: mean run of losses over that of random loss of the same ratio, at least 1.
    /// Source: ITU-T G.107 §7.5.
    [[nodiscard]] double burst_ratio() const {
        return runs_ == 0 ? 1 : std::max(1.0, ratio(lost_, runs_) * (1 - loss_ratio()));
    }

private:
    static double ratio(std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
    }
    void close() {
        if (open_losses_ > 1) {
            ++bursts_;
            burst_packets_ += open_packets_;
            burst_lost_ += open_losses_;
        }
        open_losses_ = 0;
    }

    std::uint64_t packets_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t runs_ = 0;           // of losses
    std::uint64_t loss_run_ = 0;
    std::uint64_t played_run_ = 0;
    std::uint64_t open_packets_ = 0;   // from the first loss of what may be a burst to its last
    std::uint64_t open_losses_ = 0;
    std::uint64_t bursts_ = 0;
    std::uint64_t burst_packets_ = 0;
    std::uint64_t burst_lost_ = 0;
};

}  // namespace tandem::quality
