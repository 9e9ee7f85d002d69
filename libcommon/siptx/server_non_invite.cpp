#include "siptx/server_non_invite.h"

namespace tandem::siptx {

Actions ServerNonInvite::terminate(Actions also) {
    state_ = State::kTerminated;
    trying_at_ = end_at_ = kNever;
    return also | Actions::kTerminate;
}

Actions ServerNonInvite::start(const Timers& timers, Reliability reliability, MonoTime now) {
    state_ = State::kTrying;
    reliability_ = reliability;
    // RFC 4320 §4.1: over UDP not before that time, and over whatever transport at that time.
    trying_at_ = now + timers.e_at_t2();
    // The client gives up at its Timer F; a user that never answers must not keep the transaction for ever.
    end_at_ = now + timers.f();
    return Actions::kDeliver;
}

Actions ServerNonInvite::on_request() {
    return state_ == State::kProceeding || state_ == State::kCompleted ? Actions(Actions::kSend) : Actions{};
}

Actions ServerNonInvite::on_response(int status, const Timers& timers, MonoTime now) {
    if (status < 200 || (state_ != State::kTrying && state_ != State::kProceeding)) return {};
    if (status == 408) return terminate({});
    trying_at_ = kNever;
    state_ = State::kCompleted;
    const nanoseconds j = timers.j(reliability_);
    if (j == nanoseconds{0}) return terminate(Actions::kSend);
    end_at_ = now + j;
    return Actions::kSend;
}

Actions ServerNonInvite::on_transport_error() {
    // As for an INVITE: the user is told and the transaction lives on, so that a repeated request is still recognised (RFC 6026 §8.8,
    // which has the last word over figure 8).
    return state_ == State::kProceeding || state_ == State::kCompleted ? Actions(Actions::kTransportError) : Actions{};
}

Actions ServerNonInvite::on_time(const Timers&, MonoTime now) {
    if (now >= end_at_) return terminate({});
    if (now < trying_at_) return {};
    trying_at_ = kNever;
    state_ = State::kProceeding;
    return Actions::kSendTrying;
}

}  // namespace tandem::siptx
