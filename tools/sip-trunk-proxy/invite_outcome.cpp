// Knows: what comes back from a target, or does not: provisionals, challenges, failures, timers, and what that says of the peer.
// Must not know: what is sent to a target (invite_request.cpp), what goes upstream in the end (invite_answer.cpp).
// Next: policy/next.cpp for what is tried after a failure; invite_answer.cpp.
#include "base/text.h"
#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/initial_invite.h"
#include "sip-trunk-proxy/invite_request.h"
#include "sip-trunk-proxy/relay_response.h"

namespace tandem::proxy {

namespace {

using policy::Outcome;
using sip::HeaderId;

std::optional<unsigned> q850_of(const sip::Message& m) {
    sip::ValueCursor cursor(m, HeaderId::kReason);
    while (const auto value = cursor.next()) {
        const auto cause = sip::q850_cause(*value);
        if (cause && *cause >= 1) return static_cast<unsigned>(*cause);
    }
    return std::nullopt;
}

// "18000 (I'm away);duration=60" gives 18000.
unsigned retry_after_of(const sip::Message& m) {
    std::string_view value = m.value(HeaderId::kRetryAfter);
    std::size_t n = 0;
    while (n < value.size() && is_digit(value[n])) ++n;
    return to_number<unsigned>(value.substr(0, n)).value_or(0);
}

// Who answers, or does not, for LiveCounters; empty for a user's contact.
std::string peer_of(const InviteContext& c, const Branch& b) {
    if (b.target >= c.plan.targets.size()) return {};  // given back: the call is over
    const topology::Topology& t = *c.snapshot->topology;
    const policy::PlanTarget& target = c.plan.targets[b.target];
    if (b.peer.via_bridge) return target.bridge == kNoIndex ? std::string{} : peer_name(t.bridges[target.bridge]);
    return target.trunk == kNoIndex ? std::string{} : peer_name(t.trunks[target.trunk], target.hop);
}

}  // namespace

InviteContext* InitialInvites::find(Tag tag, sipnet::Handle client, Branch*& branch) {
    const auto found = contexts_.find(tag.id);
    if (found == contexts_.end() || tag.sub >= found->second->branches.size()) return nullptr;
    branch = &found->second->branches[tag.sub];
    // A branch that was sent anew with credentials has another transaction now.
    return branch->client == client ? found->second.get() : nullptr;
}

bool InitialInvites::relay(InviteContext& c, const Branch& b, const sip::Message& response, std::span<const PassedChallenge> challenges) {
    const bool to_bridge = c.decision.source_bridge != kNoIndex;
    const auto* rules = to_bridge ? nullptr : c.snapshot->rules_for(c.decision.source_trunk, c.decision.source_user);
    const bool tells = passes_callee_identity(*c.snapshot->topology, {b.peer.via_bridge, b.peer.trunk}, {to_bridge, c.decision.source_trunk}, response);
    Passing how{.veil = nullptr, .rules = rules, .tells_identity = tells, .challenges = challenges};
    if (!c.kept) return relay_response(core_, c.server, response, how);
    const ResponseVeil veil = response_veil(c, b);
    if (veil.from_requester || veil.from_responder) how.veil = &veil;
    return relay_response(core_, c.server, response, how);
}

void InitialInvites::heard(const InviteContext& c, Branch& b, int status) {
    const bool success = status >= 200 && status < 300;
    if (b.heard && !success) return;
    b.heard = true;
    if (!core_.live.all_well()) core_.live.alive(peer_of(c, b), success);
}

void InitialInvites::on_response(Tag tag, sipnet::Handle client, const sip::Message& response, const sipnet::Flow& from) {
    Branch* branch = nullptr;
    InviteContext* context = find(tag, client, branch);
    if (context == nullptr) {
        if (response.status() >= 200 && response.status() < 300) orphans_.hang_up(client, response);
        return;
    }
    InviteContext& c = *context;
    Branch& b = *branch;
    const MonoTime now = core_.transactions.now();
    const int status = response.status();
    heard(c, b, status);
    if (status >= 200 && status < 300) return answer(c, b, response);
    if (b.target >= c.plan.targets.size()) return;  // the call is over
    const policy::PlanTarget& target = c.plan.targets[b.target];

    if (status == 100) {
        // The bridge's 100 says nothing about the trunk behind it.
        const bool direct = target.path == policy::MediaPath::kDirect || c.plan.sealed;
        if (target.trying_is_progress && direct) b.progress = true;
        return;
    }
    if (status < 200) {
        if (b.ended || c.finished) return;
        b.provisional = b.progress = true;
        if (b.log.progress_ms < 0) b.log.progress_ms = std::chrono::duration<float, std::milli>(now - b.started).count();
        if (c.pdd_ms < 0) c.pdd_ms = c.since(now);
        if (status == 180 && c.ring_ms < 0) c.ring_ms = c.since(now);
        c.rang = true;
        static_cast<void>(relay(c, b, response));
        return;
    }
    if (b.ended || c.finished) return;

    if ((status == 401 || status == 407) && !c.cancelled) {
        auto answer_text = answer_challenge(response, from.remote, target.trunk, *c.snapshot, "INVITE", target.request_uri, b.attempt);
        if (answer_text) {
            ++core_.counters.challenges_answered;
            b.answer = std::move(*answer_text);
            ++b.attempt;
            return send(c, tag.sub);
        }
        ++core_.counters.challenges_passed;
    }
    Outcome outcome;
    outcome.target = b.target;
    outcome.kind = b.timer_c ? Outcome::Kind::kTimeout : Outcome::Kind::kResponse;
    outcome.status = static_cast<unsigned>(status);
    outcome.q850 = q850_of(response);
    outcome.provisional = b.provisional;
    outcome.retry_after_s = retry_after_of(response);
    b.log.status = status;
    // The second pass has told it already where it was this node's; a bridge that hands it on is not the busy one.
    if (status == 503 && outcome.retry_after_s != 0 && !b.peer.via_bridge && target.trunk != kNoIndex) {
        core_.live.busy(peer_of(c, b), seconds(outcome.retry_after_s), now);
    }
    end_branch(c, b, outcome, response.bytes(), b.timer_c ? "timeout" : "");
}

void InitialInvites::on_failure(Tag tag, sipnet::Handle client, sipnet::TransactionUser::Failure failure) {
    Branch* branch = nullptr;
    InviteContext* c = find(tag, client, branch);
    if (c == nullptr || branch->ended || c->finished) return;
    using Failure = sipnet::TransactionUser::Failure;
    if (failure == Failure::kTimerC) {
        branch->timer_c = true;  // the CANCEL is on its way; what comes next counts as a timeout
        return;
    }
    if (failure == Failure::kTransportError && branch->by_size && !branch->heard && !c->cancelled) {
        // RFC 3261 §18.1.1: it went over TCP for its size only; over UDP then.
        branch->by_size = false;
        branch->tcp_refused = true;
        return send(*c, tag.sub);
    }
    Outcome outcome;
    outcome.target = branch->target;
    outcome.provisional = branch->provisional;
    const bool transport = failure == Failure::kTransportError;
    outcome.kind = transport ? Outcome::Kind::kTransportError : Outcome::Kind::kTimeout;
    end_branch(*c, *branch, outcome, {}, transport ? "transport_error" : "timeout");
}

void InitialInvites::on_timer(Tag tag) {
    const auto found = contexts_.find(tag.id);
    if (found != contexts_.end() && tag.sub == kNameTimer) return resume(*found->second);
    if (found == contexts_.end() || tag.sub >= found->second->branches.size()) return;
    InviteContext& c = *found->second;
    Branch& b = c.branches[tag.sub];
    if (b.ended || c.answered || c.finished) return;
    Outcome outcome;
    outcome.target = b.target;
    outcome.provisional = b.provisional;
    if (!b.client) {
        outcome.kind = b.too_large ? Outcome::Kind::kTooLarge : Outcome::Kind::kTransportError;
        return end_branch(c, b, outcome, {}, policy::to_string(outcome.kind));
    }
    if (b.progress || c.cancelled) return;
    outcome.kind = Outcome::Kind::kNoProgress;
    core_.transactions.cancel(b.client, "SIP;cause=408;text=\"No progress\"");
    end_branch(c, b, outcome, {}, "no_progress");
}

void InitialInvites::end_branch(InviteContext& c, Branch& b, Outcome outcome, std::string_view response, std::string_view how) {
    b.ended = true;
    b.log.end = c.cancelled && how.empty() ? std::string_view{"cancelled"} : how;
    b.log.final_ms = std::chrono::duration<float, std::milli>(core_.transactions.now() - b.started).count();
    core_.live.release_all(b.held);
    if (outcome.kind != Outcome::Kind::kResponse && b.client && !b.heard) {
        if (auto peer = peer_of(c, b); !peer.empty()) {
            ++core_.counters.targets_silent;
            core_.live.silent(std::move(peer), core_.transactions.now());
        }
    }
    c.attempts.push_back(b.log);
    c.outcomes.push_back(outcome);
    c.responses.emplace_back(response);
    if (c.answered) return;
    // RFC 3261 §16.7 step 5: a 6xx ends the search; the others are cancelled and waited for.
    if (outcome.kind == Outcome::Kind::kResponse && outcome.status >= 600) cancel_others(c, &b, {});
    for (const Branch& other : c.branches) {
        if (!other.ended) return;
    }
    go_on(c);
}

}  // namespace tandem::proxy
