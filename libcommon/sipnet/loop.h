// Knows: waiting for descriptors and deadlines at once (epoll), and being woken from another thread (eventfd).
// Must not know: what is waited for.
// Next: udp_transport.h for the descriptors, transactions.h for the deadlines.
#pragma once

#include <functional>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace tandem::sipnet {

/// Thread: one, but for wake(). The wait has a resolution of 1 ms, rounded up; that is what epoll_wait gives without a system
/// call more per round (SIP's shortest timer is 200 ms).
class Loop {
public:
    /// Throws when the system has no descriptors left: nothing can be served then.
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Calls f each time the descriptor is readable (or in error).
    void watch(int fd, std::function<void()> f);
    /// Whose descriptors come first in a round. Of those behind, a few are called once the others were: ten thousand of them that become
    /// readable at once keep nobody else waiting for longer than those few take.
    enum class Turn : std::uint8_t { kOrdinary, kBehind };
    /// The same, and writable() each time it can be written to, as long as want_write() asks for that (at first it does not).
    void watch(int fd, std::function<void()> readable, std::function<void()> writable, Turn turn = Turn::kOrdinary);
    /// One that was watched behind is ordinary from now on.
    void move_up(int fd);
    void want_write(int fd, bool wanted);
    void unwatch(int fd);
    /// One round: waits until something is readable, until wake(), or until `until`, and calls what is due.
    void wait(MonoTime now, MonoTime until);
    /// Ends a wait. Thread: any.
    void wake();

private:
    struct Watched {
        std::function<void()> readable, writable;
        bool wants_write = false;
        Turn turn = Turn::kOrdinary;
    };
    [[nodiscard]] int set_of(Turn turn) const { return turn == Turn::kBehind ? behind_ : epoll_; }
    void call(int fd, std::uint32_t events);

    int epoll_ = -1;
    int behind_ = -1;  // stands in the other one
    int event_ = -1;
    std::unordered_map<int, Watched> watched_;
};

}  // namespace tandem::sipnet
