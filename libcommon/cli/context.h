// Knows: everything a running tool may touch of the outside world.
// Must not know: any tool.
// Next: app.h, which makes one; filter.h, which works on one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/stream.h"
#include "cli/exit_code.h"
#include "cli/stop.h"

namespace tandem::cli {

class QueuedOutput;

/// What load() and run() get. Tests make one of strings and a FakeClock.
struct Context {
    std::string tool;   ///< the program's name
    InputStream& in;    ///< stdin
    OutputStream& out;  ///< stdout, or the file of -o: records only
    OutputStream& err;  ///< stderr: for people
    const Clock& clock;
    StopFlag& stop;
    Log log;
    QueuedOutput* queue = nullptr;  ///< before err, in a program that serves

    /// Writes "tool: text\n" to err: an error that ends the program, whatever -q says.
    void complain(std::string_view text);

    /// Writes to out. Nothing when that went well, else how the program ends: kOk when the reader has gone, kEnvironment (with a
    /// complaint) when out cannot be written.
    [[nodiscard]] std::optional<ExitCode> print(std::string_view text);

    /// Ends the program at once although a thread of it hangs in a write that nobody takes; what was said goes out first.
    [[noreturn]] void leave(ExitCode code);

    /// The file, or stdin for "-" and "". Errors: io; a tool then ends with ExitCode::kInput.
    struct Input {
        InputStream* stream = nullptr;
        std::unique_ptr<InputStream> owned;
    };
    [[nodiscard]] Result<Input> open_input(const std::string& path);
};

}  // namespace tandem::cli
