// Knows: that each long option is a key of the JSON file given with --config, and how the settings are printed so that it takes them back.
// Must not know: what the options mean.
// Next: app.cpp, which reads the file between the environment and the defaults.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "json/document.h"

namespace tandem::cli {

/// Takes the values of a parsed file. Gives one line for each fault, "file:line:column: what, and what to write instead".
std::vector<std::string> apply_config(Options& options, const json::Document& document);

/// The effective settings as one JSON object, one key a line. Options without a value are left out.
std::string print_config(const Options& options);

}  // namespace tandem::cli
