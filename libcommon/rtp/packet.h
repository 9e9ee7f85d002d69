// Knows: the RTP fixed header, CSRC list, header extension and padding, read and written (RFC 3550 §5.1, §5.3.1).
// Must not know: sockets, statistics, what a payload type means.
// Next: stats.h for what is counted per SSRC, rtcp.h for the control packets beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tandem::rtp {

inline constexpr std::size_t kFixedHeaderSize = 12;

/// The fields of the fixed header that a sender chooses.
struct Header {
    bool marker = false;
    std::uint8_t payload_type = 0;  ///< 0-127
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;  ///< in units of the payload type's clock
    std::uint32_t ssrc = 0;
};

/// One RTP packet: its header and views into the datagram it was read from.
struct Packet : Header {
    Bytes csrc;                           ///< 4 bytes a contributing source, at most 15 of them
    bool has_extension = false;
    std::uint16_t extension_profile = 0;  ///< 0xBEDE for RFC 8285 one-byte elements
    Bytes extension;                      ///< without its 4-byte head
    Bytes payload;                        ///< without padding
    std::uint8_t padding = 0;             ///< bytes of padding after the payload
};

/// What a datagram on a port shared by RTP, RTCP, STUN, DTLS looks like by its first bytes.
enum class MediaKind { kOther, kRtp, kRtcp, kStun, kDtls };

/// Tells RTP from RTCP and the other protocols that may share its port; looks at two bytes and the length only.
/// Source: RFC 7983 §7 (first byte), RFC 5761 §4 (RTCP packet types 192-223).
MediaKind classify(Bytes datagram);

/// Reads the fixed header of what classify() calls kRtp; nothing when the bytes are too few or the version is not 2.
/// Cheaper than parse(): CSRCs, extension and padding are not looked at.
inline std::optional<Header> peek(Bytes b) {
    if (b.size() < kFixedHeaderSize || (b[0] >> 6) != 2) return std::nullopt;
    return Header{(b[1] & 0x80) != 0, static_cast<std::uint8_t>(b[1] & 0x7f), load_be16(&b[2]),
                  load_be32(&b[4]), load_be32(&b[8])};
}

/// Reads a whole RTP packet.
/// Errors: kTruncated when header, CSRC list, extension or padding pass the end; kUnsupported for another version.
/// Source: RFC 3550 §5.1, §5.3.1.
Result<Packet> parse(Bytes datagram);

/// Writes a packet without CSRC, extension or padding into out; gives its size, or 0 when out is too small.
/// Allocates nothing.
std::size_t write(const Header& header, Bytes payload, std::span<std::uint8_t> out);

/// Bytes of a packet with all its parts (the inverse of parse()).
/// Errors: kRange when a part has a length that the header cannot say (CSRC, extension, payload type).
Result<std::vector<std::uint8_t>> build(const Packet& packet);

}  // namespace tandem::rtp
