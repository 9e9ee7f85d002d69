// Knows: the INVITE client transaction (RFC 3261 §17.1.1 as changed by RFC 6026 §8.4, figure 5).
// Must not know: messages, sockets, clocks: it is told a status or a time and says what to do.
// Next: client_non_invite.h; timers.h for the values.
#pragma once

#include "siptx/actions.h"
#include "siptx/timers.h"

namespace tandem::siptx {

/// The wait for responses to an INVITE of ours: Timers A, B, D and M.
/// Call start() first, then tell it what happens. What it returns is done at once and in the order of Actions; then its deadline() is
/// asked anew. After kTerminate it wants nothing more. Every call must come with the same timers. Cost: O(1). Thread: one.
class ClientInvite {
public:
    enum class State : std::uint8_t { kCalling, kProceeding, kAccepted, kCompleted, kTerminated };

    Actions start(const Timers& timers, Reliability reliability, MonoTime now);
    Actions on_response(int status, const Timers& timers, MonoTime now);
    Actions on_transport_error();
    /// Called at deadline() or later. A time before it does nothing.
    Actions on_time(const Timers& timers, MonoTime now);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] MonoTime deadline() const { return std::min(resend_at_, end_at_); }

private:
    Actions terminate(Actions also);

    MonoTime resend_at_ = kNever;  // Timer A
    MonoTime end_at_ = kNever;     // Timer B, D or M
    nanoseconds interval_{0};
    State state_ = State::kCalling;
    Reliability reliability_ = Reliability::kUnreliable;
};

}  // namespace tandem::siptx
