// Knows: making something of files on a thread of its own, anew when one of them changes: a disk may take seconds, and a loop must not.
// Must not know: what is made, what stands in the files.
// Next: resolver.h, which has one for /etc/hosts and /etc/resolv.conf.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace tandem::sipnet {

/// What tells one content of a file from another without reading it; all zero of one that is not there.
struct FileStamp {
    std::uint64_t device = 0, node = 0, size = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::string& path);

/// Thread: ask() and take() from one thread.
template <class T>
class FileWatch {
public:
    using Load = std::function<T()>;
    /// load runs on the other thread, first when a file differs from what it is now. It must own all that it uses: it may outlive this
    /// object, for a read that hangs cannot be interrupted. When it throws, nothing is given. wake is called from there when take()
    /// has something to give.
    FileWatch(std::vector<std::string> paths, Load load, std::function<void()> wake, milliseconds look_every);
    /// Waits for no load.
    ~FileWatch();
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    /// Loads now, whether something changed or not. What take() gives from now on was begun after this.
    void ask();
    [[nodiscard]] std::optional<T> take();

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<T> result;
        std::function<void()> wake;
        bool asked = false, busy = false, stop = false;
    };
    static void run(const std::shared_ptr<State>& state, const std::vector<std::string>& paths, const Load& load, milliseconds every,
                    std::vector<FileStamp> stamps);
    static std::vector<FileStamp> stamps_of(const std::vector<std::string>& paths) {
        std::vector<FileStamp> out;
        for (const std::string& path : paths) out.push_back(stamp_of(path));
        return out;
    }

    std::shared_ptr<State> state_ = std::make_shared<State>();
    std::thread thread_;
};

template <class T>
FileWatch<T>::FileWatch(std::vector<std::string> paths, Load load, std::function<void()> wake, milliseconds look_every) {
    state_->wake = std::move(wake);
    auto stamps = stamps_of(paths);
    thread_ = std::thread([state = state_, paths = std::move(paths), load = std::move(load), look_every, stamps = std::move(stamps)] {
        run(state, paths, load, look_every, stamps);
    });
}

template <class T>
FileWatch<T>::~FileWatch() {
    bool busy = false;
    {
        const std::lock_guard lock(state_->mutex);
        state_->stop = true;
        busy = state_->busy;
    }
    state_->changed.notify_one();
    if (busy) {
        thread_.detach();
    } else {
        thread_.join();
    }
}

template <class T>
void FileWatch<T>::ask() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->asked = true;
        state_->result.reset();
    }
    state_->changed.notify_one();
}

template <class T>
std::optional<T> FileWatch<T>::take() {
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->result, std::nullopt);
}

template <class T>
void FileWatch<T>::run(const std::shared_ptr<State>& state, const std::vector<std::string>& paths, const Load& load, milliseconds every,
                       std::vector<FileStamp> stamps) {
    std::unique_lock lock(state->mutex);
    for (;;) {
        state->changed.wait_for(lock, every, [&] { return state->stop || state->asked; });
        if (state->stop) return;
        const bool asked = std::exchange(state->asked, false);
        state->busy = true;
        lock.unlock();
        auto now = stamps_of(paths);
        std::optional<T> made;
        if (asked || now != stamps) {
            stamps = std::move(now);
            try {
                made = load();
            } catch (const std::exception&) {
                // What was made before goes on; the next change is another try.
            }
        }
        lock.lock();
        state->busy = false;
        if (state->stop) return;
        if (!made || state->asked) continue;
        state->result = std::move(made);
        state->wake();
    }
}

}  // namespace tandem::sipnet
