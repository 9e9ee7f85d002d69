// Knows: the keys of SIP and media profiles.
// Must not know: what is done with them.
// Next: build_profiles.cpp, which reads them; the order of choices is the order of the enums there.
#include "config/keys.h"

namespace tandem::config {
namespace {

using enum Type;
constexpr std::string_view kTimers[] = {"off", "answer", "offer"};
constexpr std::string_view kReliable[] = {"off", "supported", "required"};
constexpr std::string_view kIdentities[] = {"from", "pai", "both"};
constexpr std::string_view kDiversions[] = {"none", "diversion", "history-info"};
constexpr std::string_view kCauses[] = {"rfc3398", "rfc4497", "lync", "oracle", "audiocodes"};
constexpr std::string_view kLargeRequests[] = {"tcp", "fragment"};
constexpr std::string_view kTlsVerify[] = {"rfc5922", "rfc2818", "ip-san"};
constexpr std::string_view kOverlaps[] = {"collect", "multiple", "off"};
constexpr std::string_view kStir[] = {"pass", "verify", "sign"};
constexpr std::string_view kRefresh[] = {"auto", "update", "reinvite"};

constexpr Key kSipProfileKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the profile", .required = true},
    {.name = "refer", .type = kBool, .meaning = "The peer accepts REFER", .fallback = "true"},
    {.name = "third_party_refer", .type = kBool,
     .meaning = "Transfers by third-party call control, so that a transferred call may still bypass", .fallback = "false",
     .honoured = false},
    {.name = "referred_by", .type = kBool, .meaning = "REFER carries Referred-By (RFC 3892)", .fallback = "true", .honoured = false},
    {.name = "replaces", .type = kBool, .meaning = "The peer accepts Replaces (RFC 3891)", .fallback = "true", .honoured = false},
    {.name = "max_early_dialogs", .type = kInteger, .meaning = "Forked answers that the peer keeps apart", .fallback = "20",
     .min = 1, .max = 100},
    {.name = "session_timer", .type = kChoice, .meaning = "Session timer (RFC 4028): never, when the peer asks, offered by us",
     .fallback = "answer", .honoured = false, .choices = kTimers},
    {.name = "session_expires_s", .type = kInteger, .meaning = "Session interval that we offer", .fallback = "1800",
     .honoured = false, .min = 90, .max = 86400},
    {.name = "min_se_s", .type = kInteger, .meaning = "Smallest session interval that we accept", .fallback = "90",
     .honoured = false, .min = 90, .max = 86400},
    {.name = "session_refresh", .type = kChoice, .meaning = "Method of a session refresh; auto is UPDATE where it is allowed",
     .fallback = "auto", .honoured = false, .choices = kRefresh},
    {.name = "reliable_provisional", .type = kChoice, .meaning = "100rel (RFC 3262): stripped, supported, required",
     .fallback = "supported", .honoured = false, .choices = kReliable},
    {.name = "early_media_header", .type = kBool, .meaning = "P-Early-Media (RFC 5009) is understood", .fallback = "false",
     .honoured = false},
    {.name = "identity", .type = kChoice, .meaning = "Header in which the peer gets the caller's number", .fallback = "both",
     .choices = kIdentities},
    {.name = "forward_pai", .type = kBool,
     .meaning = "The peer is trusted (RFC 3325): it gets the asserted identity of other networks' and of anonymous callers",
     .fallback = "false"},
    {.name = "forward_anonymous_pai", .type = kBool,
     .meaning = "The peer's asserted identity is kept on an anonymous forwarded call; needs forward_pai", .fallback = "false",
     .honoured = false},
    {.name = "accept_outbound_pai", .type = kBool, .meaning = "The peer's asserted identity in answers shows the forwarded number",
     .fallback = "false", .honoured = false},
    {.name = "screened_pai_only", .type = kBool,
     .meaning = "Older practice: P-Asserted-Identity only for screened ISDN numbers, else From alone", .fallback = "false",
     .honoured = false},
    {.name = "charge_info", .type = kText, .meaning = "Value of P-Charge-Info towards the peer", .honoured = false},
    {.name = "diversion", .type = kChoice, .meaning = "Header in which diversions are told (RFC 5806, RFC 7044)",
     .fallback = "none", .honoured = false, .choices = kDiversions},
    {.name = "forward_call_history", .type = kBool, .meaning = "Call history of the other side is passed on", .fallback = "false",
     .honoured = false},
    {.name = "connected_identity", .type = kBool, .meaning = "Changes of the connected number are told (RFC 4916)",
     .fallback = "false", .honoured = false},
    {.name = "stir", .type = kChoice, .meaning = "Identity header (RFC 8224): passed unchanged, verified, signed",
     .fallback = "pass", .honoured = false, .choices = kStir},
    {.name = "cause_preset", .type = kChoice, .meaning = "Table between SIP statuses and Q.850 causes", .fallback = "rfc3398",
     .honoured = false, .choices = kCauses},
    {.name = "cause_overrides", .type = kObjects, .meaning = "Rows that go before the preset, and before the retry decision",
     .object = &kCauseOverrideTable},
    {.name = "reason_header", .type = kBool, .meaning = "Reason with Q.850 cause is sent (RFC 3326, RFC 6432)", .fallback = "true",
     .honoured = false},
    {.name = "reason_location", .type = kBool, .meaning = "Reason carries the ISUP location (RFC 8606)", .fallback = "true",
     .honoured = false},
    {.name = "forward_503", .type = kBool,
     .meaning = "A lone 503 goes to this peer as 503 and not as 500, for peers that retry on 503 only", .fallback = "false"},
    {.name = "options_interval_s", .type = kInteger, .meaning = "Probing by OPTIONS; 0 = none", .fallback = "0",
     .honoured = false, .max = 86400},
    {.name = "options_fall", .type = kInteger, .meaning = "Failed probes until a target is down", .fallback = "3",
     .honoured = false, .min = 1, .max = 100},
    {.name = "options_rise", .type = kInteger, .meaning = "Answered probes until it is up again", .fallback = "2",
     .honoured = false, .min = 1, .max = 100},
    {.name = "keepalive", .type = kBool, .meaning = "Flows are kept alive (RFC 5626 §4.4)", .fallback = "false", .honoured = false},
    {.name = "large_request", .type = kChoice, .meaning = "What becomes of a request over 1300 bytes on a UDP trunk",
     .fallback = "fragment", .honoured = false, .choices = kLargeRequests},
    {.name = "tls_verify", .type = kChoice, .meaning = "How the peer's name is compared with its certificate",
     .fallback = "rfc5922", .honoured = false, .choices = kTlsVerify},
    {.name = "tls_client_eku", .type = kBool, .meaning = "A client certificate must have the clientAuth usage", .fallback = "true",
     .honoured = false},
    {.name = "overlap", .type = kChoice, .meaning = "Overlap dialling: collected into one INVITE, several INVITEs (RFC 3578), none",
     .fallback = "collect", .honoured = false, .choices = kOverlaps},
    {.name = "overlap_timeout_ms", .type = kInteger, .meaning = "Wait for the next digit (T10, T302)", .fallback = "4000",
     .honoured = false, .min = 500, .max = 60000},
    {.name = "overlap_min_digits", .type = kInteger, .meaning = "Digits below which the longer timer T35 runs", .fallback = "1",
     .honoured = false, .max = 32},
    {.name = "user_to_user", .type = kBool, .meaning = "User-to-User is carried (RFC 7433, RFC 7434)", .fallback = "false",
     .honoured = false},
    {.name = "charge_advice", .type = kBool, .meaning = "Advice of charge is carried", .fallback = "false", .honoured = false},
    {.name = "sip_i", .type = kBool, .meaning = "ISUP bodies are carried (RFC 3372, Q.1912.5)", .fallback = "false",
     .honoured = false},
};

constexpr Key kCauseOverrideKeys[] = {
    {.name = "sip", .type = kInteger, .meaning = "Status that was received; 0 = any", .fallback = "0", .max = 699},
    {.name = "cause", .type = kInteger, .meaning = "Q.850 cause of its Reason; -1 = any", .fallback = "-1", .min = -1, .max = 127},
    {.name = "answer", .type = kInteger, .meaning = "Status that it counts as", .required = true, .min = 400, .max = 699},
};

constexpr std::string_view kDtmf[] = {"rfc4733", "info", "inband", "none"};
constexpr std::string_view kSrtp[] = {"none", "optional", "required"};
constexpr std::string_view kSrtpOffers[] = {"capability-negotiation", "two-media-lines", "osrtp"};
constexpr std::string_view kRekeys[] = {"auto", "keep", "reset"};
constexpr std::string_view kHolds[] = {"inactive", "sendonly", "zero-address"};
constexpr std::string_view kEarly[] = {"latest", "first", "first-with-rtp", "off"};
constexpr std::string_view kFaxes[] = {"none", "passthrough", "t38"};
constexpr std::string_view kIce[] = {"none", "lite"};
constexpr std::string_view kTranscodings[] = {"auto", "never", "always"};
constexpr std::string_view kRecordings[] = {"off", "pcap"};
constexpr std::string_view kFamilies[] = {"any", "ipv4", "ipv6"};
constexpr std::string_view kDelayed[] = {"offer", "refuse"};

constexpr Key kMediaProfileKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the profile", .required = true},
    {.name = "codecs", .type = kTexts, .meaning = "RTP encoding names in order of preference", .fallback = "PCMU PCMA"},
    {.name = "ptime_ms", .type = kInteger, .meaning = "Length of a packet that we send", .fallback = "20", .min = 10, .max = 60},
    {.name = "accepted_ptimes_ms", .type = kIntegers, .meaning = "Packet lengths that the peer can take; by default all",
     .min = 5, .max = 120},
    {.name = "dtmf", .type = kChoice, .meaning = "How digits travel", .fallback = "rfc4733", .choices = kDtmf},
    {.name = "dtmf_payload_type", .type = kInteger, .meaning = "Payload type of telephone-event in our offers", .fallback = "101",
     .min = 96, .max = 127},
    {.name = "dtmf_payload_type_fixed", .type = kBool, .meaning = "The peer takes no other number for it", .fallback = "false"},
    {.name = "dtmf_mute", .type = kBool, .meaning = "The head of an in-band digit that is converted is muted", .fallback = "true",
     .honoured = false},
    {.name = "comfort_noise", .type = kBool, .meaning = "Comfort noise (RFC 3389) is understood", .fallback = "false"},
    {.name = "srtp", .type = kChoice, .meaning = "Encryption of media", .fallback = "none", .choices = kSrtp},
    {.name = "srtp_offer", .type = kChoice, .meaning = "Wire form of optional encryption (RFC 5939, two m= lines, RFC 8643)",
     .fallback = "osrtp", .honoured = false, .choices = kSrtpOffers},
    {.name = "srtp_suites", .type = kTexts, .meaning = "Crypto suites in order of preference", .fallback = "AES_CM_128_HMAC_SHA1_80",
     .honoured = false},
    {.name = "srtp_mki", .type = kBool, .meaning = "The peer wants an MKI in its a=crypto lines", .fallback = "false",
     .honoured = false},
    {.name = "srtp_lifetime", .type = kBool, .meaning = "a=crypto lines carry a lifetime", .fallback = "false", .honoured = false},
    {.name = "dtls", .type = kBool, .meaning = "Keys by DTLS-SRTP (RFC 5764)", .fallback = "false", .honoured = false},
    {.name = "rekey_roc", .type = kChoice, .meaning = "What a new key does to the roll-over counter", .fallback = "auto",
     .honoured = false, .choices = kRekeys},
    {.name = "rtcp_active", .type = kBool, .meaning = "The peer sends RTCP on active calls", .fallback = "true"},
    {.name = "rtcp_hold", .type = kBool, .meaning = "The peer goes on sending RTCP on hold", .fallback = "true"},
    {.name = "rtcp_mux", .type = kBool, .meaning = "RTP and RTCP share a port (RFC 5761)", .fallback = "false"},
    {.name = "rtcp_xr", .type = kBool, .meaning = "Extended reports are sent (RFC 3611)", .fallback = "false", .honoured = false},
    {.name = "hold", .type = kChoice, .meaning = "How hold is written in an offer to the peer", .fallback = "inactive",
     .choices = kHolds},
    {.name = "early_media", .type = kChoice, .meaning = "Which early dialog's media is heard", .fallback = "latest",
     .choices = kEarly},
    {.name = "ringback_after_ms", .type = kInteger,
     .meaning = "Own ringback on a 183 without media after so long; 0 = never (RFC 3960 §3.2)", .fallback = "0",
     .honoured = false, .max = 60000},
    {.name = "latching", .type = kBool, .meaning = "Media is sent to where the peer's packets come from", .fallback = "true"},
    {.name = "latch_packets", .type = kInteger, .meaning = "Packets from one source before we follow it", .fallback = "3", .min = 1,
     .max = 100},
    {.name = "behind_nat", .type = kBool, .meaning = "The address in the peer's SDP may be wrong", .fallback = "false"},
    {.name = "ice", .type = kChoice, .meaning = "ICE (RFC 8445) towards the peer", .fallback = "none", .honoured = false,
     .choices = kIce},
    {.name = "ip_family", .type = kChoice, .meaning = "IP version that the peer can send media with", .fallback = "any",
     .choices = kFamilies},
    {.name = "fax", .type = kChoice, .meaning = "How a fax call is carried", .fallback = "passthrough", .choices = kFaxes},
    {.name = "clearmode", .type = kBool, .meaning = "64 kbit/s data is carried (RFC 4040)", .fallback = "false", .honoured = false},
    {.name = "text", .type = kBool, .meaning = "Text telephony is carried (RFC 4103)", .fallback = "false", .honoured = false},
    {.name = "transcoding", .type = kChoice, .meaning = "Whether audio is decoded and encoded", .fallback = "auto",
     .honoured = false, .choices = kTranscodings},
    {.name = "jitter_buffer_ms", .type = kInteger, .meaning = "Depth of the jitter buffer where a leg needs one",
     .fallback = "60", .honoured = false, .max = 1000},
    {.name = "opus_complexity", .type = kInteger, .meaning = "Effort of the Opus encoder", .fallback = "5", .honoured = false,
     .max = 10},
    {.name = "silence_suppression", .type = kBool, .meaning = "No packets are sent while it is silent", .fallback = "false",
     .honoured = false},
    {.name = "signal_boost", .type = kBool, .meaning = "The peer raises the volume itself", .fallback = "false", .honoured = false},
    {.name = "music_on_hold", .type = kBool, .meaning = "The bridge plays music to the peer while it is held", .fallback = "false",
     .honoured = false},
    {.name = "recording", .type = kChoice, .meaning = "What a bridge keeps of the media; a recorded call never bypasses",
     .fallback = "off", .honoured = false, .choices = kRecordings},
    {.name = "media_timeout_s", .type = kInteger, .meaning = "A call without RTP and RTCP for so long is ended; 0 = never",
     .fallback = "30", .max = 86400},
    {.name = "max_duration_s", .type = kInteger, .meaning = "A mediated call is ended after so long; 0 = no limit",
     .fallback = "0", .max = 604800},
    {.name = "delayed_offer", .type = kChoice, .meaning = "What an INVITE without an offer gets: our offer, or 488",
     .fallback = "offer", .choices = kDelayed},
};

}  // namespace

const Table kSipProfileTable{"sip_profile", "What a peer speaks in SIP", kSipProfileKeys};
const Table kCauseOverrideTable{"cause_override", "(received status, received cause) to status", kCauseOverrideKeys};
const Table kMediaProfileTable{"media_profile", "What a peer speaks in media", kMediaProfileKeys};

}  // namespace tandem::config
