// Knows: how the program gw-bridge is made.
// Must not know: what its subcommands do.
// Next: serve.h.
#pragma once

#include <memory>

#include "cli/app.h"

namespace tandem::bridge {

std::unique_ptr<cli::Tool> make_tool();

}  // namespace tandem::bridge
