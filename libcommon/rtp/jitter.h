// Knows: interarrival jitter of one source (RFC 3550 §6.4.1, A.8).
// Must not know: sequence numbers, which payload types are media.
// Next: stats.h.
#pragma once

#include <chrono>
#include <cstdint>

namespace tandem::rtp {

/// The running jitter J of RFC 3550 A.8, starting at 0, fed with media packets only, in order of arrival.
/// Events, comfort noise and other payload types are not fed, and the reference is the last packet that was.
/// DEVIATION from RFC 4733 §2.5.2.2 (jitter over all packets of a timestamp): without it each event ends in a false
/// peak of several milliseconds.
/// Units: J in clock units inside; the accessors say theirs.
class JitterMeter {
public:
    /// arrival may count from any epoch. A change of clock_hz starts a new reference and keeps J in ms.
    void update(std::uint32_t timestamp, std::chrono::nanoseconds arrival, std::uint32_t clock_hz) {
        if (clock_hz == 0) return;
        if (clock_hz != clock_hz_) {
            if (clock_hz_ != 0) j_ *= static_cast<double>(clock_hz) / static_cast<double>(clock_hz_);
            clock_hz_ = clock_hz;
        } else {
            const double moved = static_cast<double>((arrival - arrival_).count()) * 1e-9 * clock_hz;
            const auto stamped = static_cast<std::int32_t>(timestamp - timestamp_);
            const double d = moved - static_cast<double>(stamped);
            j_ += ((d < 0 ? -d : d) - j_) / 16;
            const double ms = j_ * 1000 / clock_hz;
            if (ms > max_ms_) max_ms_ = ms;
            sum_ms_ += ms;
            ++samples_;
        }
        timestamp_ = timestamp;
        arrival_ = arrival;
    }
    /// Take a packet as the new reference without changing J; for definitions other than ours, which give a false peak after
    /// each event.
    void move_reference(std::uint32_t timestamp, std::chrono::nanoseconds arrival) {
        timestamp_ = timestamp;
        arrival_ = arrival;
    }
    void move_reference_time(std::chrono::nanoseconds arrival) { arrival_ = arrival; }

    /// J now, in clock units, cut to an integer as report blocks carry it; the largest value where it does not fit.
    [[nodiscard]] std::uint32_t units() const {
        return j_ < 4294967295.0 ? static_cast<std::uint32_t>(j_) : 0xffffffffU;
    }
    [[nodiscard]] double ms() const { return clock_hz_ == 0 ? 0 : j_ * 1000 / clock_hz_; }
    /// Highest J so far.
    [[nodiscard]] double max_ms() const { return max_ms_; }
    /// Mean of J over all packets but the first.
    [[nodiscard]] double mean_ms() const {
        return samples_ == 0 ? 0 : sum_ms_ / static_cast<double>(samples_);
    }
    [[nodiscard]] std::uint64_t samples() const { return samples_; }
    [[nodiscard]] std::uint32_t clock_hz() const { return clock_hz_; }

private:
    double j_ = 0;
    double max_ms_ = 0;
    double sum_ms_ = 0;
    std::uint64_t samples_ = 0;
    std::chrono::nanoseconds arrival_{0};
    std::uint32_t timestamp_ = 0;
    std::uint32_t clock_hz_ = 0;
};

}  // namespace tandem::rtp
