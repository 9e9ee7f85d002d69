// Knows: the writer thread's loop.
// Must not know: what a record says.
// Next: serve.cpp, which owns one.
#include "sip-trunk-proxy/record_writer.h"

namespace tandem::proxy {

RecordWriter::RecordWriter(OutputStream& out) : out_(out), thread_([this] { work(); }) {}

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
    // The lock is held by the writer only while it looks at the ring, never while it writes.
    { std::lock_guard lock(mutex_); }
    wake_.notify_one();
    return true;
}

bool RecordWriter::finish(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return idle_.wait_for(lock, patience, [this] { return !busy_ && ring_.empty(); }) && !failed_.load();
}

void RecordWriter::work() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            busy_ = false;
            if (ring_.empty()) idle_.notify_all();
            wake_.wait(lock, [this] { return stop_ || !ring_.empty(); });
            if (stop_ && ring_.empty()) return;
            busy_ = true;
        }
        std::string lines;
        while (ring_.pop(lines)) {
            if (gone_.load()) continue;  // nobody reads any more: the proxy serves on
            if (!out_.write(lines)) failed_.store(!out_.reader_gone());
            gone_.store(out_.reader_gone());
        }
        if (!gone_.load() && !out_.flush()) failed_.store(!out_.reader_gone());
        gone_.store(out_.reader_gone());
    }
}

}  // namespace tandem::proxy
