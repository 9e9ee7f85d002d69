// Knows: what a subcommand of e164-normalize is to the program.
// Must not know: any of them.
// Next: commands.cpp, which lists them; normalize.h, the one that need not be named.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"

namespace tandem::e164 {

class Numbers;

/// One of the options of Numbers that has no meaning for a command, and why.
struct Unmeant {
    std::string_view option, why;
};

/// One subcommand. The order of its life is that of cli::Tool.
class Command {
public:
    virtual ~Command() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// One sentence without full stop, for --help and the man page.
    [[nodiscard]] virtual std::string_view summary() const = 0;
    /// Declares its own options, positionals and examples; those of Numbers are there already.
    virtual void declare(cli::Options& options) const = 0;
    /// Parses and validates the values; opens nothing.
    virtual Status setup(const cli::Options& options) = 0;
    /// Refused on the command line; in the environment or a settings file, which serve other commands too, they are passed over.
    [[nodiscard]] virtual std::vector<Unmeant> unmeant() const { return {}; }
    /// False for a command that asks Numbers nothing: it then reads no file.
    [[nodiscard]] virtual bool asks_numbers() const { return true; }
    [[nodiscard]] virtual bool needs_topology() const { return false; }
    /// True for a command that asks where calls go: decks of rates are then read with the topology.
    [[nodiscard]] virtual bool reads_rates() const { return false; }
    /// Reads the files that its own options name. Numbers has read its own. Complains itself.
    virtual cli::ExitCode load(cli::Context&, const Numbers&) { return cli::ExitCode::kOk; }
    virtual cli::ExitCode run(cli::Context& context, const Numbers& numbers) = 0;
};

}  // namespace tandem::e164
