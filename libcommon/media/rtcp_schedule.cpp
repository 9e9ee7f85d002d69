// Knows: the arithmetic of RFC 3550 §6.3.1.
// Must not know: members.
// Next: leg.cpp.
#include "media/rtcp_schedule.h"

namespace tandem::media {

nanoseconds rtcp_interval(bool first, std::mt19937_64& random) {
    constexpr double kMinimum_s = 5.0;
    constexpr double kCompensation = 1.21828;  // e - 3/2
    // 53 bits of the generator as [0, 1): the same on every library, unlike std::uniform_real_distribution.
    const double uniform = static_cast<double>(random() >> 11U) * 0x1.0p-53;
    const double s = (first ? kMinimum_s / 2 : kMinimum_s) * (0.5 + uniform) / kCompensation;
    return nanoseconds{static_cast<std::int64_t>(s * 1e9)};
}

}  // namespace tandem::media
