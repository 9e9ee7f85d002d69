#include "siptx/client_non_invite.h"

namespace tandem::siptx {

Actions ClientNonInvite::terminate(Actions also) {
    state_ = State::kTerminated;
    resend_at_ = end_at_ = kNever;
    return also | Actions::kTerminate;
}

Actions ClientNonInvite::start(const Timers& timers, Reliability reliability, MonoTime now) {
    state_ = State::kTrying;
    reliability_ = reliability;
    interval_ = timers.t1;
    resend_at_ = reliability == Reliability::kReliable ? kNever : now + interval_;
    end_at_ = now + timers.f();
    return Actions::kSend;
}

Actions ClientNonInvite::on_response(int status, const Timers& timers, MonoTime now) {
    if (state_ == State::kCompleted || state_ == State::kTerminated) return {};
    if (status < 200) {
        state_ = State::kProceeding;
        return Actions::kDeliver;
    }
    state_ = State::kCompleted;
    resend_at_ = kNever;
    const nanoseconds k = timers.k(reliability_);
    if (k == nanoseconds{0}) return terminate(Actions::kDeliver);
    end_at_ = now + k;
    return Actions::kDeliver;
}

Actions ClientNonInvite::on_transport_error() {
    if (state_ == State::kTrying || state_ == State::kProceeding) return terminate(Actions::kTransportError);
    return {};
}

Actions ClientNonInvite::on_time(const Timers& timers, MonoTime now) {
    if (now >= end_at_) {
        return terminate(state_ == State::kCompleted ? Actions{} : Actions(Actions::kTimeout));
    }
    if (now >= resend_at_) {
        interval_ = state_ == State::kProceeding ? timers.t2 : std::min(2 * interval_, timers.t2);
        resend_at_ = now + interval_;
        return Actions::kSend;
    }
    return {};
}

}  // namespace tandem::siptx
