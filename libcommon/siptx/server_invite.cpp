#include "siptx/server_invite.h"

namespace tandem::siptx {

Actions ServerInvite::terminate(Actions also) {
    state_ = State::kTerminated;
    resend_at_ = end_at_ = kNever;
    return also | Actions::kTerminate;
}

Actions ServerInvite::start(const Timers& timers, Reliability reliability, MonoTime now) {
    state_ = State::kProceeding;
    reliability_ = reliability;
    answered_ = false;
    resend_at_ = now + timers.trying;
    end_at_ = kNever;
    return Actions::kDeliver;
}

Actions ServerInvite::on_request() {
    // In Accepted the UAS core repeats its own 2xx end to end; the INVITE is only absorbed (RFC 6026 §8.7).
    const bool repeats = state_ == State::kProceeding || state_ == State::kCompleted;
    return repeats && answered_ ? Actions(Actions::kSend) : Actions{};
}

Actions ServerInvite::on_ack(const Timers& timers, MonoTime now) {
    if (state_ == State::kAccepted) return Actions::kDeliver;
    if (state_ != State::kCompleted) return {};
    const nanoseconds i = timers.i(reliability_);
    if (i == nanoseconds{0}) return terminate({});
    state_ = State::kConfirmed;
    resend_at_ = kNever;
    end_at_ = now + i;
    return {};
}

Actions ServerInvite::on_response(int status, const Timers& timers, MonoTime now) {
    const bool success = status >= 200 && status < 300;
    if (state_ == State::kAccepted) return success ? Actions(Actions::kSend) : Actions{};
    if (state_ != State::kProceeding) return {};
    answered_ = true;
    resend_at_ = kNever;
    if (status < 200) return Actions::kSend;
    if (success) {
        state_ = State::kAccepted;
        end_at_ = now + timers.l();
        return Actions::kSend;
    }
    state_ = State::kCompleted;
    interval_ = timers.t1;
    resend_at_ = reliability_ == Reliability::kReliable ? kNever : now + interval_;
    end_at_ = now + timers.h();
    return Actions::kSend;
}

Actions ServerInvite::on_transport_error() {
    // The user is told and the transaction lives on, so that a repeated INVITE is still recognised (RFC 6026 §7.1).
    const bool told = state_ == State::kProceeding || state_ == State::kAccepted || state_ == State::kCompleted;
    return told ? Actions(Actions::kTransportError) : Actions{};
}

Actions ServerInvite::on_time(const Timers& timers, MonoTime now) {
    if (now >= end_at_) {
        return terminate(state_ == State::kCompleted ? Actions(Actions::kTimeout) : Actions{});
    }
    if (now < resend_at_) return {};
    if (state_ == State::kProceeding) {
        resend_at_ = kNever;
        answered_ = true;
        return Actions::kSendTrying;
    }
    interval_ = std::min(2 * interval_, timers.t2);
    resend_at_ = now + interval_;
    return Actions::kSend;
}

}  // namespace tandem::siptx
