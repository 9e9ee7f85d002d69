// Knows: the keys of the root, and of networks: realms, regions, sites, subnets, bridges, media bypass.
// Must not know: what is done with them.
// Next: keys_profiles.cpp, keys_trunks.cpp, keys_users.cpp.
#include <array>

#include "config/keys.h"

namespace tandem::config {
namespace {

using enum Type;
constexpr std::string_view kSides[] = {"inside", "outside"};
constexpr std::string_view kClientCertificates[] = {"none", "optional", "required"};
constexpr std::string_view kOutages[] = {"open", "closed", "share"};

constexpr Key kTopologyKeys[] = {
    {.name = "$schema", .type = kText, .meaning = "Address of the schema, for editors; not read"},
    {.name = "version",
     .type = kInteger,
     .meaning = "Version of this format",
     .required = true,
     .min = 1,
     .max = 1},
    {.name = "domain", .type = kText, .meaning = "SIP domain of the users", .fallback = "localhost"},
    {.name = "max_hops",
     .type = kInteger,
     .meaning = "How often one call may pass this system before it is refused as a loop",
     .fallback = "5",
     .min = 1,
     .max = 70},
    {.name = "realms",
     .type = kObjects,
     .meaning = "Networks in which the proxy and the bridges have a foot",
     .required = true,
     .object = &kRealmTable},
    {.name = "regions",
     .type = kObjects,
     .meaning = "Groups of sites that are well connected with each other",
     .object = &kRegionTable},
    {.name = "sites", .type = kObjects, .meaning = "Places", .object = &kSiteTable},
    {.name = "subnets",
     .type = kObjects,
     .meaning = "Which site an address belongs to",
     .object = &kSubnetTable},
    {.name = "gw_bridge", .type = kObjects, .meaning = "Pool of gw-bridge nodes", .object = &kBridgeTable},
    {.name = "sip_profiles",
     .type = kObjects,
     .meaning = "What peers speak in SIP; one named default is there when none is given",
     .object = &kSipProfileTable},
    {.name = "media_profiles",
     .type = kObjects,
     .meaning = "What peers speak in media; one named default is there when none is given",
     .object = &kMediaProfileTable},
    {.name = "trunks",
     .type = kObjects,
     .meaning = "Providers, PBXs, gateways, TDM spans",
     .object = &kTrunkTable},
    {.name = "users", .type = kObjects, .meaning = "Users", .object = &kUserTable},
    {.name = "did_ranges",
     .type = kObjects,
     .meaning = "Numbers that providers send to us; ranges must not overlap",
     .object = &kDidRangeTable},
    {.name = "dial_plans",
     .type = kObjects,
     .meaning = "How what people dial becomes E.164",
     .object = &kDialPlanTable},
    {.name = "usages",
     .type = kNamedObjects,
     .meaning = "Names by which policies and routes find each other",
     .object = &kUsageTable},
    {.name = "routes",
     .type = kObjects,
     .meaning = "Where numbers go, in order of priority",
     .object = &kRouteTable},
    {.name = "policies", .type = kObjects, .meaning = "What users may call", .object = &kPolicyTable},
    {.name = "emergency",
     .type = kObject,
     .meaning = "Emergency numbers; they go out untouched and no limit refuses them",
     .object = &kEmergencyTable},
    {.name = "bypass",
     .type = kObject,
     .meaning = "Media bypass for the whole enterprise",
     .object = &kGlobalBypassTable},
    {.name = "bandwidth_check",
     .type = kBool,
     .meaning = "Call admission control by the sites' bandwidth policies",
     .fallback = "false",
     .honoured = false},
    {.name = "state_outage",
     .type = kChoice,
     .meaning = "What admission does while shared counters cannot be reached",
     .fallback = "open",
     .honoured = false,
     .choices = kOutages},
    {.name = "secrets",
     .type = kObject,
     .meaning = "Key material that proxy and bridges share",
     .object = &kSecretsTable},
};

constexpr Key kRealmKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the realm", .required = true},
    {.name = "side",
     .type = kChoice,
     .meaning = "Side of the enterprise's firewall",
     .required = true,
     .choices = kSides},
    {.name = "listen",
     .type = kListens,
     .meaning = "Where the proxy takes SIP, and leaves from: the first address of each transport",
     .required = true},
    {.name = "advertised_host",
     .type = kText,
     .meaning = "Host in Via, Record-Route and Contact; by default the first listen address"},
    {.name = "advertised_port",
     .type = kInteger,
     .meaning = "Port beside it; by default the first listen port. It stands for all listen addresses of that port; others show their own",
     .min = 1,
     .max = 65535},
    {.name = "media_address",
     .type = kAddress,
     .meaning = "Address on which bridges take media; without it the realm carries none"},
    {.name = "media_advertised",
     .type = kAddress,
     .meaning = "Address written into SDP, where a static NAT stands in front; by default media_address"},
    {.name = "media_ports", .type = kPorts, .meaning = "UDP ports of media; needed with media_address"},
    {.name = "tls",
     .type = kObject,
     .meaning = "Certificates and peer verification of this realm; needed with a tls: listen address",
     .object = &kTlsTable},
    {.name = "port_quarantine_s",
     .type = kInteger,
     .meaning = "How long a media port rests before it is used again",
     .fallback = "5",
     .honoured = false,
     .max = 3600},
    {.name = "dscp",
     .type = kInteger,
     .meaning = "DSCP of media packets sent in this realm",
     .fallback = "46",
     .honoured = false,
     .max = 63},
};

constexpr Key kTlsKeys[] = {
    {.name = "certificate_file",
     .type = kFile,
     .meaning = "Certificate and the issuers behind it (PEM); shown to those who connect, and to those that we connect to",
     .required = true},
    {.name = "key_file",
     .type = kFile,
     .meaning = "Its private key (PEM) without pass phrase; it must not be readable by others",
     .required = true},
    {.name = "more_certificates",
     .type = kObjects,
     .meaning = "Certificates for other names; a peer that asks for one of their names (SNI) gets that one",
     .object = &kTlsCertificateTable},
    {.name = "ca_file", .type = kFile, .meaning = "Certificates of trusted issuers (PEM); by default the system's"},
    {.name = "verify",
     .type = kChoice,
     .meaning = "How a peer's name is compared with its certificate, when we connect to it: SIP's rules (no wildcards, no addresses), "
                "with a wildcard for one label, or an address that the certificate names",
     .fallback = "rfc5922",
     .choices = kTlsVerify},
    {.name = "client_certificates",
     .type = kChoice,
     .meaning = "Certificates of those who connect to us: not asked for, checked when they are shown, demanded",
     .fallback = "optional",
     .choices = kClientCertificates},
};

constexpr Key kTlsCertificateKeys[] = {
    {.name = "certificate_file", .type = kFile, .meaning = "Certificate and the issuers behind it (PEM)", .required = true},
    {.name = "key_file", .type = kFile, .meaning = "Its private key (PEM)", .required = true},
};

constexpr Key kRegionKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the region", .required = true},
    {.name = "bypass_id", .type = kText, .meaning = "Id for media bypass; by default made from the name"},
};

