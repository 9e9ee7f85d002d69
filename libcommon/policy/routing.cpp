// Knows: the way from what was called to users and trunks: dial plan, own numbers, policy, usages, routes, DID ranges.
// Must not know: what is sent to a target (targets.cpp), who may call at all (source.cpp).
// Next: targets.cpp.
#include <algorithm>

#include "base/text.h"
#include "number/parse.h"
#include "policy/cost.h"
#include "policy/did.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

using topology::Topology;

/// The number joins the decision with the rule that made it.
void tell_number(Work& work) {
    const Topology& t = work.topology;
    const Index plan = work.called.dial_plan;
    const number::Number& number = work.called.number;
    if (plan != kNoIndex) work.decision.dial_plan = t.dial_plans[plan].name;
    work.decision.e164 = number.e164.view();
    work.decision.dial_rule = number.rule;
    if (number.has(number::Flag::kRuleLimit))
        work.step("rule_limit", {}, kNoIndex, work.called.text, {}, "a rule took too many steps and counted as not matching");
    work.step("dial_plan", plan != kNoIndex ? t.dial_plans[plan].name : std::string(), plan, work.called.text,
              number.e164, number.rule.empty() ? std::string(number::to_string(number.reason)) : cat("rule ", number.rule));
}

/// One trunk of one route.
void try_trunk(Work& work, Index usage, Index route, Index trunk, std::string_view called, const number::FoundRate* rate = nullptr) {
    const Topology& t = work.topology;
    if (trunk == work.decision.source_trunk) {
        work.step("trunk", t.trunks[trunk].name, trunk, {}, {}, "left out: the call comes from it");
        return;
    }
    add_trunk(work, trunk, t.usages[usage].name, &t.routes[route], called, rate);
}

/// The trunks of a usage, cheapest first.
void try_by_cost(Work& work, Index usage, const std::vector<Index>& routes, std::string_view called) {
    const Topology& t = work.topology;
    for (const Offer& offer : offers_by_cost(t, routes, called, work.now)) {
        work.step("rate", t.trunks[offer.trunk].name, offer.trunk, called,
                  offer.rate ? number::to_string_rate(offer.rate->rate) : std::string(),
                  offer.rate ? cat("prefix ", number::prefix_text(offer.rate->prefix)) : "no rate: after those that have one");
        try_trunk(work, usage, offer.route, offer.trunk, called, offer.rate ? &*offer.rate : nullptr);
    }
}

/// Every trunk that the usages lead to: usages in their order, which is the order of fallback; within one, as it says. An emergency
/// call is never ordered by cost.
void try_usages(Work& work, const std::vector<Index>& usages, std::string_view called) {
    const Topology& t = work.topology;
    std::vector<Index> matching;
    for (const Index usage : usages) {
        const bool by_cost = t.usages[usage].order == topology::Order::kLeastCost && !work.decision.emergency;
        matching.clear();
        for (Index i = 0; i < t.routes.size(); ++i) {
            const topology::Route& route = t.routes[i];
            if (std::find(route.usages.begin(), route.usages.end(), usage) == route.usages.end()) continue;
            if (!route.regex || route.regex->match(called) != number::MatchEnd::kMatch) continue;
            work.step("route", route.name, i, called, {}, cat("usage ", t.usages[usage].name));
            matching.push_back(i);
            if (by_cost) continue;
            for (const Index trunk : route.trunks) try_trunk(work, usage, i, trunk, called);
        }
        if (by_cost) try_by_cost(work, usage, matching, called);
    }
}

/// Says why no target was found.
void reject_empty(Work& work) {
    if (!work.plan.targets.empty()) return;
    if (!work.limited.empty()) {
        work.reject(503, work.limited == "cps" ? "limit_cps" : "limit_calls", {},
                    work.limited == "cps" ? 1 : 10);
    } else if (work.no_bridge) {
        work.reject(503, "no_bridge", {}, 10);
    } else {
        work.reject(404, "no_route");
    }
}

void emergency(Work& work) {
    const Topology& t = work.topology;
    work.plan.emergency = true;
    if (t.emergency.usage != kNoIndex) try_usages(work, {t.emergency.usage}, work.help);
    reject_empty(work);
}

