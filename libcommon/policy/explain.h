// Knows: everything that is looked at on the way of one number, also what did not decide: every rule of the plan, every route of
// the policy.
// Must not know: how it is shown.
// Next: decide.cpp, which goes the same way without looking aside; record/explanation.h for the record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "number/parse.h"
#include "policy/cost.h"
#include "policy/did.h"
#include "policy/facts.h"
#include "policy/plan.h"
#include "topology/topology.h"

namespace tandem::policy {

/// One rule of a dial plan, tried on its own whatever the others do.
struct RuleTried {
    Index index = kNoIndex;
    std::string_view name;
    std::string_view pattern;
    std::string subject;   ///< what it was tried on
    bool matches = false;
    bool decided = false;  ///< it was this one, as the number was read
    bool given_up = false; ///< its search hit the bound, so it counts as not matching
    std::string result;    ///< what it makes, when it matches
};

/// One route of a usage.
struct RouteTried {
    Index route = kNoIndex;
    bool matches = false;
};

struct UsageTried {
    Index usage = kNoIndex;
    std::vector<RouteTried> routes;  ///< that carry the usage, in their order
    std::vector<Offer> offers;       ///< trunks of those that match, in the order in which they are tried
};

struct Explanation {
    std::string input;
    std::string called;            ///< what the dial plan gets: the input, or what the trunk's inbound rules made of it
    number::Number number;         ///< as the dial plan reads it; its views live as long as the topology and facts.called
    Index dial_plan = kNoIndex;
    std::string rules_skipped;     ///< why no rule is tried; empty when they are
    std::vector<RuleTried> rules;
    std::string emergency;         ///< what is sent for a call for help; empty when it is none, or the topology does not name it
    DidAnswer did;
    Index policy = kNoIndex;
    std::string usages_of;         ///< whose usages: "policy", "trunk", "emergency"; empty when none are tried
    std::vector<UsageTried> usages;
    std::optional<Decision> decision;  ///< when a source is told
};

/// What decide() would do, with what it passes by. Without a user or trunk in the facts only the number itself is explained.
/// dial: how the number is read when no source is told; with one the source's own dial plan counts.
Explanation explain(const CallFacts& facts, const topology::Topology& topology, const number::DialContext& dial, WallTime now);

}  // namespace tandem::policy
