// Knows: that there is one list of subcommands.
// Must not know: what is in it.
// Next: command.h for what each gives; tool.cpp, which declares and runs them.
#pragma once

#include <memory>
#include <vector>

#include "e164-normalize/command.h"

namespace tandem::e164 {

/// One of each, in the order of --help; the first need not be named.
std::vector<std::unique_ptr<Command>> commands();

}  // namespace tandem::e164