void to_user(Work& work, Index user, std::string_view how) {
    const topology::User& it = work.topology.users[user];
    work.step("user", it.name, user, work.decision.e164.empty() ? work.decision.input : work.decision.e164,
              it.address, how);
    if (work.decision.e164.empty()) work.decision.e164 = it.number;
    if (add_user(work, user)) reject_empty(work);
}

/// Whose extension the called string is.
Index by_extension(const Work& work) { return user_by_dialled_extension(work.topology, work.called.number, work.called.text); }

/// What our topology says of the number that was called.
DidAnswer own_number(const Work& work) { return look_up_did(work.topology, work.called.number.e164, work.called.number.extension); }

/// A number of ours that no user answers for by itself: its range's treatment, or a refusal. False: it is not ours.
bool by_did(Work& work, const DidAnswer& did) {
    const Topology& t = work.topology;
    const std::string& e164 = work.decision.e164;
    const std::string range = did.range == kNoIndex ? std::string() : t.did_ranges[did.range].name;
    switch (did.kind) {
        case DidKind::kNotOurs: return false;
        case DidKind::kUser: to_user(work, did.user, "DID"); return true;
        case DidKind::kRange:
            work.step("did", range, did.range, e164, t.users[did.user].name);
            to_user(work, did.user, "DID range");
            return true;
        case DidKind::kExtension:
            work.step("did", range, did.range, e164, cat("extension ", did.extension));
            to_user(work, did.user, "extension by DID range");
            return true;
        case DidKind::kUnassigned:
        case DidKind::kAmbiguous: break;
    }
    const bool ambiguous = did.kind == DidKind::kAmbiguous;
    const std::string note = ambiguous ? cat("ambiguous: ", did.users, " users share it, told apart by ;ext=") : std::string("unassigned");
    if (did.user != kNoIndex) {
        work.step("did", range, did.range, e164, t.users[did.user].name, note);
        to_user(work, did.user, ambiguous ? "shared number" : "unassigned number");
    } else {
        work.step("did", range, did.range, e164, {}, note);
        work.reject(did.status, ambiguous ? "ambiguous" : "unassigned", range);
    }
    return true;
}

/// A host that means this system: none at all, the users' domain, an address or name of a realm.
bool own_host(const Topology& t, std::string_view host) {
    if (host.empty() || iequals(host, t.domain)) return true;
    const auto ip = net::IpAddress::parse(host);
    return std::any_of(t.realms.begin(), t.realms.end(), [&](const topology::Realm& realm) {
        return iequals(host, realm.advertised_host) ||
               (ip && std::any_of(realm.listen.begin(), realm.listen.end(),
                                  [&](const topology::Listen& listen) { return listen.endpoint.ip == *ip; }));
    });
}

/// The string names one of our users: "alice" or "alice@our.domain".
Index user_by_name(const Work& work, std::string_view called) {
    const Topology& t = work.topology;
    const std::string& host = work.facts.called_host;
    if (!host.empty()) {
        const Index by_address = t.find_user(cat(called, '@', host));
        if (by_address != kNoIndex) return by_address;
    }
    return own_host(t, host) ? t.find_user(called) : kNoIndex;
}

}  // namespace

void read_called(Work& work) {
    const Topology& t = work.topology;
    Called& called = work.called;
    const Index trunk = work.decision.source_trunk;
    std::string_view given = work.facts.called;
    called.text = bare_number(given);
    if (auto applied = by_inbound_rules(t, trunk, called.text)) {
        work.step("inbound_called", applied->rule, static_cast<Index>(applied->index), called.text, applied->text, t.trunks[trunk].name);
        called.text = std::move(applied->text);
        given = called.text;
    }
    called.dial_plan = trunk != kNoIndex     ? t.dial_plan_of_trunk(trunk)
                       : work.facts.anyone ? work.facts.anyone->dial_plan
                                           : t.dial_plan_of_user(work.decision.source_user, work.caller.site);
    called.number = number::normalize(given, dial_context(t, called.dial_plan));

    const bool provider = trunk != kNoIndex && t.trunks[trunk].kind == topology::TrunkKind::kSip;
    if (!called.number.emergency || provider) return;
    work.help = emergency_string(t, called.number.dialled);
    if (work.help.empty()) return;  // a country's own string that the topology does not name
    work.decision.emergency = true;
    tell_number(work);
    work.step("emergency", work.help, kNoIndex, called.text, work.help,
              called.number.rule.empty() ? "access prefix" : "dial plan");
}

