// Knows: the course of an INVITE: decide, try, fail over, answer, cancel.
// Must not know: what an INVITE to a target looks like (invite_request.cpp).
// Next: policy/next.cpp for what is tried after a failure.
#include "sip-trunk-proxy/initial_invite.h"

#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/facts_of.h"
#include "sip-trunk-proxy/target_edits.h"
#include "sip/token.h"

namespace tandem::proxy {

namespace {

using policy::Outcome;
using sip::HeaderId;

constexpr unsigned kMaxBreadth = 60;  // RFC 5393 §5.3.3

std::uint32_t seconds_of(WallTime t) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<seconds>(t.time_since_epoch()).count());
}

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

unsigned forks_of(const policy::Plan& plan, std::size_t target) {
    unsigned count = 0;
    for (const policy::PlanTarget& t : plan.targets) count += t.group == plan.targets[target].group ? 1U : 0U;
    return count;
}

// How many branches the request may still be split into.
unsigned breadth_of(const sip::Message& m) {
    const auto value = to_number<unsigned>(m.value(HeaderId::kMaxBreadth));
    return std::min(value.value_or(kMaxBreadth), kMaxBreadth);
}

// The request goes to a bridge first, so what does not answer is the bridge.
bool via_bridge(const InviteContext& c, const Branch& b) {
    return c.plan.targets[b.target].path == policy::MediaPath::kMediated && !c.plan.sealed;
}

// Who answers, or does not, for LiveCounters; empty for a user's contact.
std::string peer_of(const InviteContext& c, const Branch& b) {
    const topology::Topology& t = *c.snapshot->topology;
    const policy::PlanTarget& target = c.plan.targets[b.target];
    if (via_bridge(c, b)) return target.bridge == kNoIndex ? std::string{} : peer_name(t.bridges[target.bridge]);
    return target.trunk == kNoIndex ? std::string{} : peer_name(t.trunks[target.trunk], target.endpoint);
}

}  // namespace

void InitialInvites::heard(const InviteContext& c, Branch& b, int status) {
    const bool success = status >= 200 && status < 300;
    if (b.heard && !success) return;
    b.heard = true;
    core_.live.alive(peer_of(c, b), success);
}

InviteContext* InitialInvites::find(Tag tag, sipnet::Handle client, Branch*& branch) {
    const auto found = contexts_.find(tag.id);
    if (found == contexts_.end() || tag.sub >= found->second->branches.size()) return nullptr;
    branch = &found->second->branches[tag.sub];
    // A branch that was sent anew with credentials has another transaction now.
    return branch->client == client ? found->second.get() : nullptr;
}

std::optional<policy::SealedTarget> InitialInvites::open_sealed(const OwnRoute& route, Index realm,
                                                                policy::CallFacts& facts) const {
    const topology::Topology& t = *core_.snapshot->topology;
    if (route.token.empty() || realm == kNoIndex) return std::nullopt;
    const auto token = sip::open_token(*core_.snapshot->keyring, route.token, t.realms[realm].name,
                                       seconds_of(core_.clock.wall()));
    if (!token) {
        core_.log.warning("token refused", "reason", std::string_view(token.error().what));
        return std::nullopt;
    }
    policy::SealedTarget sealed;
    if (token->kind == sip::Token::Kind::kTrunk) {
        sealed.trunk = t.find_trunk(token->target);
    } else {
        sealed.user = t.find_user(token->target);
    }
    if (sealed.trunk == kNoIndex && sealed.user == kNoIndex) return std::nullopt;  // gone by a reload
    (token->from_trunk ? sealed.source_trunk : sealed.source_user) =
        token->from_trunk ? t.find_trunk(token->source) : t.find_user(token->source);
    sealed.endpoint = token->endpoint;
    sealed.called = token->called;
    sealed.calling = token->calling;
    sealed.anonymous = token->anonymous;
    sealed.emergency = token->emergency;
    sealed.hops = token->hops;
    facts.hops = std::max(facts.hops, unsigned{token->hops});
    facts.calling_name = token->display;
    return sealed;
}

