// Knows: which endpoints calls have named in their SDP, and what payload types mean there.
// Must not know: packets, SIP.
// Next: tracker.h, which asks it at the birth of a stream.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "call/stream.h"
#include "net/address.h"
#include "sdp/summary.h"

namespace tandem::call {

/// One payload type as a call's SDP defines it.
struct SdpCodec {
    std::uint8_t payload_type = 0;
    bool media = true;
    std::uint32_t clock_hz = 0;
    std::string name;
};

/// Endpoints at which a call's parties receive RTP. Several calls may name the same one (a bypassed bridge, a port used again).
class SdpEndpoints {
public:
    static constexpr std::size_t kMaxPerCall = 32;
    static constexpr std::size_t kMaxPerEndpoint = 64;  ///< calls that may name the same one; the oldest gives way
    static constexpr std::size_t kMaxCodecs = 64;       ///< of one line
    static constexpr std::size_t kMaxName = 64;         ///< bytes of an encoding name; none that is registered comes near

    /// Takes all RTP lines of a description; gives the endpoints that are new for this call.
    std::vector<net::Endpoint> add(std::uint64_t call, const sdp::Summary& summary);
    /// The call is over: its endpoints give way to those of others, until a new description names them.
    void over(std::uint64_t call);
    /// Forgets a call's endpoints.
    void remove(std::uint64_t call);

    /// The call that a flow belongs to: one that goes on before one that is over, one that names both ends before one that names
    /// its destination, before one that names its source; the latest among equals. 0 = none.
    struct Found {
        std::uint64_t call = 0;
        Match match = Match::kShape;
    };
    [[nodiscard]] Found find(const net::Endpoint& source, const net::Endpoint& destination) const;
    /// What a payload type means on a flow of this call: as its receiver defined it, else as anyone of the call did.
    [[nodiscard]] const SdpCodec* codec(std::uint64_t call, const net::Endpoint& destination,
                                        std::uint8_t payload_type) const;
    /// What is held in memory, nearly. Units: bytes.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    struct Claim {
        std::uint64_t call = 0;
        std::vector<SdpCodec> codecs;
        bool over = false;
    };
    /// Bytes that a claim holds, with its share of the tables.
    static std::size_t cost(const Claim& claim);
    [[nodiscard]] const Claim* claim(const net::Endpoint& endpoint, std::uint64_t call) const;

    std::unordered_map<net::Endpoint, std::vector<Claim>> endpoints_;
    std::unordered_map<std::uint64_t, std::vector<net::Endpoint>> by_call_;
    std::size_t bytes_ = 0;
};

}  // namespace tandem::call