void route_to_replaced(Work& work) {
    const ReplacedParty& party = *work.facts.replaced;
    const bool from_user = work.decision.source_user != kNoIndex;
    work.decision.direction = party.trunk != kNoIndex ? (from_user ? Direction::kOutbound : Direction::kTransit)
                                                      : (from_user ? Direction::kInternal : Direction::kInbound);
    const Topology& t = work.topology;
    // Else a Contact that was seen once would be a way to call that party for ever.
    if (!party.lives) return work.reject(481, "dialog_gone");
    work.step("replaces", party.trunk != kNoIndex ? t.trunks[party.trunk].name : t.users[party.user].name,
              party.trunk != kNoIndex ? party.trunk : party.user, {}, party.request_uri, "takes over a dialog with it");
    if (add_replaced(work, party)) reject_empty(work);
}

void route_from_user(Work& work) {
    const Topology& t = work.topology;
    Decision& decision = work.decision;
    decision.direction = Direction::kOutbound;
    if (decision.emergency) return emergency(work);

    const std::string& called = work.called.text;
    Index user = user_by_name(work, called);
    if (user != kNoIndex) {
        decision.direction = Direction::kInternal;
        return to_user(work, user, "by name");
    }
    tell_number(work);
    const number::Number& number = work.called.number;
    const DidAnswer did = own_number(work);
    user = did.kind == DidKind::kUser ? did.user : kNoIndex;
    if (user == kNoIndex) user = by_extension(work);
    if (user != kNoIndex) {
        decision.direction = Direction::kInternal;
        return to_user(work, user, "own number");
    }
    if (number.emergency) return work.reject(404, "emergency_not_configured");
    if (number.e164.empty()) {
        // Digits that are too few may become a number (RFC 3261 §21.4.22); anything else never does.
        const bool incomplete = number.reason == number::Reason::kTooShort || number.reason == number::Reason::kLocalOnly;
        return work.reject(incomplete ? 484 : 404, "not_a_number");
    }
    if (did.kind != DidKind::kNotOurs) {
        decision.direction = Direction::kInternal;
        by_did(work, did);
        return;
    }

    const Index policy = work.facts.anyone ? work.facts.anyone->policy : t.policy_of_user(decision.source_user, work.caller.site);
    if (policy == kNoIndex) return work.reject(403, "no_policy", work.facts.anyone ? std::string() : t.users[decision.source_user].name);
    decision.policy = t.policies[policy].name;
    work.step("policy", t.policies[policy].name, policy);
    try_usages(work, t.policies[policy].usages, number.e164);
    reject_empty(work);
}

void route_from_trunk(Work& work) {
    const Topology& t = work.topology;
    Decision& decision = work.decision;
    const topology::Trunk& source = t.trunks[decision.source_trunk];
    decision.direction = Direction::kInbound;
    if (decision.emergency) {
        decision.direction = Direction::kTransit;
        return emergency(work);
    }
    tell_number(work);
    const number::Number& number = work.called.number;
    // A PBX or gateway may know users by their extension; a provider never does.
    const bool provider = source.kind == topology::TrunkKind::kSip;
    if (provider && number.internal) return work.reject(404, "no_such_number");
    if (by_did(work, own_number(work))) return;
    if (!provider) {
        const Index user = by_extension(work);
        if (user != kNoIndex) return to_user(work, user, "extension");
    }
    if (number.emergency && !provider) return work.reject(404, "emergency_not_configured");
    if (source.usages.empty() || number.e164.empty()) return work.reject(404, "no_such_number");
    decision.direction = Direction::kTransit;
    try_usages(work, source.usages, number.e164);
    reject_empty(work);
}

}  // namespace tandem::policy
