// Knows: what exactly is sent where: the URI, the numbers as the target wants them, the caller's identity, the timers.
// Must not know: how the target was found, which path its media takes (media_path.cpp).
// Next: media_path.cpp; routing.cpp, which finds targets.
#include <algorithm>

#include "base/text.h"
#include "dns/server_order.h"
#include "policy/limits.h"
#include "policy/translate.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

using topology::Target;
using topology::Trunk;

bool is_number(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '*' || c == '#'; });
}

std::string host_and_port(const Target& hop) {
    std::string out = hop.ip ? hop.ip->uri_str() : hop.host;
    if (hop.port != 0 && hop.port != topology::default_port(hop.transport)) append(out, ':', hop.port);
    return out;
}

std::string uri(std::string_view user, std::string_view host, const Target& hop, bool phone) {
    std::string out = cat("sip:", user, '@', host);
    if (hop.transport != topology::Transport::kUdp) append(out, ";transport=", to_string(hop.transport));
    if (phone) out += ";user=phone";
    return out;
}

/// A number by a trunk's rules; the step is written when a rule changed it.
std::string translate(Work& work, const topology::NumberRules& rules, const Trunk& trunk, std::string_view step_name,
                      std::string_view number) {
    Translated done = policy::translate(trunk, rules, number);
    if (done.index != kNoIndex) work.step(step_name, done.rule, done.index, number, done.number, trunk.name);
    return std::move(done.number);
}

void identity(PlanTarget& target, const Work& work, const topology::SipProfile& sip, bool caller_is_ours) {
    target.calling_name = target.anonymous ? std::string() : work.caller.name;
    // RFC 3325 §9.3: the asserted identity of an anonymous caller goes only to a trusted peer (sip_profile.forward_pai), and
    // another network's identity is passed on only by the same setting. An emergency call keeps its callback number.
    const bool wanted = sip.identity != topology::Identity::kFrom;
    const bool allowed = sip.forward_pai || (caller_is_ours && !target.anonymous);
    target.send_pai = !target.calling.empty() && ((wanted && allowed) || work.decision.emergency);
    if (target.anonymous && !target.send_pai) target.calling.clear();
}

/// Settles the path of media; false when it needs a bridge and there is none.
bool settle_path(Work& work, PlanTarget& target, const std::string& name) {
    if (work.facts.anyone) return true;  // nobody stands anywhere, so nothing is asked about media
    choose_path(work, target);
    work.step("media_path", name, target.trunk != kNoIndex ? target.trunk : target.user, {},
              to_string(target.path), target.path_reason);
    if (target.path == MediaPath::kDirect || target.bridge != kNoIndex) return true;
    work.no_bridge = true;
    work.step("bridge", name, kNoIndex, {}, {}, "no bridge carries media between these realms");
    return false;
}

/// The target joins the plan: as a fork of the one before, when that is the same user's, else as a group of its own.
void join(Work& work, PlanTarget target) {
    std::vector<PlanTarget>& targets = work.plan.targets;
    if (!targets.empty()) {
        const bool fork = target.user != kNoIndex && targets.back().user == target.user;
        target.group = targets.back().group + (fork ? 0 : 1);
    }
    targets.push_back(std::move(target));
}

/// A target that is a name joins once for each server behind it, in the order in which these are tried; as it is when none is known.
void join_servers(Work& work, PlanTarget target) {
    constexpr std::size_t kMostTried = 8;  // of one name: each may cost the progress time
    const TrunkState* state = work.live.trunk_state(target.trunk);
    const NamedTarget* named = target.hop.ip || state == nullptr || target.endpoint >= state->named.size() ? nullptr : &state->named[target.endpoint];
    if (named == nullptr || named->servers.empty() || (!named->known && !work.facts.waited)) {
        if (named != nullptr) {
            work.step("address", work.topology.trunks[target.trunk].name, target.endpoint, target.hop.host, {},
                      named->known || work.facts.waited ? "its name leads nowhere now" : "not known yet");
        }
        return join(work, std::move(target));
    }
    std::size_t tried = 0;
    for (const dns::Server& server : dns::in_order(named->servers, work.live.dice + target.trunk * 64ULL + target.endpoint)) {
        if (tried++ == kMostTried) break;
        PlanTarget one = target;
        reached_at(one.hop, server);
        for (std::size_t i = 0; i < named->health.size() && i < named->servers.size(); ++i) {
            if (named->servers[i].at == server.at && named->servers[i].transport == server.transport) one.down = named->health[i] == Health::kDown;
        }
        work.step("server", work.topology.trunks[target.trunk].name, target.endpoint, target.hop.host, server.at.str());
        join(work, std::move(one));
    }
}

}  // namespace

