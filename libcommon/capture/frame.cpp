// Knows: header layouts from the link to UDP.
// Must not know: what a datagram carries.
// Next: call/tracker.cpp.
#include "capture/frame.h"

#include <algorithm>

namespace tandem::capture {

namespace {

constexpr std::uint16_t kEtherIpv4 = 0x0800;
constexpr std::uint16_t kEtherIpv6 = 0x86dd;
constexpr int kMaxTags = 4;
constexpr int kMaxExtensions = 8;

constexpr std::uint8_t kIpInIp = 4;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kIpv6InIp = 41;
constexpr std::uint8_t kGre = 47;

bool vlan(std::uint16_t type) {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

bool mpls_or_pppoe(std::uint16_t type) { return type == 0x8847 || type == 0x8848 || type == 0x8864; }

}  // namespace

FrameKind decode_udp(Bytes segment, bool cut, Datagram& out) {
    if (segment.size() < 8) return FrameKind::kMalformed;
    out.source.port = load_be16(&segment[0]);
    out.destination.port = load_be16(&segment[2]);
    const std::size_t length = load_be16(&segment[4]);
    out.payload = segment.subspan(8);
    out.cut = cut;
    if (length == 0) return FrameKind::kUdp;  // RFC 2675: longer than the field can say
    if (length < 8) return FrameKind::kMalformed;
    if (length - 8 > out.payload.size()) {
        if (!cut) return FrameKind::kMalformed;
    } else {
        out.payload = out.payload.first(length - 8);
        out.cut = false;
    }
    return FrameKind::kUdp;
}

namespace {

FrameKind upper(std::uint8_t protocol, Bytes segment, bool cut, Datagram& out) {
    switch (protocol) {
        case kUdpProtocol: return decode_udp(segment, cut, out);
        case kTcp:
            out.source.port = segment.size() < 4 ? 0 : load_be16(&segment[0]);
            out.destination.port = segment.size() < 4 ? 0 : load_be16(&segment[2]);
            return FrameKind::kTcp;
        case kIpInIp:
        case kIpv6InIp:
        case kGre: return FrameKind::kTunnel;
        default: return FrameKind::kOtherIp;
    }
}

FrameKind fragment(const FragmentPlace& place, Bytes piece, bool cut, Datagram& out) {
    out.fragment = place;
    out.payload = piece;
    out.cut = cut;
    return FrameKind::kFragment;
}

FrameKind ipv4(Bytes packet, Datagram& out) {
    if (packet.size() < 20 || (packet[0] >> 4) != 4) return FrameKind::kMalformed;
    const std::size_t head = std::size_t{4} * (packet[0] & 0x0fU);
    std::size_t total = load_be16(&packet[2]);
    if (total == 0) total = packet.size();  // segmentation offload: filled in by the card
    if (head < 20 || head > packet.size() || total < head) return FrameKind::kMalformed;
    out.dscp = packet[1] >> 2;
    out.source.ip = net::IpAddress::from_bytes(packet.subspan(12, 4));
    out.destination.ip = net::IpAddress::from_bytes(packet.subspan(16, 4));
    const bool cut = total > packet.size();
    const Bytes rest = packet.subspan(head, std::min(total, packet.size()) - head);
    const std::uint16_t flags = load_be16(&packet[6]);
    if ((flags & 0x3fff) != 0)
        return fragment({load_be16(&packet[4]), packet[9], (flags & 0x2000) != 0, std::size_t{8} * (flags & 0x1fffU)}, rest,
                        cut, out);
    return upper(packet[9], rest, cut, out);
}

FrameKind ipv6(Bytes packet, Datagram& out) {
    if (packet.size() < 40 || (packet[0] >> 4) != 6) return FrameKind::kMalformed;
    const std::size_t length = load_be16(&packet[4]);
    out.dscp = static_cast<std::uint8_t>((load_be16(&packet[0]) >> 6) & 0x3f);
    out.source.ip = net::IpAddress::from_bytes(packet.subspan(8, 16));
    out.destination.ip = net::IpAddress::from_bytes(packet.subspan(24, 16));
    Bytes rest = packet.subspan(40);
    const bool cut = length > rest.size();
    if (length != 0 && !cut) rest = rest.first(length);
    std::uint8_t next = packet[6];
    for (int i = 0; i < kMaxExtensions; ++i) {
        std::size_t size = 0;
        switch (next) {
            case 0: case 43: case 60:  // hop-by-hop, routing, destination options
                if (rest.size() < 8) return FrameKind::kMalformed;
                size = 8 + std::size_t{8} * rest[1];
                break;
            case 51:  // authentication header: RFC 4302 counts words, minus 2
                if (rest.size() < 8) return FrameKind::kMalformed;
                size = 8 + std::size_t{4} * rest[1];
                break;
            case 44:  // fragment; offset 0 without more to come is a whole packet (RFC 6946)
                if (rest.size() < 8) return FrameKind::kMalformed;
                if (const std::uint16_t at = load_be16(&rest[2]); (at & 0xfff9) != 0)
                    return fragment({load_be32(&rest[4]), rest[0], (at & 1) != 0, std::size_t{at} & 0xfff8U}, rest.subspan(8),
                                    cut, out);
                size = 8;
                break;
            default: return upper(next, rest, cut, out);
        }
        if (size > rest.size()) return FrameKind::kMalformed;
        next = rest[0];
        rest = rest.subspan(size);
    }
    return FrameKind::kMalformed;
}

FrameKind raw_ip(Bytes packet, Datagram& out) {
    if (packet.empty()) return FrameKind::kMalformed;
    switch (packet[0] >> 4) {
        case 4: return ipv4(packet, out);
        case 6: return ipv6(packet, out);
        default: return FrameKind::kNotIp;
    }
}

/// What stands behind an EtherType, VLAN tags taken off.
FrameKind ether_type(std::uint16_t type, Bytes rest, Datagram& out) {
    for (int tags = 0; vlan(type) && tags < kMaxTags; ++tags) {
        if (rest.size() < 4) return FrameKind::kMalformed;
        type = load_be16(&rest[2]);
        rest = rest.subspan(4);
    }
    if (type == kEtherIpv4) return ipv4(rest, out);
    if (type == kEtherIpv6) return ipv6(rest, out);
    return mpls_or_pppoe(type) ? FrameKind::kTunnel : FrameKind::kNotIp;
}

/// Address family numbers of BSD systems and Linux: 2 is IPv4 everywhere, IPv6 is 10, 24, 28 or 30.
FrameKind family(std::uint32_t number, Bytes rest, Datagram& out) {
    if (number == 2) return ipv4(rest, out);
    if (number == 10 || number == 24 || number == 28 || number == 30) return ipv6(rest, out);
    return FrameKind::kNotIp;
}

}  // namespace

FrameKind decode(LinkType link, Bytes frame, Datagram& out) {
    switch (link) {
        case LinkType::kEthernet:
            if (frame.size() < 14) return FrameKind::kMalformed;
            return ether_type(load_be16(&frame[12]), frame.subspan(14), out);
        case LinkType::kLinuxSll:
            if (frame.size() < 16) return FrameKind::kMalformed;
            return ether_type(load_be16(&frame[14]), frame.subspan(16), out);
        case LinkType::kLinuxSll2:
            if (frame.size() < 20) return FrameKind::kMalformed;
            return ether_type(load_be16(&frame[0]), frame.subspan(20), out);
        case LinkType::kRaw:
        case LinkType::kRawBsd:
        case LinkType::kRawOpenBsd: return raw_ip(frame, out);
        case LinkType::kIpv4: return ipv4(frame, out);
        case LinkType::kIpv6: return ipv6(frame, out);
        case LinkType::kNull:
        case LinkType::kLoop: {
            if (frame.size() < 4) return FrameKind::kMalformed;
            std::uint32_t number = load_be32(frame.data());
            // The byte order is that of the machine that captured; small numbers tell which.
            if (number > 0xffff)
                number = (std::uint32_t{frame[3]} << 24) | (std::uint32_t{frame[2]} << 16) |
                         (std::uint32_t{frame[1]} << 8) | std::uint32_t{frame[0]};
            return family(number, frame.subspan(4), out);
        }
        default: return FrameKind::kUnknownLink;
    }
}

}  // namespace tandem::capture
