// Knows: the way from a link-layer frame to a UDP datagram: Ethernet, VLAN tags, Linux "any", raw IP, IPv4, IPv6, UDP.
// Must not know: capture files, what a datagram carries; TCP and tunnels are told apart, not followed.
// Next: reader.h, which gives frames; fragments.h, which puts pieces together; call/tracker.h, which takes datagrams.
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
    kTunnel,       ///< IP within IP, GRE, MPLS or PPPoE, which are not taken off
    kOtherIp,      ///< IP with another protocol (ICMP, ESP, ...)
    kNotIp,        ///< ARP, LLC, another EtherType
    kUnknownLink,  ///< of a link type that is not decoded
    kMalformed,    ///< headers that contradict themselves or end too early
};
inline constexpr std::size_t kFrameKinds = 8;

inline constexpr std::uint8_t kUdpProtocol = 17;  ///< in IP headers (RFC 768)

/// Which piece of which IP packet it is.
struct FragmentPlace {
    std::uint32_t id = 0;       ///< Identification; 16 bits of IPv4, 32 of IPv6
    std::uint8_t protocol = 0;  ///< of what was taken apart
    bool more = false;          ///< not the last piece
    std::size_t offset = 0;     ///< bytes before it
};

/// One UDP datagram; the payload is a view into the frame.
struct Datagram {
    net::Endpoint source;
    net::Endpoint destination;
    Bytes payload;
    std::uint8_t dscp = 0;  ///< RFC 2474
    bool cut = false;       ///< the capture holds less of the payload than was sent
    FragmentPlace fragment; ///< of kFragment
};

/// Decodes one frame; fills out only for kUdp, for kFragment without ports (the payload is the piece), and for kTcp the
/// endpoints. Checksums are not looked at (captures on the sender have none).
/// Source: RFC 791, RFC 8200 §4, RFC 768; IEEE 802.1Q.
/// Cost: no allocation.
FrameKind decode(LinkType link, Bytes frame, Datagram& out);
/// Decodes what IP carries under protocol 17: ports and payload. cut: the capture holds less of the segment than was sent.
FrameKind decode_udp(Bytes segment, bool cut, Datagram& out);

}  // namespace tandem::capture
