// Knows: writing records from a thread of its own, so that a slow reader never stalls signalling.
// Must not know: what a record says.
// Next: the serve.cpp of the tools that serve, which own one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/stream.h"

namespace tandem::cli {

/// Thread: write() from any; the output is touched only by the writer's own. A record is written within 20 ms or so.
/// Cost: write() copies; two buffers take turns, so that what is written again and again stays in the processor's caches.
class RecordWriter {
public:
    static constexpr std::size_t kMostBytes = std::size_t{4} << 20;  ///< that wait; some 5,000 calls

    /// Told what went wrong when records begin to get lost because they cannot be written, on the writer's thread; an empty
    /// text says that they are written again.
    using Trouble = std::function<void(std::string_view what)>;

    explicit RecordWriter(OutputStream& out, Trouble trouble = {});
    /// Writes what waits, then ends the thread. A reader that takes nothing cannot hold it for ever: see finish().
    ~RecordWriter();
    RecordWriter(const RecordWriter&) = delete;
    RecordWriter& operator=(const RecordWriter&) = delete;

    /// Hands one or more whole lines over. False when too much waits already: the lines are dropped and counted.
    bool write(std::string_view lines);
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }
    /// Records that were taken and could not be written: a full disk, a reader that went away.
    [[nodiscard]] std::uint64_t lost() const { return lost_.load(); }
    [[nodiscard]] bool reader_gone() const { return gone_.load(); }
    /// Waits until everything is written or lost, at most so long. False when it took longer.
    bool finish(std::chrono::milliseconds patience);

private:
    void work();
    void look(const Status& done);

    OutputStream& out_;
    Trouble trouble_;
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<bool> gone_{false};
    std::atomic<std::uint64_t> lost_{0};
    std::uint64_t unread_ = 0;  ///< records that nobody was there for; of the writer's thread, as failing_
    bool failing_ = false;
    std::mutex mutex_;  ///< of what follows; never held while something is written
    std::condition_variable wake_, idle_;
    std::string waiting_;
    bool asleep_ = false;
    bool stop_ = false;
    bool busy_ = false;
    std::thread thread_;
};

}  // namespace tandem::cli
