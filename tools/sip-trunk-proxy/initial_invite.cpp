// Knows: the first part of an INVITE's course: decided, sent to targets, cancelled.
// Must not know: what an INVITE to a target looks like (invite_request.cpp), what comes back (invite_outcome.cpp).
// Next: invite_outcome.cpp.
#include "sip-trunk-proxy/initial_invite.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dns/server_order.h"
#include "sip-trunk-proxy/facts_of.h"
#include "sip-trunk-proxy/invite_request.h"
#include "sip-trunk-proxy/target_edits.h"
#include "sip-trunk-proxy/transfer.h"
#include "sip/token.h"

namespace tandem::proxy {

namespace {

using sip::HeaderId;

constexpr unsigned kMaxBreadth = 60;  // RFC 5393 §5.3.3
// How long a call waits for a name server, and how many do at a time; beyond that it goes on with what is known.
constexpr milliseconds kNameWait{2000};
constexpr std::size_t kMostWaiting = 1000;

std::uint32_t seconds_of(WallTime t) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<seconds>(t.time_since_epoch()).count());
}

// "udp:192.0.2.1:5060", as the first pass wrote it.
std::optional<dns::Server> server_of(std::string_view text) {
    const auto [transport, at] = cut(text, ':');
    const auto endpoint = net::Endpoint::parse(at);
    if (!endpoint) return std::nullopt;
    dns::Server out;
    out.at = *endpoint;
    out.transport = transport == "tls" ? dns::Transport::kTls : transport == "tcp" ? dns::Transport::kTcp : dns::Transport::kUdp;
    return out;
}

unsigned forks_of(const policy::Plan& plan, std::size_t target) {
    unsigned count = 0;
    for (const policy::PlanTarget& t : plan.targets) count += t.group == plan.targets[target].group ? 1U : 0U;
    return count;
}

const topology::SipProfile& profile_of(const InviteContext& c, const policy::PlanTarget& target) {
    const topology::Topology& t = *c.snapshot->topology;
    return target.trunk != kNoIndex ? t.sip_of(t.trunks[target.trunk]) : t.sip_of(t.users[target.user]);
}

// How many branches the request may still be split into.
unsigned breadth_of(const sip::Message& m) {
    const auto value = to_number<unsigned>(m.value(HeaderId::kMaxBreadth));
    return std::min(value.value_or(kMaxBreadth), kMaxBreadth);
}

}  // namespace

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
    sealed.server = server_of(token->server);
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
    if (loops(invite, tx.branch_key())) return tx.respond(server, 482);

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
    c.call_id = invite.call_id();
    c.from_tag = invite.from_tag();
    c.from_uri = invite.from().uri_text;
    c.to_uri = invite.to().uri_text;

    decide(c, invite, route, false);
    if (const policy::Reject* reject = c.decision.reject()) return refuse(c, *reject);
    InviteContext& kept = remember(std::move(context));
    if (const policy::Need* need = kept.decision.need()) {
        if (wait_for_name(kept, *need)) return;
        decide(kept, invite, route, true);
    }
    go(kept);
}

void InitialInvites::decide(InviteContext& c, const sip::Message& invite, const OwnRoute& route, bool waited) {
    auto& tx = core_.transactions;
    policy::CallFacts facts = facts_of(invite, c.from, *c.snapshot, tx.branch_key());
    if (facts.replaced) facts.replaced->lives = replaced_lives(invite, core_.accounting);
    facts.sealed = open_sealed(route, c.realm, facts);
    facts.waited = waited;
    c.calling = facts.calling;
    c.decision = policy::decide(facts, *c.snapshot->topology, core_.live.view(*c.snapshot->topology, c.snapshot->trunk_names, core_.names.version(), tx.now()),
                                c.invite_ts, policy::Detail::kDecisive);
    if (waited) return;
    if (c.decision.source_bridge == kNoIndex) ++core_.counters.invites;  // the second pass is the same call
    if (core_.log.enabled(LogLevel::kInfo)) core_.log.info("INVITE", "from", c.from.remote.str(), "called", Pii{facts.called}, "calling", Pii{facts.calling});
}

InviteContext& InitialInvites::remember(std::unique_ptr<InviteContext> context) {
    InviteContext& c = *context;
    ++open_;
    if (c.server.index >= by_server_.size()) by_server_.resize(std::size_t{c.server.index} + 1024);
    by_server_[c.server.index] = c.id;
    contexts_.emplace(c.id, std::move(context));
    return c;
}

