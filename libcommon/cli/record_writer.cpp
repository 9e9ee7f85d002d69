// Knows: the writer thread's loop.
// Must not know: what a record says.
// Next: tools that serve, which own one.
#include "cli/record_writer.h"

#include <algorithm>
#include <utility>

namespace tandem::cli {

namespace {
// After a write, records are let gather so long: many calls a second cost few wake-ups, and a record is hardly late.
constexpr std::chrono::milliseconds kGather{5};
}  // namespace

RecordWriter::RecordWriter(OutputStream& out, Trouble trouble)
    : out_(out), trouble_(std::move(trouble)), thread_([this] { work(); }) {}

RecordWriter::~RecordWriter() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool RecordWriter::write(std::string lines) {
    if (!ring_.push(std::move(lines))) {
        ++dropped_;
        return false;
    }
    // Waking the writer costs more than writing a record: while it is awake, or gathers, it looks into the ring by itself.
    if (!asleep_.exchange(false)) return true;
    // The lock is held by the writer only while it looks at the ring, never while it writes.
    { std::lock_guard lock(mutex_); }
    wake_.notify_one();
    return true;
}

bool RecordWriter::finish(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return idle_.wait_for(lock, patience, [this] { return !busy_ && ring_.empty(); });
}

void RecordWriter::work() {
    for (bool wrote = false;; wrote = true) {
        {
            std::unique_lock lock(mutex_);
            busy_ = false;
            if (ring_.empty()) idle_.notify_all();
            if (wrote) wake_.wait_for(lock, kGather, [this] { return stop_; });
            // An exchange on both sides: whoever comes second sees what the first one did.
            if (ring_.empty()) asleep_.exchange(true);
            wake_.wait(lock, [this] { return stop_ || !ring_.empty(); });
            asleep_.store(false);
            if (stop_ && ring_.empty()) return;
            busy_ = true;
        }
        std::string lines;
        bool failed = false;
        while (ring_.pop(lines)) {
            if (gone_.load()) {  // nobody reads any more: the program serves on
                unread_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
                lost_.store(out_.lines_lost() + unread_);
                continue;
            }
            if (const Status done = out_.write(lines); !done) {
                failed = true;
                look(done);
            }
        }
        if (gone_.load()) continue;
        // A flush after a write that failed has nothing to write: that it succeeds says nothing.
        if (const Status done = out_.flush(); !done || !failed) look(done);
    }
}

// After a flush, and after a write that failed: a disk that is full now may have room later.
void RecordWriter::look(const Status& done) {
    gone_.store(out_.reader_gone());
    lost_.store(out_.lines_lost() + unread_);
    if (done.has_value() != failing_) return;
    failing_ = !done.has_value();
    if (trouble_) trouble_(failing_ ? std::string_view(done.error().what) : std::string_view());
}

}  // namespace tandem::cli