constexpr Key kSiteKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the site", .required = true},
    {.name = "region", .type = kReference, .meaning = "Region that it belongs to", .refers = "regions"},
    {.name = "bandwidth",
     .type = kObject,
     .meaning = "Present when the site's line is constrained; it then has a bypass id of its own",
     .object = &kBandwidthTable},
    {.name = "bypass_id", .type = kText, .meaning = "Overrides the id that region and bandwidth give"},
};

constexpr Key kBandwidthKeys[] = {
    {.name = "audio_kbps",
     .type = kInteger,
     .meaning = "Audio in all calls; 0 = only the session limit holds",
     .fallback = "0",
     .honoured = false},
    {.name = "session_kbps",
     .type = kInteger,
     .meaning = "Audio in one call",
     .fallback = "175",
     .honoured = false,
     .min = 40},
};

constexpr Key kSubnetKeys[] = {
    {.name = "prefix",
     .type = kPrefix,
     .meaning = "Network as its clients see it, exactly",
     .required = true},
    {.name = "site", .type = kReference, .meaning = "Site", .required = true, .refers = "sites"},
};

constexpr Key kBridgeKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the bridge", .required = true},
    {.name = "sip",
     .type = kTarget,
     .meaning = "Where the proxy reaches it; an address and port",
     .required = true},
    {.name = "realm",
     .type = kReference,
     .meaning = "Realm of the proxy that faces it",
     .required = true,
     .refers = "realms"},
    {.name = "media",
     .type = kObjects,
     .meaning = "Media addresses of this bridge; realms that are not listed use their own media_address and "
                "media_ports",
     .object = &kBridgeMediaTable},
};

