// Knows: extensions and numbers of users, and emergency numbers, beside what rules and routes make of them.
// Must not know: what loading refuses already: overlapping ranges, a number of two users, an extension that is an emergency number.
// Next: policy/policy.h, which is asked what an extension reaches.
#pragma once

#include <vector>

#include "lint/finding.h"
#include "lint/rule_list.h"
#include "topology/topology.h"

namespace tandem::lint {

/// N12: rules of a dial plan that match emergency numbers.
void check_emergency_taken(const RuleList& list, std::vector<Finding>& out);
/// N13: extensions that reach something else than their user when they are dialled, by each dial plan in use; N14.
/// Proof: the decision of a call itself.
void check_users(const topology::Topology& topology, const number::Plan& plan, std::uint16_t region, std::vector<Finding>& out);
/// N21.
void check_emergency_routes(const topology::Topology& topology, std::vector<Finding>& out);

}  // namespace tandem::lint
