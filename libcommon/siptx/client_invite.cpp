#include "siptx/client_invite.h"

namespace tandem::siptx {

Actions ClientInvite::terminate(Actions also) {
    state_ = State::kTerminated;
    resend_at_ = end_at_ = kNever;
    return also | Actions::kTerminate;
}

Actions ClientInvite::start(const Timers& timers, Reliability reliability, MonoTime now) {
    state_ = State::kCalling;
    reliability_ = reliability;
    interval_ = timers.t1;
    resend_at_ = reliability == Reliability::kReliable ? kNever : now + interval_;
    end_at_ = now + timers.b();
    return Actions::kSend;
}

Actions ClientInvite::on_response(int status, const Timers& timers, MonoTime now) {
    if (state_ == State::kTerminated) return {};
    if (state_ == State::kAccepted) return status >= 200 && status < 300 ? Actions(Actions::kDeliver) : Actions{};
    if (state_ == State::kCompleted) return status >= 300 ? Actions(Actions::kSendAck) : Actions{};
    resend_at_ = kNever;
    if (status < 200) {
        state_ = State::kProceeding;
        end_at_ = kNever;  // Timer B guards Calling only; a proxy's Timer C takes over
        return Actions::kDeliver;
    }
    if (status < 300) {
        state_ = State::kAccepted;
        end_at_ = now + timers.m();
        return Actions::kDeliver;
    }
    state_ = State::kCompleted;
    const nanoseconds d = timers.d(reliability_);
    if (d == nanoseconds{0}) return terminate(Actions::kSendAck | Actions::kDeliver);
    end_at_ = now + d;
    return Actions::kSendAck | Actions::kDeliver;
}

Actions ClientInvite::on_transport_error() {
    switch (state_) {
        case State::kCalling:
        case State::kCompleted: return terminate(Actions::kTransportError);
        case State::kProceeding:
        case State::kAccepted:
        case State::kTerminated: break;
    }
    return {};
}

Actions ClientInvite::on_time(const Timers&, MonoTime now) {
    if (now >= end_at_) {
        return terminate(state_ == State::kCalling ? Actions(Actions::kTimeout) : Actions{});
    }
    if (now >= resend_at_) {
        interval_ *= 2;
        resend_at_ = now + interval_;
        return Actions::kSend;
    }
    return {};
}

}  // namespace tandem::siptx
