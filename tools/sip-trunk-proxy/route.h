// Knows: the subcommand route of the proxy: its topology, and that the question is ask/route.h's.
// Must not know: how it is decided, anything of a running node.
// Next: ask/route.h.
#pragma once

#include <memory>
#include <string>

#include "ask/route.h"
#include "cli/context.h"
#include "topology/topology.h"

namespace tandem::proxy {

/// Loads the topology and looks for the caller in it; complains itself.
cli::ExitCode load_for_route(const std::string& file, const ask::RouteSettings& settings, cli::Context& context,
                             std::shared_ptr<const topology::Topology>& topology);

}  // namespace tandem::proxy
