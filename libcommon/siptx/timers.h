// Knows: the timers of SIP transactions as data, with the values of RFC 3261 table 4 and RFC 6026.
// Must not know: clocks, transactions.
// Next: the four machines: client_invite.h, client_non_invite.h, server_invite.h, server_non_invite.h.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace tandem::siptx {

/// Whether the transport itself repeats what is lost (TCP, TLS) or we must.
enum class Reliability : std::uint8_t { kUnreliable, kReliable };

/// T1, T2, T4 and what follows from them. One set a trunk.
struct Timers {
    nanoseconds t1 = milliseconds(500);
    nanoseconds t2 = seconds(4);
    nanoseconds t4 = seconds(5);
    nanoseconds c = seconds(181);          ///< a proxy's wait between provisionals; more than 3 min (RFC 3261 §16.6)
    nanoseconds trying = milliseconds(200);  ///< 100 at the latest (RFC 3261 §17.2.1)
    // DEVIATION from RFC 3261 table 4 where they are set: a peer that is known to answer at once is given up sooner.
    nanoseconds own_b{0}, own_f{0};  ///< instead of 64*T1; 0 = not set

    bool operator==(const Timers&) const = default;

    [[nodiscard]] nanoseconds b() const { return own_b != nanoseconds{0} ? own_b : 64 * t1; }  ///< INVITE without any response
    [[nodiscard]] nanoseconds d(Reliability r) const {       ///< late retransmissions of a final response
        return r == Reliability::kReliable ? nanoseconds{0} : std::max<nanoseconds>(seconds(32), 64 * t1);
    }
    [[nodiscard]] nanoseconds f() const { return own_f != nanoseconds{0} ? own_f : 64 * t1; }  ///< non-INVITE without a final response
    [[nodiscard]] nanoseconds h() const { return 64 * t1; }  ///< final response without ACK
    [[nodiscard]] nanoseconds i(Reliability r) const { return r == Reliability::kReliable ? nanoseconds{0} : t4; }
    [[nodiscard]] nanoseconds j(Reliability r) const { return r == Reliability::kReliable ? nanoseconds{0} : 64 * t1; }
    [[nodiscard]] nanoseconds k(Reliability r) const { return r == Reliability::kReliable ? nanoseconds{0} : t4; }
    [[nodiscard]] nanoseconds l() const { return 64 * t1; }  ///< INVITE server after a 2xx (RFC 6026)
    [[nodiscard]] nanoseconds m() const { return 64 * t1; }  ///< INVITE client after a 2xx (RFC 6026)
    /// When Timer E of the client reaches T2: not before that a non-INVITE gets a 100 (RFC 4320 §4.1).
    [[nodiscard]] nanoseconds e_at_t2() const {
        nanoseconds sum{0};
        for (nanoseconds e = t1; e < t2; e *= 2) sum += e;
        return std::max(sum, t1);
    }
};

/// No timer is running.
inline constexpr MonoTime kNever = MonoTime::max();

}  // namespace tandem::siptx
