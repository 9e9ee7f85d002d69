#include "number/short_number.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::number {

std::uint16_t short_bits(const Plan& plan, std::uint16_t region, std::string_view digits) {
    if (region >= plan.regions.size() || plan.regions[region].short_root == kNoRow || digits.empty()) return 0;
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return 0;
    return plan.label(plan.regions[region].short_root, digits.data(), digits.size());
}

ShortCost short_cost(std::uint16_t bits) {
    // The dearest class that matches is the one to expect; an emergency number is free unless it is in another class.
    if ((bits & kShortPossible) == 0) return ShortCost::kUnknown;
    if ((bits & kShortPremium) != 0) return ShortCost::kPremiumRate;
    if ((bits & kShortStandardRate) != 0) return ShortCost::kStandardRate;
    if ((bits & (kShortTollFree | kShortEmergency)) != 0) return ShortCost::kTollFree;
    return ShortCost::kUnknown;
}

}  // namespace tandem::number
