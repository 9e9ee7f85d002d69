// Knows: in which order patterns stand so that of those that match a string the closest comes first.
// Must not know: what patterns are written like, partitions.
// Next: cucm_pattern.h for which of two is closer; cucm.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "exchange/steps.h"

namespace tandem::exchange {

/// How much work ordering may take, in looks at a place of a pattern; enough for 50,000 patterns that seldom meet.
inline constexpr std::size_t kCucmLooks = 20'000'000;

/// Why a pattern has no place in the order.
struct CucmConflict {
    enum class Why {
        kRival,    ///< it and `rival` match the same strings, and neither is always the closer one
        kRing,     ///< each of a ring of patterns is closer than the next
        kTooMany,  ///< comparing it with all that it may meet takes too long
    };
    std::size_t pattern = 0;
    Why why = Why::kRival;
    std::size_t rival = 0;
};

struct CucmOrder {
    std::vector<std::size_t> order;  ///< places of the patterns
    std::vector<CucmConflict> conflicts;
};

/// Each pattern before all those that would be chosen after it, the earlier one first where nothing else decides. Of patterns that
/// cannot stand in one order the later is a conflict. looks: what is left of kCucmLooks.
/// Cost: near n log n for patterns that seldom meet: they are kept in a tree by their places.
CucmOrder cucm_order(const std::vector<const Steps*>& patterns, std::size_t& looks);

}  // namespace tandem::exchange
