// Knows: that searches of rules may be given up at their bound, and that whoever asked is told.
// Must not know: which question was asked.
// Next: number/regex.h for the bound; lint/ambiguity.h, which finds such patterns beforehand.
#pragma once

#include "cli/context.h"
#include "cli/filter.h"
#include "topology/topology.h"

namespace tandem::ask {

/// Lets a filter count in its summary what rules of the topology gave up, and say it on stderr. All three must outlive the filter.
void tell_rule_limits(cli::FilterOptions& filter, const topology::Topology& topology, cli::Context& context);

}  // namespace tandem::ask
