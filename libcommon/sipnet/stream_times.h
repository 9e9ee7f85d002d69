// Knows: when a connection has had its time: half-open, silent in the middle of a message, not reading, idle; and its keep-alives.
// Must not know: sockets, which connection.
// Next: stream_transport.h, which has one a connection.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "siptx/timers.h"

namespace tandem::sipnet {

/// None of these can be stretched by sending a byte now and then (SECURITY.md: byte-a-second senders).
struct StreamTimeouts {
    nanoseconds connect = seconds(4);     ///< a target that does not answer at all must not hold a call up
    nanoseconds handshake = seconds(10);  ///< of TLS
    nanoseconds message = seconds(32);    ///< from a connection's begin to its first byte, and from a message's first byte to its last
    nanoseconds write = seconds(32);      ///< a peer that takes nothing of what waits for it
    nanoseconds idle = seconds(1800);
    nanoseconds linger = seconds(2);      ///< after the last answer, so that it is read before the reset that follows
    nanoseconds pong = seconds(10);       ///< RFC 5626 §4.4.1
};

/// The deadlines of one connection.
class StreamTimes {
public:
    enum class Due : std::uint8_t { kNothing, kPing, kConnect, kHandshake, kMessage, kWrite, kIdle, kLingered, kPong };

    void connecting(const StreamTimeouts& t, MonoTime now) { set_phase(Due::kConnect, now + t.connect); }
    void handshaking(const StreamTimeouts& t, MonoTime now) { set_phase(Due::kHandshake, now + t.handshake); }
    /// From now on bytes flow. An accepted connection must say something soon.
    void open(const StreamTimeouts& t, bool accepted, MonoTime now);
    void lingering(const StreamTimeouts& t, MonoTime now) { set_phase(Due::kLingered, now + t.linger); }

    /// Bytes came; within: a message has begun and not ended. `begun` tells that it is not the one of before.
    void received(const StreamTimeouts& t, bool within, bool begun, MonoTime now);
    void sent(const StreamTimeouts& t, MonoTime now) { idle_at_ = now + t.idle; }
    /// Bytes wait for the peer to read; `progress`: some of them left.
    void waiting(const StreamTimeouts& t, bool progress, MonoTime now);
    void nothing_waits() { write_at_ = siptx::kNever; }

    void ping_at(MonoTime at) { ping_at_ = at; }
    /// A ping left; a peer that has answered one before must answer this one.
    void pinged(const StreamTimeouts& t, MonoTime now) {
        pong_awaited_ = true;
        if (answers_pings_) pong_at_ = now + t.pong;
    }
    /// A CRLF came: the pong, when one is awaited; false when none is.
    bool ponged();

    [[nodiscard]] MonoTime deadline() const {
        return std::min({phase_at_, message_at_, write_at_, idle_at_, ping_at_, pong_at_});
    }
    [[nodiscard]] Due due(MonoTime now) const;

private:
    void set_phase(Due what, MonoTime at);

    MonoTime phase_at_ = siptx::kNever, message_at_ = siptx::kNever, write_at_ = siptx::kNever, idle_at_ = siptx::kNever;
    MonoTime ping_at_ = siptx::kNever, pong_at_ = siptx::kNever;
    Due phase_ = Due::kNothing;
    bool pong_awaited_ = false, answers_pings_ = false;
};

/// "no answer to the connection attempt", …: static text.
std::string_view to_string(StreamTimes::Due due);

}  // namespace tandem::sipnet
