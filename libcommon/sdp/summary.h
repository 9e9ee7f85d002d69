// Knows: the short form of a description that decisions, records and statistics look at.
// Must not know: who offered, who answered, profiles.
// Next: plan.h, which compares summaries with profiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "sdp/session.h"

namespace tandem::sdp {

enum class Direction : std::uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };
std::string_view to_string(Direction d);  ///< "sendrecv", "sendonly", "recvonly", "inactive"

/// The direction that answers one (RFC 3264 §6.1).
Direction mirrored(Direction d);

enum class MediaKind : std::uint8_t { kAudio, kImage, kVideo, kOther };

/// One payload type of an RTP line, with its rtpmap (or the static table of RFC 3551 §6) and fmtp.
struct Codec {
    std::uint8_t payload_type = 0;
    std::string name;  ///< as written; compare without case
    std::uint32_t clock_hz = 8000;
    std::uint8_t channels = 1;
    std::string fmtp;

    /// Same encoding, clock and channels, whatever the payload type.
    [[nodiscard]] bool same_encoding(const Codec& other) const;
    [[nodiscard]] bool is(std::string_view encoding) const;
    bool operator==(const Codec&) const = default;
};

/// Which protections a line offers; several may be true.
struct SrtpForms {
    bool plain = false;               ///< RTP/AVP or RTP/AVPF
    bool savp = false;                ///< RTP/SAVP or RTP/SAVPF
    bool osrtp = false;               ///< keying attributes on an AVP line (RFC 8643 §3.1)
    bool capneg = false;              ///< a=tcap or a=pcfg names a secure profile (RFC 5939)
    bool dtls = false;                ///< a=fingerprint
    std::vector<std::string> suites;  ///< of the a=crypto lines, in order, without doubles

    [[nodiscard]] bool any_secure() const { return savp || osrtp || capneg || dtls; }
    bool operator==(const SrtpForms&) const = default;
};

/// One m= line.
struct MediaSummary {
    MediaKind kind = MediaKind::kOther;
    std::string protocol;
    net::Endpoint rtp;   ///< ip is "none" when the c= line holds a name
    net::Endpoint rtcp;  ///< a=rtcp, else port + 1; equals rtp under rtcp-mux
    bool rtcp_mux = false;
    Direction direction = Direction::kSendRecv;
    bool zero_address = false;  ///< c= is 0.0.0.0 or ::
    std::vector<Codec> codecs;  ///< without telephone-event and CN, in order of preference
    std::vector<Codec> dtmf;    ///< telephone-event, one a clock
    std::optional<std::uint8_t> comfort_noise;
    std::optional<int> ptime_ms;
    std::optional<int> maxptime_ms;
    SrtpForms srtp;
    bool ice = false;  ///< a=candidate or a=ice-ufrag
    bool t38 = false;  ///< m=image with format t38 (ITU-T T.38 Annex D)

    [[nodiscard]] bool refused() const { return rtp.port == 0; }
    /// The peer wants no media from us: sendonly, inactive or a zero address (RFC 3264 §8.4, RFC 6337 §5.3).
    [[nodiscard]] bool held() const;
    bool operator==(const MediaSummary&) const = default;
};

/// A description in short.
struct Summary {
    std::vector<MediaSummary> media;  ///< as many as m= lines, in order

    /// First audio line that is not refused; null when there is none.
    [[nodiscard]] const MediaSummary* audio() const;
    /// First T.38 line that is not refused; null when there is none.
    [[nodiscard]] const MediaSummary* fax() const;
    bool operator==(const Summary&) const = default;
};

/// What a description says in short. Never fails: an attribute that makes no sense is taken as absent.
/// Two lines of the same audio, one secure and one plain, stay two entries.
Summary summarise(const Session& session);

}  // namespace tandem::sdp