void add_trunk(Work& work, Index index, std::string_view usage, const topology::Route* route,
               std::string_view called, const number::FoundRate* rate) {
    const Trunk& trunk = work.topology.trunks[index];
    const std::vector<PlanTarget>& targets = work.plan.targets;
    if (std::any_of(targets.begin(), targets.end(),
                    [index](const PlanTarget& t) { return t.trunk == index; }))
        return;
    const bool emergency = work.decision.emergency;
    if (!emergency) {
        const std::string_view limit = limit_reached(trunk, work.live.trunk_state(index));
        if (!limit.empty()) {
            work.limited = limit;
            work.step("limit", trunk.name, index, {}, {}, cat(limit, " reached"));
            return;
        }
    }

    if (trunk.location_restricted && !emergency && work.caller.user != kNoIndex &&
        work.caller.site != trunk.site) {
        work.step("location", trunk.name, index, {}, {}, "left out: restricted to users at its own site");
        return;
    }

    PlanTarget target;
    target.trunk = index;
    target.realm = trunk.realm;
    target.usage = usage;
    target.route = route ? route->name : std::string();
    if (rate) target.rate = *rate;
    target.progress_timeout_ms = trunk.retry.progress_timeout_ms;
    target.trying_is_progress = trunk.retry.trying_is_progress;

    std::string calling = work.caller.number;
    target.anonymous = work.caller.anonymous && !emergency;
    if (route && !emergency) {
        if (route->suppress_caller_id) {
            target.anonymous = true;
            calling.clear();
        }
        if (!route->alternate_caller_id.empty()) calling = route->alternate_caller_id;
    }
    target.called =
        emergency ? std::string(called) : translate(work, trunk.called, trunk, "called", called);
    target.calling = translate(work, trunk.calling, trunk, "calling", calling);
    identity(target, work, work.topology.sip_of(trunk), work.caller.trunk == kNoIndex);

    if (trunk.kind == topology::TrunkKind::kTdm) {
        target.request_uri = uri(target.called, trunk.domain.empty() ? trunk.name : trunk.domain, {},
                                 is_number(target.called));
        if (settle_path(work, target, trunk.name)) join(work, std::move(target));
        return;
    }
    // The verdict is about the trunk, so one does for all its targets.
    if (!settle_path(work, target, trunk.name)) return;
    for (Index i = 0; i < trunk.targets.size(); ++i) {
        PlanTarget one = target;
        one.endpoint = i;
        one.hop = trunk.targets[i];
        const std::string host = trunk.domain.empty() ? host_and_port(one.hop) : trunk.domain;
        // RFC 3263 §4: the URI says what was looked for, not what was found.
        one.request_uri = uri(one.called, host, one.hop, is_number(one.called));
        one.down = work.live.target(index, i) == Health::kDown;
        join_servers(work, std::move(one));
    }
}

bool add_user(Work& work, Index index) {
    const topology::User& user = work.topology.users[index];
    const UserState* state = work.live.user_state(index);
    if (user.registers && work.live.running && (!state || !state->known)) {
        work.step("contacts", user.name, index, {}, {}, "registrations are not known yet");
        work.decision.result = Need{{{Missing::kRegistration, index}}};
        return false;
    }
    PlanTarget target;
    target.user = index;
    target.anonymous = work.caller.anonymous;
    target.calling = work.caller.number;
    identity(target, work, work.topology.sip_of(user), true);

    Index place = 0;
    const auto add = [&](const Target& hop, const std::string& name, Index realm) {
        PlanTarget one = target;
        one.endpoint = place++;
        one.hop = hop;
        one.realm = realm;
        one.called = name;
        one.request_uri = uri(name, host_and_port(hop), hop, false);
        if (settle_path(work, one, user.name)) join(work, std::move(one));
    };
    for (const topology::Contact& contact : user.contacts) add(contact.target, contact.user, contact.realm);
    if (state) {
        for (const RegisteredContact& contact : state->contacts)
            add(contact.target, contact.user, contact.realm);
    }
    if (place == 0 && user.registers && !work.live.running) {
        // An offline question cannot know where the user is registered; the rest of the answer is still worth having.
        PlanTarget one = target;
        one.called = user.name;
        one.request_uri = cat("sip:", user.address);
        work.step("contacts", user.name, index, {}, {},
                  "only a running node knows where the user is registered");
        if (settle_path(work, one, user.name)) join(work, std::move(one));
        place = 1;
    }
    if (place == 0) {
        work.step("contacts", user.name, index, {}, {}, "none");
        work.reject(480, "not_registered", user.name);
        return false;
    }
    return true;
}

