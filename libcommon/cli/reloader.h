// Knows: building what a program serves by on a thread of its own: reading files may take seconds.
// Must not know: what is built.
// Next: stop.h, which tells of HUP; the serve.cpp of the tools that serve, which ask for one and take it into use.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/context.h"

namespace tandem::cli {

/// What came of reading a configuration and what it names.
template <class T>
struct Loading {
    std::shared_ptr<T> snapshot;  ///< null when there is an error
    std::vector<std::string> errors, warnings;
};

/// Complains about every error, logs every warning; gives what was built.
template <class T>
std::shared_ptr<T> tell(Loading<T> loading, Context& context) {
    for (const std::string& line : loading.errors) context.complain(line);
    for (const std::string& line : loading.warnings) context.log.warning(line);
    return std::move(loading.snapshot);
}

/// At most one is being built; any number of requests meanwhile make one more of it, since the file may have changed
/// after it was read. Thread: ask() and take() from one thread.
template <class T>
class Reloader {
public:
    using Load = std::function<Loading<T>()>;
    /// load runs on the other thread and must own all that it uses: it may outlive this object (see the destructor).
    /// wake is called from that thread when take() has something to give.
    Reloader(Load load, std::function<void()> wake) : load_(std::move(load)), wake_(std::move(wake)) {}
    /// Does not wait: a read from a disk or a network file system that hangs cannot be interrupted, and a program that shall end
    /// does not stay for it.
    /// The thread is left to itself then; what it builds is thrown away.
    ~Reloader();
    Reloader(const Reloader&) = delete;
    Reloader& operator=(const Reloader&) = delete;

    void ask() {
        if (job_)
            again_ = true;
        else
            begin();
    }
    /// What was built, once; begins the next one when it was asked for in between.
    std::optional<Loading<T>> take();
    [[nodiscard]] bool busy() const { return job_ != nullptr; }

private:
    struct Job {
        std::mutex mutex;
        std::optional<Loading<T>> result;
        std::function<void()> wake;  // empty once nobody waits any more
    };
    void begin();

    Load load_;
    std::function<void()> wake_;
    std::shared_ptr<Job> job_;
    std::jthread thread_;
    bool again_ = false;
};

template <class T>
Reloader<T>::~Reloader() {
    if (!job_) return;
    bool done = false;
    {
        const std::lock_guard lock(job_->mutex);
        job_->wake = nullptr;
        done = job_->result.has_value();
    }
    if (!done) thread_.detach();
}

template <class T>
void Reloader<T>::begin() {
    again_ = false;
    job_ = std::make_shared<Job>();
    job_->wake = wake_;
    thread_ = std::jthread([job = job_, load = load_] {
        Loading<T> result;
        try {
            result = load();
        } catch (const std::exception& e) {
            result = {nullptr, {e.what()}, {}};
        }
        const std::lock_guard lock(job->mutex);
        job->result = std::move(result);
        if (job->wake) job->wake();
    });
}

template <class T>
std::optional<Loading<T>> Reloader<T>::take() {
    if (!job_) return std::nullopt;
    std::optional<Loading<T>> result;
    {
        const std::lock_guard lock(job_->mutex);
        if (!job_->result) return std::nullopt;
        result.swap(job_->result);
    }
    thread_.join();
    job_.reset();
    if (again_) begin();
    return result;
}

}  // namespace tandem::cli
