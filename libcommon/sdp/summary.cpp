// Knows: what the attributes of a description mean: rtpmap, ptime, direction, rtcp, crypto, T.38.
// Must not know: profiles, who offered.
// Next: plan.cpp and offer_answer.cpp.
#include "sdp/summary.h"

#include <algorithm>

#include "base/text.h"
#include "sdp/codecs.h"

namespace tandem::sdp {
namespace {

std::optional<Direction> direction_of(const std::vector<Attribute>& attributes) {
    for (const auto& a : attributes) {
        if (a.has_value || a.name.size() != 8) continue;  // as long as each of the four
        if (iequals(a.name, "sendrecv")) return Direction::kSendRecv;
        if (iequals(a.name, "sendonly")) return Direction::kSendOnly;
        if (iequals(a.name, "recvonly")) return Direction::kRecvOnly;
        if (iequals(a.name, "inactive")) return Direction::kInactive;
    }
    return std::nullopt;
}

MediaKind kind_of(std::string_view type) {
    if (iequals(type, "audio")) return MediaKind::kAudio;
    if (iequals(type, "image")) return MediaKind::kImage;
    if (iequals(type, "video")) return MediaKind::kVideo;
    return MediaKind::kOther;
}

// One of the parts of "RTP/SAVPF" and the like.
bool has_part(std::string_view protocol, std::string_view wanted) {
    for (;;) {
        const auto slash = protocol.find('/');
        if (iequals(protocol.substr(0, slash), wanted)) return true;
        if (slash == std::string_view::npos) return false;
        protocol.remove_prefix(slash + 1);
    }
}

// RTP/SAVP, RTP/SAVPF and the DTLS forms of them (RFC 3711, RFC 5124, RFC 5764).
bool secure_protocol(std::string_view protocol) { return has_part(protocol, "SAVP") || has_part(protocol, "SAVPF"); }

bool is_rtp(std::string_view protocol) { return has_part(protocol, "RTP"); }

/// "PCMU/8000" or "opus/48000/2" after the payload type.
std::optional<Codec> read_rtpmap(std::uint8_t payload_type, std::string_view encoding) {
    const auto [name, numbers] = cut(encoding, '/');
    if (name.empty()) return std::nullopt;
    const auto [clock_text, more] = cut(numbers, '/');
    const auto clock = to_number<std::uint32_t>(clock_text);
    if (!clock || *clock == 0) return std::nullopt;
    std::uint8_t channels = to_number<std::uint8_t>(cut(more, '/').first).value_or(1);
    if (channels == 0) channels = 1;
    return Codec{payload_type, std::string(name), *clock, channels, {}};
}

/// The value of an attribute "name:<format> <rest>" for that format.
std::optional<std::string_view> value_for(const Media& m, std::string_view name, std::string_view format) {
    for (const auto& a : m.attributes) {
        if (a.name.size() != name.size() || !iequals(a.name, name)) continue;
        const std::string_view value = trim(a.value);
        std::size_t blank = 0;
        while (blank < value.size() && !is_space(value[blank])) ++blank;
        if (value.substr(0, blank) == format) return trim(value.substr(blank));
    }
    return std::nullopt;
}

void read_codecs(const Media& m, MediaSummary& out) {
    out.codecs.reserve(std::min<std::size_t>(m.formats.size(), 16));
    for (const auto& format : m.formats) {
        const auto pt = to_number<std::uint8_t>(format);
        if (!pt || *pt > 127) continue;
        std::optional<Codec> codec;
        if (const auto map = value_for(m, "rtpmap", format)) codec = read_rtpmap(*pt, *map);
        if (!codec) codec = static_codec(*pt);
        if (!codec) continue;
        if (const auto fmtp = value_for(m, "fmtp", format)) codec->fmtp = *fmtp;
        if (codec->is(kTelephoneEvent)) {
            out.dtmf.push_back(std::move(*codec));
        } else if (codec->is(kComfortNoise)) {
            if (!out.comfort_noise || codec->clock_hz == 8000) out.comfort_noise = *pt;
        } else {
            out.codecs.push_back(std::move(*codec));
        }
    }
}

std::optional<int> read_ms(const Session& s, const Media& m, std::string_view name) {
    const Attribute* a = m.find(name);
    if (a == nullptr) a = s.find(name);
    if (a == nullptr) return std::nullopt;
    const auto ms = to_number<std::uint16_t>(trim(a->value));
    if (!ms || *ms == 0) return std::nullopt;
    return *ms;
}

void read_addresses(const Session& s, const Media& m, MediaSummary& out) {
    if (const Connection* c = s.connection_of(m); c != nullptr) {
        if (const auto ip = c->ip()) {
            out.rtp.ip = *ip;
            out.zero_address = ip->unspecified();
        }
    }
    out.rtp.port = m.port;
    out.rtcp = out.rtp;
    out.rtcp_mux = m.find("rtcp-mux") != nullptr;
    if (m.port == 0 || out.rtcp_mux) return;
    out.rtcp.port = m.port == 65535 ? m.port : static_cast<std::uint16_t>(m.port + 1);
    const Attribute* a = m.find("rtcp");  // RFC 3605 §2.1: "port [nettype addrtype address]"
    if (a == nullptr) return;
    const auto parts = split(trim(a->value), ' ');
    const auto port = to_number<std::uint16_t>(parts[0]);
    if (!port || *port == 0) return;
    out.rtcp.port = *port;
    if (parts.size() == 4)
        if (const auto ip = net::IpAddress::parse(parts[3])) out.rtcp.ip = *ip;
}

bool names_secure_profile(const std::vector<Attribute>& attributes) {
    for (const auto& a : attributes) {
        if (!iequals(a.name, "tcap")) continue;  // RFC 5939 §3.4.1: "tcap:<number> <proto> ..."
        for (const auto word : split(a.value, ' '))
            if (secure_protocol(word)) return true;
    }
    return false;
}

void read_srtp(const Session& s, const Media& m, MediaSummary& out) {
    if (!is_rtp(m.protocol)) return;
    SrtpForms& forms = out.srtp;
    forms.savp = secure_protocol(m.protocol);
    forms.plain = !forms.savp;
    for (const auto& a : m.attributes) {
        if (a.name.size() != 6 || !iequals(a.name, "crypto"))
            continue;  // RFC 4568 §9.1: "<tag> <suite> <key-params> [<session-params>]"
        const auto parts = split(trim(a.value), ' ');
        if (parts.size() < 3 || !to_number<std::uint32_t>(parts[0])) continue;
        if (std::find(forms.suites.begin(), forms.suites.end(), parts[1]) == forms.suites.end())
            forms.suites.emplace_back(parts[1]);
    }
    forms.dtls = m.find("fingerprint") != nullptr || s.find("fingerprint") != nullptr;
    forms.osrtp = forms.plain && (!forms.suites.empty() || forms.dtls);
    forms.capneg = forms.plain && m.find("pcfg") != nullptr &&
                   (names_secure_profile(m.attributes) || names_secure_profile(s.attributes));
}

}  // namespace

std::string_view to_string(Direction d) {
    switch (d) {
        case Direction::kSendRecv: return "sendrecv";
        case Direction::kSendOnly: return "sendonly";
        case Direction::kRecvOnly: return "recvonly";
        case Direction::kInactive: return "inactive";
    }
    return "";
}

Direction mirrored(Direction d) {
    switch (d) {
        case Direction::kSendOnly: return Direction::kRecvOnly;
        case Direction::kRecvOnly: return Direction::kSendOnly;
        default: return d;
    }
}

bool Codec::same_encoding(const Codec& other) const {
    return iequals(name, other.name) && clock_hz == other.clock_hz && channels == other.channels;
}

bool Codec::is(std::string_view encoding) const { return iequals(name, encoding); }

bool MediaSummary::held() const {
    return zero_address || direction == Direction::kSendOnly || direction == Direction::kInactive;
}

const MediaSummary* Summary::audio() const {
    for (const auto& m : media)
        if (m.kind == MediaKind::kAudio && !m.refused()) return &m;
    return nullptr;
}

const MediaSummary* Summary::fax() const {
    for (const auto& m : media)
        if (m.t38 && !m.refused()) return &m;
    return nullptr;
}

Summary summarise(const Session& session) {
    Summary out;
    out.media.reserve(session.media.size());
    const auto session_direction = direction_of(session.attributes);
    for (const auto& m : session.media) {
        MediaSummary& s = out.media.emplace_back();
        s.kind = kind_of(m.type);
        s.protocol = m.protocol;
        s.direction = direction_of(m.attributes).value_or(session_direction.value_or(Direction::kSendRecv));
        read_addresses(session, m, s);
        if (is_rtp(m.protocol)) read_codecs(m, s);
        s.ptime_ms = read_ms(session, m, "ptime");
        s.maxptime_ms = read_ms(session, m, "maxptime");
        read_srtp(session, m, s);
        s.ice = m.find("candidate") != nullptr || m.find("ice-ufrag") != nullptr ||
                session.find("ice-ufrag") != nullptr;
        s.t38 = s.kind == MediaKind::kImage && std::any_of(m.formats.begin(), m.formats.end(),
                                                           [](const auto& f) { return iequals(f, "t38"); });
    }
    return out;
}

}  // namespace tandem::sdp
