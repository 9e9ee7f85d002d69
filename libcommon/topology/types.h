// Knows: the pieces that everything in the topology is made of: indices, transports, realms, places, SIP profiles.
// Must not know: JSON, which call uses them.
// Next: trunk.h and user.h for who is reached, topology.h for the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/address.h"
#include "net/prefix.h"

namespace tandem::topology {

/// Place of a thing in its vector of the Topology. Names are resolved to indices at load.
using Index = std::uint32_t;
inline constexpr Index kNoIndex = 0xffffffffU;

enum class Transport : std::uint8_t { kUdp, kTcp, kTls };
std::string_view to_string(Transport t);  ///< "udp", "tcp", "tls"
/// Port that a SIP URI without one means (RFC 3261 §19.1.2): 5061 for TLS, else 5060.
std::uint16_t default_port(Transport t);

/// Which side of the enterprise's firewall a realm or a user stands on.
enum class Side : std::uint8_t { kInside, kOutside };
std::string_view to_string(Side s);  ///< "inside", "outside"

struct Listen {
    Transport transport = Transport::kUdp;
    net::Endpoint endpoint;
};

/// UDP ports of media, both ends included.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    [[nodiscard]] bool empty() const { return last == 0; }
};

/// How a peer's name is compared with its certificate: RFC 5922 §7, with RFC 2818's wildcards, by an IP SAN.
enum class TlsVerify : std::uint8_t { kRfc5922, kRfc2818, kIpSan };
std::string_view to_string(TlsVerify v);  ///< "rfc5922", "rfc2818", "ip-san"
/// Whether those who connect by TLS show a certificate: not asked, checked when shown, demanded.
enum class ClientCertificates : std::uint8_t { kNone, kOptional, kRequired };

/// Files of a certificate; the private key is read by who needs it, and only then.
struct TlsCertificate {
    std::string certificate_file;
    std::string key_file;
};

/// TLS of a realm.
struct RealmTls {
    std::vector<TlsCertificate> certificates;  ///< the first one answers for names that none of the others has
    std::string ca_file;                       ///< empty: the system's issuers
    TlsVerify verify = TlsVerify::kRfc5922;    ///< for peers whose profile says nothing
    ClientCertificates client_certificates = ClientCertificates::kOptional;
};

/// A network that the proxy or a bridge has a foot in.
struct Realm {
    std::string name;
    Side side = Side::kInside;
    std::vector<Listen> listen;         ///< where the proxy takes SIP; never empty
    std::string advertised_host;        ///< in Via, Record-Route and Contact; never empty after load
    std::uint16_t advertised_port = 0;  ///< never 0 after load
    net::IpAddress media_address;       ///< where bridges take media; "none" when this realm carries none
    net::IpAddress
        media_advertised;   ///< written into SDP; equals media_address unless a static NAT stands in front
    PortRange media_ports;  ///< empty when this realm carries no media
    std::optional<RealmTls> tls;  ///< there when it listens by TLS
};

/// Where a host is reached: an address, or a name for DNS (RFC 3263).
struct Target {
    std::string host;                  ///< as configured; the address as text when it is one
    std::optional<net::IpAddress> ip;  ///< set when host is an address
    std::uint16_t port = 0;            ///< 0 = by SRV or the transport's default
    Transport transport = Transport::kUdp;
    bool any_transport = false;  ///< a name without transport and port: NAPTR and SRV say which (RFC 3263 §4.1)

    /// Address and port, the default port filled in; nothing for a name that does not stand for an address yet.
    [[nodiscard]] std::optional<net::Endpoint> endpoint() const;
};

/// A region: sites that are well connected with each other unless a bandwidth policy says otherwise.
struct Region {
    std::string name;
    std::string bypass_id;  ///< never empty after load
};

/// What a constrained site may carry. Its presence, not its figures, gives the site a bypass id of its own (bypass rule 2).
struct BandwidthPolicy {
    unsigned audio_kbps = 0;      ///< 0 = only the session limit holds
    unsigned session_kbps = 175;  ///< never below 40
};

struct Site {
    std::string name;
    Index region = kNoIndex;
    std::optional<BandwidthPolicy> bandwidth;
    std::string
        bypass_id;  ///< own, overridden or inherited; empty when the site has no region and no override
};

struct Subnet {
    net::Prefix prefix;
    Index site = kNoIndex;
};

/// Media of a bridge in one realm.
struct BridgeMedia {
    Index realm = kNoIndex;
    net::IpAddress address;     ///< bound
    net::IpAddress advertised;  ///< written into SDP
    PortRange ports;
};

