// Knows: the keys of trunks and of number rules.
// Must not know: what is done with them.
// Next: build_trunks.cpp, which reads them; the order of choices is the order of the enums there.
#include "config/keys.h"

namespace tandem::config {
namespace {

using enum Type;
constexpr std::string_view kKinds[] = {"sip", "pbx", "gateway", "tdm"};
constexpr std::string_view kIdentifyBy[] = {"source-address", "registration", "certificate"};
constexpr std::string_view kMedia[] = {"auto", "mediate", "direct"};
constexpr std::string_view kRegistrations[] = {"none", "address-of-record", "gin"};
constexpr std::string_view kPresets[] = {"generic", "lync", "teams"};
constexpr std::string_view kQualified[] = {"unknown", "yes", "no"};

constexpr Key kTrunkKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the trunk", .required = true},
    {.name = "kind",
     .type = kChoice,
     .meaning = "Provider, PBX, gateway, or TDM span of a bridge",
     .required = true,
     .choices = kKinds},
    {.name = "realm",
     .type = kReference,
     .meaning = "Realm that faces it; needed unless kind is tdm",
     .refers = "realms"},
    {.name = "targets",
     .type = kTargets,
     .meaning = "Where it is reached, in order of preference; needed unless kind is tdm. Of a name without port DNS is asked "
                "as RFC 3263 says: NAPTR where no transport is written either, then SRV, then A and AAAA"},
    {.name = "domain",
     .type = kText,
     .meaning = "Host part of URIs towards it; by default the target's host"},
    {.name = "identify_by",
     .type = kChoice,
     .meaning = "How requests from it are recognised",
     .fallback = "source-address",
     .choices = kIdentifyBy},
    {.name = "sources",
     .type = kPrefixes,
     .meaning = "Its source addresses; by default those of its targets"},
    {.name = "resolved_sources",
     .type = kBool,
     .meaning = "Addresses that the names of its targets lead to in DNS are source addresses too, as they change; by default true where "
                "sources is left out, else false"},
    {.name = "auth", .type = kObject, .meaning = "Digest credentials towards it", .object = &kAuthTable},
    {.name = "registration",
     .type = kObject,
     .meaning = "REGISTER towards it",
     .honoured = false,
     .object = &kRegistrationTable},
    {.name = "limits", .type = kObject, .meaning = "How many calls it takes", .object = &kLimitsTable},
    {.name = "rates",
     .type = kObject,
     .meaning = "What calls by it cost, for usages whose order is least_cost",
     .object = &kRatesTable},
    {.name = "retry",
     .type = kObject,
     .meaning = "Which failures make the next target be tried",
     .object = &kRetryTable},
    {.name = "called",
     .type = kObjects,
     .meaning = "Rules from E.164 to the called number that it wants",
     .object = &kRuleTable},
    {.name = "calling",
     .type = kObjects,
     .meaning = "The same for the caller's number",
     .object = &kRuleTable},
    {.name = "inbound_called",
     .type = kObjects,
     .meaning = "Rules for the called number that it sends, before the dial plan",
     .object = &kRuleTable},
    {.name = "inbound_calling",
     .type = kObjects,
     .meaning = "The same for the caller's number",
     .object = &kRuleTable},
    {.name = "remove_plus",
     .type = kBool,
     .meaning = "The leading + is taken off before sending",
     .fallback = "false"},
    {.name = "dial_plan",
     .type = kReference,
     .meaning = "Dial plan of calls from it; by default the site's or global one",
     .refers = "dial_plans"},
    {.name = "sip_profile",
     .type = kReference,
     .meaning = "What it speaks in SIP; by default the first profile",
     .refers = "sip_profiles"},
    {.name = "media_profile",
     .type = kReference,
     .meaning = "What it speaks in media; by default the first profile",
     .refers = "media_profiles"},
    {.name = "site",
     .type = kReference,
     .meaning = "Site that it stands at, where its media address does not tell",
     .refers = "sites"},
    {.name = "media",
     .type = kChoice,
     .meaning = "Path of media: direct when the bypass verdict is yes, always by a bridge, or direct "
                "whenever nothing has to be "
                "converted",
     .fallback = "auto",
     .choices = kMedia},
    {.name = "bypass", .type = kObject, .meaning = "Media bypass of this trunk", .object = &kBypassTable},
    {.name = "location_restricted",
     .type = kBool,
     .meaning = "Only users at the trunk's own site may use it (toll-bypass law); needs site",
     .fallback = "false"},
    {.name = "send_location",
     .type = kBool,
     .meaning = "Emergency calls carry the caller's location (PIDF-LO, RFC 6442)",
     .fallback = "false",
     .honoured = false},
    {.name = "usages",
     .type = kReferences,
     .meaning = "Inter-trunk routing: usages of calls that come from this trunk",
     .refers = "usages"},
    {.name = "mobile",
     .type = kBool,
     .meaning = "The carrier is a mobile one",
     .fallback = "false",
     .honoured = false},
    {.name = "online_voice",
     .type = kBool,
     .meaning = "Voice mail lives in a hosted service",
     .fallback = "false",
     .honoured = false},
    {.name = "bridge", .type = kReference, .meaning = "tdm: bridge that has the span", .refers = "gw_bridge"},
    {.name = "span", .type = kText, .meaning = "tdm: name of the span at that bridge"},
};

constexpr Key kAuthKeys[] = {
    {.name = "realm",
     .type = kText,
     .meaning = "Digest realm; no other realm's challenge is answered",
     .required = true},
    {.name = "username", .type = kText, .meaning = "User name", .required = true},
    {.name = "password_file",
     .type = kFile,
     .meaning = "File with the password in its first line",
     .required = true},
};

constexpr Key kRegistrationKeys[] = {
    {.name = "mode",
     .type = kChoice,
     .meaning = "None, plain, or for many numbers at once (RFC 6140)",
     .fallback = "none",
     .choices = kRegistrations},
    {.name = "registrar", .type = kTarget, .meaning = "Where REGISTER goes; by default the first target"},
    {.name = "address", .type = kText, .meaning = "Address of record"},
    {.name = "expires_s",
     .type = kInteger,
     .meaning = "Interval that we ask for",
     .fallback = "3600",
     .min = 60,
     .max = 604800},
};

constexpr Key kLimitsKeys[] = {
    {.name = "calls",
     .type = kInteger,
     .meaning = "Calls at the same time, both directions; 0 = no limit",
     .fallback = "0"},
    {.name = "cps",
     .type = kInteger,
     .meaning = "New calls in any one second, both directions; 0 = no limit",
     .fallback = "0"},
    {.name = "max_duration_s",
     .type = kInteger,
     .meaning = "A mediated call is ended after so long; 0 = no limit; direct calls are not ended yet",
     .fallback = "0",
     .max = 604800},
};

constexpr Key kRatesKeys[] = {
    {.name = "file",
     .type = kFile,
     .meaning = "CSV with prefix, rates and perhaps valid_from (a day, UTC); the first line may name the columns, and several trunks "
                "may share a file. The longest prefix of the E.164 number that has a rate counts. Read anew with the topology",
     .required = true},
    {.name = "column", .type = kText, .meaning = "Name of the column with this trunk's rates", .fallback = "rate"},
};

constexpr Key kRetryKeys[] = {
    {.name = "preset",
     .type = kChoice,
     .meaning = "generic: 408, 480, 503, 504; lync: 503, progress within 10 s; teams: 408, 503, 504",
     .fallback = "generic",
     .choices = kPresets},
    {.name = "codes",
     .type = kIntegers,
     .meaning = "Statuses instead of the preset's; 486 and 6xx are never retried",
     .min = 400,
     .max = 599},
    {.name = "progress_timeout_ms",
     .type = kInteger,
     .meaning = "Without progress for so long the next target is tried; 0 = only the SIP timers count; by "
                "default the preset's",
     .max = 180000},
    {.name = "trying_is_progress",
     .type = kBool,
     .meaning = "A 100 alone is progress; by default the preset's"},
    {.name = "no_retry_after_provisional",
     .type = kBool,
     .meaning = "A provisional other than 100 binds the call to its target; by default the preset's"},
};

constexpr Key kBypassKeys[] = {
    {.name = "enabled", .type = kBool, .meaning = "Bypass is allowed on this trunk", .fallback = "false"},
    {.name = "centralized_media",
     .type = kBool,
     .meaning = "The peer has one well-known media termination point",
     .fallback = "true"},
    {.name = "qualified",
     .type = kChoice,
     .meaning = "What the list of tested products says of it",
     .fallback = "unknown",
     .choices = kQualified},
    {.name = "product", .type = kText, .meaning = "Vendor, product and version, for people"},
    {.name = "accepts_client_media",
     .type = kBool,
     .meaning = "It takes media from clients, not only from the mediation",
     .fallback = "true"},
    {.name = "media_address",
     .type = kAddress,
     .meaning = "Its media address; by default the first target's"},
    {.name = "alternate_media_address",
     .type = kAddress,
     .meaning = "Looked up when media_address is in no subnet"},
    {.name = "rtp_latching",
     .type = kBool,
     .meaning = "It supports latching, so that clients behind NAT may bypass",
     .fallback = "false",
     .honoured = false},
};

constexpr Key kRuleKeys[] = {
    {.name = "name", .type = kText, .meaning = "Name of the rule; by default its place in the list"},
    {.name = "pattern",
     .type = kPattern,
     .meaning = "Regular expression, tried in order, the first match wins",
     .required = true},
    {.name = "translation", .type = kText, .meaning = "Replacement with $1, ${name}, $$", .required = true},
    {.name = "internal",
     .type = kBool,
     .meaning = "The result is an internal extension",
     .fallback = "false"},
    {.name = "description", .type = kText, .meaning = "For people"},
};

}  // namespace

const Table kTrunkTable{"trunk", "A provider, PBX, gateway or TDM span", kTrunkKeys};
const Table kAuthTable{"auth", "Digest credentials", kAuthKeys};
const Table kRegistrationTable{"registration", "Registration at a provider", kRegistrationKeys};
const Table kLimitsTable{"limits", "Limits of a trunk", kLimitsKeys};
const Table kRetryTable{"retry", "Failover of a trunk", kRetryKeys};
const Table kBypassTable{"bypass", "Media bypass of a trunk", kBypassKeys};
const Table kRatesTable{"rates", "Rates of a trunk", kRatesKeys};
const Table kRuleTable{"rule", "A number rule", kRuleKeys};

}  // namespace tandem::config
