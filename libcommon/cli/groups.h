// Knows: the option groups that all tools share, declared once.
// Must not know: any tool.
// Next: app.h, which declares the log and config groups for every tool; filter.h for the filter group.
#pragma once

#include "cli/options.h"

namespace tandem::cli {

/// --help, --version, --schema, --print-config, --check, --config, -v, -q, --log-pii, -o: run_tool() declares them for every tool.
void declare_common(Options& options);
/// [FILE|-]: one input, stdin when absent.
void declare_input(Options& options, std::string_view help);
/// --topology FILE.
void declare_topology(Options& options, bool required);
/// --field (unless with_fields is false), --key, --on-error, --max-line, --no-summary, --strict.
void declare_filter(Options& options, std::string_view default_key, bool with_fields);

}  // namespace tandem::cli
