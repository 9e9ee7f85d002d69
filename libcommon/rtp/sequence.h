// Knows: sequence numbers of one SSRC: extended count, what is new, doubled, late in order or out of the blue (RFC 3550 A.1).
// Must not know: time, payload types.
// Next: stats.h, which adds jitter and reports.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tandem::rtp {

/// Largest forward step that is a gap and not a jump (RFC 3550 A.1 MAX_DROPOUT).
inline constexpr int kMaxDropout = 3000;
/// Largest step back before the first packet that still moves the base (RFC 3550 A.1 MAX_MISORDER).
inline constexpr int kMaxMisorder = 100;
/// Sequence numbers back from the highest for which it is remembered whether they came.
inline constexpr int kSequenceWindow = 512;

/// What one arrival was.
enum class Arrival {
    kFirst,      ///< the first packet
    kNext,       ///< higher than all before, with or without a gap
    kReordered,  ///< new, but after a higher one
    kDuplicate,  ///< seen before
    kOutside,    ///< far from all others: not counted as received unless the next one follows it
    kRestart,    ///< the second packet in a row at a new place: counting goes on there, both are received
};

/// Follows the sequence numbers of one SSRC. Unique packets are told from copies by a bitmap of kSequenceWindow, so
/// lost() is never negative; the base moves down when an earlier packet was overtaken at the start.
/// DEVIATION from RFC 3550 A.1: no probation here (who makes a stream decides that), and a restart keeps what was
/// counted before it instead of starting at zero.
class SequenceTracker {
public:
    Arrival update(std::uint16_t sequence);

    /// Sequence number of the last update, extended beyond 16 bits. Not defined after kOutside.
    [[nodiscard]] std::int64_t last() const { return last_; }
    /// Highest extended sequence number since the last restart.
    [[nodiscard]] std::int64_t highest() const { return max_; }
    /// Lowest extended sequence number since the last restart.
    [[nodiscard]] std::int64_t base() const { return base_; }

    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }
    [[nodiscard]] std::uint64_t expected() const {
        return packets_ == 0 ? 0 : expected_before_ + static_cast<std::uint64_t>(max_ - base_ + 1);
    }
    [[nodiscard]] std::uint64_t lost() const { return expected() - received_; }
    [[nodiscard]] std::uint64_t duplicates() const { return duplicates_; }
    [[nodiscard]] std::uint64_t reordered() const { return reordered_; }
    [[nodiscard]] std::uint64_t outside() const { return outside_; }
    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

    /// True when an extended number within the window came.
    [[nodiscard]] bool seen(std::int64_t extended) const {
        return extended >= base_ && extended <= max_ && extended > max_ - kSequenceWindow && bit(extended);
    }

private:
    static constexpr std::size_t kWords = kSequenceWindow / 64;

    void start(std::uint16_t sequence);
    Arrival jump(std::uint16_t sequence);
    void advance(std::int64_t to);
    [[nodiscard]] bool bit(std::int64_t n) const {
        const auto i = static_cast<std::uint64_t>(n) % kSequenceWindow;
        return ((window_[i / 64] >> (i % 64)) & 1U) != 0;
    }
    void set(std::int64_t n) {
        const auto i = static_cast<std::uint64_t>(n) % kSequenceWindow;
        window_[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    void clear(std::int64_t n) {
        const auto i = static_cast<std::uint64_t>(n) % kSequenceWindow;
        window_[i / 64] &= ~(std::uint64_t{1} << (i % 64));
    }

    std::int64_t max_ = 0;
    std::int64_t base_ = 0;
    std::int64_t last_ = 0;
    std::uint64_t packets_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t expected_before_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t reordered_ = 0;
    std::uint64_t outside_ = 0;
    std::uint64_t restarts_ = 0;
    std::int32_t awaited_ = -1;  // sequence number that would confirm a jump
    std::array<std::uint64_t, kWords> window_{};
};

}  // namespace tandem::rtp