bool add_replaced(Work& work, const ReplacedParty& party) {
    if (party.trunk != kNoIndex) {
        add_trunk(work, party.trunk, {}, nullptr, work.facts.called);
    } else if (!add_user(work, party.user)) {
        return false;
    }
    // Only the one that has the dialog knows it; the others are asked when that one is not among them (any more).
    std::vector<PlanTarget>& targets = work.plan.targets;
    const auto elsewhere = [&party](const PlanTarget& t) { return !party.at || t.hop.ip != party.at->ip || t.hop.port != party.at->port; };
    if (!std::all_of(targets.begin(), targets.end(), elsewhere)) std::erase_if(targets, elsewhere);
    // A bridge would make a new call of it, which replaces nothing and goes by a number.
    if (targets.empty()) return true;
    std::erase_if(targets, [](const PlanTarget& t) { return t.path == MediaPath::kMediated; });
    if (targets.empty()) {
        work.reject(488, "replaces_by_bridge");
        return false;
    }
    work.plan.takes_over = true;
    const unsigned first = targets.front().group;
    for (PlanTarget& t : targets) {
        t.group -= first;
        t.called = work.facts.called;
        t.request_uri = party.request_uri;
    }
    return true;
}

void add_sealed(Work& work, const SealedTarget& sealed) {
    const topology::Topology& t = work.topology;
    PlanTarget target;
    target.trunk = sealed.trunk;
    target.user = sealed.user;
    target.endpoint = sealed.endpoint;
    target.called = sealed.called;
    target.calling = sealed.calling;
    target.calling_name = sealed.anonymous ? std::string() : work.facts.calling_name;
    target.anonymous = sealed.anonymous;
    target.path = MediaPath::kMediated;
    target.path_code = "sealed";
    target.path_reason = "second pass of a mediated call";
    const topology::SipProfile* sip = nullptr;
    std::string host;
    if (sealed.trunk != kNoIndex) {
        const Trunk& trunk = t.trunks[sealed.trunk];
        sip = &t.sip_of(trunk);
        target.realm = trunk.realm;
        if (sealed.endpoint < trunk.targets.size()) target.hop = trunk.targets[sealed.endpoint];
        host = trunk.domain;
        target.progress_timeout_ms = trunk.retry.progress_timeout_ms;
        target.trying_is_progress = trunk.retry.trying_is_progress;
    } else {
        const topology::User& user = t.users[sealed.user];
        sip = &t.sip_of(user);
        if (sealed.endpoint < user.contacts.size()) {
            target.hop = user.contacts[sealed.endpoint].target;
            target.realm = user.contacts[sealed.endpoint].realm;
        }
    }
    if (host.empty()) host = host_and_port(target.hop);
    target.request_uri =
        uri(target.called, host, target.hop, sealed.trunk != kNoIndex && is_number(target.called));
    if (sealed.server && !target.hop.ip) reached_at(target.hop, *sealed.server);
    identity(target, work, *sip, sealed.source_user != kNoIndex || sealed.user != kNoIndex);
    work.step("sealed", sealed.trunk != kNoIndex ? t.trunks[sealed.trunk].name : t.users[sealed.user].name,
              sealed.trunk != kNoIndex ? sealed.trunk : sealed.user, {}, target.request_uri);
    work.plan.targets.push_back(std::move(target));
    work.plan.sealed = true;
}

void move_down_last(Work& work) {
    std::vector<PlanTarget>& targets = work.plan.targets;
    const auto up = [](const PlanTarget& t) {
        return !t.down;
    };
    if (std::all_of(targets.begin(), targets.end(), up)) return;
    for (const PlanTarget& t : targets) {
        if (!up(t))
            work.step("health", work.topology.trunks[t.trunk].name, t.endpoint, {}, {}, "down, tried last");
    }
    std::stable_partition(targets.begin(), targets.end(), up);
    // Only targets of trunks move, and each of them is a group of its own.
    unsigned group = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (i > 0 && (targets[i].trunk != kNoIndex || targets[i - 1].trunk != kNoIndex)) ++group;
        targets[i].group = group;
    }
}

}  // namespace tandem::policy
