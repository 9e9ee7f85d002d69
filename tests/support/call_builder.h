// Knows: SIP messages, SDP bodies and RTP packets of a plain call, as text and bytes, for tests of what follows calls.
// Must not know: what is tested with them.
// Next: capture_builder.h, which puts them into frames and files.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "rtp/packet.h"

namespace tandem::test {

/// One side of a call.
struct Party {
    std::string user;
    std::string host;  ///< address of signalling and media
    std::uint16_t rtp_port;
};

/// An address as URIs and Via have it: IPv6 in brackets.
inline std::string uri_host(const std::string& host) {
    return host.find(':') == std::string::npos ? host : cat("[", host, "]");
}

/// SDP that offers or answers one audio line; formats as in "0 101".
inline std::string sdp_text(const Party& party, std::string_view formats = "0", std::string_view maps = "") {
    const std::string_view family = party.host.find(':') == std::string::npos ? "IP4" : "IP6";
    return cat("v=0\r\no=- 1 1 IN ", family, " ", party.host, "\r\ns=-\r\nc=IN ", family, " ", party.host, "\r\nt=0 0\r\nm=audio ",
               party.rtp_port, " RTP/AVP ", formats, "\r\n", maps);
}

/// What varies in a message of the call.
struct SipParts {
    std::string_view branch = "1";
    std::uint32_t cseq = 1;
    std::string_view method = "INVITE";
    std::string_view to_tag = "";
    std::string_view extra = "";  ///< whole header lines with CRLF
    std::string body{};           ///< SDP
};

/// Messages between two parties under one Call-ID. `from` sent the dialog's INVITE.
struct Dialog {
    std::string call_id;
    Party from, to;

    [[nodiscard]] std::string headers(const SipParts& p, bool from_caller) const {
        const Party& a = from_caller ? from : to;
        const Party& b = from_caller ? to : from;
        const std::string_view a_tag = from_caller ? "ftag" : p.to_tag;
        const std::string_view b_tag = from_caller ? p.to_tag : "ftag";
        return cat("Via: SIP/2.0/UDP ", uri_host(a.host), ":5060;branch=z9hG4bK", p.branch, "\r\nFrom: <sip:", a.user, "@", uri_host(a.host),
                   ">;tag=", a_tag, "\r\nTo: <sip:", b.user, "@", uri_host(b.host), ">", b_tag.empty() ? "" : ";tag=", b_tag,
                   "\r\nCall-ID: ", call_id, "\r\nCSeq: ", p.cseq, " ", p.method, "\r\nMax-Forwards: 70\r\n", p.extra,
                   p.body.empty() ? "" : "Content-Type: application/sdp\r\n", "Content-Length: ", p.body.size(),
                   "\r\n\r\n", p.body);
    }
    [[nodiscard]] std::string request(const SipParts& p, bool from_caller = true) const {
        const Party& b = from_caller ? to : from;
        return cat(p.method, " sip:", b.user, "@", uri_host(b.host), " SIP/2.0\r\n", headers(p, from_caller));
    }
    /// A response to a request of the caller (or, answers_caller false, of the callee).
    [[nodiscard]] std::string response(int status, std::string_view reason, const SipParts& p,
                                       bool answers_caller = true) const {
        return cat("SIP/2.0 ", status, " ", reason, "\r\n", headers(p, answers_caller));
    }
};

/// An RTP packet with 160 bytes of silence.
inline std::string rtp_text(std::uint16_t sequence, std::uint32_t timestamp, std::uint32_t ssrc,
                            std::uint8_t payload_type = 0) {
    const std::string silence(160, '\xff');
    rtp::Packet p;
    p.payload_type = payload_type;
    p.sequence = sequence;
    p.timestamp = timestamp;
    p.ssrc = ssrc;
    p.payload = as_bytes(silence);
    const auto bytes = rtp::build(p);
    return std::string(as_text(*bytes));
}

}  // namespace tandem::test
