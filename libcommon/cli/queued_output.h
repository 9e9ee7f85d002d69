// Knows: writing text for people from a thread of its own, so that a stopped terminal or a full pipe never stalls signalling.
// Must not know: what is written.
// Next: app.cpp, which puts one before stderr of programs that serve; record_writer.h, the same for records.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/stream.h"

namespace tandem::cli {

/// Takes whole lines and never waits. What does not fit is dropped, counted, and said as soon as something can be said again.
/// Thread: write() from any; `to` is touched only by the queue's own.
class QueuedOutput final : public OutputStream {
public:
    static constexpr std::size_t kMaxBytes = 256 * 1024;

    /// name stands before what the queue itself has to say. `to` must live as long as the process: see the destructor.
    QueuedOutput(OutputStream& to, std::string_view name);
    /// Waits a second for what is left. A reader that takes nothing does not hold the program: the thread is left in its write.
    ~QueuedOutput() override;
    QueuedOutput(const QueuedOutput&) = delete;
    QueuedOutput& operator=(const QueuedOutput&) = delete;

    [[nodiscard]] Status write(std::string_view text) override;
    /// Waits until all is written, at most so long. False when it took longer.
    bool settle(std::chrono::milliseconds patience);
    [[nodiscard]] std::uint64_t lost() const;

private:
    struct State;
    static void work(State& state, OutputStream& to, const std::string& name);
    std::shared_ptr<State> state_;
};

}  // namespace tandem::cli
