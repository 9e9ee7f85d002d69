// Knows: the keys of users, DID ranges, dial plans, routes, policies and emergency numbers.
// Must not know: what is done with them.
// Next: build_users.cpp, which reads them; the order of choices is the order of the enums there.
#include "config/keys.h"

namespace tandem::config {
namespace {

using enum Type;
constexpr std::string_view kLocations[] = {"auto", "inside", "outside"};
constexpr std::string_view kEncryptions[] = {"require", "support", "none"};
constexpr std::string_view kScopes[] = {"global", "site", "user"};
constexpr std::string_view kOrders[] = {"listed", "least_cost"};

constexpr Key kUserKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name, also the user part of the address", .required = true},
    {.name = "address", .type = kText, .meaning = "Address of record; by default name@domain"},
    {.name = "number",
     .type = kLine,
     .meaning = "DID number; users who share a main number each have it with an extension of their own behind it"},
    {.name = "numbers", .type = kE164s, .meaning = "Further DID numbers"},
    {.name = "extension", .type = kDigits, .meaning = "Extension"},
    {.name = "site",
     .type = kReference,
     .meaning = "Site, where the client's address shall not tell",
     .refers = "sites"},
    {.name = "location",
     .type = kChoice,
     .meaning = "Side of the firewall; auto is the side of the realm",
     .fallback = "auto",
     .choices = kLocations},
    {.name = "contacts",
     .type = kObjects,
     .meaning = "Fixed contacts; several ring at the same time",
     .object = &kContactTable},
    {.name = "registers",
     .type = kBool,
     .meaning = "Contacts come from REGISTER as well",
     .fallback = "false",
     .honoured = false},
    {.name = "password_file",
     .type = kFile,
     .meaning = "File with the password for digest towards us",
     .honoured = false},
    {.name = "dial_plan",
     .type = kReference,
     .meaning = "Dial plan; by default the site's or global one",
     .refers = "dial_plans"},
    {.name = "policy",
     .type = kReference,
     .meaning = "Policy; by default the site's or global one",
     .refers = "policies"},
    {.name = "sip_profile",
     .type = kReference,
     .meaning = "What the client speaks in SIP; by default the first profile",
     .refers = "sip_profiles"},
    {.name = "media_profile",
     .type = kReference,
     .meaning = "What the client speaks in media; by default the first profile",
     .refers = "media_profiles"},
    {.name = "encryption",
     .type = kChoice,
     .meaning = "Encryption level of the client, for the bypass verdict",
     .fallback = "support",
     .choices = kEncryptions},
    {.name = "bypass_capable",
     .type = kBool,
     .meaning = "The client can send media to a gateway",
     .fallback = "true"},
    {.name = "mobile",
     .type = kBool,
     .meaning = "The client's address changes during calls; it never bypasses",
     .fallback = "false"},
    {.name = "subnet", .type = kPrefix, .meaning = "The client's own network, when it is fixed"},
};

constexpr Key kContactKeys[] = {
    {.name = "target", .type = kTarget, .meaning = "Where the client listens", .required = true},
    {.name = "user", .type = kText, .meaning = "User part of the contact; by default the user's name"},
    {.name = "realm",
     .type = kReference,
     .meaning = "Realm that reaches it; needed when there is more than one inside realm",
     .refers = "realms"},
};

constexpr Key kDidRangeKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the range", .required = true},
    {.name = "from", .type = kE164, .meaning = "First number", .required = true},
    {.name = "to", .type = kE164, .meaning = "Last number, of the same length", .required = true},
    {.name = "user", .type = kReference, .meaning = "User whom all numbers ring", .refers = "users"},
    {.name = "extension_digits",
     .type = kInteger,
     .meaning = "So many last digits are the extension of a user; 0 = none",
     .fallback = "0",
     .max = 14},
    {.name = "unassigned_status",
     .type = kInteger,
     .meaning = "Answer to a number that nobody has",
     .fallback = "404",
     .min = 400,
     .max = 699},
    {.name = "unassigned_user",
     .type = kReference,
     .meaning = "User who gets calls to such numbers instead",
     .refers = "users"},
};

