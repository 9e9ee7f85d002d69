// Knows: the rule of a fixed playout buffer.
// Must not know: sequence numbers.
// Next: monitor.cpp.
#include "quality/playout.h"

#include <algorithm>

namespace tandem::quality {

bool Playout::in_time(std::uint32_t timestamp, bool marker, std::chrono::nanoseconds arrival,
                      std::uint32_t clock_hz) {
    if (clock_hz == 0) return true;
    bool set = clock_hz != clock_hz_;
    if (set) {
        transit_ms_ = 0;
        clock_ms_ = 0;
    } else {
        const double stamped_ms = static_cast<std::int32_t>(timestamp - timestamp_) * 1000.0 / clock_hz;
        const double moved_ms = static_cast<double>((arrival - arrival_).count()) * 1e-6;
        transit_ms_ += moved_ms - stamped_ms;
        clock_ms_ += moved_ms;
        set = marker && stamped_ms >= kPause_ms;
    }
    clock_hz_ = clock_hz;
    timestamp_ = timestamp;
    arrival_ = arrival;

    if (!set) {
        fastest_ms_ = std::min(fastest_ms_, transit_ms_);
        if (transit_ms_ - fastest_ms_ > depth_ms_) {
            if (late_since_ms_ < 0) late_since_ms_ = clock_ms_;
            set = clock_ms_ - late_since_ms_ >= kGiveUp_ms;
            if (!set) return false;
        }
    }
    if (set) fastest_ms_ = transit_ms_;
    late_since_ms_ = -1;
    return true;
}

}  // namespace tandem::quality
