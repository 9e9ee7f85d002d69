// Knows: RTCP compound packets, read and written: SR, RR, SDES, BYE; every other type is stepped over (RFC 3550 §6).
// Must not know: when a report is due, sockets, XR block contents (RFC 3611).
// Next: stats.h, which makes report blocks; ntp.h for the timestamps in them.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tandem::rtp {

/// RTCP packet types (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).
enum class RtcpType : std::uint8_t {
    kSr = 200, kRr = 201, kSdes = 202, kBye = 203, kApp = 204, kRtpFb = 205, kPsFb = 206, kXr = 207,
};

/// What a receiver says about one source (RFC 3550 §6.4.1).
struct ReportBlock {
    std::uint32_t ssrc = 0;
    std::uint8_t fraction_lost = 0;        ///< since the last report, in 1/256
    std::int32_t cumulative_lost = 0;      ///< signed 24 bits; duplicates make it smaller, even negative
    std::uint32_t extended_highest = 0;    ///< cycles in the upper half, highest sequence number in the lower
    std::uint32_t jitter = 0;              ///< in clock units
    std::uint32_t last_sr = 0;             ///< compact NTP of the last SR; 0 when there was none
    std::uint32_t delay_since_last_sr = 0; ///< units of 1/65536 s

    bool operator==(const ReportBlock&) const = default;
};

struct SenderReport {
    std::uint32_t ssrc = 0;
    std::uint64_t ntp = 0;
    std::uint32_t rtp_timestamp = 0;
    std::uint32_t packet_count = 0;
    std::uint32_t octet_count = 0;
    std::vector<ReportBlock> blocks;

    bool operator==(const SenderReport&) const = default;
};

struct ReceiverReport {
    std::uint32_t ssrc = 0;
    std::vector<ReportBlock> blocks;

    bool operator==(const ReceiverReport&) const = default;
};

inline constexpr std::uint8_t kSdesCname = 1;

struct SdesItem {
    std::uint8_t type = kSdesCname;
    std::string_view text;  ///< bytes of the datagram; UTF-8 by the RFC, anything in truth

    bool operator==(const SdesItem&) const = default;
};

struct SdesChunk {
    std::uint32_t ssrc = 0;
    std::vector<SdesItem> items;

    bool operator==(const SdesChunk&) const = default;
};

struct Sdes {
    std::vector<SdesChunk> chunks;

    bool operator==(const Sdes&) const = default;
};

struct Bye {
    std::vector<std::uint32_t> ssrcs;
    std::string_view reason;

    bool operator==(const Bye&) const = default;
};

/// A packet of a type that is not read here (APP, XR, feedback): kept as bytes, its length honoured.
struct OtherRtcp {
    std::uint8_t type = 0;
    std::uint8_t count = 0;  ///< the 5 bits beside the version: block count, subtype or feedback format
    Bytes body;              ///< after the 4-byte head, without padding
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, Sdes, Bye, OtherRtcp>;

/// Reads all packets of a compound; texts and bodies are views into the datagram.
/// Errors: kTruncated or kSyntax with the offset of the packet that is wrong; nothing is given of a broken compound.
/// DEVIATION: a compound that does not begin with SR or RR is read too (RFC 5506 reduced size), and padding is allowed
/// on any packet, not the last alone.
/// Source: RFC 3550 §6.1, §6.4-§6.6, A.2.
Result<std::vector<RtcpPacket>> parse_rtcp(Bytes datagram);

/// Appends one packet to a compound.
/// Errors: kRange when a list or text is longer than its count field can say, kUnsupported for OtherRtcp whose body is
/// not whole words.
Status append_rtcp(ByteWriter& out, const RtcpPacket& packet);

}  // namespace tandem::rtp
