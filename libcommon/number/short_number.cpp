#include "number/short_number.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::number {

namespace {

constexpr std::size_t kLongestListed = 6;
constexpr std::size_t kMostListed = 10'000;  // no territory has a hundred; a loaded plan may say anything

void list(const Plan& plan, std::size_t node, std::uint16_t bits, std::string& text, std::vector<std::string>& found) {
    if (found.size() >= kMostListed) return;
    if (node < plan.branches.size()) {
        if ((plan.branch_labels[node] & bits) != 0) found.push_back(text);
        if (text.size() == kLongestListed) return;
        for (char digit = '0'; digit <= '9'; ++digit) {
            text.push_back(digit);
            list(plan, plan.branches[node].next[digit - '0'], bits, text, found);
            text.pop_back();
        }
        return;
    }
    const FreeNode& free = plan.free_nodes[node - plan.branches.size()];
    const auto labels = plan.labels.subspan(free.labels, free.count);
    if (std::none_of(labels.begin(), labels.end(), [&](std::uint16_t label) { return (label & bits) != 0; })) return;
    if (!labels.empty() && (labels.front() & bits) != 0) found.push_back(text);
    if (text.size() == kLongestListed) return;
    // From here any digits lead on, and only their number counts.
    for (std::size_t rest = 1; rest < labels.size() && text.size() + rest <= kLongestListed; ++rest) {
        if ((labels[rest] & bits) == 0) continue;
        std::size_t total = 1;
        for (std::size_t i = 0; i < rest; ++i) total *= 10;
        for (std::size_t value = 0; value < total && found.size() < kMostListed; ++value) {
            const std::string tail = std::to_string(value);
            found.push_back(text + std::string(rest - tail.size(), '0') + tail);
        }
    }
}

}  // namespace

std::vector<std::string> short_numbers_with(const Plan& plan, std::uint16_t region, std::uint16_t bits) {
    std::vector<std::string> found;
    if (region >= plan.regions.size() || plan.regions[region].short_root == kNoRow) return found;
    std::string text;
    list(plan, plan.regions[region].short_root, bits, text, found);
    std::sort(found.begin(), found.end());
    return found;
}

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
