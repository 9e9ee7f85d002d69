// Knows: that somebody outside asks the program to stop or to read its configuration anew.
// Must not know: what the program does about it.
// Next: app.h, which ties this to signals; sipnet/ and tools' event loops, which watch fd().
#pragma once

#include <atomic>

namespace tandem::cli {

/// Set by signals (or a test), read by the program. Thread: any; request() and hup() are async-signal-safe.
class StopFlag {
public:
    StopFlag();
    ~StopFlag();
    StopFlag(const StopFlag&) = delete;
    StopFlag& operator=(const StopFlag&) = delete;

    /// Asks to stop as that signal would (SIGTERM, SIGINT). A second call counts up: "at once".
    void request(int signal);
    /// Asks to read the configuration anew.
    void hup();

    [[nodiscard]] bool requested() const { return count_.load() > 0; }
    /// How many times a stop was asked for: 1 = drain, 2 = end at once.
    [[nodiscard]] int count() const { return count_.load(); }
    /// The first signal that asked; 0 when none did.
    [[nodiscard]] int signal() const { return signal_.load(); }
    /// True once for each time that hup() was called since the last look.
    [[nodiscard]] bool take_hup() { return hup_.exchange(false); }

    /// A descriptor that is readable from the first request() on and after a hup(); for poll and epoll.
    [[nodiscard]] int fd() const { return fd_; }
    /// Makes fd() wait for the next event. A loop calls it when fd() woke it, then looks at count() and take_hup().
    void clear_wakeup();
    /// Makes fd() readable although nobody asked for anything: a thread that serves is to look around.
    void wake();

private:
    std::atomic<int> count_{0};
    std::atomic<int> signal_{0};
    std::atomic<bool> hup_{false};
    int fd_;
};

}  // namespace tandem::cli
