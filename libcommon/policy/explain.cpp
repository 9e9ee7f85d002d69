#include "policy/explain.h"

#include <algorithm>

#include "base/text.h"
#include "number/regex.h"
#include "policy/policy.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

/// How the source's dial plan reads a number; `dial` when there is no source.
number::DialContext context_of(const CallFacts& facts, const topology::Topology& t, const number::DialContext& dial, Index& plan) {
    if (facts.anyone) {
        plan = facts.anyone->dial_plan;
        return dial_context(t, plan, *dial.plan);
    }
    const bool told = facts.user != kNoIndex || facts.trunk != kNoIndex;
    if (!told) {
        for (Index i = 0; i < t.dial_plans.size(); ++i)
            if (dial.dial_plan == &t.dial_plans[i].rules.compiled) plan = i;
        return dial;
    }
    plan = facts.user != kNoIndex ? t.dial_plan_of_user(facts.user, t.site_of_user(facts.user, facts.client)) : t.dial_plan_of_trunk(facts.trunk);
    return dial_context(t, plan, *dial.plan);
}

/// Each rule by itself, on what the dial plan was asked about when the number was read; which one decided is what it said then.
void try_rules(Explanation& out, const topology::DialPlan& plan, const number::RulesAsked& asked) {
    if (!asked.asked) {
        if (plan.rules.rules.empty()) return;
        out.rules_skipped = out.number.emergency                          ? "an emergency string is never taken by a rule"
                            : out.number.dialled.view().starts_with('+') ? "an international number is not for the rules"
                                                                          : "what is no string of digits is not for the rules";
        return;
    }
    const number::RuleSet& set = plan.rules.compiled;
    for (std::size_t i = 0; i < set.size(); ++i) {
        RuleTried& tried = out.rules.emplace_back();
        tried.index = static_cast<Index>(i);
        tried.name = plan.rules.rules[i].name;
        tried.pattern = plan.rules.rules[i].pattern;
        tried.subject = asked.subject.str();
        number::MatchEnd end = number::MatchEnd::kNoMatch;
        auto result = set.try_rule(i, asked.subject, &end);
        tried.matches = result.has_value();
        tried.given_up = end == number::MatchEnd::kLimit;
        tried.result = result.value_or(std::string());
        tried.decided = asked.decided == i;
    }
}

void try_usages(Explanation& out, const topology::Topology& t, const std::vector<Index>& usages, std::string_view called, WallTime now) {
    for (const Index usage : usages) {
        UsageTried& tried = out.usages.emplace_back();
        tried.usage = usage;
        std::vector<Index> matching;
        for (Index i = 0; i < t.routes.size(); ++i) {
            const topology::Route& route = t.routes[i];
            if (std::find(route.usages.begin(), route.usages.end(), usage) == route.usages.end()) continue;
            const bool matches = route.regex && route.regex->match(called) == number::MatchEnd::kMatch;
            tried.routes.push_back({i, matches});
            if (matches) matching.push_back(i);
        }
        if (t.usages[usage].order == topology::Order::kLeastCost && out.emergency.empty()) {
            tried.offers = offers_by_cost(t, matching, called, now);
            continue;
        }
        for (const Index route : matching)
            for (const Index trunk : t.routes[route].trunks) tried.offers.push_back({route, trunk, {}});
    }
}

}  // namespace

Explanation explain(const CallFacts& facts, const topology::Topology& t, const number::DialContext& dial, WallTime now) {
    Explanation out;
    out.input = facts.called;
    const bool told = facts.user != kNoIndex || facts.trunk != kNoIndex || facts.anyone;
    if (told) out.decision = decide(facts, t, {}, now);
    // A trunk's own rules come before the dial plan; what they made stands in the decision's steps.
    out.called = facts.called;
    auto applied = by_inbound_rules(t, facts.trunk, bare_number(facts.called));
    if (applied) out.called = std::move(applied->text);
    const number::DialContext context = context_of(facts, t, dial, out.dial_plan);
    // The answer has views of what it reads: of the caller's own text, unless a rule made another, which has nothing behind it.
    number::RulesAsked asked;
    out.number = number::normalize(applied ? out.called : facts.called, context, &asked);
    if (applied) out.number.parameters = {};
    if (out.dial_plan != kNoIndex) try_rules(out, t.dial_plans[out.dial_plan], asked);
    if (told ? out.decision->emergency : out.number.emergency) {
        out.emergency = emergency_string(t, bare_number(facts.called));
        if (out.emergency.empty()) out.emergency = emergency_string(t, out.number.dialled);
    }
    if (!out.number.emergency) out.did = look_up_did(t, out.number.e164, out.number.extension);
    if (!told) return out;

    const Decision& decision = *out.decision;
    if (!out.emergency.empty()) {
        out.usages_of = "emergency";
        if (t.emergency.usage != kNoIndex) try_usages(out, t, {t.emergency.usage}, out.emergency, now);
        return out;
    }
    const bool leaves = decision.direction == Direction::kOutbound || decision.direction == Direction::kTransit;
    if (!leaves || out.number.e164.empty()) return out;
    if (facts.trunk == kNoIndex) {
        out.policy = facts.anyone ? facts.anyone->policy : t.policy_of_user(facts.user, t.site_of_user(facts.user, facts.client));
        if (out.policy == kNoIndex) return out;
        out.usages_of = "policy";
        try_usages(out, t, t.policies[out.policy].usages, out.number.e164, now);
    } else {
        out.usages_of = "trunk";
        try_usages(out, t, t.trunks[facts.trunk].usages, out.number.e164, now);
    }
    return out;
}

}  // namespace tandem::policy
