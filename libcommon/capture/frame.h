// Knows: the way from a link-layer frame to a UDP datagram: Ethernet, VLAN tags, Linux "any", raw IP, IPv4, IPv6, UDP.
// Must not know: capture files, what a datagram carries; fragments and TCP are told apart, not put together.
// Next: reader.h, which gives frames; call/tracker.h, which takes datagrams.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "capture/link.h"
#include "net/address.h"

namespace tandem::capture {

/// What a frame turned out to be.
enum class FrameKind : std::uint8_t {
    kUdp,          ///< a whole datagram (its tail may be missing when the capture cut it: Datagram::cut)
    kTcp,          ///< a TCP segment
    kFragment,     ///< a piece of an IP packet
    kOtherIp,      ///< IP with another protocol (ICMP, ESP, a tunnel, ...)
    kNotIp,        ///< ARP, LLC, an unknown EtherType or link type
    kMalformed,    ///< headers that contradict themselves or end too early
};
inline constexpr std::size_t kFrameKinds = 6;

/// One UDP datagram; the payload is a view into the frame.
struct Datagram {
    net::Endpoint source;
    net::Endpoint destination;
    Bytes payload;
    std::uint8_t dscp = 0;  ///< RFC 2474
    bool cut = false;       ///< the capture holds less of the payload than was sent
};

/// Decodes one frame; fills out only for kUdp. Checksums are not looked at (captures on the sender have none).
/// Source: RFC 791, RFC 8200 §4, RFC 768; IEEE 802.1Q.
/// Cost: no allocation.
FrameKind decode(LinkType link, Bytes frame, Datagram& out);

}  // namespace tandem::capture
