// Knows: short and emergency numbers of a region by the tables of a plan.
// Must not know: dial plans.
// Next: plan.h (ShortBit); parse.h, which asks this before anything may rewrite a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "number/plan.h"

namespace tandem::number {

/// What a call to a short number costs, when the metadata says so.
enum class ShortCost : std::uint8_t { kUnknown, kTollFree, kStandardRate, kPremiumRate };

/// What `digits` (ASCII, as dialled) is among the short numbers of a region: bits of ShortBit, 0 for nothing.
/// Source: short number metadata; ITU-T E.129 leaves these numbers to the countries.
std::uint16_t short_bits(const Plan& plan, std::uint16_t region, std::string_view digits);

/// The cost that the bits stand for; an emergency call is free. Source: as ShortNumberInfo::GetExpectedCostForRegion.
ShortCost short_cost(std::uint16_t bits);

/// All digit strings of at most six digits that have one of the bits, ascending; at most 10,000. Cost: microseconds.
std::vector<std::string> short_numbers_with(const Plan& plan, std::uint16_t region, std::uint16_t bits);

}  // namespace tandem::number
