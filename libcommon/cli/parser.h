// Knows: how a command line becomes values of an option table.
// Must not know: what happens then.
// Next: config_file.h for the other sources of values, app.cpp for the order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"

namespace tandem::cli {

/// Takes the values of the command line (without the program's name) and chooses the subcommand. Required options are
/// checked by check_required(), so that --help works without them. Errors: syntax, range, with what to write instead.
Status parse_arguments(Options& options, const std::vector<std::string>& arguments);

/// Takes the values of TANDEM_* variables. Errors: as above, naming the variable.
Status parse_environment(Options& options, const std::map<std::string, std::string>& environment);

/// Errors: missing, for what must be given and was not.
Status check_required(const Options& options);

}  // namespace tandem::cli
