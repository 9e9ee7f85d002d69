// Knows: what a transaction machine can ask for.
// Must not know: who does it.
// Next: the machines; sipnet/transactions.h, which does what they ask.
#pragma once

#include <cstdint>

namespace tandem::siptx {

/// What is to be done, in the order of the constants. A set, because one event often asks for two things.
class Actions {
public:
    enum Bit : std::uint16_t {
        kSend = 1,             ///< the request, or the last response: again or for the first time
        kSendAck = 2,          ///< the ACK of a final response other than 2xx
        kSendTrying = 4,       ///< a 100, because the transaction user took too long
        kDeliver = 8,          ///< hand the message to the transaction user
        kTimeout = 16,         ///< tell the transaction user: nothing came in time
        kTransportError = 32,  ///< tell the transaction user: it could not be sent
        kTerminate = 64,       ///< the transaction is over; forget it
    };
    constexpr Actions() = default;
    constexpr Actions(Bit bit) : bits_(bit) {}  // NOLINT: a single bit is a set of one
    [[nodiscard]] constexpr bool has(Bit bit) const { return (bits_ & bit) != 0; }
    [[nodiscard]] constexpr bool none() const { return bits_ == 0; }
    friend constexpr Actions operator|(Actions a, Actions b) {
        Actions out;
        out.bits_ = static_cast<std::uint16_t>(a.bits_ | b.bits_);
        return out;
    }
    constexpr bool operator==(const Actions&) const = default;

private:
    std::uint16_t bits_ = 0;
};
constexpr Actions operator|(Actions::Bit a, Actions::Bit b) { return Actions(a) | Actions(b); }

}  // namespace tandem::siptx
