// Knows: what a decision gives: a refusal, a plan of targets, or the facts that are missing, with every step that led there.
// Must not know: how a request is edited and sent.
// Next: policy.h for the two functions; record/route.h for the record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "number/rate_deck.h"
#include "policy/bypass.h"
#include "policy/facts.h"
#include "sdp/plan.h"
#include "topology/topology.h"

namespace tandem::policy {

/// One step of a decision, for the record and for people.
struct Step {
    std::string_view
        step;  ///< static name: "source", "emergency", "dial_plan", "did", "usage", "route", "limit", ...
    std::string rule;             ///< name of the rule, route, range or trunk that decided; empty when none
    Index rule_index = kNoIndex;  ///< its place, from 0
    std::string before;
    std::string after;
    std::string note;
};

enum class Direction : std::uint8_t { kUnknown, kInbound, kOutbound, kInternal, kTransit };
/// "unknown", "inbound" (trunk → user), "outbound" (user → trunk), "internal" (user → user), "transit" (trunk → trunk)
std::string_view to_string(Direction d);

enum class MediaPath : std::uint8_t { kDirect, kMediated };
std::string_view to_string(MediaPath p);  ///< "direct", "mediated"

/// One place where a request may be sent.
struct PlanTarget {
    Index trunk = kNoIndex;  ///< one of trunk and user is set
    Index user = kNoIndex;
    Index endpoint =
        0;  ///< place in the trunk's targets or the user's contacts (fixed ones first, then registered)
    unsigned group =
        0;  ///< targets of one group are tried at the same time (forks), groups one after the other
    topology::Target
        hop;  ///< the peer itself; empty host when only a running node knows it (a registered contact), or for tdm; a host without ip:
              ///< where the name leads is not known (yet)
    Index realm = kNoIndex;  ///< realm that reaches the peer
    bool down = false;       ///< its health says so
    std::string request_uri;
    std::string called;   ///< user part of request_uri
    std::string calling;  ///< caller's number as the peer shall see it; empty when none may be shown
    std::string calling_name;
    bool anonymous = false;  ///< From anonymous and Privacy: id (RFC 3323, RFC 3325 §9.3)
    bool send_pai = false;   ///< P-Asserted-Identity with `calling`
    MediaPath path = MediaPath::kMediated;
    Index bridge =
        kNoIndex;  ///< mediated: the bridge to go by; kNoIndex when this node has none (or the sealed second pass)
    std::string_view
        path_code;  ///< why this path: "bypass", "nothing_to_convert", "conversion", "bypass_no", "bypass_undecided",
                    ///< "outside_user", "outside_trunk", "tdm", "configured", "sealed"
    std::string path_reason;           ///< the same for people
    std::optional<Verdict> verdict;    ///< user and trunk only
    sdp::ConversionPlan conversions;   ///< between the caller's leg (a) and this one (b)
    unsigned progress_timeout_ms = 0;  ///< no progress for so long: outcome kNoProgress; 0 = none
    bool trying_is_progress = false;
    std::optional<number::FoundRate> rate;  ///< what the order by cost went by; nothing when there was none
    std::string usage;            ///< names of what led here; empty when none
    std::string route;
};

/// The hop of a target that is a name, sent to one of the servers behind it; host and TLS name stay.
void reached_at(topology::Target& hop, const dns::Server& server);

/// Something that counts against a limit: a target's while its attempt (and then the call) lives, the source's until the call ends.
struct Reservation {
    Index trunk = kNoIndex;
    bool source = false;  ///< of the trunk that the call comes from
};

/// What to do with a call that is let through.
struct Plan {
    std::vector<PlanTarget> targets;  ///< in the order in which they are tried; never empty
    bool emergency = false;
    unsigned hops = 0;  ///< to be written into the token or header of what is sent
    bool upstream_503 =
        false;            ///< a lone 503 may be told upstream as 503 (DEVIATION, sip_profile.forward_503)
    bool takes_over = false;  ///< a dialog, by Replaces: who gets it must know that, or it would be a call of its own
    bool sealed = false;  ///< second pass of a mediated call: hand the target's own code back

    /// Places of the group that begins at `first`: [first, end).
    [[nodiscard]] std::size_t group_end(std::size_t first) const;
};

/// Refused.
struct Reject {
    unsigned status = 0;
    std::string_view phrase;
    std::string_view
        reason;        ///< "unknown_source", "no_route", "unassigned", "loop", "draining", "limit", ...
    std::string rule;  ///< name of what refused; empty when none
    unsigned retry_after_s = 0;  ///< 0 = none
};

/// Let through; the reservations are those of the source and of the first group.
struct Forward {
    Plan plan;
    std::vector<Reservation> reservations;
};

enum class Missing : std::uint8_t { kRegistration, kAddress };
std::string_view to_string(Missing m);  ///< "registration", "address"

/// Cannot be decided before these are known; ask again with them in the LiveView.
struct Need {
    struct Fact {
        Missing what = Missing::kRegistration;
        Index user = kNoIndex;
        Index trunk = kNoIndex;   ///< kAddress: whose target's name DNS has to be asked for
        Index endpoint = 0;
    };
    std::vector<Fact> facts;
};

/// A decision with what is known of the call and how it came about.
struct Decision {
    std::variant<Reject, Forward, Need> result;
    Direction direction = Direction::kUnknown;
    bool emergency = false;
    Index source_user = kNoIndex;
    Index source_trunk = kNoIndex;
    Index source_bridge = kNoIndex;
    std::string input;      ///< the called string as it came
    std::string e164;       ///< empty when it has none
    std::string dial_plan;  ///< names of what decided; empty when none
    std::string dial_rule;
    std::string policy;
    std::vector<Step> steps;

    [[nodiscard]] const Reject* reject() const { return std::get_if<Reject>(&result); }
    [[nodiscard]] const Forward* forward() const { return std::get_if<Forward>(&result); }
    [[nodiscard]] const Need* need() const { return std::get_if<Need>(&result); }
};

/// How an attempt ended.
struct Outcome {
    enum class Kind : std::uint8_t {
        kResponse,        ///< a final response other than 2xx
        kTimeout,         ///< Timer B, F or C without a final response: counts as 408
        kTransportError,  ///< could not be sent, ICMP, reset: counts as 503
        kNoProgress,      ///< the target's progress timer ran out (cancel the attempt): counts as 408
        kTooLarge,        ///< it cannot be sent that way, whoever is there: counts as 513
    };
    std::size_t target = 0;  ///< place in the plan
    Kind kind = Kind::kResponse;
    unsigned status = 0;           ///< kResponse only
    std::optional<unsigned> q850;  ///< from Reason (RFC 6432)
    bool provisional = false;      ///< a provisional other than 100 had come
    unsigned retry_after_s = 0;

    [[nodiscard]] unsigned as_status() const;
};
std::string_view to_string(Outcome::Kind k);  ///< "response", "timeout", "transport_error", "no_progress", "too_large"

/// Go on with the targets [first, end) of the plan, all at the same time.
struct TryTargets {
    std::size_t first = 0;
    std::size_t end = 0;
    std::vector<Reservation> reservations;
};

/// Nothing is left to try: this goes upstream.
struct GiveUp {
    unsigned status = 0;
    std::string_view phrase;
    std::string_view
        reason;  ///< "busy", "no_retry_code", "after_provisional", "targets_exhausted", "not_final", ...
    std::optional<std::size_t>
        attempt;  ///< place in the outcomes of the response that is handed back as it came
    unsigned retry_after_s = 0;
};

using Next = std::variant<TryTargets, GiveUp>;

}  // namespace tandem::policy