void InitialInvites::handle(sipnet::Handle server, const sip::Message& invite, const sipnet::Flow& from,
                            const OwnRoute& route) {
    auto& tx = core_.transactions;
    tx.respond(server, 100);
    if (loops(invite, tx.node_secret())) return tx.respond(server, 482);

    auto context = std::make_unique<InviteContext>();
    InviteContext& c = *context;
    c.id = next_id_++;
    c.server = server;
    c.snapshot = core_.snapshot;
    c.from = from;
    c.realm = c.snapshot->realm_of_socket(from.socket);
    c.invite_ts = core_.clock.wall();
    c.invite_at = tx.now();
    c.session_id = session_uuid(invite);

    policy::CallFacts facts = facts_of(invite, from, *c.snapshot, tx.node_secret());
    facts.sealed = open_sealed(route, c.realm, facts);
    c.calling = facts.calling;
    c.decision = policy::decide(facts, *c.snapshot->topology, core_.live.view(*c.snapshot->topology, tx.now()), c.invite_ts);
    if (c.decision.source_bridge == kNoIndex) ++core_.counters.invites;  // the second pass is the same call
    core_.log.info("INVITE", "from", from.remote.str(), "called", Pii{facts.called}, "calling", Pii{facts.calling});

    if (const policy::Reject* reject = c.decision.reject()) return refuse(c, *reject);
    const policy::Forward* forward = c.decision.forward();
    if (forward == nullptr) {
        // Need: something that only another node could tell. This node has no such source yet.
        return refuse(c, policy::Reject{480, "Temporarily Unavailable", "need", {}, 0});
    }
    c.plan = forward->plan;
    ++open_;
    by_server_[server.index] = c.id;
    contexts_.emplace(c.id, std::move(context));
    std::vector<policy::Reservation> of_targets;
    std::vector<policy::Reservation> of_source;
    for (const policy::Reservation& r : forward->reservations) (r.source ? of_source : of_targets).push_back(r);
    core_.live.reserve(*c.snapshot->topology, of_source, tx.now(), c.held);
    start_targets(c, 0, c.plan.group_end(0), of_targets);
}

void InitialInvites::refuse(InviteContext& c, const policy::Reject& reject) {
    std::string extra;
    if (reject.retry_after_s != 0) append(extra, "Retry-After: ", reject.retry_after_s, "\r\n");
    core_.transactions.respond(c.server, static_cast<int>(reject.status),
                               {.reason = reject.phrase, .to_tag = {}, .top_via = {}, .extra_headers = extra});
    core_.log.info("refused", "status", reject.status, "reason", reject.reason);
    if (reject.reason == "unknown_source" || reject.reason == "token_not_from_bridge") {
        ++core_.counters.unknown_source;  // a call of nobody is no call: it leaves no record
        return;
    }
    if (c.decision.source_bridge != kNoIndex) return;  // the first pass writes the record
    finish_failed(c, static_cast<int>(reject.status), std::nullopt, false);
}

void InitialInvites::start_targets(InviteContext& c, std::size_t first, std::size_t end,
                                   const std::vector<policy::Reservation>& reservations) {
    auto& tx = core_.transactions;
    const std::size_t count = end - first;
    if (count > 1) {
        sip::Message original;
        if (sip::scan(tx.request_bytes(c.server), sip::Strictness::kLenient, original).ok() &&
            breadth_of(original) < count) {
            return give_up(c, policy::GiveUp{440, "Max-Breadth Exceeded", "breadth", std::nullopt, 0});
        }
    }
    const std::size_t first_branch = c.branches.size();
    for (std::size_t target = first; target < end; ++target) {
        Branch b;
        b.target = target;
        b.started = tx.now();
        const policy::PlanTarget& p = c.plan.targets[target];
        b.log.target = p.trunk != kNoIndex ? c.snapshot->topology->trunks[p.trunk].name : c.snapshot->topology->users[p.user].name;
        b.log.mediated = p.path == policy::MediaPath::kMediated;
        b.log.after_ms = c.since(tx.now());
        // One reservation a target of a trunk, in the same order.
        for (const policy::Reservation& r : reservations) {
            if (r.trunk == p.trunk && p.trunk != kNoIndex) {
                core_.live.reserve(*c.snapshot->topology, {r}, tx.now(), b.held);
                break;
            }
        }
        c.branches.push_back(std::move(b));
    }
    for (std::size_t i = first_branch; i < c.branches.size(); ++i) send(c, i);
}

