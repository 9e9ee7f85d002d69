// Knows: building a snapshot on a thread of its own, because reading files and asking name servers may take seconds.
// Must not know: what a snapshot is made of, who waits for it.
// Next: serve.cpp, which asks for one at HUP and takes it into use.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sip-trunk-proxy/snapshot.h"

namespace tandem::proxy {

/// What came of reading a topology and what it names.
struct Loading {
    std::shared_ptr<Snapshot> snapshot;  ///< null when there is an error
    std::vector<std::string> errors, warnings;
};

/// At most one is being built; any number of requests meanwhile make one more of it, since the file may have changed after it
/// was read. Thread: ask() and take() from one thread.
class Reloader {
public:
    using Load = std::function<Loading()>;
    /// load runs on the other thread and must own all that it uses: it may outlive this object (see the destructor).
    /// wake is called from that thread when take() has something to give.
    Reloader(Load load, std::function<void()> wake) : load_(std::move(load)), wake_(std::move(wake)) {}
    /// Does not wait: getaddrinfo cannot be interrupted, and a program that shall end does not stay for a name server. The
    /// thread is left to itself then; what it builds is thrown away.
    ~Reloader();
    Reloader(const Reloader&) = delete;
    Reloader& operator=(const Reloader&) = delete;

    void ask();
    /// What was built, once; begins the next one when it was asked for in between.
    std::optional<Loading> take();
    [[nodiscard]] bool busy() const { return job_ != nullptr; }

private:
    struct Job;
    void begin();

    Load load_;
    std::function<void()> wake_;
    std::shared_ptr<Job> job_;
    std::jthread thread_;
    bool again_ = false;
};

}  // namespace tandem::proxy
