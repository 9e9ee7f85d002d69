// Knows: one RTP flow: who sends it to whom under which SSRC, its codec, its measurements, and the call that it belongs to.
// Must not know: SIP, how the call was found.
// Next: tracker.h, which holds the streams and ties them to calls.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/address.h"
#include "quality/monitor.h"

namespace tandem::call {

/// What tells one stream from another.
struct FlowKey {
    net::Endpoint source;
    net::Endpoint destination;
    std::uint32_t ssrc = 0;

    bool operator==(const FlowKey&) const = default;
};

struct FlowKeyHash {
    std::size_t operator()(const FlowKey& k) const noexcept {
        const std::hash<net::Endpoint> hash;
        return (hash(k.source) * 0x9e3779b97f4a7c15ULL) ^ (hash(k.destination) * 31) ^ k.ssrc;
    }
};

/// How a stream was tied to its call.
enum class Match : std::uint8_t {
    kShape,      ///< no call: found by its own form
    kSymmetric,  ///< its source is an endpoint of the call's SDP (the other side sends from behind a NAT, or wrote another one)
    kSdp,        ///< its destination is an endpoint of the call's SDP
};
std::string_view to_string(Match match);

/// What a payload type means on one stream.
struct PayloadType {
    std::uint8_t number = 0;
    bool media = true;           ///< false for telephone-event and comfort noise
    bool known = false;
    std::uint32_t clock_hz = 0;  ///< of media; 0: not known
    std::uint32_t event_clock_hz = 0;  ///< of what is not media
    std::string name;            ///< encoding name; empty: not known
};

/// Bytes: about 1 KiB.
struct Stream {
    explicit Stream(quality::JitterUse jitter) : monitor(jitter) {}

    FlowKey key;
    std::uint64_t number = 0;  ///< counts streams in order of their birth, from 1
    std::uint64_t call = 0;    ///< number of its call; 0 = none
    Match match = Match::kShape;
    quality::Monitor monitor;
    WallTime first{};
    WallTime last{};
    WallTime due{};            ///< its place in the tracker's order
    std::uint8_t dscp = 0;
    std::array<PayloadType, 4> types;  ///< those met so far; a fifth replaces the last
    std::uint8_t type_count = 0;

    /// The first media payload type; null when none was met.
    [[nodiscard]] const PayloadType* media() const {
        for (std::size_t i = 0; i < type_count; ++i)
            if (types[i].media) return &types[i];
        return nullptr;
    }
};

}  // namespace tandem::call
