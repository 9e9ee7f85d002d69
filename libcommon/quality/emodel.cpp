// Knows: the formulas of ITU-T G.107.
// Must not know: packets, codecs.
// Next: monitor.cpp.
#include "quality/emodel.h"

#include <algorithm>
#include <cmath>

namespace tandem::quality {

double delay_impairment(double one_way_ms) {
    constexpr double kThreshold_ms = 100;  // mT
    constexpr double kSensitivity = 1;     // sT
    if (!(one_way_ms > kThreshold_ms)) return 0;
    const double x = std::log2(one_way_ms / kThreshold_ms);
    const double e = 6 * kSensitivity;
    return 25 * (std::pow(1 + std::pow(x, e), 1 / e) - 3 * std::pow(1 + std::pow(x / 3, e), 1 / e) + 2);
}

double loss_impairment(double ie, double bpl, double loss_percent, double burst_ratio) {
    if (loss_percent <= 0) return ie;
    return ie + (95 - ie) * loss_percent / (loss_percent / std::max(burst_ratio, 1.0) + bpl);
}

double mos(double r) {
    if (!(r > 0)) return 1;
    if (r >= 100) return 4.5;
    return std::max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

}  // namespace tandem::quality
