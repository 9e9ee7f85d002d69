// Knows: what the media thread must know of a leg: where it is, what payload types mean, what may flow.
// Must not know: SDP, SIP, profiles; who agreed on it.
// Next: engine.h, which takes snapshots; tools/gw-bridge/leg_media.h, which makes them.
#pragma once

#include <array>
#include <cstdint>

#include "net/address.h"

namespace tandem::media {

/// What a payload type means on a leg.
enum class Payload : std::uint8_t {
    kNone,          ///< not agreed on: dropped and counted
    kMu,            ///< PCMU
    kA,             ///< PCMA
    kOther,         ///< an audio codec that both legs have and that is passed on unread
    kEvent,         ///< telephone-event (RFC 4733)
    kComfortNoise,  ///< RFC 3389
};

/// One leg, as agreed on by offer and answer.
struct LegConfig {
    net::Endpoint remote_rtp;
    net::Endpoint remote_rtcp;
    bool receive = false;  ///< the peer may send to us
    bool send = false;     ///< we may send to the peer
    bool rtcp = false;     ///< we send reports; not to a zero address (RFC 6337 §5.4)
    bool latch = false;    ///< follow the peer to where its packets come from
    unsigned latch_packets = 3;
    bool watch = false;          ///< silence counts against the media timeout
    bool watch_reports = false;  ///< the same on hold, for a peer that has sent RTCP before

    std::array<Payload, 128> incoming{};  ///< by payload type
    Payload audio = Payload::kMu;         ///< what the peer wants to hear
    std::uint8_t audio_pt = 0;
    int event_pt = -1;  ///< -1: the peer has no telephone-event
    int comfort_noise_pt = -1;
    std::uint32_t clock_hz = 8000;

    bool operator==(const LegConfig&) const = default;
};

}  // namespace tandem::media