void InitialInvites::send(InviteContext& c, std::size_t index) {
    auto& tx = core_.transactions;
    Branch& b = c.branches[index];
    const policy::PlanTarget& target = c.plan.targets[b.target];
    const Tag tag{Part::kInvite, c.id, static_cast<std::uint16_t>(index)};
    const auto destination = invite_destination(c, target);
    sip::Message original;
    const bool known = sip::scan(tx.request_bytes(c.server), sip::Strictness::kLenient, original).ok();
    if (destination && known) {
        b.client = tx.new_client();
        b.to = destination->to;
        // RFC 5393 §5.3.3: what goes out at the same time shares what came in.
        const unsigned forks = forks_of(c.plan, b.target);
        const bool written = forks > 1 || original.has(HeaderId::kMaxBreadth);
        const unsigned breadth = written ? std::max(1U, breadth_of(original) / forks) : 0;
        std::string bytes;
        if (b.client && build_invite(bytes, c, b, *destination, original, tx.stamped_via(c.server),
                                     tx.branch(b.client, loop_hash(original)), breadth,
                                     seconds_of(core_.clock.wall()))) {
            tx.start(b.client, sip::Method::kInvite, bytes, destination->to, tag.pack());
            // The second pass of a mediated call has no timer of its own: the first one cancels it through the bridge.
            if (target.progress_timeout_ms != 0 && !c.plan.sealed && b.attempt == 0) {
                tx.set_timer(tx.now() + milliseconds(target.progress_timeout_ms),
                             Tag{Part::kInviteTimer, c.id, static_cast<std::uint16_t>(index)}.pack());
            }
            return;
        }
        if (b.client) ++core_.counters.edits_failed;
    }
    // Told from the loop, not from here: the other branches of the group are not sent yet.
    b.client = {};
    tx.set_timer(tx.now(), Tag{Part::kInviteTimer, c.id, static_cast<std::uint16_t>(index)}.pack());
}

void InitialInvites::on_timer(Tag tag) {
    const auto found = contexts_.find(tag.id);
    if (found == contexts_.end() || tag.sub >= found->second->branches.size()) return;
    InviteContext& c = *found->second;
    Branch& b = c.branches[tag.sub];
    if (b.ended || c.answered || c.finished) return;
    Outcome outcome;
    outcome.target = b.target;
    outcome.provisional = b.provisional;
    if (!b.client) {
        outcome.kind = Outcome::Kind::kTransportError;
        return end_branch(c, b, outcome, {}, "transport_error");
    }
    if (b.progress || c.cancelled) return;
    outcome.kind = Outcome::Kind::kNoProgress;
    core_.transactions.cancel(b.client, "SIP;cause=408;text=\"No progress\"");
    end_branch(c, b, outcome, {}, "no_progress");
}

void InitialInvites::on_cancel(sipnet::Handle server, const sip::Message& cancel) {
    const auto id = by_server_.find(server.index);
    if (id == by_server_.end()) return;
    InviteContext& c = *contexts_.at(id->second);
    if (c.cancelled || c.finished) return;
    c.cancelled = true;
    c.cancel_reason = cancel.value(HeaderId::kReason);
    bool open = false;
    for (const Branch& b : c.branches) open = open || !b.ended;
    cancel_others(c, nullptr, c.cancel_reason);
    if (!open) go_on(c);
}

