// Knows: what of an INVITE's course goes into the call's record.
// Must not know: the course itself (initial_invite.cpp), how a record is written (accounting.cpp).
// Next: call_log.h.
#include "sip-trunk-proxy/initial_invite.h"

namespace tandem::proxy {

void InitialInvites::finish_failed(InviteContext& c, int status, std::optional<unsigned> q850, bool timed_out) {
    const Branch* last = c.branches.empty() ? nullptr : &c.branches.back();
    CallLog log = log_of(c, last, {});
    log.status = status;
    log.q850 = q850 ? static_cast<int>(*q850) : -1;
    log.timed_out = timed_out;
    core_.accounting.failed(std::move(log));
}

CallLog InitialInvites::log_of(const InviteContext& c, const Branch* winner, std::string_view callee_tag) const {
    const topology::Topology& t = *c.snapshot->topology;
    const policy::Decision& d = c.decision;
    CallLog log;
    log.invite = c.server;
    CallTexts::Values texts{};
    texts[CallTexts::kCallId] = c.call_id;
    texts[CallTexts::kFrom] = c.from_uri;
    texts[CallTexts::kTo] = c.to_uri;
    log.key = call_key(c.call_id, c.from_tag, callee_tag);
    texts[CallTexts::kSessionId] = c.session_id;
    log.source_is_trunk = d.source_trunk != kNoIndex;
    if (log.source_is_trunk) {
        texts[CallTexts::kSource] = t.trunks[d.source_trunk].name;
    } else if (d.source_user != kNoIndex) {
        texts[CallTexts::kSource] = t.users[d.source_user].name;
    }
    if (c.realm != kNoIndex) texts[CallTexts::kSourceRealm] = t.realms[c.realm].name;
    texts[CallTexts::kDialled] = d.input;
    texts[CallTexts::kCalled] = d.e164.empty() ? d.input : d.e164;
    texts[CallTexts::kCalling] = c.calling;
    texts[CallTexts::kDialPlan] = d.dial_plan;
    if (winner != nullptr && winner->target < c.plan.targets.size()) {
        const policy::PlanTarget& p = c.plan.targets[winner->target];
        log.has_target = true;
        log.target_is_trunk = p.trunk != kNoIndex;
        texts[CallTexts::kTarget] = log.target_is_trunk ? t.trunks[p.trunk].name : t.users[p.user].name;
        if (p.realm != kNoIndex) texts[CallTexts::kTargetRealm] = t.realms[p.realm].name;
        texts[CallTexts::kRoute] = p.route;
        texts[CallTexts::kPathCode] = p.path_code;
        log.mediated = p.path == policy::MediaPath::kMediated;
        log.target_at = winner->to.remote;
        if (p.verdict) {
            log.verdict = p.verdict->value;
            texts[CallTexts::kVerdictCode] = p.verdict->code;
            texts[CallTexts::kVerdictReason] = p.verdict->reason;
        }
    } else if (const policy::Reject* reject = d.reject()) {
        texts[CallTexts::kPathCode] = reject->reason;
    }
    log.texts = CallTexts(texts);
    log.invite_ts = c.invite_ts;
    log.invite_at = c.invite_at;
    log.pdd_ms = c.pdd_ms;
    log.ring_ms = c.ring_ms;
    log.rang = c.rang;
    log.source_at = c.from.remote;
    log.attempts = c.attempts;
    log.direction = d.direction;
    log.emergency = d.emergency;
    return log;
}

}  // namespace tandem::proxy
