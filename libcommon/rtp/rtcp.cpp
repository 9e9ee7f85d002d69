// Knows: the bytes of SR, RR, SDES and BYE (RFC 3550 §6.4-§6.6).
// Must not know: when reports are sent.
// Next: stats.cpp.
#include "rtp/rtcp.h"

namespace tandem::rtp {

namespace {

constexpr std::size_t kHeadSize = 4;
constexpr std::size_t kMaxCount = 31;

ReportBlock read_block(ByteReader& in) {
    ReportBlock b;
    b.ssrc = in.u32();
    const std::uint32_t lost = in.u32();
    b.fraction_lost = static_cast<std::uint8_t>(lost >> 24);
    // Sign extension of 24 bits.
    b.cumulative_lost = static_cast<std::int32_t>(lost << 8) >> 8;
    b.extended_highest = in.u32();
    b.jitter = in.u32();
    b.last_sr = in.u32();
    b.delay_since_last_sr = in.u32();
    return b;
}

void write_block(ByteWriter& out, const ReportBlock& b) {
    out.u32(b.ssrc);
    out.u32((std::uint32_t{b.fraction_lost} << 24) |
            (static_cast<std::uint32_t>(b.cumulative_lost) & 0xffffffU));
    out.u32(b.extended_highest);
    out.u32(b.jitter);
    out.u32(b.last_sr);
    out.u32(b.delay_since_last_sr);
}

/// Reads count blocks; what follows them is a profile's extension and is left alone.
Result<std::vector<ReportBlock>> read_blocks(ByteReader& in, std::size_t count, std::size_t at) {
    if (in.failed() || in.remaining() < count * 24)
        return fail(Errc::kTruncated, "report blocks pass the end of their packet", at, "RFC 3550 §6.4");
    std::vector<ReportBlock> blocks;
    blocks.reserve(count);
    for (std::size_t i = 0; i < count; ++i) blocks.push_back(read_block(in));
    return blocks;
}

Result<RtcpPacket> read_sr(ByteReader in, std::size_t count, std::size_t at) {
    SenderReport sr;
    sr.ssrc = in.u32();
    sr.ntp = in.u64();
    sr.rtp_timestamp = in.u32();
    sr.packet_count = in.u32();
    sr.octet_count = in.u32();
    auto blocks = read_blocks(in, count, at);
    if (!blocks) return fail(std::move(blocks.error()));
    sr.blocks = std::move(*blocks);
    return sr;
}

Result<RtcpPacket> read_rr(ByteReader in, std::size_t count, std::size_t at) {
    ReceiverReport rr;
    rr.ssrc = in.u32();
    auto blocks = read_blocks(in, count, at);
    if (!blocks) return fail(std::move(blocks.error()));
    rr.blocks = std::move(*blocks);
    return rr;
}

Result<RtcpPacket> read_sdes(Bytes body, std::size_t count, std::size_t at) {
    Sdes sdes;
    ByteReader in(body);
    for (std::size_t i = 0; i < count; ++i) {
        SdesChunk chunk;
        chunk.ssrc = in.u32();
        while (true) {
            const std::uint8_t type = in.u8();
            if (in.failed() || type == 0) break;
            const std::uint8_t size = in.u8();
            chunk.items.push_back({type, as_text(in.bytes(size))});
        }
        // The list ends with one null byte at least and is filled up to a whole word.
        while (!in.failed() && in.offset() % 4 != 0) in.skip(1);
        if (in.failed())
            return fail(Errc::kTruncated, "SDES chunk passes the end of its packet", at, "RFC 3550 §6.5");
        sdes.chunks.push_back(std::move(chunk));
    }
    return sdes;
}

Result<RtcpPacket> read_bye(Bytes body, std::size_t count, std::size_t at) {
    Bye bye;
    ByteReader in(body);
    for (std::size_t i = 0; i < count; ++i) bye.ssrcs.push_back(in.u32());
    if (!in.failed() && in.remaining() > 0) bye.reason = as_text(in.bytes(in.u8()));
    if (in.failed()) return fail(Errc::kTruncated, "BYE passes the end of its packet", at, "RFC 3550 §6.6");
    return bye;
}

Result<RtcpPacket> read_one(std::uint8_t type, std::uint8_t count, Bytes body, std::size_t at) {
    switch (static_cast<RtcpType>(type)) {
        case RtcpType::kSr: return read_sr(ByteReader(body), count, at);
        case RtcpType::kRr: return read_rr(ByteReader(body), count, at);
        case RtcpType::kSdes: return read_sdes(body, count, at);
        case RtcpType::kBye: return read_bye(body, count, at);
        default: return OtherRtcp{type, count, body};
    }
}

/// Appends the 4-byte head with length 0; the length is set by finish().
std::size_t begin(ByteWriter& out, RtcpType type, std::size_t count) {
    const std::size_t at = out.size();
    out.u8(static_cast<std::uint8_t>(0x80 | count));
    out.u8(static_cast<std::uint8_t>(type));
    out.u16(0);
    return at;
}

void finish(ByteWriter& out, std::size_t at) {
    while ((out.size() - at) % 4 != 0) out.u8(0);
    out.patch_u16(at + 2, static_cast<std::uint16_t>((out.size() - at) / 4 - 1));
}

Status too_long(std::string_view what) {
    return fail(Errc::kRange, std::string(what) + " longer than its length field can say", 0, "RFC 3550 §6");
}

struct Writer {
    ByteWriter& out;