bool InitialInvites::wait_for_name(InviteContext& c, const policy::Need& need) {
    const policy::Need::Fact& fact = need.facts.front();
    if (fact.what != policy::Missing::kAddress || waiting_.size() >= kMostWaiting) return false;
    const NamedHost* host = c.snapshot->named_trunk(fact.trunk, fact.endpoint);
    if (host == nullptr || !core_.names.renew(*host)) return false;
    c.waits_for = host;
    waiting_.push_back(c.id);
    ++core_.counters.calls_waited;
    core_.transactions.set_timer(core_.transactions.now() + kNameWait, Tag{Part::kInviteTimer, c.id, kNameTimer}.pack());
    return true;
}

void InitialInvites::on_names() {
    if (waiting_.empty()) return;
    const std::vector<std::uint64_t> all = waiting_;
    for (const std::uint64_t id : all) {
        const auto found = contexts_.find(id);
        if (found == contexts_.end()) {
            std::erase(waiting_, id);
        } else if (found->second->waits_for != nullptr && !core_.names.pending(*found->second->waits_for)) {
            resume(*found->second);
        }
    }
}

// With the request as it came, and whatever is known by now.
void InitialInvites::resume(InviteContext& c) {
    std::erase(waiting_, c.id);
    if (std::exchange(c.waits_for, nullptr) == nullptr || c.finished) return;
    const sip::Message* invite = core_.transactions.request(c.server);
    if (invite == nullptr) return;
    // Its views are read before anything else asks for a request.
    decide(c, *invite, read_route(*invite, *c.snapshot), true);
    go(c);
}

