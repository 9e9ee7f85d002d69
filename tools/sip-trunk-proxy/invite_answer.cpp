// Knows: the end of an INVITE's course: the next target or a failure upstream, or a 2xx.
// Must not know: what single targets bring (invite_outcome.cpp).
// Next: policy/next.cpp for what is tried after a failure; invite_log.cpp for the record.
#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/initial_invite.h"
#include "sip-trunk-proxy/relay_response.h"

namespace tandem::proxy {

using policy::Outcome;

constexpr std::size_t kMostChallenges = 32;

void InitialInvites::go_on(InviteContext& c) {
    auto& tx = core_.transactions;
    if (c.cancelled) {
        // The callee's own 487 goes upstream where there is one: it may carry a Reason.
        for (std::size_t i = c.outcomes.size(); i-- > 0;) {
            if (c.outcomes[i].kind == Outcome::Kind::kResponse && c.outcomes[i].status == 487) {
                return give_up(c, policy::GiveUp{487, "Request Terminated", "cancelled", i, 0});
            }
        }
        return give_up(c, policy::GiveUp{487, "Request Terminated", "cancelled", std::nullopt, 0});
    }
    const policy::Next next = policy::next(c.plan, c.outcomes, *c.snapshot->topology, core_.live.view(*c.snapshot->topology, c.snapshot->trunk_names, core_.names.version(), tx.now()), core_.clock.wall());
    if (const auto* more = std::get_if<policy::TryTargets>(&next)) {
        core_.log.info("next target", "place", more->first, "after", c.outcomes.back().as_status());
        return start_targets(c, more->first, more->end, more->reservations);
    }
    give_up(c, std::get<policy::GiveUp>(next));
}

namespace {

// Challenges that the caller may answer. What a trunk asks of us is not for it.
bool is_ours(const InviteContext& c, const Outcome& outcome, std::string_view realm) {
    const Index trunk = c.plan.targets[outcome.target].trunk;
    if (trunk == kNoIndex) return false;
    const auto& auth = c.snapshot->topology->trunks[trunk].auth;
    return auth && auth->realm == realm;
}

// RFC 3261 §16.7 step 7: those of all other targets, for the caller may have to answer several.
std::vector<PassedChallenge> other_challenges(const InviteContext& c, std::size_t chosen) {
    std::vector<PassedChallenge> out;
    for (std::size_t i = 0; i < c.outcomes.size() && i < c.responses.size(); ++i) {
        const Outcome& outcome = c.outcomes[i];
        sip::Message m;
        if (i == chosen || outcome.kind != Outcome::Kind::kResponse || (outcome.status != 401 && outcome.status != 407) ||
            !sip::scan(c.responses[i], sip::Strictness::kLenient, m).ok()) {
            continue;
        }
        for (const sip::HeaderId id : {sip::HeaderId::kWwwAuthenticate, sip::HeaderId::kProxyAuthenticate}) {
            for (const sip::Header* h = m.first(id); h != nullptr && out.size() < kMostChallenges; h = m.next(*h)) {
                const auto challenge = sip::parse_challenge(m.value(*h));
                if (!challenge || !is_ours(c, outcome, challenge->realm)) out.push_back({id, std::string(m.value(*h))});
            }
        }
    }
    return out;
}

}  // namespace

void InitialInvites::give_up(InviteContext& c, const policy::GiveUp& g) {
    auto& tx = core_.transactions;
    std::optional<std::size_t> as_it_came = g.attempt;
    if (g.reason == "trunk_auth_failed") {
        // A challenge of somebody else than the trunk is meant for the caller and passes untouched.
        for (std::size_t i = c.outcomes.size(); i-- > 0 && !as_it_came;) {
            sip::Message m;
            const unsigned status = c.outcomes[i].status;
            if ((status != 401 && status != 407) || !sip::scan(c.responses[i], sip::Strictness::kLenient, m).ok()) continue;
            const auto challenge = sip::choose_challenge(m, sip::challenge_header(m.status()));
            if (!challenge || !is_ours(c, c.outcomes[i], challenge->realm)) as_it_came = i;
        }
    }
    std::optional<unsigned> q850;
    if (!c.outcomes.empty()) q850 = c.outcomes[as_it_came.value_or(c.outcomes.size() - 1)].q850;
    unsigned status = g.status;
    bool sent = false;
    if (as_it_came && !c.responses[*as_it_came].empty()) {
        sip::Message m;
        if (sip::scan(c.responses[*as_it_came], sip::Strictness::kLenient, m).ok()) {
            status = static_cast<unsigned>(m.status());
            const auto branch = std::find_if(c.branches.begin(), c.branches.end(),
                                             [&](const Branch& b) { return b.target == c.outcomes[*as_it_came].target; });
            const auto more = status == 401 || status == 407 ? other_challenges(c, *as_it_came) : std::vector<PassedChallenge>{};
            sent = branch != c.branches.end() && relay(c, *branch, m, more) && !tx.server_open(c.server);
        }
    }
    if (!sent) {
        status = g.status;
        std::string extra;
        if (g.retry_after_s != 0) append(extra, "Retry-After: ", g.retry_after_s, "\r\n");
        if (q850) append(extra, "Reason: Q.850;cause=", *q850, "\r\n");  // RFC 6432 §3
        tx.respond(c.server, static_cast<int>(status),
                   {.reason = g.phrase, .to_tag = {}, .top_via = {}, .extra_headers = extra});
    }
    const bool timed_out = !c.outcomes.empty() && c.outcomes.back().kind != Outcome::Kind::kResponse;
    c.finished = true;
    if (open_ > 0) --open_;
    if (!c.plan.sealed) finish_failed(c, static_cast<int>(status), q850, timed_out);
    core_.live.release_all(c.held);
}

void InitialInvites::answer(InviteContext& c, Branch& b, const sip::Message& response) {
    auto& tx = core_.transactions;
    if (c.finished) return orphans_.hang_up(b.client, response);  // a failure went upstream already
    if (!relay(c, b, response)) return unheard(c, b, response);
    b.answered = true;
    const MonoTime now = tx.now();
    const bool first = !c.answered;
    if (first) {
        c.answered = true;
        if (open_ > 0) --open_;
        cancel_others(c, &b, "SIP;cause=200;text=\"Call completed elsewhere\"");
        if (c.pdd_ms < 0) c.pdd_ms = c.since(now);
    }
    if (!b.ended) {
        b.log.status = response.status();
        b.log.final_ms = std::chrono::duration<float, std::milli>(now - b.started).count();
        c.attempts.push_back(b.log);
    }
    b.ended = true;
    if (!c.plan.sealed) account(c, b, response, first);
    c.held.clear();
    // What is kept from here on only forwards further 2xx; the rest of the context is given back.
    c.responses.clear();
    c.responses.shrink_to_fit();
}

void InitialInvites::unheard(InviteContext& c, Branch& b, const sip::Message& response) {
    if (b.answered) return;  // one of its 2xx did go upstream
    core_.log.warning("a 2xx cannot be passed on: hung up", "call_id", response.call_id());
    orphans_.hang_up(b.client, response);
    if (b.ended) return;
    Outcome outcome;
    outcome.target = b.target;
    outcome.kind = Outcome::Kind::kResponse;
    outcome.status = 500;
    outcome.provisional = b.provisional;
    b.log.status = 500;
    end_branch(c, b, outcome, {}, {});
}

void InitialInvites::account(InviteContext& c, Branch& b, const sip::Message& response, bool first) {
    CallLog log = c.late ? *c.late : log_of(c, &b, response.to_tag());
    log.key = call_key(c.call_id, c.from_tag, response.to_tag());
    if (std::find(c.dialogs.begin(), c.dialogs.end(), log.key) != c.dialogs.end()) return;  // the same 2xx again
    c.dialogs.push_back(log.key);
    if (first) {
        ++core_.counters.answered;
        log.held = std::move(c.held);
    }
    const MonoTime now = core_.transactions.now();
    log.status = response.status();
    log.answer_at = now;
    log.answer_ms = c.since(now);
    for (Held& h : b.held) log.held.push_back(std::move(h));
    b.held.clear();
    core_.accounting.answered(std::move(log));
}

}  // namespace tandem::proxy
