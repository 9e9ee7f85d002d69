// Knows: how a topology file becomes a Topology, and how everything wrong with it is told at once.
// Must not know: command lines, exit codes (a tool ends with ExitCode::kUsage when there is any error), what is decided by it.
// Next: keys.h for the one table of keys; topology/topology.h for what comes out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stream.h"
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

/// Opens a file that the topology names. Errors: as FdInput::open().
using FileOpener = std::function<Result<std::unique_ptr<InputStream>>(const std::string& path)>;

/// Whether the decks of rates are read: only who routes calls needs them.
enum class Decks { kRead, kLeave };

/// Reads and checks a file. All errors are found, not just the first. Of the files that it names only decks of rates are opened
/// (those must be regular files), not passwords and keys.
LoadedTopology load_topology(const std::string& path, Decks decks = Decks::kLeave);

/// The same for a text; name stands in messages. Without an opener no deck is read: trunks then have no rates.
LoadedTopology parse_topology(std::string text, std::string name, const FileOpener& open = {});

/// JSON Schema (draft 2020-12) of the file, generated from the table of keys; ends with a line end.
std::string topology_schema();

/// The keys as scdoc text for tandem-topology(5), generated from the same table.
std::string topology_reference();

}  // namespace tandem::config
