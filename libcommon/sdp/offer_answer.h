// Knows: how a leg of ours makes an offer, answers one, and what was agreed on (RFC 3264); one audio stream.
// Must not know: sockets, the other leg, SIP.
// Next: media/leg_config.h, which takes what was agreed; tools/gw-bridge/call.h, which drives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "sdp/profile.h"
#include "sdp/session.h"
#include "sdp/summary.h"

namespace tandem::sdp {

/// Our end of a stream, and the numbers of our o= line.
struct LocalMedia {
    net::Endpoint rtp;  ///< RTCP is at port + 1
    std::uint64_t session_id = 1;
    std::uint64_t version = 1;  ///< one higher for each description that differs (RFC 3264 §8)
    Direction direction = Direction::kSendRecv;
};

/// What offer and answer agreed on, seen from our end.
struct Negotiated {
    net::Endpoint remote_rtp;
    net::Endpoint remote_rtcp;  ///< equals remote_rtp under rtcp-mux
    bool rtcp_mux = false;
    Direction direction = Direction::kSendRecv;  ///< ours
    bool remote_zero_address = false;            ///< neither RTP nor RTCP may be sent (RFC 6337 §5.4)
    Codec codec;                                 ///< payload_type is the number we send
    std::vector<Codec>
        receive;  ///< what the peer may send, with our numbers; the first is the encoding of codec
    std::optional<std::uint8_t> dtmf_send;  ///< telephone-event, number we send
    std::optional<std::uint8_t> dtmf_receive;
    std::optional<std::uint8_t> comfort_noise;  ///< both sides have it
    int ptime_ms = 20;                          ///< what the peer wants to receive

    bool operator==(const Negotiated&) const = default;
};

/// The direction that says "hold" in a leg of that profile.
Direction hold_direction(const MediaProfile& profile);

/// An offer of one audio line with everything that the profile speaks. A hold in a profile with
/// HoldForm::kZeroAddress carries c=0.0.0.0 besides a=inactive, so that both old and new peers understand it
/// (RFC 3264 §8.4).
Session make_offer(const MediaProfile& profile, const LocalMedia& local);

struct Answer {
    Session session;
    Negotiated agreed;
};

/// Answers an offer: one audio line is taken, with one audio codec and what goes beside it; every other line is
/// refused with port 0. `prefer`, when given and in both, is chosen before the offerer's order of preference.
/// Errors: kUnsupported when no line has a codec or protection that the profile speaks (SIP 488).
/// Source: RFC 3264 §6, RFC 6337 §5.3, RFC 8643 §3.2.
Result<Answer> make_answer(const MediaProfile& profile, const Session& offer, const LocalMedia& local,
                           const Codec* prefer = nullptr);

/// What our own offer and the peer's answer agree on.
/// Errors: kUnsupported when the audio was refused or no codec is left, kSyntax when it does not fit the offer.
/// Source: RFC 3264 §7.
Result<Negotiated> read_answer(const MediaProfile& profile, const Session& offer, const Session& answer);

}  // namespace tandem::sdp
