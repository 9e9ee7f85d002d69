// Knows: whether media of a call goes direct or by a bridge, and by which one.
// Must not know: routing, how media is carried.
// Next: bypass.cpp for the verdict, sdp/plan.h for the conversions.
#include "base/text.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

using topology::MediaPolicy;
using topology::Side;
using topology::TrunkKind;

const sdp::MediaProfile& profile_of_caller(const Work& work) {
    const topology::Topology& t = work.topology;
    return work.caller.user != kNoIndex ? t.media_of(t.users[work.caller.user])
                                        : t.media_of(t.trunks[work.caller.trunk]);
}

const sdp::MediaProfile& profile_of_target(const Work& work, const PlanTarget& target) {
    const topology::Topology& t = work.topology;
    return target.user != kNoIndex ? t.media_of(t.users[target.user]) : t.media_of(t.trunks[target.trunk]);
}

/// Side of a user: fixed by the topology, else that of the realm.
std::optional<Side> side_of_user(const Work& work, Index user, Index realm) {
    switch (work.topology.users[user].location) {
        case topology::Location::kInside: return Side::kInside;
        case topology::Location::kOutside: return Side::kOutside;
        case topology::Location::kByAddress: break;
    }
    if (realm != kNoIndex) return work.topology.realms[realm].side;
    return std::nullopt;
}

Index realm_of_caller(const Work& work) {
    if (work.facts.realm != kNoIndex) return work.facts.realm;
    const topology::Topology& t = work.topology;
    if (work.caller.trunk != kNoIndex) return t.trunks[work.caller.trunk].realm;
    const topology::User& user = t.users[work.caller.user];
    return user.contacts.empty() ? kNoIndex : user.contacts.front().realm;
}

void set(PlanTarget& target, MediaPath path, std::string_view code, std::string reason) {
    target.path = path;
    target.path_code = code;
    target.path_reason = std::move(reason);
}

void mediate(PlanTarget& target, std::string_view code, std::string reason) {
    set(target, MediaPath::kMediated, code, std::move(reason));
}

void by_conversions(PlanTarget& target) {
    if (target.conversions.direct()) {
        set(target, MediaPath::kDirect, "nothing_to_convert", "both ends speak the same");
        return;
    }
    std::string reason;
    for (const sdp::Conversion& c : target.conversions.steps) {
        append(reason, reason.empty() ? "" : "; ", to_string(c.kind), ": ", c.reason);
    }
    mediate(target, "conversion", std::move(reason));
}

/// True when a trunk's own settings settle that its media is mediated.
bool trunk_needs_bridge(const topology::Topology& t, Index trunk, PlanTarget& target) {
    const topology::Trunk& it = t.trunks[trunk];
    if (it.kind == TrunkKind::kTdm) {
        mediate(target, "tdm", cat("trunk ", it.name, " is a TDM span"));
    } else if (it.media == MediaPolicy::kMediate) {
        mediate(target, "configured", cat("media of trunk ", it.name, " is set to mediate"));
    } else if (t.realms[it.realm].side == Side::kOutside) {
        mediate(target, "outside_trunk", cat("trunk ", it.name, " is outside"));
    } else {
        return false;
    }
    return true;
}

void user_and_trunk(Work& work, PlanTarget& target) {
    const topology::Topology& t = work.topology;
    const bool inbound = target.user != kNoIndex;
    const Index user = inbound ? target.user : work.caller.user;
    const Index trunk = inbound ? work.caller.trunk : target.trunk;
    const Index user_realm = inbound ? target.realm : realm_of_caller(work);

    BypassQuestion question;
    question.user = user;
    question.trunk = trunk;
    question.inbound = inbound;
    question.client_side = side_of_user(work, user, user_realm);
    if (inbound) {
        question.client = target.hop.ip;
    } else if (work.facts.client) {
        question.client = work.facts.client;
    } else if (work.facts.source) {
        question.client = work.facts.source->ip;
    }
    const sdp::Summary* offer = work.facts.offer ? &*work.facts.offer : nullptr;
    (inbound ? question.trunk_sdp : question.user_sdp) = offer;
    target.verdict = bypass_verdict(question, t);
    target.conversions = target.verdict->conversions;

    if (question.client_side == Side::kOutside) {
        mediate(target, "outside_user", cat("user ", t.users[user].name, " is outside"));
        return;
    }
    if (trunk_needs_bridge(t, trunk, target)) return;
    if (t.trunks[trunk].media == MediaPolicy::kDirect) {
        by_conversions(target);
        return;
    }
    const std::string why = cat(target.verdict->code, ": ", target.verdict->reason);
    switch (target.verdict->value) {
        case Bypassed::kYes: set(target, MediaPath::kDirect, "bypass", "media bypass"); break;
        case Bypassed::kNo: mediate(target, "bypass_no", why); break;
        case Bypassed::kUndecided: mediate(target, "bypass_undecided", why); break;
    }
}

void user_and_user(Work& work, PlanTarget& target) {
    const topology::Topology& t = work.topology;
    if (side_of_user(work, work.caller.user, realm_of_caller(work)) == Side::kOutside) {
        mediate(target, "outside_user", cat("user ", t.users[work.caller.user].name, " is outside"));
    } else if (side_of_user(work, target.user, target.realm) == Side::kOutside) {
        mediate(target, "outside_user", cat("user ", t.users[target.user].name, " is outside"));
    } else {
        by_conversions(target);
    }
}

void trunk_and_trunk(Work& work, PlanTarget& target) {
    const topology::Topology& t = work.topology;
    if (trunk_needs_bridge(t, work.caller.trunk, target) || trunk_needs_bridge(t, target.trunk, target))
        return;
    if (t.trunks[work.caller.trunk].media == MediaPolicy::kDirect &&
        t.trunks[target.trunk].media == MediaPolicy::kDirect) {
        by_conversions(target);
    } else {
        mediate(target, "configured", "media between two trunks is direct only where both are set to direct");
    }
}

/// The first bridge that carries media in both realms; one that is known to be down only when there is no other (health may be
/// wrong, and a call is worth a try).
Index choose_bridge(const Work& work, const PlanTarget& target) {
    const topology::Topology& t = work.topology;
    if (target.trunk != kNoIndex && t.trunks[target.trunk].kind == TrunkKind::kTdm)
        return t.trunks[target.trunk].bridge;
    const Index from = realm_of_caller(work);
    Index down = kNoIndex;
    for (Index i = 0; i < t.bridges.size(); ++i) {
        if (from != kNoIndex && !t.bridges[i].media_in(from)) continue;
        if (target.realm != kNoIndex && !t.bridges[i].media_in(target.realm)) continue;
        if (work.live.bridge(i) != Health::kDown) return i;
        if (down == kNoIndex) down = i;
    }
    return down;
}

}  // namespace

void choose_path(Work& work, PlanTarget& target) {
    const sdp::Summary* offer = work.facts.offer ? &*work.facts.offer : nullptr;
    if (work.caller.user != kNoIndex && target.user != kNoIndex) {
        target.conversions =
            sdp::plan(profile_of_caller(work), profile_of_target(work, target), offer, nullptr);
        user_and_user(work, target);
    } else if (work.caller.trunk != kNoIndex && target.trunk != kNoIndex) {
        target.conversions =
            sdp::plan(profile_of_caller(work), profile_of_target(work, target), offer, nullptr);
        trunk_and_trunk(work, target);
    } else {
        user_and_trunk(work, target);
    }
    if (target.path == MediaPath::kMediated) target.bridge = choose_bridge(work, target);
}

}  // namespace tandem::policy