/// One gw-bridge of the pool.
struct Bridge {
    std::string name;
    Target sip;              ///< where the proxy reaches it; an address, never a name
    Index realm = kNoIndex;  ///< the proxy's realm that faces it
    std::vector<BridgeMedia>
        media;  ///< one a realm that carries media; realms' own values where not overridden

    [[nodiscard]] const BridgeMedia* media_in(Index realm_index) const;
};

/// Named cause tables (RFC 3398, RFC 4497, vendors).
enum class CausePreset : std::uint8_t { kRfc3398, kRfc4497, kLync, kOracle, kAudiocodes };
std::string_view to_string(CausePreset p);  ///< "rfc3398", "rfc4497", "lync", "oracle", "audiocodes"

/// (received SIP status, received Q.850 cause) → SIP status; goes before the preset.
struct CauseOverride {
    unsigned sip = 0;     ///< 400–699; 0 = any
    int cause = -1;       ///< 1–127; -1 = any
    unsigned answer = 0;  ///< 400–699
};

/// RFC 4028: never, only when the peer asks, or offered by us.
enum class SessionTimer : std::uint8_t { kOff, kAnswer, kOffer };
/// RFC 3262: strip it, support it, insist on it.
enum class Reliable : std::uint8_t { kOff, kSupported, kRequired };
/// Where the caller's number is written towards a peer.
enum class Identity : std::uint8_t { kFrom, kPai, kBoth };
/// How a diversion is told: not, RFC 5806, RFC 7044.
enum class DiversionForm : std::uint8_t { kNone, kDiversion, kHistoryInfo };

/// What becomes of a request over 1300 bytes towards a UDP peer: TCP (RFC 3261 §18.1.1), or IP fragments (DEVIATION from it).
enum class LargeRequest : std::uint8_t { kTcp, kFragment };

/// One change of a header field in what a peer is sent, after all that the proxy does itself.
struct HeaderRule {
    enum class Action : std::uint8_t { kRemove, kSet, kAdd };
    enum class In : std::uint8_t { kRequests, kResponses, kBoth };
    std::string header;  ///< any case, long or compact
    Action action = Action::kRemove;
    std::string value;   ///< without line ends; empty for kRemove
    In in = In::kBoth;
    std::vector<std::string> methods;  ///< of the request, or the one that is answered; empty: all
};

/// Timers of transactions with one peer (RFC 3261 table 4); 0 = the program's own. Units: ms.
struct SipTimers {
    unsigned t1_ms = 0, t2_ms = 0, t4_ms = 0;
    unsigned b_ms = 0;  ///< INVITE without any response; 0 = 64*T1
    unsigned f_ms = 0;  ///< other requests without a final response; 0 = 64*T1
    bool operator==(const SipTimers&) const = default;
};

/// What one peer speaks in SIP.
struct SipProfile {
    std::string name;
    bool refer = true;               ///< the peer accepts REFER
    bool third_party_refer = false;  ///< transfers by third-party call control, so that they may still bypass
    unsigned max_early_dialogs = 20;  ///< forked answers that the peer keeps apart
    SessionTimer session_timer = SessionTimer::kAnswer;
    unsigned session_expires_s = 1800;
    unsigned min_se_s = 90;
    Reliable reliable_provisional = Reliable::kSupported;
    Identity identity = Identity::kBoth;
    bool forward_pai = false;  ///< P-Asserted-Identity of the other side is passed on (RFC 3325 trust domain)
    DiversionForm diversion = DiversionForm::kNone;
    CausePreset causes = CausePreset::kRfc3398;
    std::vector<CauseOverride> cause_overrides;
    bool forward_503 =
        false;  ///< a lone 503 goes upstream as 503 (DEVIATION from RFC 3261 §16.7, needed by Lync-like peers)
    unsigned options_interval_s = 0;  ///< targets of trunks are asked by OPTIONS so often; 0 = never
    unsigned options_fall = 3;        ///< failures until down
    unsigned options_rise = 2;        ///< answers until up again
    bool keepalive = false;           ///< ways to the peer are kept open (RFC 5626 §4.4)
    LargeRequest large_request = LargeRequest::kFragment;
    bool hide_topology = false;  ///< the peer does not see what stands behind us
    std::vector<HeaderRule> headers;  ///< in their order
    std::optional<TlsVerify> tls_verify;  ///< nothing: as the realm says
    bool tls_client_eku = true;           ///< its certificate must be one for clients when it connects to us
    SipTimers timers;
};

}  // namespace tandem::topology
