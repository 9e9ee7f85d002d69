// Knows: the life of a program: declare, parse, set up, load, run, exit code; signals and logs on the way.
// Must not know: any tool.
// Next: options.h to declare, context.h for what run() gets, filter.h for programs that answer lines.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"

namespace tandem::cli {

/// One program. Its main.cpp makes it and calls run_tool().
class Tool {
public:
    virtual ~Tool() = default;
    /// Name of the executable.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// One sentence without full stop, for --help and the man page.
    [[nodiscard]] virtual std::string_view summary() const = 0;
    /// What --version says beside the version: data that the program carries, a line each, each with its end.
    [[nodiscard]] virtual std::string data_versions() const { return {}; }
    /// Declares what is special to this tool; the common groups are there already.
    virtual void declare(Options& options) const = 0;
    /// Parses and validates the values; opens nothing. An error ends the program with kUsage.
    virtual Status setup(const Options& options) = 0;
    /// Reads the files that the options name; binds and connects nothing. Complains itself. `--check` stops after it.
    virtual ExitCode load(Context&) { return ExitCode::kOk; }
    /// Does the work.
    virtual ExitCode run(Context& context) = 0;
    /// What `--generate WHAT` prints beyond man and completions (texts that scripts/generate commits); nothing for an unknown WHAT.
    [[nodiscard]] virtual std::optional<std::string> generate(std::string_view) const { return std::nullopt; }
    /// True for programs that serve until TERM: SIGHUP then sets the flag instead of ending the program.
    [[nodiscard]] virtual bool long_running(const Options&) const { return false; }
};

/// main() of every program. The only place that turns an exception into kInternal.
int run_tool(Tool& tool, int argc, char** argv);

/// What a tool sees in a test.
struct TestInput {
    std::vector<std::string> arguments;  ///< without the program's name
    std::string in;
    std::map<std::string, std::string> environment;
    std::size_t chunk = 65536;  ///< how many bytes of `in` one read gives
};

/// What it did.
struct TestOutput {
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs a tool in this process: strings in, strings out, a FakeClock unless another is given.
TestOutput run_for_test(Tool& tool, const TestInput& input, const Clock* clock = nullptr, StopFlag* stop = nullptr);

}  // namespace tandem::cli
