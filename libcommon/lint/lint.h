// Knows: the one question: what is wrong with the numbers of a topology.
// Must not know: files, records; what loading refuses already (config/checks_numbers.cpp).
// Next: finding.h for the answers; rule_order.h, rule_results.h, ambiguity.h, dialect.h, routes.h, people.h for where they come from.
#pragma once

#include <cstdint>
#include <vector>

#include "lint/finding.h"
#include "number/plan.h"
#include "topology/topology.h"

namespace tandem::lint {

/// Everything that is found, in the order of the topology: dial plans, trunks, routes and usages, users and ranges, emergency.
/// The same topology always gives the same findings.
/// region: row of the plan, for dial plans that name no country.
/// Cost: milliseconds a dial plan; some seconds where its rules make an automaton of tens of thousands of states.
std::vector<Finding> check(const topology::Topology& topology, const number::Plan& plan, std::uint16_t region = number::kNoRow);

}  // namespace tandem::lint
