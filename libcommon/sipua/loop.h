// Knows: the control thread's event loop: descriptors, timers, running and stopping.
// Must not know: SIP.
// Next: user_agent.h, which lives on one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"

namespace tandem::sipua {

/// One loop. Thread: everything from the thread that made it; only one that made a loop may run it.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Calls f each time that fd is readable, as long as the loop lives.
    void watch(int fd, std::function<void()> f);

    using TimerId = std::uint64_t;
    /// Calls f once.
    TimerId after(milliseconds delay, std::function<void()> f);
    /// The timer does not fire any more; nothing happens when it has fired.
    void cancel(TimerId timer);

    /// Runs until stop().
    void run();
    /// Runs until done() is true or the time is over; gives done().
    bool run_until(const std::function<bool()>& done, milliseconds limit);
    void stop();

    /// The stack's own loop, for the files of this module.
    [[nodiscard]] void* root() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tandem::sipua
