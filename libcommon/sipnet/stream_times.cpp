#include "sipnet/stream_times.h"

namespace tandem::sipnet {

void StreamTimes::set_phase(Due what, MonoTime at) {
    *this = {};
    phase_ = what;
    phase_at_ = at;
}

void StreamTimes::open(const StreamTimeouts& t, bool accepted, MonoTime now) {
    set_phase(Due::kNothing, siptx::kNever);
    idle_at_ = now + t.idle;
    if (accepted) message_at_ = now + t.message;
}

void StreamTimes::received(const StreamTimeouts& t, bool within, bool begun, MonoTime now) {
    if (phase_ != Due::kNothing) return;
    idle_at_ = now + t.idle;
    if (!within) {
        message_at_ = siptx::kNever;
    } else if (begun || message_at_ == siptx::kNever) {
        message_at_ = now + t.message;
    }
}

void StreamTimes::waiting(const StreamTimeouts& t, bool progress, MonoTime now) {
    if (progress || write_at_ == siptx::kNever) write_at_ = now + t.write;
}

bool StreamTimes::ponged() {
    if (!pong_awaited_) return false;
    pong_awaited_ = false;
    answers_pings_ = true;
    pong_at_ = siptx::kNever;
    return true;
}

StreamTimes::Due StreamTimes::due(MonoTime now) const {
    if (now >= phase_at_) return phase_;
    if (now >= message_at_) return Due::kMessage;
    if (now >= write_at_) return Due::kWrite;
    if (now >= pong_at_) return Due::kPong;
    if (now >= idle_at_) return Due::kIdle;
    return now >= ping_at_ ? Due::kPing : Due::kNothing;
}

std::string_view to_string(StreamTimes::Due due) {
    using Due = StreamTimes::Due;
    switch (due) {
        case Due::kNothing:
        case Due::kPing: return "";
        case Due::kConnect: return "no answer to the connection attempt";
        case Due::kHandshake: return "the TLS handshake did not end in time";
        case Due::kMessage: return "no whole message in time";
        case Due::kWrite: return "the peer does not read";
        case Due::kIdle: return "idle";
        case Due::kLingered: return "closed after a message that could not be read";
        case Due::kPong: return "no pong (RFC 5626 §4.4.1)";
    }
    return "";
}

}  // namespace tandem::sipnet
