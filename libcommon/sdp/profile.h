// Knows: what a peer's media can and shall do: the media_profile of the topology file as plain data.
// Must not know: JSON, where a profile is configured, who uses it.
// Next: plan.h for what must be converted between two profiles; topology/topology.h, which holds them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::sdp {

/// How DTMF digits travel on a leg (RFC 4733 telephone-event, SIP INFO, tones in the audio, not at all).
enum class DtmfForm : std::uint8_t { kRfc4733, kInfo, kInband, kNone };
/// Whether a leg's media is encrypted: never, by offer and answer, always.
enum class SrtpMode : std::uint8_t { kNone, kOptional, kRequired };
/// The wire form in which "SRTP optional" is offered (RFC 5939, two m= lines, RFC 8643).
enum class SrtpOfferForm : std::uint8_t { kCapabilityNegotiation, kTwoMediaLines, kOsrtp };
/// What a new SRTP key does to the roll-over counter; kAuto follows RFC 4568 §7.1.4 and RFC 3711 §3.3.1.
enum class RekeyRoc : std::uint8_t { kAuto, kKeep, kReset };
/// How hold is written in an offer: a=inactive, a=sendonly, or c=0.0.0.0 (RFC 2543).
enum class HoldForm : std::uint8_t { kInactive, kSendonly, kZeroAddress };
/// Which early dialog's media the caller hears when several answer.
enum class EarlyMedia : std::uint8_t { kLatest, kFirst, kFirstWithRtp, kOff };
/// How a fax call is carried.
enum class FaxForm : std::uint8_t { kNone, kPassthrough, kT38 };
/// ICE towards the peer: none, or as a lite agent (RFC 8445 §2.5).
enum class IceMode : std::uint8_t { kNone, kLite };
/// Whether the media thread may pass packets on unread, converts when needed, or always decodes and encodes.
enum class Transcoding : std::uint8_t { kAuto, kNever, kAlways };
/// What a bridge keeps of a call's media.
enum class Recording : std::uint8_t { kOff, kPcap };

/// The IP versions that a peer can send media with.
enum class IpFamily : std::uint8_t { kAny, kV4, kV6 };
/// What an INVITE without an offer gets: an offer of ours in the 200, or 488.
enum class DelayedOffer : std::uint8_t { kOffer, kRefuse };

/// What one peer (a trunk or a user) speaks in media. Defaults are those of the topology file.
struct MediaProfile {
    std::string name;
    std::vector<std::string> codecs{"PCMU", "PCMA"};  ///< RTP encoding names in order of preference
    unsigned ptime_ms = 20;
    DtmfForm dtmf = DtmfForm::kRfc4733;
    std::uint8_t dtmf_payload_type =
        101;                     ///< in our own offers; the peer's own number is followed in answers
    bool comfort_noise = false;  ///< RFC 3389 (PT 13) is understood and sent
    SrtpMode srtp = SrtpMode::kNone;
    SrtpOfferForm srtp_offer = SrtpOfferForm::kOsrtp;
    bool srtp_mki = false;  ///< the peer wants an MKI in its a=crypto lines
    RekeyRoc rekey_roc = RekeyRoc::kAuto;
    bool rtcp_active = true;  ///< the peer sends RTCP on active calls
    bool rtcp_hold = true;    ///< the peer goes on sending RTCP on hold
    bool rtcp_mux = false;    ///< RFC 5761
    HoldForm hold = HoldForm::kInactive;
    EarlyMedia early_media = EarlyMedia::kLatest;
    unsigned ringback_after_ms = 0;  ///< own ringback on a 183 without media; 0 = never (RFC 3960 §3.2)
    bool latching = true;            ///< send media to where the peer's packets come from
    IceMode ice = IceMode::kNone;
    FaxForm fax = FaxForm::kPassthrough;
    Transcoding transcoding = Transcoding::kAuto;
    Recording recording = Recording::kOff;
    unsigned media_timeout_s = 30;   ///< a call without RTP and RTCP for so long is ended; 0 = never
    bool music_on_hold = false;      ///< the bridge plays music towards the peer while it is held
    unsigned jitter_buffer_ms = 60;  ///< target depth where a leg needs one
    std::vector<unsigned>
        accepted_ptimes_ms;                ///< frames that the peer can receive; empty = whatever it is sent
    bool dtmf_payload_type_fixed = false;  ///< the peer takes no other number than dtmf_payload_type
    IpFamily ip_family = IpFamily::kAny;
    bool behind_nat =
        false;  ///< the address in the peer's SDP may be wrong: media must be latched or relayed
    unsigned latch_packets = 3;  ///< consistent packets from one source before we follow it
    DelayedOffer delayed_offer = DelayedOffer::kOffer;
    unsigned max_duration_s = 0;  ///< of a mediated call; 0 = no limit
};

}  // namespace tandem::sdp
