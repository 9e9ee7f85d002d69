// Knows: the INVITE server transaction (RFC 3261 §17.2.1 as changed by RFC 6026 §8.5 to §8.7, figure 7).
// Must not know: messages, sockets, clocks: it is told an event or a time and says what to do.
// Next: server_non_invite.h; timers.h for the values.
#pragma once

#include "siptx/actions.h"
#include "siptx/timers.h"

namespace tandem::siptx {

/// An INVITE that came, until its last repetition must have come: Timers G, H, I and L.
/// Call start() first, then tell it what happens. What it returns is done at once and in the order of Actions; then its deadline() is
/// asked anew. After kTerminate it wants nothing more. Every call must come with the same timers. Cost: O(1). Thread: one.
class ServerInvite {
public:
    enum class State : std::uint8_t { kProceeding, kAccepted, kCompleted, kConfirmed, kTerminated };

    Actions start(const Timers& timers, Reliability reliability, MonoTime now);
    /// The same INVITE came again.
    Actions on_request();
    Actions on_ack(const Timers& timers, MonoTime now);
    /// The transaction user answers with that status. Nothing to do when it is too late for it.
    Actions on_response(int status, const Timers& timers, MonoTime now);
    Actions on_transport_error();
    /// Called at deadline() or later. A time before it does nothing.
    Actions on_time(const Timers& timers, MonoTime now);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] MonoTime deadline() const { return std::min(resend_at_, end_at_); }

private:
    Actions terminate(Actions also);

    MonoTime resend_at_ = kNever;  // the 100's 200 ms, or Timer G
    MonoTime end_at_ = kNever;     // Timer H, I or L
    nanoseconds interval_{0};
    State state_ = State::kProceeding;
    Reliability reliability_ = Reliability::kUnreliable;
    bool answered_ = false;  // a response was sent, so that there is something to repeat
};

}  // namespace tandem::siptx
