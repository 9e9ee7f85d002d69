// Knows: the program sip-trunk-proxy: its subcommands and options.
// Must not know: what a subcommand does.
// Next: serve.h, route.h.
#pragma once

#include <memory>

#include "cli/app.h"

namespace tandem::proxy {

std::unique_ptr<cli::Tool> make_tool();

}  // namespace tandem::proxy
