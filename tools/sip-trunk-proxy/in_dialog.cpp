// Knows: the way of an in-dialog request and of its responses.
// Must not know: how the call was set up.
// Next: target_edits.cpp.
#include "sip-trunk-proxy/in_dialog.h"

#include <utility>

#include "base/text.h"
#include "sip-trunk-proxy/facts_of.h"
#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/invite_request.h"
#include "sip-trunk-proxy/relay_response.h"
#include "sip-trunk-proxy/target_edits.h"
#include "sip-trunk-proxy/transfer.h"
#include "sip/hidden.h"

namespace tandem::proxy {

// One of the two sides of a dialog, as the cookie tells it.
struct Party {
    Index realm;
    Index trunk;  // kNoIndex for a user or a bridge
    Index user;
    bool bridge;
    const net::Endpoint& at;
    Way way;
};

namespace {

using sip::HeaderId;
using sip::Method;

constexpr std::size_t kAttemptsKept = 4096;

std::uint64_t attempt_key(const Leg& leg, std::uint32_t cseq) {
    return leg.dialog + cseq * 2ULL + (leg.to_callee ? 1 : 0);
}

Party party(const Snapshot& s, const sip::Cookie& c, bool callee) {
    Party p = callee ? Party{s.realm_by_print(c.callee_realm), s.trunk_by_print(c.callee_trunk), kNoIndex, false, c.callee_at, static_cast<Way>(c.callee_way)}
                     : Party{s.realm_by_print(c.caller_realm), s.trunk_by_print(c.caller_trunk), kNoIndex, false, c.caller_at, static_cast<Way>(c.caller_way)};
    if (p.trunk != kNoIndex || p.realm == kNoIndex) return p;
    p.bridge = s.topology->bridge_by_source(p.realm, p.at) != kNoIndex;
    if (!p.bridge) p.user = s.user_by_source(p.realm, p.at);
    return p;
}

// Whether an address is that party's: where its INVITE came from or went to, or what the topology says of its trunk. A cookie is
// readable for everybody on the path; without this it would open a way through us to any address.
bool belongs(const Snapshot& s, const Party& p, const net::IpAddress& ip) {
    if (p.at.port != 0 && p.at.ip == ip) return true;
    return p.trunk != kNoIndex && s.is_trunk_address(p.trunk, ip);
}

// What the sender was shown in place of a Contact or of routes, opened. False when it says that it is of us and is not: then it
// was sealed for another dialog, or changed.
bool open_hidden(Leg& leg, const sip::Message& request, const OwnRoute& route, const sip::CookieDialog& dialog) {
    const Snapshot& s = *leg.snapshot;
    if (!route.hidden.empty()) {
        auto routes = sip::open_routes(*s.keyring, route.hidden, dialog);
        if (!routes) return false;
        leg.routes = std::move(*routes);
    }
    const auto uri = sip::parse_uri(request.request_uri());
    if (!uri || !sip::looks_sealed(uri->user) || s.realm_of_uri(*uri) == kNoIndex) return true;
    auto target = sip::open_contact(*s.keyring, uri->user, dialog);
    if (!target) return false;
    leg.target = std::move(*target);
    return true;
}

}  // namespace

// DEVIATION from RFC 3261 §18.1.1, which opens a new connection to where Contact leads: while the connection stands by which the
// party's INVITE went, and the Contact is of the same host, its requests go by that one. Most of those who open a connection to
// us listen nowhere (RFC 5626 §1), and nobody else can be at its other end.
std::optional<sipnet::Flow> InDialog::flow_to(const Snapshot& s, const Party& receiver, const std::optional<Hop>& next) const {
    const RealmPorts& ports = s.realms[receiver.realm];
    // TLS to somebody new must know whom it expects.
    const auto peer_at = [&](const net::Endpoint& at) {
        return receiver.trunk != kNoIndex ? s.peer_of_trunk_at(receiver.trunk, at) : s.peer_of_user_at(receiver.user, at);
    };
    const std::uint32_t peer = peer_at(receiver.at);
    // What began by TLS stays on it, whatever transport a Contact names or leaves out.
    const bool stays = next && (receiver.way == Way::kTls || !next->way_stated || next->way == receiver.way || !ports.by(next->way));
    const bool same_host = !next || (stays && next->at.ip == receiver.at.ip);
    if (receiver.way != Way::kUdp && same_host) {
        for (const std::uint32_t known : {peer, std::uint32_t{0}}) {
            for (const std::uint16_t socket : ports.streams) {
                const sipnet::Flow standing{socket, receiver.at, receiver.way, false, known};
                if (core_.transactions.connected(standing)) return standing;
            }
            if (peer == 0) break;
        }
    }
    Hop hop = next.value_or(Hop{receiver.at, receiver.way, true});
    // Also when nothing leaves the realm by the transport that the URI wants.
    if (receiver.way == Way::kTls || !ports.by(hop.way)) hop.way = receiver.way;
    if (hop.at.port == 0 || !ports.by(hop.way)) return std::nullopt;
    return sipnet::Flow{ports.by(hop.way).socket, hop.at, hop.way, true, hop.way == Way::kUdp ? 0 : peer_at(hop.at)};
}

std::optional<Leg> InDialog::leg_of(const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route) const {
    if (route.cookie.empty()) return std::nullopt;
    Leg leg;
    // The cookie belongs to this dialog and to no other: a stolen one routes nothing else. It opens with the caller's tag.
    auto cookie = sip::open_cookie(*core_.snapshot->keyring, route.cookie, {request.call_id(), request.from_tag()});
    leg.to_callee = cookie.has_value();
    if (!cookie) cookie = sip::open_cookie(*core_.snapshot->keyring, route.cookie, {request.call_id(), request.to_tag()});
    if (!cookie) return std::nullopt;
    leg.snapshot = core_.snapshot;
    leg.cookie = *cookie;
    leg.dialog = leg.to_callee ? call_key(request.call_id(), request.from_tag(), request.to_tag())
                               : call_key(request.call_id(), request.to_tag(), request.from_tag());
    const Snapshot& s = *leg.snapshot;
    const Party sender = party(s, *cookie, !leg.to_callee);
    const Party receiver = party(s, *cookie, leg.to_callee);
    if (s.realm_of_socket(from.socket) != sender.realm || !belongs(s, sender, from.remote.ip)) return std::nullopt;
    leg.from = from;
    if (leg.hidden_from_sender() &&
        !open_hidden(leg, request, route, {request.call_id(), leg.to_callee ? request.from_tag() : request.to_tag()})) {
        return std::nullopt;
    }
    leg.out_realm = receiver.realm;
    if (leg.out_realm == kNoIndex) return std::nullopt;  // gone by a reload
    if (leg.stride().k > 1) leg.trunk = receiver.trunk;

    // RFC 3261 §16.6 step 6: the next Route, else the Request-URI. DEVIATION: only as far as that is the other party's; a
    // strange address, or a name that we do not know, gives way to where the dialog's INVITE came from or went to.
    std::optional<Hop> next;
    std::string_view hidden = leg.routes;
    const std::string_view next_route = sip::next_in_list(hidden).value_or(route.next);
    if (!next_route.empty()) {
        const auto address = sip::parse_name_addr(next_route);
        const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
        if (uri) next = hop_of(*uri, s, receiver.realm, receiver.at.ip, from.remote.ip);
    } else if (const auto uri = sip::parse_uri(leg.target.empty() ? request.request_uri() : std::string_view(leg.target))) {
        next = hop_of(*uri, s, receiver.realm, receiver.at.ip, from.remote.ip);
    }
    if (next && !belongs(s, receiver, next->at.ip)) next.reset();
    const auto to = flow_to(s, receiver, next);
    if (!to) return std::nullopt;
    leg.to = *to;
    leg.sender_trunk = sender.trunk;
    leg.receiver_trunk = receiver.trunk;
    leg.sender_user = sender.user;
    leg.receiver_user = receiver.user;
    leg.from_bridge = s.topology->bridge_by_source(sender.realm, from.remote) != kNoIndex;
    leg.to_bridge = s.topology->bridge_by_source(receiver.realm, leg.to.remote) != kNoIndex;
    return leg;
}

unsigned InDialog::invite_attempt(const Leg& leg, std::uint32_t cseq) const {
    if (leg.to_callee && cseq == leg.cookie.to_callee.c0) return leg.cookie.attempt;
    const std::uint64_t key = attempt_key(leg, cseq);
    for (const Attempt& a : attempts_) {
        if (a.key == key) return a.attempt;
    }
    return 0;
}

void InDialog::remember_attempt(const Leg& leg, std::uint32_t cseq, unsigned attempt) {
    const MonoTime now = core_.transactions.now();
    while (!attempts_.empty() && (attempts_.front().until <= now || attempts_.size() >= kAttemptsKept)) attempts_.pop_front();
    const std::uint64_t key = attempt_key(leg, cseq);
    std::erase_if(attempts_, [key](const Attempt& a) { return a.key == key; });
    attempts_.push_back({key, attempt, now + 64 * core_.transactions.timers().t1});
}

// The same as in the dialog's INVITE: what it hid or replaced stays so to the end of the call.
void InDialog::identity(sip::Edits& edits, const Leg& leg, const OwnRoute& route) const {
    const sip::Message& request = edits.message();
    const topology::Topology& t = *leg.snapshot->topology;
    if (!leg.to_callee) {
        return callee_identity_edits(edits, passes_callee_identity(t, {leg.from_bridge, leg.sender_trunk}, {leg.to_bridge, leg.receiver_trunk}, request));
    }
    if (leg.to_bridge) return;  // it gets what came; the target's part is done when its other leg passes here
    auto shown = sip::open_identity(*leg.snapshot->keyring, route.identity, {request.call_id(), request.from_tag()});
    // A caller that took the parameter away gets no say by that.
    if (!shown) shown = sip::ShownIdentity{.anonymous = false, .in_from = false, .in_pai = false, .number = {}, .name = {}};
    identity_edits(edits, *shown, shown_host(t, leg.receiver_trunk));
}

// A NOTIFY of a second REFER says which one by the CSeq number that its sender got (RFC 3515 §2.4.6); the transferor wrote another.
// DEVIATION: the same in a SUBSCRIBE of the transferor stays as it is, for how often its REFER was challenged is not remembered.
void InDialog::notified_refer(sip::Edits& edits, const Leg& leg) {
    const sip::CSeqStride stride = leg.reverse_stride();
    const sip::Message& m = edits.message();
    const sip::Header* event = m.method() == Method::kNotify && stride.k > 1 ? m.first(HeaderId::kEvent) : nullptr;
    if (event == nullptr) return;
    const std::string_view value = m.value(*event);
    const std::size_t params = value.find(';');
    if (params == std::string_view::npos || !iequals(trim(value.substr(0, params)), "refer")) return;
    const auto id = sip::find_param(value.substr(params), "id");
    const auto number = id ? to_number<std::uint32_t>(*id) : std::nullopt;
    const auto written = number ? stride.in(*number) : std::nullopt;
    if (!written) return;
    const auto begin = static_cast<std::uint32_t>(id->data() - m.bytes().data());
    edits.splice(begin, begin + static_cast<std::uint32_t>(id->size()), cat(*written));
}

bool InDialog::build(std::string& out, const Leg& leg, const sip::Message& request, std::string_view via,
                     std::string_view branch, unsigned attempt, const std::optional<Answer>& answer,
                     const OwnRoute& route) const {
    const Snapshot& s = *leg.snapshot;
    sip::Edits& edits = core_.edits;
    edits.reset(request);
    const RealmPort& port = s.realms[leg.out_realm].by(leg.to.kind);
    forward_edits(edits, {via, port.via, branch, route.count, leg.hidden_from_receiver()});
    if (!leg.target.empty()) edits.set_request_uri(leg.target);
    if (!leg.routes.empty()) edits.push_route(leg.routes);
    const sip::CSeqStride stride = leg.stride();
    if (stride.k > 1) {
        if (const auto number = stride.out(request.cseq().number, attempt)) edits.set_cseq(*number);
        const sip::Header* rack = request.first(HeaderId::kRAck);
        if (rack != nullptr) {
            // RFC 3262 §7.2: the CSeq number of the INVITE, as the other side has seen it.
            const auto value = sip::parse_rack(request.value(*rack));
            const auto number = value ? stride.out(value->cseq.number, invite_attempt(leg, value->cseq.number)) : std::nullopt;
            if (number) edits.set_value(*rack, cat(value->rseq, ' ', *number, ' ', value->cseq.method_text));
        }
    }
    notified_refer(edits, leg);
    identity(edits, leg, route);
    refer_to_edit(edits, s, port);
    if (leg.hidden_from_receiver()) {
        const Own own{leg.out_realm, leg.receiver_trunk, leg.to.remote.ip, shown_host(*s.topology, leg.receiver_trunk)};
        const Veil veil{s, port, own, {request.call_id(), leg.to_callee ? request.from_tag() : request.to_tag()},
                        owner_of(s, leg.from_bridge, leg.sender_trunk, s.realm_of_socket(leg.from.socket), leg.sender_at())};
        if (!conceal_request(edits, veil)) {
            ++core_.counters.hiding_failed;
            core_.log.warning("too much to hide: not sent", "method", request.method_text(), "call_id", request.call_id());
            return false;
        }
    }
    if (leg.to_callee) session_id_edit(edits, session_uuid(request));
    if (answer) edits.add(sip::to_string(answer->header), answer->credentials);
    const auto* rules = s.rules_for(leg.receiver_trunk, leg.receiver_user);
    if (rules != nullptr) apply_header_rules(edits, *rules);
    sip::repair(edits);
    if (edits.render(out)) return true;
    ++core_.counters.edits_failed;
    return false;
}

bool InDialog::knows(const sip::Message& request, const sipnet::Flow& from) {
    if (!request.to_tag().empty()) known_ = leg_of(request, from, read_route(request, *core_.snapshot));
    return known_.has_value();
}

std::optional<Leg> InDialog::known_or_found(const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route) {
    return known_ ? std::exchange(known_, std::nullopt) : leg_of(request, from, route);
}

void InDialog::end_by_bye(const Relay& r, int status) {
    // RFC 3261 §15.1.1: done, no such dialog, or nobody there any more. Any other answer leaves the session of the one who
    // answered as it was, and then the call is not over for the record either.
    if (!r.bye || !((status >= 200 && status < 300) || status == 481 || status == 408)) return;
    core_.accounting.ended(r.leg.dialog, r.leg.to_callee ? "caller" : "callee");
}

void InDialog::handle(sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from, const OwnRoute& route) {
    auto& tx = core_.transactions;
    auto leg = known_or_found(request, from, route);
    if (!leg) {
        ++core_.counters.stray_requests;
        return tx.respond(server, 481);
    }
    if (request.method() == Method::kInvite) tx.respond(server, 100);
    auto relay = std::make_unique<Relay>();
    relay->server = server;
    relay->leg = std::move(*leg);
    relay->invite = request.method() == Method::kInvite;
    relay->bye = request.method() == Method::kBye;
    if (relay->leg.hidden_from_sender() || relay->leg.hidden_from_receiver()) {
        relay->kept = std::make_unique<Kept>(keep(request, tx.stamped_via(server)));
    }
    const std::uint64_t id = next_id_++;
    if (server.index >= by_server_.size()) by_server_.resize(std::size_t{server.index} + 1024);
    by_server_[server.index] = id;
    Relay& r = *relay;
    relays_.emplace(id, std::move(relay));
    if (const int refusal = send(id, r, &route); refusal != 0) tx.respond(server, refusal);
}

int InDialog::send(std::uint64_t id, Relay& r, const OwnRoute* route) {
    auto& tx = core_.transactions;
    const sip::Message* known = tx.request(r.server);
    if (known == nullptr) return 500;
    const sip::Message& request = *known;
    r.client = tx.new_client();
    std::string& bytes = core_.out;
    const auto make = [&] {
        bytes.clear();
        return r.client && build(bytes, r.leg, request, tx.stamped_via(r.server), tx.branch(r.client, loop_hash(request)), r.attempt,
                                 r.answer, route != nullptr ? *route : read_route(request, *r.leg.snapshot));
    };
    bool built = make();
    const topology::SipProfile* profile = r.leg.snapshot->profile_of(r.leg.receiver_trunk, r.leg.receiver_user);
    if (built && !r.tcp_refused && profile != nullptr) {
        if (const auto large = large_request_flow(*r.leg.snapshot, *profile, r.leg.to, bytes.size())) {
            r.udp = std::exchange(r.leg.to, *large);
            r.by_size = true;
            built = make();
        }
    }
    const bool too_large = built && !sipnet::fits(r.leg.to, bytes.size());
    if (!built || too_large) {
        tx.abandon(r.client);
        r.client = {};
        return too_large ? 513 : 500;  // RFC 3261 §21.5.7
    }
    tx.start(r.client, request.method(), bytes, request.call_id(), r.leg.to, Tag{Part::kInDialog, id, 0}.pack(),
             r.leg.snapshot->timers_of(r.leg.receiver_trunk, r.leg.receiver_user));
    return 0;
}

void InDialog::on_ack(const sip::Message& ack, const sipnet::Flow& from, std::string_view via, const OwnRoute& route) {
    const auto leg = known_or_found(ack, from, route);
    if (!leg || ack.max_forwards().value_or(70) == 0) {
        ++core_.counters.stray_requests;
        return;
    }
    // RFC 3261 §16.11: stateless, so the branch must be the same for the same ACK sent again.
    const std::string branch = cat("z9hG4bKa", sip::fingerprint(cat(ack.top_via_text(), '|', ack.call_id(), '|', ack.cseq().number)));
    std::string& bytes = core_.out;
    bytes.clear();
    if (build(bytes, *leg, ack, via, branch, invite_attempt(*leg, ack.cseq().number), std::nullopt, route)) {
        core_.transactions.send_stateless(leg->to, bytes);
    }
}

void InDialog::on_cancel(sipnet::Handle server, const sip::Message& cancel) {
    const auto found = relays_.find(server.index < by_server_.size() ? by_server_[server.index] : 0);
    if (found == relays_.end()) return;
    Relay& r = *found->second;
    r.cancelled = true;
    core_.transactions.cancel(r.client, cancel.value(HeaderId::kReason));
}

void InDialog::on_response(Tag tag, sipnet::Handle client, const sip::Message& response, const sipnet::Flow& from) {
    auto& tx = core_.transactions;
    const auto found = relays_.find(tag.id);
    if (found == relays_.end() || found->second->client != client) return;
    Relay& r = *found->second;
    r.heard = true;
    if (response.status() == 100) return;
    const auto request = tx.request_head(r.server);
    if (!request) return;
    const int status = response.status();
    if ((status == 401 || status == 407) && !r.cancelled) {
        const bool room = r.leg.stride().out(request->cseq, r.attempt + 1).has_value();
        const sip::Message* whole = room ? tx.request(r.server) : nullptr;
        auto answer = whole != nullptr ? answer_challenge(response, from.remote, r.leg.trunk, *r.leg.snapshot, whole->method_text(),
                                                          r.leg.target.empty() ? whole->request_uri() : r.leg.target, r.attempt)
                                       : std::nullopt;
        if (answer) {
            ++core_.counters.challenges_answered;
            r.answer = std::move(*answer);
            ++r.attempt;
            if (r.invite) remember_attempt(r.leg, request->cseq, r.attempt);
            if (send(tag.id, r, nullptr) == 0) return;
        } else {
            ++core_.counters.challenges_passed;
        }
    }
    if (r.invite && status >= 200 && status < 300 && r.attempt > 0) remember_attempt(r.leg, request->cseq, r.attempt);
    end_by_bye(r, status);
    // From here on r may be gone: a 408 ends the server transaction at once (RFC 4320 §4.2), and the relay with it.
    const bool over = !r.invite && status >= 200;
    const bool relayed = relay(r, response);  // unanswered, it is sent again
    if (over && relayed) relays_.erase(tag.id);
}

bool InDialog::relay(const Relay& r, const sip::Message& response) {
    const Leg& leg = r.leg;
    const Snapshot& s = *leg.snapshot;
    const Index realm = s.realm_of_socket(leg.from.socket);
    const auto* rules = s.rules_for(leg.sender_trunk, leg.sender_user);
    // The caller's identity is what its requests were given (identity()), so nothing that its responses say; the callee's as there.
    const bool tells = leg.to_callee ? passes_callee_identity(*s.topology, {leg.to_bridge, leg.receiver_trunk}, {leg.from_bridge, leg.sender_trunk}, response)
                                     : leg.from_bridge;
    const auto pass = [&, server = r.server](const ResponseVeil* veil) {
        if (relay_response(core_, server, response, {.veil = veil, .rules = rules, .tells_identity = tells, .challenges = {}})) return true;
        // The same would come again: without a final response of ours an INVITE would wait for ever. A failure keeps its status.
        if (response.status() >= 200) core_.transactions.respond(server, response.status() >= 300 ? response.status() : 500);
        return false;
    };
    if (!r.kept) return pass(nullptr);
    const Own own{realm, leg.sender_trunk, leg.from.remote.ip, shown_host(*s.topology, leg.sender_trunk)};
    const ResponseVeil veil{.kept = r.kept.get(),
                            .from_responder = leg.hidden_from_receiver(),
                            .from_requester = leg.hidden_from_sender(),
                            .recorded = false,
                            .two_uris = false,
                            .requester = {s, s.realms[realm].by(leg.from.kind), own,
                                          {response.call_id(), leg.to_callee ? response.from_tag() : response.to_tag()},
                                          owner_of(s, leg.to_bridge, leg.receiver_trunk, leg.out_realm, leg.receiver_at())}};
    return pass(&veil);
}

void InDialog::on_failure(Tag tag, sipnet::Handle client, sipnet::TransactionUser::Failure failure) {
    const auto found = relays_.find(tag.id);
    if (found == relays_.end() || found->second->client != client) return;
    using Failure = sipnet::TransactionUser::Failure;
    if (failure == Failure::kTimerC) return;
    Relay& r = *found->second;
    if (failure == Failure::kTransportError && r.by_size && !r.heard && !r.cancelled) {
        r.by_size = false;
        r.tcp_refused = true;
        r.leg.to = r.udp;
        const int refusal = send(tag.id, r, nullptr);
        if (refusal == 0) return;
        if (refusal == 513) return core_.transactions.respond(r.server, refusal);
    }
    end_by_bye(*found->second, 408);
    // A timeout counts as 408, which the non-INVITE machine keeps to itself (RFC 4320 §4.2); a transport error as 503, and a
    // lone 503 goes upstream as 500 (RFC 3261 §16.7 step 6).
    core_.transactions.respond(found->second->server, failure == Failure::kTimeout ? 408 : 500);
}

std::size_t InDialog::open() const {
    std::size_t count = 0;
    for (const auto& [id, relay] : relays_) count += core_.transactions.server_open(relay->server) ? 1U : 0U;
    return count;
}

void InDialog::on_server_end(sipnet::Handle server) {
    if (server.index < by_server_.size()) relays_.erase(std::exchange(by_server_[server.index], 0));
}

}  // namespace tandem::proxy
