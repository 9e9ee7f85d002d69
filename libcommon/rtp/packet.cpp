// Knows: the bits of the RTP header (RFC 3550 §5.1).
// Must not know: sockets, statistics.
// Next: stats.cpp.
#include "rtp/packet.h"

#include <cstring>

namespace tandem::rtp {

namespace {

constexpr std::string_view kRule = "RFC 3550 §5.1";

void write_head(std::uint8_t* p, const Header& h, std::uint8_t first) {
    p[0] = first;
    p[1] = static_cast<std::uint8_t>((h.marker ? 0x80 : 0) | (h.payload_type & 0x7f));
    store_be16(p + 2, h.sequence);
    store_be32(p + 4, h.timestamp);
    store_be32(p + 8, h.ssrc);
}

}  // namespace

MediaKind classify(Bytes b) {
    if (b.size() < 4) return MediaKind::kOther;
    if (b[0] < 4) return MediaKind::kStun;
    if (b[0] >= 20 && b[0] <= 63) return MediaKind::kDtls;
    if ((b[0] >> 6) != 2) return MediaKind::kOther;
    if (b[1] >= 192 && b[1] <= 223) return b.size() >= 8 ? MediaKind::kRtcp : MediaKind::kOther;
    return b.size() >= kFixedHeaderSize ? MediaKind::kRtp : MediaKind::kOther;
}

Result<Packet> parse(Bytes datagram) {
    if (datagram.size() < kFixedHeaderSize)
        return fail(Errc::kTruncated, "shorter than the fixed RTP header", datagram.size(), kRule);
    const std::uint8_t first = datagram[0];
    if ((first >> 6) != 2) return fail(Errc::kUnsupported, "RTP version is not 2", 0, kRule);

    Packet packet;
    static_cast<Header&>(packet) = *peek(datagram);
    ByteReader in(datagram);
    in.skip(kFixedHeaderSize);
    packet.csrc = in.bytes(std::size_t{4} * (first & 0x0f));
    if (in.failed()) return fail(Errc::kTruncated, "CSRC list passes the end", kFixedHeaderSize, kRule);
    if ((first & 0x10) != 0) {
        const std::size_t at = in.offset();
        packet.has_extension = true;
        packet.extension_profile = in.u16();
        packet.extension = in.bytes(std::size_t{4} * in.u16());
        if (in.failed())
            return fail(Errc::kTruncated, "header extension passes the end", at, "RFC 3550 §5.3.1");
    }
    Bytes rest = in.rest();
    if ((first & 0x20) != 0) {
        packet.padding = rest.empty() ? std::uint8_t{0} : rest.back();
        if (packet.padding == 0 || packet.padding > rest.size())
            return fail(Errc::kTruncated, "padding count is zero or passes the payload", datagram.size() - 1,
                        kRule);
    }
    packet.payload = rest.first(rest.size() - packet.padding);
    return packet;
}

std::size_t write(const Header& header, Bytes payload, std::span<std::uint8_t> out) {
    const std::size_t size = kFixedHeaderSize + payload.size();
    if (out.size() < size) return 0;
    write_head(out.data(), header, 0x80);
    if (!payload.empty()) std::memmove(out.data() + kFixedHeaderSize, payload.data(), payload.size());
    return size;
}

Result<std::vector<std::uint8_t>> build(const Packet& p) {
    if (p.payload_type > 127) return fail(Errc::kRange, "payload type over 127", 0, kRule);
    if (p.csrc.size() % 4 != 0 || p.csrc.size() > 60)
        return fail(Errc::kRange, "CSRC list is not 0 to 15 words", 0, kRule);
    if (p.extension.size() % 4 != 0 || p.extension.size() / 4 > 0xffff)
        return fail(Errc::kRange, "header extension is not whole words", 0, "RFC 3550 §5.3.1");
    std::uint8_t head[kFixedHeaderSize];
    write_head(head, p,
               static_cast<std::uint8_t>(0x80 | (p.padding != 0 ? 0x20 : 0) | (p.has_extension ? 0x10 : 0) |
                                         static_cast<int>(p.csrc.size() / 4)));
    ByteWriter out;
    out.bytes(head);
    out.bytes(p.csrc);
    if (p.has_extension) {
        out.u16(p.extension_profile);
        out.u16(static_cast<std::uint16_t>(p.extension.size() / 4));
        out.bytes(p.extension);
    }
    out.bytes(p.payload);
    for (unsigned i = 1; i < p.padding; ++i) out.u8(0);
    if (p.padding != 0) out.u8(p.padding);
    return std::move(out).take();
}

}  // namespace tandem::rtp
