// Knows: the queue and its thread.
// Must not know: what is written.
// Next: app.cpp.
#include "cli/queued_output.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/text.h"

namespace tandem::cli {

struct QueuedOutput::State {
    std::mutex mutex;
    std::condition_variable wake, idle;
    std::deque<std::string> waiting;
    std::size_t bytes = 0;
    std::uint64_t lost = 0, told = 0;
    bool busy = false, stop = false;
    std::thread thread;
};

QueuedOutput::QueuedOutput(OutputStream& to, std::string_view name) : state_(std::make_shared<State>()) {
    state_->thread = std::thread([state = state_, &to, name = std::string(name)] { work(*state, to, name); });
}

QueuedOutput::~QueuedOutput() {
    const bool done = settle(std::chrono::seconds(1));
    {
        const std::lock_guard lock(state_->mutex);
        state_->stop = true;
    }
    state_->wake.notify_one();
    std::thread thread = std::move(state_->thread);
    if (done) {
        thread.join();
    } else {
        thread.detach();
    }
}

Status QueuedOutput::write(std::string_view text) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->bytes + text.size() > kMaxBytes) {
            ++state_->lost;
            return {};
        }
        state_->bytes += text.size();
        state_->waiting.emplace_back(text);
    }
    state_->wake.notify_one();
    return {};
}

std::uint64_t QueuedOutput::lost() const {
    const std::lock_guard lock(state_->mutex);
    return state_->lost;
}

bool QueuedOutput::settle(std::chrono::milliseconds patience) {
    std::unique_lock lock(state_->mutex);
    return state_->idle.wait_for(lock, patience, [this] { return !state_->busy && state_->waiting.empty(); });
}

void QueuedOutput::work(State& state, OutputStream& to, const std::string& name) {
    std::unique_lock lock(state.mutex);
    for (;;) {
        state.wake.wait(lock, [&] { return state.stop || !state.waiting.empty(); });
        if (state.waiting.empty()) return;
        std::deque<std::string> batch;
        batch.swap(state.waiting);
        state.bytes = 0;
        state.busy = true;
        lock.unlock();
        // A stderr that cannot be written has nobody behind it who could be told.
        for (const std::string& text : batch) static_cast<void>(to.write(text));
        static_cast<void>(to.flush());
        lock.lock();
        state.busy = false;
        if (state.lost != state.told) {
            const std::string note = cat("WARNING ", name, ": ", state.lost - state.told, " lines lost here: nobody reads them fast enough\n");
            state.told = state.lost;
            state.bytes += note.size();
            state.waiting.push_front(note);
        }
        if (state.waiting.empty()) state.idle.notify_all();
    }
}

}  // namespace tandem::cli
