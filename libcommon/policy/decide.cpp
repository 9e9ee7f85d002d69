// Knows: the order of a decision: emergency as dialled, source, emergency by dial plan, draining, hops, limits of the source, then the way to the targets.
// Must not know: how each part works (source.cpp, routing.cpp, targets.cpp, media_path.cpp).
// Next: routing.cpp.
#include "base/text.h"
#include "number/parse.h"
#include "policy/limits.h"
#include "policy/policy.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

constexpr unsigned kDrainRetryAfter =
    30;  // s; a node behind DNS or a virtual address is gone from it by then

/// The caller as targets shall see it.
void settle_caller(Work& work) {
    const topology::Topology& t = work.topology;
    Decision& decision = work.decision;
    Caller& caller = work.caller;
    caller.user = decision.source_user;
    caller.trunk = decision.source_trunk;
    caller.name = work.facts.calling_name;
    caller.anonymous = work.facts.anonymous;
    const std::string given = bare_number(work.facts.calling);

    if (caller.user != kNoIndex) {
        const topology::User& user = t.users[caller.user];
        std::optional<net::IpAddress> client = work.facts.client;
        if (!client && work.facts.source) client = work.facts.source->ip;
        caller.site = t.site_of_user(caller.user, client);
        // A user shows a number of its own, never another one: that is what the peer trusts us for.
        const bool own = !given.empty() && t.has_number(caller.user, given);
        caller.number = own ? given : !user.number.empty() ? user.number : user.extension;
        if (caller.number != given) work.step("caller", user.name, caller.user, given, caller.number);
        return;
    }
    caller.number = given;
    if (given.empty() || caller.trunk == kNoIndex) return;
    const topology::Trunk& trunk = t.trunks[caller.trunk];
    if (!trunk.inbound_calling.rules.empty()) {
        if (auto applied = trunk.inbound_calling.compiled.apply(given)) {
            work.step("inbound_calling", applied->rule, static_cast<Index>(applied->index), given,
                      applied->text, trunk.name);
            caller.number = std::move(applied->text);
            return;
        }
    }
    // A caller's number was not dialled: the plan's country reads it, its rules do not.
    number::DialContext context;
    context.region = dial_context(t, t.dial_plan_of_trunk(caller.trunk)).region;
    const number::Number number = number::normalize(given, context);
    if (!number.e164.empty() && number.e164.view() != given) {
        work.step("caller", trunk.name, caller.trunk, given, number.e164);
        caller.number = number.e164.view();
    }
}

/// Emergency is looked at before anything else; a provider cannot make an emergency call through us.
void look_for_emergency(Work& work) {
    const std::string called = bare_number(work.facts.called);
    work.help = emergency_string(work.topology, called);
    if (work.help.empty()) return;
    work.decision.emergency = true;
    work.step("emergency", work.help, kNoIndex, called, work.help, called == work.help ? "" : "mask");
}

bool source_has_room(Work& work) {
    const Index trunk = work.decision.source_trunk;
    if (trunk == kNoIndex || work.decision.emergency) return true;
    const std::string_view limit = limit_reached(work.topology.trunks[trunk], work.live.trunk_state(trunk));
    if (limit.empty()) return true;
    work.step("limit", work.topology.trunks[trunk].name, trunk, {}, {}, cat(limit, " reached"));
    work.reject(503, limit == "cps" ? "limit_cps" : "limit_calls", work.topology.trunks[trunk].name,
                limit == "cps" ? 1 : 10);
    return false;
}

/// Only where the call goes first is worth a wait; what comes after it is looked for when its turn comes.
bool address_missing(Work& work) {
    const PlanTarget& first = work.plan.targets.front();
    if (work.facts.waited || first.trunk == kNoIndex || first.hop.ip || first.hop.host.empty()) return false;
    const TrunkState* state = work.live.trunk_state(first.trunk);
    if (state == nullptr || first.endpoint >= state->named.size() || state->named[first.endpoint].known) return false;
    work.decision.result = Need{{{Missing::kAddress, kNoIndex, first.trunk, first.endpoint}}};
    return true;
}

void finish(Work& work) {
    if (work.plan.targets.empty()) return;
    move_down_last(work);
    const topology::Topology& t = work.topology;
    Decision& decision = work.decision;
    if (address_missing(work)) return;
    work.plan.hops = work.facts.hops + 1;
    work.plan.emergency = decision.emergency;
    if (decision.source_trunk != kNoIndex) {
        work.plan.upstream_503 = t.sip_of(t.trunks[decision.source_trunk]).forward_503;
    } else if (decision.source_user != kNoIndex) {
        work.plan.upstream_503 = t.sip_of(t.users[decision.source_user]).forward_503;
    }
    Forward forward;
    if (!work.plan.sealed) {  // the first pass of a sealed call holds the reservations
        if (decision.source_trunk != kNoIndex) forward.reservations.push_back({decision.source_trunk, true});
        for (std::size_t i = 0; i < work.plan.group_end(0); ++i) {
            if (work.plan.targets[i].trunk != kNoIndex)
                forward.reservations.push_back({work.plan.targets[i].trunk, false});
        }
    }
    forward.plan = std::move(work.plan);
    decision.result = std::move(forward);
}

void sealed(Work& work) {
    const SealedTarget& it = *work.facts.sealed;
    Decision& decision = work.decision;
    decision.source_trunk = it.source_trunk;
    decision.source_user = it.source_user;
    decision.emergency = it.emergency;
    const bool from_user = it.source_user != kNoIndex;
    decision.direction = it.trunk != kNoIndex ? (from_user ? Direction::kOutbound : Direction::kTransit)
                                              : (from_user ? Direction::kInternal : Direction::kInbound);
    add_sealed(work, it);
    finish(work);
}

}  // namespace

Decision decide(const CallFacts& facts, const topology::Topology& topology, const LiveView& live, WallTime now,
                Detail detail) {
    Decision decision;
    decision.input = facts.called;
    Work work(facts, topology, live, decision, now, detail);

    if (!facts.sealed && !facts.replaced) look_for_emergency(work);
    if (!identify_source(work)) {
        decision.emergency = false;
        return decision;
    }
    if (facts.sealed) {
        sealed(work);
        return decision;
    }
    if (decision.emergency && decision.source_trunk != kNoIndex &&
        topology.trunks[decision.source_trunk].kind == topology::TrunkKind::kSip) {
        decision.emergency = false;
        work.step("emergency", topology.trunks[decision.source_trunk].name, decision.source_trunk, {}, {},
                  "a provider's call is never an emergency call of ours");
    }
    // Only the caller's own dial plan tells that "9911" is 911 with an outside line, and no limit may refuse that.
    settle_caller(work);
    if (!decision.emergency && !facts.replaced) read_called(work);
    if (live.draining && !decision.emergency) {
        work.step("draining");
        work.reject(503, "draining", {}, kDrainRetryAfter);
        return decision;
    }
    if (facts.hops >= topology.max_hops) {
        work.step("hops", {}, kNoIndex, cat(facts.hops), {}, cat("max_hops is ", topology.max_hops));
        work.reject(483, "too_many_hops");
        return decision;
    }
    if (!source_has_room(work)) return decision;

    if (facts.replaced) {
        route_to_replaced(work);
    } else if (decision.source_trunk == kNoIndex) {
        route_from_user(work);
    } else {
        route_from_trunk(work);
    }
    finish(work);
    return decision;
}

}  // namespace tandem::policy