void InitialInvites::cancel_others(InviteContext& c, const Branch* except, std::string_view reason) {
    for (Branch& b : c.branches) {
        if (&b != except && !b.ended && b.client) core_.transactions.cancel(b.client, reason);
    }
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
    const policy::PlanTarget& target = c.plan.targets[b.target];
    const MonoTime now = core_.transactions.now();
    const int status = response.status();
    heard(c, b, status);

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
        forward_response(c, response);
        return;
    }
    if (status < 300) return answer(c, b, response);
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
    if (status == 503 && outcome.retry_after_s != 0 && !via_bridge(c, b) && target.trunk != kNoIndex) {
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
    Outcome outcome;
    outcome.target = branch->target;
    outcome.provisional = branch->provisional;
    const bool transport = failure == Failure::kTransportError;
    outcome.kind = transport ? Outcome::Kind::kTransportError : Outcome::Kind::kTimeout;
    end_branch(*c, *branch, outcome, {}, transport ? "transport_error" : "timeout");
}

void InitialInvites::end_branch(InviteContext& c, Branch& b, Outcome outcome, std::string_view response, std::string_view how) {
    b.ended = true;
    b.log.end = c.cancelled && how.empty() ? std::string_view{"cancelled"} : how;
    b.log.final_ms = std::chrono::duration<float, std::milli>(core_.transactions.now() - b.started).count();
    core_.live.release_all(b.held);
    if (outcome.kind != Outcome::Kind::kResponse && b.client && !b.heard) {
        if (auto peer = peer_of(c, b); !peer.empty()) core_.live.silent(std::move(peer), core_.transactions.now());
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
    const policy::Next next = policy::next(c.plan, c.outcomes, *c.snapshot->topology, core_.live.view(*c.snapshot->topology, tx.now()), core_.clock.wall());
    if (const auto* more = std::get_if<policy::TryTargets>(&next)) {
        core_.log.info("next target", "place", more->first, "after", c.outcomes.back().as_status());
        return start_targets(c, more->first, more->end, more->reservations);
    }
    give_up(c, std::get<policy::GiveUp>(next));
}

void InitialInvites::give_up(InviteContext& c, const policy::GiveUp& g) {
    auto& tx = core_.transactions;
    std::optional<std::size_t> as_it_came = g.attempt;
    if (g.reason == "trunk_auth_failed") {
        // A challenge of somebody else than the trunk is meant for the caller and passes untouched.
        for (std::size_t i = c.outcomes.size(); i-- > 0 && !as_it_came;) {
            sip::Message m;
            const unsigned status = c.outcomes[i].status;
            if ((status != 401 && status != 407) || !sip::scan(c.responses[i], sip::Strictness::kLenient, m).ok()) continue;
            const Index trunk = c.plan.targets[c.outcomes[i].target].trunk;
            const auto& auth = c.snapshot->topology->trunks[trunk].auth;
            const auto challenge = sip::choose_challenge(m, sip::challenge_header(m.status()));
            if (!auth || !challenge || challenge->realm != auth->realm) as_it_came = i;
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
            forward_response(c, m);
            sent = !tx.server_open(c.server);
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
    forward_response(c, response);
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

void InitialInvites::account(InviteContext& c, Branch& b, const sip::Message& response, bool first) {
    CallLog log = log_of(c, &b, response.to_tag());
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

void InitialInvites::forward_response(InviteContext& c, const sip::Message& response) {
    auto& tx = core_.transactions;
    sip::Message request;
    if (!sip::scan(tx.request_bytes(c.server), sip::Strictness::kLenient, request).ok()) return;
    sip::Edits edits(response);
    std::string bytes;
    if (!response_edits(edits, request)) return;
    if (!edits.render(bytes)) {
        ++core_.counters.edits_failed;
        return;
    }
    tx.respond_bytes(c.server, response.status(), bytes);
}

void InitialInvites::on_server_end(sipnet::Handle server) {
    const auto id = by_server_.find(server.index);
    if (id == by_server_.end()) return;
    if (const auto c = contexts_.find(id->second); c != contexts_.end()) {
        if (!c->second->answered && !c->second->finished && open_ > 0) --open_;
        for (Branch& b : c->second->branches) {
            core_.live.release_all(b.held);
            if (b.answered) orphans_.leave_alone(b.client);
        }
        core_.live.release_all(c->second->held);
        contexts_.erase(c);
    }
    by_server_.erase(id);
}

}  // namespace tandem::proxy
