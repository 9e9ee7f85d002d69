// Knows: the writer thread's loop.
// Must not know: what a record says.
// Next: tools that serve, which own one.
#include "cli/record_writer.h"

#include <algorithm>
#include <utility>

namespace tandem::cli {

namespace {
// After a write, records are let gather so long: many calls a second cost few wake-ups, and a record is hardly late.
constexpr std::chrono::milliseconds kGather{20};
// What a slow reader made grow is given back beyond that.
constexpr std::size_t kKept = std::size_t{128} << 10;
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

bool RecordWriter::write(std::string_view lines) {
    {
        const std::lock_guard lock(mutex_);
        if (!waiting_.empty() && waiting_.size() + lines.size() > kMostBytes) {
            ++dropped_;
            return false;
        }
        waiting_ += lines;
        // Waking the writer costs more than writing a record: while it is awake, or gathers, it looks for more by itself.
        if (!std::exchange(asleep_, false)) return true;
    }
    wake_.notify_one();
    return true;
}

bool RecordWriter::finish(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return idle_.wait_for(lock, patience, [this] { return !busy_ && waiting_.empty(); });
}

void RecordWriter::work() {
    std::string lines;
    for (bool wrote = false;; wrote = true) {
        lines.clear();
        if (lines.capacity() > kKept) std::string().swap(lines);
        {
            std::unique_lock lock(mutex_);
            busy_ = false;
            if (waiting_.empty()) idle_.notify_all();
            if (wrote) wake_.wait_for(lock, kGather, [this] { return stop_; });
            asleep_ = waiting_.empty();
            wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
            asleep_ = false;
            if (waiting_.empty()) return;
            lines.swap(waiting_);
            busy_ = true;
        }
        if (gone_.load()) {  // nobody reads any more: the program serves on
            unread_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
            lost_.store(out_.lines_lost() + unread_);
            continue;
        }
        const Status written = out_.write(lines);
        if (!written) look(written);
        if (gone_.load()) continue;
        // A flush after a write that failed has nothing to write: that it succeeds says nothing.
        if (const Status done = out_.flush(); !done || written) look(done);
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
