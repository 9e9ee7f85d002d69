// Knows: the hand-over between the two threads.
// Must not know: what a snapshot is made of.
// Next: serve.cpp.
#include "sip-trunk-proxy/reload.h"

#include <exception>
#include <mutex>

namespace tandem::proxy {

struct Reloader::Job {
    std::mutex mutex;
    std::optional<Loading> result;
    std::function<void()> wake;  // empty once nobody waits any more
};

Reloader::~Reloader() {
    if (!job_) return;
    bool done = false;
    {
        const std::lock_guard lock(job_->mutex);
        job_->wake = nullptr;
        done = job_->result.has_value();
    }
    if (!done) thread_.detach();
}

void Reloader::ask() {
    if (job_) {
        again_ = true;
    } else {
        begin();
    }
}

void Reloader::begin() {
    again_ = false;
    job_ = std::make_shared<Job>();
    job_->wake = wake_;
    thread_ = std::jthread([job = job_, load = load_] {
        Loading result;
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

std::optional<Loading> Reloader::take() {
    if (!job_) return std::nullopt;
    std::optional<Loading> result;
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

}  // namespace tandem::proxy
