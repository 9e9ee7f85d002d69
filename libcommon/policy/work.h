// Knows: what the parts of one decision share while it is made.
// Must not know: anything that outlives the decision.
// Next: decide.cpp, which makes one; source.cpp, dialled.cpp, routing.cpp, targets.cpp, media_path.cpp, which work on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "number/parse.h"
#include "number/rate_deck.h"
#include "policy/facts.h"
#include "policy/plan.h"
#include "policy/reading.h"
#include "policy/translate.h"
#include "sip/reason_phrase.h"
#include "topology/topology.h"

namespace tandem::policy {

/// Who calls, as targets shall see it.
struct Caller {
    Index user = kNoIndex;
    Index trunk = kNoIndex;
    Index site = kNoIndex;  ///< of a user
    std::string number;     ///< E.164 where it has one, else as given; empty when not known
    std::string name;
    bool anonymous = false;
};

/// What was called, as the caller's rules and dial plan read it.
struct Called {
    std::string text;  ///< without separators, after the inbound rules of a trunk
    Index dial_plan = kNoIndex;
    number::Number number;
};

struct Work {
    const CallFacts& facts;
    const topology::Topology& topology;
    const LiveView& live;
    Decision& decision;
    Caller caller;
    Called called;
    std::string help;          ///< string that an emergency call is sent with; set with decision.emergency
    Plan plan;                 ///< grows while targets are found
    bool no_bridge = false;    ///< a target was left out because it needs a bridge and there is none
    std::string_view limited;  ///< a target was left out because this limit is reached; empty when none was

    WallTime now;
    Detail detail;

    Work(const CallFacts& f, const topology::Topology& t, const LiveView& l, Decision& d, WallTime when, Detail how_much)
        : facts(f), topology(t), live(l), decision(d), now(when), detail(how_much) {}

    void step(std::string_view name, std::string_view rule = {}, Index index = kNoIndex,
              std::string_view before = {}, std::string_view after = {}, std::string_view note = {}) {
        if (detail == Detail::kDecisive) return;
        decision.steps.push_back(
            {name, std::string(rule), index, std::string(before), std::string(after), std::string(note)});
    }
    /// Ends the decision with a refusal.
    void reject(unsigned status, std::string_view reason, std::string rule = {}, unsigned retry_after_s = 0) {
        decision.result = Reject{status, sip::reason_phrase(static_cast<int>(status)), reason,
                                 std::move(rule), retry_after_s};
    }
};

// source.cpp
/// Who sends this; false when it is refused (the decision says so).
bool identify_source(Work& work);

// dialled.cpp
/// What a trunk's own rules make of a called string, when one of them takes it; nothing without a trunk.
std::optional<number::Applied> by_inbound_rules(const topology::Topology& topology, Index trunk, std::string_view bare);

// routing.cpp
/// Reads what was called into work.called; an emergency number behind an access prefix or a rule makes it an emergency call.
void read_called(Work& work);
/// From a user: dial plan, own users, policy, routes.
void route_from_user(Work& work);
/// From a trunk: inbound rules, dial plan, DID, else usages of the trunk.
void route_from_trunk(Work& work);

/// To the party whose dialog is taken over.
void route_to_replaced(Work& work);

// targets.cpp
/// The targets of a trunk join the plan, one group each; down ones wait for move_down_last().
/// rate: what the order of cost knows of it; nullptr without.
void add_trunk(Work& work, Index trunk, std::string_view usage, const topology::Route* route,
               std::string_view called, const number::FoundRate* rate = nullptr);
/// The contacts of a user join the plan as one group of forks; false when there is none (the decision says so).
bool add_user(Work& work, Index user);
/// That party's targets, its Contact as their URI; false when the decision says why there are none.
bool add_replaced(Work& work, const ReplacedParty& party);
/// The one target of a sealed second pass.
void add_sealed(Work& work, const SealedTarget& sealed);
/// Targets that are known to be down go last (never away: health may be wrong, and a call is worth a try).
void move_down_last(Work& work);

// media_path.cpp
/// Sets path, reasons, verdict, conversions and bridge of a target.
void choose_path(Work& work, PlanTarget& target);

}  // namespace tandem::policy