constexpr Key kDialPlanKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the dial plan", .required = true},
    {.name = "scope",
     .type = kChoice,
     .meaning = "Whom it holds for: all, a site, or whoever names it",
     .fallback = "user",
     .choices = kScopes},
    {.name = "site", .type = kReference, .meaning = "Site, when scope is site", .refers = "sites"},
    {.name = "access_prefix",
     .type = kText,
     .meaning = "Digits that ask for an outside line; rules are tried with them first, then without"},
    {.name = "country", .type = kText, .meaning = "ISO 3166 code: how numbers that no rule matches are read"},
    {.name = "rules", .type = kObjects, .meaning = "Normalisation rules in order", .object = &kRuleTable},
    {.name = "description", .type = kText, .meaning = "For people"},
    {.name = "optimize_device_dialing",
     .type = kBool,
     .meaning = "Devices send digits as soon as a rule matches",
     .fallback = "false",
     .honoured = false},
};

constexpr Key kUsageKeys[] = {
    {.name = "name", .type = kText, .meaning = "Name of the usage", .required = true},
    {.name = "order",
     .type = kChoice,
     .meaning = "Order of its trunks: as routes and trunks are listed, or by the trunks' rates for the number; trunks without a rate "
                "come after the others, equal ones as listed. Emergency calls always go as listed",
     .fallback = "listed",
     .choices = kOrders},
};

constexpr Key kRouteKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the route", .required = true},
    {.name = "pattern",
     .type = kPattern,
     .meaning = "Regular expression over the E.164 number",
     .required = true},
    {.name = "usages",
     .type = kReferences,
     .meaning = "Usages that may take it",
     .required = true,
     .refers = "usages"},
    {.name = "trunks",
     .type = kReferences,
     .meaning = "Trunks in order of preference",
     .required = true,
     .refers = "trunks"},
    {.name = "suppress_caller_id",
     .type = kBool,
     .meaning = "The caller's number is not shown",
     .fallback = "false"},
    {.name = "alternate_caller_id", .type = kE164, .meaning = "Number shown instead of the caller's"},
    {.name = "description", .type = kText, .meaning = "For people"},
};

constexpr Key kPolicyKeys[] = {
    {.name = "name", .type = kName, .meaning = "Name of the policy", .required = true},
    {.name = "scope",
     .type = kChoice,
     .meaning = "Whom it holds for: all, a site, or whoever names it",
     .fallback = "user",
     .choices = kScopes},
    {.name = "site", .type = kReference, .meaning = "Site, when scope is site", .refers = "sites"},
    {.name = "usages",
     .type = kReferences,
     .meaning = "Usages in order, which is the order of fallback",
     .required = true,
     .refers = "usages"},
};

constexpr Key kEmergencyKeys[] = {
    {.name = "numbers",
     .type = kObjects,
     .meaning = "Emergency numbers",
     .required = true,
     .object = &kEmergencyNumberTable},
    {.name = "usage",
     .type = kReference,
     .meaning = "Usage of their routes",
     .required = true,
     .refers = "usages"},
    {.name = "elin", .type = kE164s, .meaning = "Callback numbers by location", .honoured = false},
};

constexpr Key kEmergencyNumberKeys[] = {
    {.name = "dial", .type = kDigits, .meaning = "What is sent, untouched", .required = true},
    {.name = "masks", .type = kTexts, .meaning = "Other strings that mean it"},
};

}  // namespace

const Table kUserTable{"user", "A user", kUserKeys};
const Table kContactTable{"contact", "A fixed contact of a user", kContactKeys};
const Table kDidRangeTable{"did_range", "Numbers that ring our users", kDidRangeKeys};
const Table kDialPlanTable{"dial_plan", "How what people dial becomes E.164", kDialPlanKeys};
const Table kUsageTable{"usage", "A usage", kUsageKeys};
const Table kRouteTable{"route", "Where numbers of a pattern go", kRouteKeys};
const Table kPolicyTable{"policy", "What users may call", kPolicyKeys};
const Table kEmergencyTable{"emergency", "Emergency calls", kEmergencyKeys};
const Table kEmergencyNumberTable{"emergency_number", "An emergency number", kEmergencyNumberKeys};

}  // namespace tandem::config
