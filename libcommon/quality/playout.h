// Knows: which packets a fixed playout buffer would throw away because they come too late.
// Must not know: sequence numbers, losses.
// Next: monitor.h, which counts what it says.
#pragma once

#include <chrono>
#include <cstdint>

namespace tandem::quality {

/// A fixed buffer: a packet is played when it came at most `depth` later than the fastest packet since the buffer was
/// last set. It is set at the first packet, at the first one after a pause of kPause (marker bit set), at a change of clock, and
/// after kGiveUp of late packets only, when a real receiver would set it anew as well.
class Playout {
public:
    static constexpr double kPause_ms = 100;
    static constexpr double kGiveUp_ms = 500;

    explicit Playout(double depth_ms = 60) : depth_ms_(depth_ms) {}

    /// True when the packet comes in time. arrival may count from any epoch.
    bool in_time(std::uint32_t timestamp, bool marker, std::chrono::nanoseconds arrival, std::uint32_t clock_hz);

    [[nodiscard]] double depth_ms() const { return depth_ms_; }

private:
    double depth_ms_;
    double transit_ms_ = 0;     // of the last packet, relative to the first
    double fastest_ms_ = 0;     // smallest transit since the buffer was set
    double late_since_ms_ = -1; // arrival of the first of a row of late packets; < 0: none
    double clock_ms_ = 0;       // arrival of the last packet, relative to the first
    std::chrono::nanoseconds arrival_{0};
    std::uint32_t timestamp_ = 0;
    std::uint32_t clock_hz_ = 0;
};

}  // namespace tandem::quality