void InitialInvites::go(InviteContext& c) {
    auto& tx = core_.transactions;
    policy::Forward* forward = std::get_if<policy::Forward>(&c.decision.result);
    if (forward == nullptr) {
        c.finished = true;
        --open_;
        const policy::Reject* reject = c.decision.reject();
        // Need: something that only another node could tell. This node has no such source yet.
        return refuse(c, reject != nullptr ? *reject : policy::Reject{480, "Temporarily Unavailable", "need", {}, 0});
    }
    c.plan = std::move(forward->plan);
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
    // DEVIATION from RFC 5393 §5.3.3: a target that was given up without progress, whose CANCEL is on its way, is not counted any more.
    if (const sip::Message* original = tx.request(c.server); original != nullptr && (count > 1 || original->has(HeaderId::kMaxBreadth))) {
        if (breadth_of(*original) < count) {
            return give_up(c, policy::GiveUp{440, "Max-Breadth Exceeded", "breadth", std::nullopt, 0});
        }
    }
    const std::size_t first_branch = c.branches.size();
    for (std::size_t target = first; target < end; ++target) {
        Branch b;
        b.target = target;
        b.started = tx.now();
        const policy::PlanTarget& p = c.plan.targets[target];
        b.peer = branch_peer(c, p);
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

// A name that was not known when the plan was made may be by now. Contacts of users are chosen here alone: forks have one each.
void InitialInvites::choose_server(const InviteContext& c, policy::PlanTarget& target) {
    if (by_bridge(c, target) || target.hop.ip || target.hop.host.empty()) return;
    const NamedHost* host = target.trunk != kNoIndex ? c.snapshot->named_trunk(target.trunk, target.endpoint)
                                                     : c.snapshot->named_user(target.user, target.endpoint);
    if (host == nullptr) return;
    core_.names.renew(*host);
    const auto servers = dns::in_order(host->located.servers, core_.live.dice());
    if (!servers.empty()) policy::reached_at(target.hop, servers.front());
}

void InitialInvites::send(InviteContext& c, std::size_t index) {
    auto& tx = core_.transactions;
    Branch& b = c.branches[index];
    policy::PlanTarget& target = c.plan.targets[b.target];
    choose_server(c, target);
    const Tag tag{Part::kInvite, c.id, static_cast<std::uint16_t>(index)};
    auto destination = invite_destination(c, target);
    const sip::Message* known = tx.request(c.server);
    if (destination && known != nullptr) {
        const sip::Message& original = *known;
        b.client = tx.new_client();
        // RFC 5393 §5.3.3: what goes out at the same time shares what came in. DEVIATION: to one target a request without the field
        // goes without it; who forks it next starts from the same 60 that we would have written.
        const unsigned forks = forks_of(c.plan, b.target);
        const bool written = forks > 1 || original.has(HeaderId::kMaxBreadth);
        const unsigned breadth = written ? std::max(1U, breadth_of(original) / forks) : 0;
        std::string& bytes = core_.out;
        const auto build = [&] {
            bytes.clear();
            if (!b.client) return Built::kFailed;
            return build_invite(bytes, core_.edits, c, b, *destination, original, tx.stamped_via(c.server),
                                tx.branch(b.client, loop_hash(original)), breadth, seconds_of(core_.clock.wall()));
        };
        if (!c.kept && (hidden_from_caller(c) || b.peer.hidden)) {
            c.kept = std::make_unique<Kept>(keep(original, tx.stamped_via(c.server)));
        }
        Built built = build();
        if (built == Built::kDone && !destination->mediated && !b.tcp_refused) {
            if (const auto large = large_request_flow(*c.snapshot, profile_of(c, target), destination->to, bytes.size())) {
                destination->to = *large;
                b.by_size = true;
                built = build();
            }
        }
        b.to = destination->to;
        b.too_large = built == Built::kDone && !sipnet::fits(b.to, bytes.size());
        if (built == Built::kDone && !b.too_large) {
            const std::uint16_t timers = destination->mediated             ? std::uint16_t{0}
                                         : target.trunk != kNoIndex ? c.snapshot->timers_of_trunk(target.trunk)
                                                                    : c.snapshot->timers_of_user(target.user);
            tx.start(b.client, sip::Method::kInvite, bytes, original.call_id(), destination->to, tag.pack(), timers);
            // The second pass of a mediated call has no timer of its own: the first one cancels it through the bridge.
            if (target.progress_timeout_ms != 0 && !c.plan.sealed && b.attempt == 0 && !b.tcp_refused) {
                tx.set_timer(tx.now() + milliseconds(target.progress_timeout_ms),
                             Tag{Part::kInviteTimer, c.id, static_cast<std::uint16_t>(index)}.pack());
            }
            return;
        }
        if (built == Built::kHidesTooMuch) {
            ++core_.counters.hiding_failed;
            core_.log.warning("too much to hide: not sent", "target", b.log.target, "call_id", c.call_id);
        } else if (b.too_large) {
            core_.log.warning("too large for a datagram: not sent", "target", b.log.target, "bytes", bytes.size());
        } else if (b.client) {
            ++core_.counters.edits_failed;
        }
        tx.abandon(b.client);
    }
    // Told from the loop, not from here: the other branches of the group are not sent yet.
    b.client = {};
    tx.set_timer(tx.now(), Tag{Part::kInviteTimer, c.id, static_cast<std::uint16_t>(index)}.pack());
}

void InitialInvites::on_cancel(sipnet::Handle server, const sip::Message& cancel) {
    const auto found = contexts_.find(server.index < by_server_.size() ? by_server_[server.index] : 0);
    if (found == contexts_.end()) return;
    InviteContext& c = *found->second;
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

// The transaction waits on for 2xx of other forks, which seldom come; most of what a call takes in that time is how it was decided.
void InitialInvites::on_call_ended(CallLog&& over) {
    const sipnet::Handle server = over.invite;
    if (server.index >= by_server_.size() || by_server_[server.index] == 0) return;
    const auto found = contexts_.find(by_server_[server.index]);
    if (found == contexts_.end() || found->second->server != server) return;
    InviteContext& c = *found->second;
    if (!c.answered || c.dialogs.size() != 1) return;
    for (const Branch& b : c.branches) {
        if (!b.ended) return;
        // Given up without a final response: its 2xx may still come, and is a call to another target.
        if (!b.answered && b.log.status < 200 && core_.transactions.client_lives(b.client)) return;
    }
    if (c.late) return;
    c.late = std::make_unique<CallLog>(std::move(over));
    for (std::string* text : {&c.from_uri, &c.to_uri, &c.session_id, &c.calling}) std::string().swap(*text);  // they stand there too
    // Exchanged, not assigned: an assigned vector would keep its room.
    std::exchange(c.plan.targets, {});
    c.decision.result = policy::Need{};
    std::exchange(c.decision.steps, {});
    for (std::string* text : {&c.decision.input, &c.decision.e164, &c.decision.dial_plan, &c.decision.dial_rule, &c.decision.policy})
        std::string().swap(*text);
    std::exchange(c.outcomes, {});
    std::exchange(c.attempts, {});
    for (Branch& b : c.branches) std::exchange(b.log, {});
}

void InitialInvites::on_server_end(sipnet::Handle server) {
    if (server.index >= by_server_.size() || by_server_[server.index] == 0) return;
    if (const auto c = contexts_.find(std::exchange(by_server_[server.index], 0)); c != contexts_.end()) {
        if (!c->second->answered && !c->second->finished && open_ > 0) --open_;
        for (Branch& b : c->second->branches) {
            core_.live.release_all(b.held);
            if (b.answered) orphans_.leave_alone(b.client);
        }
        core_.live.release_all(c->second->held);
        contexts_.erase(c);
    }
}

}  // namespace tandem::proxy
