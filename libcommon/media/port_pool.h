// Knows: the media ports of one address: pairs of an even port for RTP and the odd one above it for RTCP.
// Must not know: what flows through them.
// Next: udp_socket.h; engine.h, which takes the sockets.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/udp_socket.h"
#include "net/address.h"

namespace tandem::media {

/// The sockets of one leg.
struct PortPair {
    UdpSocket rtp;
    UdpSocket rtcp;
};

/// Hands pairs out at random, so that a stranger cannot guess them, and keeps a returned pair unused for a
/// while, so that late packets of the old call do not reach a new one.
/// Thread: one.
class PortPool {
public:
    static constexpr seconds kQuarantine{8};

    /// Ports first to last, both included; an odd first port and an even last port are left out.
    PortPool(const net::IpAddress& address, std::uint16_t first, std::uint16_t last, std::uint64_t seed,
             nanoseconds quarantine = kQuarantine);

    /// Binds a free pair. A pair that another program holds is passed over.
    /// Errors: kMissing when every pair is in use or quarantine, kIo when no pair could be bound.
    /// Cost: O(pairs) at worst, O(1) usually.
    Result<PortPair> allocate(MonoTime now);
    /// The pair whose RTP port it is has been closed.
    void release(std::uint16_t rtp_port, MonoTime now);

    [[nodiscard]] std::size_t pairs() const { return state_.size(); }
    [[nodiscard]] std::size_t in_use() const { return in_use_; }
    [[nodiscard]] const net::IpAddress& address() const { return address_; }

private:
    struct State {
        bool used = false;
        MonoTime free_from{};
    };

    net::IpAddress address_;
    std::uint16_t first_even_;
    nanoseconds quarantine_;
    std::vector<State> state_;
    std::size_t in_use_ = 0;
    std::mt19937_64 random_;
};

}  // namespace tandem::media
