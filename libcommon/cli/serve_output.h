// Knows: what a program that serves writes: records as they come, events of its own life, counts and a summary at the end.
// Must not know: what it serves.
// Next: record_writer.h, queued_output.h; the serve.cpp of the tools that serve.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/record_writer.h"
#include "record/envelope.h"

namespace tandem::cli {

/// Thread: the one that serves.
class ServeOutput {
public:
    using Count = std::pair<std::string_view, std::uint64_t>;

    explicit ServeOutput(Context& context)
        : context_(context), writer_(context.out, [this](std::string_view what) { tell_trouble(what); }) {}

    /// For parts that write records themselves.
    [[nodiscard]] RecordWriter& records() { return writer_; }
    /// An event record, and a line in the log.
    void event(std::string_view name, std::string_view detail, std::optional<std::uint64_t> count = {});
    /// Says in the log that records were dropped, at most every five seconds.
    void tell_dropped();
    /// Counts that are not 0, those of what was dropped here, the summary; then waits for the reader, but not for ever: one who
    /// takes nothing ends the program at once with kEnvironment. Gives kEnvironment when records could not be written, else kOk;
    /// the signal's code when it came twice.
    [[nodiscard]] ExitCode finish(std::span<const Count> counts, const record::Summary& summary);

private:
    void tell_trouble(std::string_view what);

    Context& context_;
    RecordWriter writer_;
    std::uint64_t told_dropped_ = 0;
    MonoTime tell_again_{};
};

}  // namespace tandem::cli
