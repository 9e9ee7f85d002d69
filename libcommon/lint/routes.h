// Knows: what leads from users and trunks by policies and usages to routes, and what leads nowhere.
// Must not know: dial-plan rules.
// Next: policy/routing.cpp, which walks the same way for a call.
#pragma once

#include <vector>

#include "lint/finding.h"
#include "number/plan.h"
#include "topology/topology.h"

namespace tandem::lint {

/// N15 to N20. Proof: patterns of routes beside those of all numbers that can come (E.164 with a calling code that exists, or what an
/// emergency number dials). What is dialled with a plus is asked of no dial plan, so every such number can come.
void check_routes(const topology::Topology& topology, const number::Plan& plan, std::vector<Finding>& out);

}  // namespace tandem::lint
