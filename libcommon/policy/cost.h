// Knows: the order of trunks by what a call to a number costs.
// Must not know: limits, health, translations; they do not change a price.
// Next: number/rate_deck.h for the prices; routing.cpp, which asks.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "number/rate_deck.h"
#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::policy {

/// A way to a number.
struct Offer {
    Index route = kNoIndex;
    Index trunk = kNoIndex;
    std::optional<number::FoundRate> rate;
};

/// The trunks of some routes, the cheapest first. Rates count by the longest prefix of the number that has one in the trunk's
/// column, as of the day (UTC). Trunks without a rate come after all others; what costs the same stays as listed: routes in the
/// order given, trunks in the route's. A trunk that several routes name stands once for each.
/// Cost: one look-up in a deck a trunk.
std::vector<Offer> offers_by_cost(const topology::Topology& topology, std::span<const Index> routes, std::string_view e164, WallTime now);

}  // namespace tandem::policy
