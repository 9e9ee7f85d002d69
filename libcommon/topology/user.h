// Knows: users, DID ranges, dial plans, usages, routes, policies, emergency numbers.
// Must not know: JSON, who is registered now.
// Next: topology.h for the whole; policy/ for what is made of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "number/regex.h"
#include "topology/trunk.h"
#include "topology/types.h"

namespace tandem::topology {

/// Whether a user's media may, must or must not be encrypted, as the bypass verdict reads it (step 11).
enum class Encryption : std::uint8_t { kRequire, kSupport, kNone };
std::string_view to_string(Encryption e);  ///< "require", "support", "none"

/// Where a user stands: as its contact's address says, or fixed.
enum class Location : std::uint8_t { kByAddress, kInside, kOutside };

/// A fixed contact of a user.
struct Contact {
    Target target;
    std::string user;        ///< user part of the contact's URI; the user's name when not configured
    Index realm = kNoIndex;  ///< realm that reaches it; never kNoIndex after load
};

struct User {
    std::string name;
    std::string address;                    ///< address of record, "alice@example.com"
    std::string number;                     ///< E.164 with +; empty when none
    std::string line_extension;             ///< ";ext=" behind the number, for users who share one; empty when none
    std::vector<std::string> more_numbers;  ///< further DIDs
    std::string extension;                  ///< digits; empty when none
    Index site = kNoIndex;                  ///< fixed site; kNoIndex = by address
    Location location = Location::kByAddress;
    std::vector<Contact> contacts;             ///< fixed ones
    bool registers = false;                    ///< contacts come from REGISTER as well
    Index dial_plan = kNoIndex;                ///< kNoIndex = site's, else global
    Index policy = kNoIndex;                   ///< kNoIndex = site's, else global
    Index sip_profile = kNoIndex;              ///< never kNoIndex after load
    Index media_profile = kNoIndex;            ///< never kNoIndex after load
    Encryption encryption = Encryption::kSupport;
    bool bypass_capable = true;         ///< the client can send media to a gateway (step 5)
    bool mobile = false;                ///< changing address: never bypass (B16)
    std::optional<net::Prefix> subnet;  ///< the client's own network, when it is fixed
};

enum class Unassigned : std::uint8_t { kReject, kUser };

/// Numbers from `first` to `last`, same length. Numbers that no user has get the range's treatment.
struct DidRange {
    std::string name;
    std::string first;  ///< E.164 with +
    std::string last;
    Index user = kNoIndex;          ///< all numbers ring this user
    unsigned extension_digits = 0;  ///< > 0: the last digits are the extension of a user
    Unassigned unassigned = Unassigned::kReject;
    unsigned unassigned_status = 404;
    Index unassigned_user = kNoIndex;

    [[nodiscard]] bool contains(std::string_view e164) const;
};

enum class Scope : std::uint8_t { kGlobal, kSite, kUser };
std::string_view to_string(Scope s);  ///< "global", "site", "user"

/// How what people dial becomes E.164.
struct DialPlan {
    std::string name;
    Scope scope = Scope::kUser;  ///< kUser: only where a user or trunk names it
    Index site = kNoIndex;
    std::string access_prefix;  ///< "" = none
    std::string country;        ///< ISO 3166 code for the default reading; "" = none
    std::string description;    ///< for people
    NumberRules rules;
};

/// In which order the trunks of a usage are tried.
enum class Order : std::uint8_t {
    kListed,     ///< routes in their order, trunks in the route's
    kLeastCost,  ///< by the trunks' rates for the number; those without one after all others, ties as listed
};

std::string_view to_string(Order o);  ///< "listed", "least_cost"

struct Usage {
    std::string name;
    Order order = Order::kListed;
};

/// Where numbers of a pattern go.
struct Route {
    std::string name;
    std::string pattern;  ///< PCRE2 over the E.164 string
    std::vector<Index> usages;
    std::vector<Index> trunks;  ///< in order of preference
    bool suppress_caller_id = false;
    std::string description;             ///< for people
    std::string alternate_caller_id;     ///< shown instead of the caller's number; "" = none
    std::optional<number::Regex> regex;  ///< the pattern compiled; always there after load
};

/// What a user may call: usages in order, which is the order of fallback.
struct Policy {
    std::string name;
    Scope scope = Scope::kUser;
    Index site = kNoIndex;
    std::vector<Index> usages;
};

struct EmergencyNumber {
    std::string dial;                ///< what is sent, untouched
    std::vector<std::string> masks;  ///< other strings that mean it
};

struct Emergency {
    std::vector<EmergencyNumber> numbers;
    std::vector<std::string> strings;  ///< all that calls for help: what the numbers dial, and their masks
    Index usage = kNoIndex;
};

}  // namespace tandem::topology
