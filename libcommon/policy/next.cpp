// Knows: what to do when an attempt failed: the next target of the plan, or what is told upstream.
// Must not know: timers, transactions, how the plan was made.
// Next: decide.cpp, which makes plans; topology/trunk.h for the retry settings.
#include <algorithm>

#include "policy/limits.h"
#include "policy/policy.h"
#include "sip/reason_phrase.h"

namespace tandem::policy {
namespace {

/// What the peer's answer counts as, once the override table of its profile was asked: (status, cause) → status.
unsigned effective_status(const Plan& plan, const Outcome& outcome, const topology::Topology& topology) {
    const unsigned status = outcome.as_status();
    const PlanTarget& target = plan.targets[outcome.target];
    if (outcome.kind != Outcome::Kind::kResponse || target.trunk == kNoIndex) return status;
    for (const topology::CauseOverride& rule :
         topology.sip_of(topology.trunks[target.trunk]).cause_overrides) {
        const bool same_status = rule.sip == 0 || rule.sip == status;
        const bool same_cause =
            rule.cause < 0 || (outcome.q850 && static_cast<unsigned>(rule.cause) == *outcome.q850);
        if (same_status && same_cause) return rule.answer;
    }
    return status;
}

/// Whether the failure lets another target be tried; empty for yes, else why not.
std::string_view final_because(const Plan& plan, const Outcome& outcome, unsigned status,
                               const topology::Topology& topology) {
    if (status >= 600) return "declined_everywhere";
    if (status == 486) return "busy";
    const PlanTarget& target = plan.targets[outcome.target];
    if (target.trunk == kNoIndex)
        return {};  // a user's further contacts are tried whatever the first ones said
    const topology::Retry& retry = topology.trunks[target.trunk].retry;
    if (outcome.provisional && retry.no_retry_after_provisional) return "after_provisional";
    switch (outcome.kind) {
        case Outcome::Kind::kTransportError:
        case Outcome::Kind::kTooLarge:  // the next one may be reached by a stream
        case Outcome::Kind::kNoProgress: return {};
        case Outcome::Kind::kTimeout:
            // RFC 3263 §4.3: no response at all is a failure of the server, not of the call.
            if (!outcome.provisional) return {};
            break;
        case Outcome::Kind::kResponse: break;
    }
    return retry.retries(status) ? std::string_view{} : std::string_view{"no_retry_code"};
}

/// Order in which responses are preferred (RFC 3261 §16.7 step 6): 6xx, then the lowest class, in 4xx those that help the caller first.
int rank(unsigned status) {
    if (status >= 600) return 0;
    if (status >= 300 && status < 400) return 1;
    if (status == 401 || status == 407 || status == 415 || status == 420 || status == 484) return 2;
    if (status == 486) return 3;
    if (status >= 400 && status < 500) return status == 408 ? 5 : 4;
    return status == 503 ? 7 : 6;
}

GiveUp best(const Plan& plan, std::span<const Outcome> tried, const topology::Topology& topology,
            std::string_view why) {
    std::size_t chosen = 0;
    for (std::size_t i = 1; i < tried.size(); ++i) {
        // Of equals the later one: it is from the target that was asked last.
        if (rank(effective_status(plan, tried[i], topology)) <=
            rank(effective_status(plan, tried[chosen], topology)))
            chosen = i;
    }
    const Outcome& outcome = tried[chosen];
    const PlanTarget& target = plan.targets[outcome.target];
    const unsigned status = effective_status(plan, outcome, topology);
    GiveUp result;
    result.status = status;
    result.reason = why;
    if (target.trunk != kNoIndex && (status == 401 || status == 407)) {
        // The caller cannot answer a challenge that is meant for us.
        result.status = 500;
        result.reason = "trunk_auth_failed";
    } else if (status == 503) {
        // RFC 3261 §16.7: a lone 503 becomes 500. DEVIATION where the source's profile wants it as it is.
        if (!plan.upstream_503) result.status = 500;
        // When to come again may stand in a 500 as well (§20.33, §21.5.1): a bridge without free ports is ours, and says so. Of one
        // trunk among several it says little.
        const bool ours = target.path == MediaPath::kMediated;
        result.retry_after_s = plan.upstream_503 || ours ? outcome.retry_after_s : 0;
    }
    if (outcome.kind == Outcome::Kind::kResponse && outcome.status == result.status) result.attempt = chosen;
    result.phrase = sip::reason_phrase(static_cast<int>(result.status));
    return result;
}

}  // namespace

Next next(const Plan& plan, std::span<const Outcome> tried, const topology::Topology& topology,
          const LiveView& live, WallTime) {
    const Outcome& last = tried.back();
    if (plan.sealed) {
        GiveUp result;
        result.status = effective_status(plan, last, topology);
        result.phrase = sip::reason_phrase(static_cast<int>(result.status));
        result.reason = "sealed";
        result.retry_after_s = last.retry_after_s;
        if (last.kind == Outcome::Kind::kResponse && last.status == result.status)
            result.attempt = tried.size() - 1;
        return result;
    }

    // The group that has just ended decides together: one refusal for good is enough.
    const unsigned group = plan.targets[last.target].group;
    for (const Outcome& outcome : tried) {
        if (plan.targets[outcome.target].group != group) continue;
        const std::string_view why =
            final_because(plan, outcome, effective_status(plan, outcome, topology), topology);
        if (!why.empty()) return best(plan, tried, topology, why);
    }

    std::size_t first = 0;
    while (first < plan.targets.size() && plan.targets[first].group <= group) ++first;
    for (; first < plan.targets.size(); first = plan.group_end(first)) {
        TryTargets go{first, plan.group_end(first), {}};
        bool full = false;
        for (std::size_t i = go.first; i < go.end; ++i) {
            const Index trunk = plan.targets[i].trunk;
            if (trunk == kNoIndex) continue;
            full = full || (!plan.emergency &&
                            !limit_reached(topology.trunks[trunk], live.trunk_state(trunk)).empty());
            go.reservations.push_back({trunk, false});
        }
        if (!full) return go;
    }
    return best(plan, tried, topology, "targets_exhausted");
}

}  // namespace tandem::policy
