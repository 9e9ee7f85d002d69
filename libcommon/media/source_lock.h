// Knows: whose packets a leg takes: the address of the SDP, or one that proves itself by consistent packets.
// Must not know: sockets, payloads.
// Next: leg.h, which asks it first for every packet.
#pragma once

#include <cstdint>

#include "net/address.h"
#include "rtp/packet.h"

namespace tandem::media {

/// Decides by source address. Without latching only the SDP's address counts. With latching the first source
/// that sends `needed` packets in a row with one SSRC and rising sequence numbers wins, the SDP's own address
/// at once; after that everybody else is a stranger until the next description.
/// Cost: O(1), no allocation.
class SourceLock {
public:
    enum class Verdict : std::uint8_t {
        kAccept,
        kLatched,  ///< accepted, and from now on the peer is here
        kPending,  ///< not yet: more consistent packets are needed; dropped
        kForeign,  ///< a stranger; dropped
    };

    /// A new description. A changed address starts anew; an unchanged one keeps the lock.
    void expect(const net::Endpoint& remote, bool latch, unsigned needed);

    Verdict check(const net::Endpoint& from, const rtp::Header& header);

    /// Where our packets go: the latched source, else the SDP's address.
    [[nodiscard]] const net::Endpoint& peer() const { return locked_ ? source_ : expected_; }
    [[nodiscard]] bool latched() const { return locked_ && source_ != expected_; }

private:
    net::Endpoint expected_;
    net::Endpoint source_;
    net::Endpoint candidate_;
    std::uint32_t candidate_ssrc_ = 0;
    std::uint16_t candidate_sequence_ = 0;
    unsigned run_ = 0;
    unsigned needed_ = 3;
    bool latch_ = false;
    bool locked_ = false;
};

}  // namespace tandem::media
