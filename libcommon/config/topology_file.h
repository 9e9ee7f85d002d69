// Knows: how a topology file becomes a Topology, and how everything wrong with it is told at once.
// Must not know: command lines, exit codes (a tool ends with ExitCode::kUsage when there is any error), what is decided by it.
// Next: keys.h for the one table of keys; topology/topology.h for what comes out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.h"

namespace tandem::config {

/// What became of a topology file. Each line of errors and warnings is "file:line:column: what; hint".
struct LoadedTopology {
    std::shared_ptr<const topology::Topology> topology;  ///< null when there is any error
    std::vector<std::string> errors;
    std::vector<std::string>
        warnings;  ///< keys that are not honoured yet, settings that contradict each other

    [[nodiscard]] bool ok() const { return topology != nullptr; }
};

/// Reads and checks a file. All errors are found, not just the first. Files that it names (passwords, keys) are not opened.
LoadedTopology load_topology(const std::string& path);

/// The same for a text; name stands in messages.
LoadedTopology parse_topology(std::string text, std::string name);

/// JSON Schema (draft 2020-12) of the file, generated from the table of keys; ends with a line end.
std::string topology_schema();

/// The keys as scdoc text for tandem-topology(5), generated from the same table.
std::string topology_reference();

}  // namespace tandem::config
