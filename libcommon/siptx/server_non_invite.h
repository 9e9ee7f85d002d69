// Knows: the non-INVITE server transaction (RFC 3261 §17.2.2, figure 8) with the 100 rule of RFC 4320 §4.1, and RFC 6026 §8.8.
// Must not know: messages, sockets, clocks: it is told an event or a time and says what to do.
// Next: branch.h for how transactions are found; sipnet/transactions.h, which holds them.
#pragma once

#include "siptx/actions.h"
#include "siptx/timers.h"

namespace tandem::siptx {

/// Any other request that came, until its last repetition must have come: the 100 that is late on purpose, Timer J.
/// Call start() first, then tell it what happens. What it returns is done at once and in the order of Actions; then its deadline() is
/// asked anew. After kTerminate it wants nothing more. Every call must come with the same timers. Cost: O(1). Thread: one.
class ServerNonInvite {
public:
    enum class State : std::uint8_t { kTrying, kProceeding, kCompleted, kTerminated };

    Actions start(const Timers& timers, Reliability reliability, MonoTime now);
    /// The same request came again.
    Actions on_request();
    /// The transaction user answers with that status. 1xx are refused: only this machine sends a 100, when it is due,
    /// and 408 never goes out (RFC 4320 §4.1, §4.2).
    Actions on_response(int status, const Timers& timers, MonoTime now);
    Actions on_transport_error();
    /// Called at deadline() or later. A time before it does nothing.
    Actions on_time(const Timers& timers, MonoTime now);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] MonoTime deadline() const { return std::min(trying_at_, end_at_); }

private:
    Actions terminate(Actions also);

    MonoTime trying_at_ = kNever;
    MonoTime end_at_ = kNever;  // the client's Timer F, then Timer J
    State state_ = State::kTrying;
    Reliability reliability_ = Reliability::kUnreliable;
};

}  // namespace tandem::siptx
