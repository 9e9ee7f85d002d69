// Knows: trunks: who a provider, PBX, gateway or TDM span is, how it is recognised, limited, retried, translated and bypassed.
// Must not know: JSON, whether a trunk is up.
// Next: topology.h for the whole; policy/routing.cpp, which picks trunks.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/prefix.h"
#include "number/rate_deck.h"
#include "number/rules.h"
#include "topology/types.h"

namespace tandem::topology {

enum class TrunkKind : std::uint8_t { kSip, kPbx, kGateway, kTdm };
std::string_view to_string(TrunkKind k);  ///< "sip", "pbx", "gateway", "tdm"

/// An ordered list of rules as written and compiled. The first match wins; a number that no rule matches passes unchanged.
struct NumberRules {
    std::vector<number::Rule> rules;
    number::RuleSet compiled;
};

/// Digest credentials towards a peer. The password is read from the file by who needs it, and only then.
struct Auth {
    std::string realm;  ///< the only realm whose challenge is answered
    std::string username;
    std::string password_file;
};

/// 0 = no limit.
struct Limits {
    unsigned calls = 0;           ///< at the same time, both directions
    unsigned cps = 0;             ///< new calls in any one second, both directions
    unsigned max_duration_s = 0;  ///< a call is ended after so long
};

/// Which failures make the next target be tried.
struct Retry {
    std::string preset = "generic";  ///< "generic", "lync" or "teams"
    std::vector<unsigned> codes;     ///< final statuses; a timeout counts as 408, a transport error as 503
    unsigned progress_timeout_ms =
        10000;  ///< without progress for so long: next target; 0 = wait for Timer B and C
    bool trying_is_progress = false;         ///< a 100 alone stops the progress timer
    bool no_retry_after_provisional = true;  ///< a provisional other than 100 binds the call to its target

    [[nodiscard]] bool retries(unsigned status) const;
};

/// How media of the trunk's calls goes.
enum class MediaPolicy : std::uint8_t {
    kAuto,     ///< direct when the bypass verdict is yes, else by a bridge
    kMediate,  ///< always by a bridge
    kDirect,  ///< direct when nothing has to be converted and both ends stand on the same side, without asking for bypass
};
std::string_view to_string(MediaPolicy p);  ///< "auto", "mediate", "direct"

/// What the list of tested products says about the peer (bypass step 4).
enum class Qualified : std::uint8_t { kUnknown, kYes, kNo };

/// Settings of a trunk that the bypass verdict reads.
struct Bypass {
    bool enabled = false;
    bool centralized_media = true;  ///< the peer has one well-known media termination point
    Qualified qualified = Qualified::kUnknown;
    std::string product;  ///< vendor, product and version, for people
    bool accepts_client_media =
        true;  ///< the peer takes media from clients, not only from the mediation (step 12)
    net::IpAddress media_address;            ///< "none": the first target's address
    net::IpAddress alternate_media_address;  ///< looked up when media_address has no site
};

/// What calls by a trunk cost: a column of a deck, which several trunks may share.
struct Rates {
    std::shared_ptr<const number::RateDeck> deck;  ///< null: not known
    std::size_t column = 0;
};

/// A trunk.
struct Trunk {
    std::string name;
    TrunkKind kind = TrunkKind::kSip;
    Index realm = kNoIndex;
    std::vector<Target> targets;       ///< in order of preference; empty only for tdm
    std::string domain;                ///< host part of URIs towards the trunk; empty = the target's host
    std::vector<net::Prefix> sources;  ///< who is this trunk when a request comes in by its realm
    bool resolved_sources = false;     ///< so is every address that the names of its targets lead to
    std::optional<Auth> auth;
    Limits limits;
    Rates rates;
    Retry retry;
    NumberRules called;          ///< E.164 → what the trunk wants to see called
    NumberRules calling;         ///< the same for the caller's number
    NumberRules inbound_called;  ///< what the trunk sends → E.164, before the dial plan
    NumberRules inbound_calling;
    bool remove_plus = false;      ///< the leading + is taken off before sending
    Index dial_plan = kNoIndex;    ///< of calls that come from this trunk; kNoIndex = global
    Index sip_profile = kNoIndex;  ///< never kNoIndex after load
    Index media_profile = kNoIndex;
    Index site = kNoIndex;
    MediaPolicy media = MediaPolicy::kAuto;
    Bypass bypass;
    bool location_restricted = false;  ///< location-based routing; needs a site
    std::vector<Index> usages;         ///< inter-trunk routing: usages of calls that come from this trunk
    Index bridge = kNoIndex;           ///< tdm: the bridge that has the span
    std::string span;                  ///< tdm: name of the span at that bridge
};

}  // namespace tandem::topology