constexpr Key kBridgeMediaKeys[] = {
    {.name = "realm", .type = kReference, .meaning = "Realm", .required = true, .refers = "realms"},
    {.name = "address", .type = kAddress, .meaning = "Address that is bound", .required = true},
    {.name = "advertised", .type = kAddress, .meaning = "Address written into SDP; by default address"},
    {.name = "ports", .type = kPorts, .meaning = "UDP ports", .required = true},
};

constexpr Key kGlobalBypassKeys[] = {
    {.name = "enabled", .type = kBool, .meaning = "Media bypass is possible at all", .fallback = "false"},
    {.name = "always",
     .type = kBool,
     .meaning = "Every subnet, mapped or not, has the global id",
     .fallback = "false"},
    {.name = "default_id",
     .type = kBool,
     .meaning = "Subnets that are not mapped have the global id",
     .fallback = "false"},
    {.name = "id", .type = kText, .meaning = "The global id", .fallback = "global"},
    {.name = "require_qualified",
     .type = kBool,
     .meaning = "A peer that is not on the list of tested products is refused instead of warned about",
     .fallback = "false"},
    {.name = "conferences",
     .type = kBool,
     .meaning = "Bypass also for conference legs",
     .fallback = "false",
     .honoured = false},
};

constexpr Key kSecretsKeys[] = {
    {.name = "key_file",
     .type = kFile,
     .meaning = "File of keys, each a line of 64 hexadecimal digits: the first seals tokens and cookies, "
                "all of them open; to change it, every node first gets the new key as last line, then as first; "
                "it must not be readable by others",
     .required = true},
};

}  // namespace

const Table kTopologyTable{"topology", "The whole file", kTopologyKeys};
const Table kRealmTable{"realm", "A network in which the proxy and the bridges have a foot", kRealmKeys};
const Table kTlsTable{"tls", "TLS of a realm", kTlsKeys};
const Table kTlsCertificateTable{"tls_certificate", "One more certificate", kTlsCertificateKeys};
const Table kRegionTable{"region", "A group of well-connected sites", kRegionKeys};
const Table kSiteTable{"site", "A place", kSiteKeys};
const Table kBandwidthTable{"bandwidth", "What a constrained site may carry", kBandwidthKeys};
const Table kSubnetTable{"subnet", "Which site an address belongs to", kSubnetKeys};
const Table kBridgeTable{"bridge", "One gw-bridge of the pool", kBridgeKeys};
const Table kBridgeMediaTable{"bridge_media", "Media of a bridge in one realm", kBridgeMediaKeys};
const Table kGlobalBypassTable{"global_bypass", "Media bypass for the whole enterprise", kGlobalBypassKeys};
const Table kSecretsTable{"secrets", "Key material, by file only", kSecretsKeys};

}  // namespace tandem::config