    Status operator()(const SenderReport& sr) const {
        if (sr.blocks.size() > kMaxCount) return too_long("SR block list");
        const std::size_t at = begin(out, RtcpType::kSr, sr.blocks.size());
        out.u32(sr.ssrc);
        out.u64(sr.ntp);
        out.u32(sr.rtp_timestamp);
        out.u32(sr.packet_count);
        out.u32(sr.octet_count);
        for (const auto& b : sr.blocks) write_block(out, b);
        finish(out, at);
        return {};
    }

    Status operator()(const ReceiverReport& rr) const {
        if (rr.blocks.size() > kMaxCount) return too_long("RR block list");
        const std::size_t at = begin(out, RtcpType::kRr, rr.blocks.size());
        out.u32(rr.ssrc);
        for (const auto& b : rr.blocks) write_block(out, b);
        finish(out, at);
        return {};
    }

    Status operator()(const Sdes& sdes) const {
        if (sdes.chunks.size() > kMaxCount) return too_long("SDES chunk list");
        for (const auto& chunk : sdes.chunks)
            for (const auto& item : chunk.items)
                if (item.text.size() > 255 || item.type == 0) return too_long("SDES item");
        const std::size_t at = begin(out, RtcpType::kSdes, sdes.chunks.size());
        for (const auto& chunk : sdes.chunks) {
            out.u32(chunk.ssrc);
            for (const auto& item : chunk.items) {
                out.u8(item.type);
                out.u8(static_cast<std::uint8_t>(item.text.size()));
                out.bytes(as_bytes(item.text));
            }
            do out.u8(0);
            while ((out.size() - at) % 4 != 0);
        }
        finish(out, at);
        return {};
    }

    Status operator()(const Bye& bye) const {
        if (bye.ssrcs.size() > kMaxCount || bye.reason.size() > 255) return too_long("BYE");
        const std::size_t at = begin(out, RtcpType::kBye, bye.ssrcs.size());
        for (std::uint32_t ssrc : bye.ssrcs) out.u32(ssrc);
        if (!bye.reason.empty()) {
            out.u8(static_cast<std::uint8_t>(bye.reason.size()));
            out.bytes(as_bytes(bye.reason));
        }
        finish(out, at);
        return {};
    }

    Status operator()(const OtherRtcp& other) const {
        if (other.body.size() % 4 != 0 || other.body.size() / 4 > 0xffff || other.count > kMaxCount)
            return fail(Errc::kUnsupported, "RTCP body is not whole words", 0, "RFC 3550 §6.4.1");
        const std::size_t at = begin(out, static_cast<RtcpType>(other.type), other.count);
        out.bytes(other.body);
        finish(out, at);
        return {};
    }
};

}  // namespace

Result<std::vector<RtcpPacket>> parse_rtcp(Bytes datagram) {
    std::vector<RtcpPacket> packets;
    std::size_t at = 0;
    if (datagram.empty()) return fail(Errc::kTruncated, "empty RTCP datagram", 0, "RFC 3550 §6.1");
    while (at < datagram.size()) {
        if (datagram.size() - at < kHeadSize)
            return fail(Errc::kTruncated, "shorter than an RTCP head", at, "RFC 3550 §6.4.1");
        const std::uint8_t* p = datagram.data() + at;
        if ((p[0] >> 6) != 2) return fail(Errc::kSyntax, "RTCP version is not 2", at, "RFC 3550 A.2");
        const std::size_t size = (std::size_t{load_be16(p + 2)} + 1) * 4;
        if (size > datagram.size() - at)
            return fail(Errc::kTruncated, "RTCP packet passes the end of the datagram", at,
                        "RFC 3550 §6.4.1");
        Bytes body = datagram.subspan(at + kHeadSize, size - kHeadSize);
        if ((p[0] & 0x20) != 0) {
            const std::size_t padding = body.empty() ? 0 : body.back();
            if (padding == 0 || padding > body.size())
                return fail(Errc::kSyntax, "RTCP padding is zero or passes its packet", at,
                            "RFC 3550 §6.4.1");
            body = body.first(body.size() - padding);
        }
        auto packet = read_one(p[1], static_cast<std::uint8_t>(p[0] & 0x1f), body, at);
        if (!packet) return fail(std::move(packet.error()));
        packets.push_back(std::move(*packet));
        at += size;
    }
    return packets;
}

Status append_rtcp(ByteWriter& out, const RtcpPacket& packet) { return std::visit(Writer{out}, packet); }

}  // namespace tandem::rtp
