#include "sipnet/transactions.h"

#include <algorithm>

#include "base/text.h"
#include "sip/edit.h"
#include "sip/keyring.h"

namespace tandem::sipnet {

using siptx::Actions;

namespace {

// Goes with the 503 of a full table; see set_max().
constexpr std::string_view kBusyHeaders = "Retry-After: 5\r\n";

// Of a connection among lists of those that wait by one. Who is expected at its end does not count: see same_way().
std::size_t place_of(const Flow& flow) {
    const std::uint64_t mixed = (std::hash<net::Endpoint>{}(flow.remote) * 31 + flow.socket) * 0x9e3779b97f4a7c15ULL;
    return mixed >> 52;
}

std::string tag_of(std::uint64_t hash, const SipHashKey& key) {
    const std::uint64_t mixed = siphash(key, cat(hash));
    std::string out;
    append_hex(out, mixed);
    return out;
}

}  // namespace

Flow response_flow(const Flow& from, std::string_view via) {
    Flow to = from;
    if (from.kind != TransportKind::kUdp) return to;
    const auto stamped = sip::parse_via(via);
    if (const auto target = stamped ? sip::response_target(*stamped) : std::nullopt) to.remote = *target;
    return to;
}

// --- which message belongs to which transaction ---------------------------------------------------------------------

// RFC 3261 §17.2.3: branch, sent-by and method; without an RFC 3261 branch what RFC 2543 went by. 64 bits under a key that nobody
// outside knows stand for them: two requests that share these and the CSeq number too will not be met.
std::uint64_t Transactions::key_of(const sip::Message& m, sip::Method method, std::string_view method_text) {
    std::string& out = key_buffer_;
    out.clear();
    const std::string_view name = method == sip::Method::kUnknown ? method_text : sip::to_string(method);
    const sip::Via& via = m.top_via();
    if (via.rfc3261_branch()) {
        append(out, via.branch(), '|');
        for (char c : via.host) out.push_back(to_lower(c));
        append(out, '|', via.port, '|', name);
    } else {
        append(out, "2543|", m.call_id(), '|', m.from_tag(), '|', m.cseq().number, '|', m.request_uri(), '|',
               m.top_via_text(), '|', name);
    }
    return sip::fingerprint(out);
}

Transactions::Server* Transactions::find_server(std::uint64_t key, std::uint32_t cseq, std::uint32_t& index) {
    const std::uint32_t found = index_.find(key, [&](std::uint32_t place) { return servers_.at_index(place)->cseq == cseq; });
    if (found == HashIndex::kNone) return nullptr;
    index = found;
    return servers_.at_index(found);
}

void Transactions::on_message(const sip::Message& m, const Flow& from) {
    if (!m.is_request()) {
        on_response(m, from);
    } else if (m.method() == sip::Method::kAck) {
        on_ack(m, from);
    } else if (m.method() == sip::Method::kCancel) {
        on_cancel(m, from);
    } else {
        on_request(m, from);
    }
    trim();
}

// Most of a call's time in here is the wait for late repetitions, for which little is needed: memory that is given back now serves
// the next call.
void Transactions::trim() {
    for (const Handle h : answered_servers_) {
        Server* s = servers_.get(h.index, h.generation);
        if (s == nullptr || s->trimmed) continue;
        // What fits into the string's own room costs nothing.
        std::string from(s->request, s->from_begin, s->from_size);
        s->request.swap(from);
        s->from_begin = 0;
        s->trimmed = true;
        // RFC 6026 §7.1: repetitions of an INVITE that got a 2xx are absorbed, not answered; the callee repeats the 2xx.
        if (s->invite && s->machine_invite.state() == siptx::ServerInvite::State::kAccepted) std::string().swap(s->last_response);
    }
    answered_servers_.clear();
    for (const Handle h : answered_clients_) {
        Client* c = clients_.get(h.index, h.generation);
        if (c != nullptr && !c->cancel_wanted) std::string().swap(c->request);
    }
    answered_clients_.clear();
}

void Transactions::on_request(const sip::Message& m, const Flow& from) {
    if (from.kind == TransportKind::kTls && sip::find_param(m.top_via().params, "alias")) {
        transport_->alias(from, {from.remote.ip, m.top_via().port == 0 ? default_port(from.kind) : m.top_via().port});
    }
    const std::uint64_t key = key_of(m, m.method(), m.method_text());
    std::uint32_t index = 0;
    if (Server* s = find_server(key, m.cseq().number, index)) {
        do_server(index, *s, s->invite ? s->machine_invite.on_request() : s->machine.on_request());
        return;
    }
    std::string via = sip::stamp_via(m.top_via_text(), m.top_via(), from.remote);
    Slab<Server>::Place place{};
    if (!servers_.make(place)) {
        stateless(m, from, via, 503);
        return;
    }
    Server& s = *place.object;
    s.invite = m.method() == sip::Method::kInvite;
    s.final_sent = s.trimmed = false;
    s.hash = key;
    s.cseq = m.cseq().number;
    s.request.assign(m.bytes());
    const std::string_view from_value = m.value(sip::HeaderId::kFrom);
    s.from_begin = from_value.empty() ? 0 : static_cast<std::uint32_t>(from_value.data() - m.bytes().data());
    s.from_size = static_cast<std::uint32_t>(from_value.size());
    s.via = std::move(via);
    s.last_response.clear();
    s.reply = response_flow(from, s.via);
    s.timers = user_->timers_for(from);
    s.generation = place.generation;
    s.scheduled = siptx::kNever;
    index_.insert(key, place.index);
    const auto reliability = transport_->reliability(from);
    if (s.invite) {
        s.machine_invite = {};
        s.machine_invite.start(timers_of(s), reliability, now_);
    } else {
        s.machine = {};
        s.machine.start(timers_of(s), reliability, now_);
    }
    schedule(place.index, s);
    current_ = Handle{place.index, place.generation};
    current_message_ = &m;
    user_->on_request(current_, m, from, s.via);
    current_ = {};
}

void Transactions::on_ack(const sip::Message& m, const Flow& from) {
    std::uint32_t index = 0;
    if (Server* s = find_server(key_of(m, sip::Method::kInvite, {}), m.cseq().number, index); s != nullptr && s->invite) {
        const Actions actions = s->machine_invite.on_ack(timers_of(*s), now_);
        do_server(index, *s, actions);
        // An ACK for a 2xx has a branch of its own; one that carries the INVITE's is from an RFC 2543 peer, and goes on.
        if (!actions.has(Actions::kDeliver)) return;
    }
    user_->on_ack(m, from, sip::stamp_via(m.top_via_text(), m.top_via(), from.remote));
}

void Transactions::on_cancel(const sip::Message& m, const Flow& from) {
    std::uint32_t index = 0;
    Server* s = find_server(key_of(m, sip::Method::kInvite, {}), m.cseq().number, index);
    const std::string via = sip::stamp_via(m.top_via_text(), m.top_via(), from.remote);
    // DEVIATION from RFC 3261 §16.10: a CANCEL without its INVITE is answered 481 rather than forwarded statelessly; this
    // proxy never forwards an INVITE statelessly, so nobody downstream could know it. DEVIATION from §9.2 too: a CANCEL of any other
    // request, which it could not end anyhow, gets the 481 as well.
    stateless(m, from, via, s == nullptr ? 481 : 200);
    if (s != nullptr && s->invite && !s->final_sent) user_->on_cancel(Handle{index, s->generation}, m);
}

// DEVIATION from RFC 3261 §17.1.3 and §18.1.2, which go by branch and CSeq alone: over UDP nothing tells who wrote a response, so
// it must also come from where the request went and carry its Call-ID; else whoever gets to see a branch could end the call.
bool Transactions::answers(const Client& c, const sip::Message& m, const Flow& from) const {
    const bool cancel = c.cancel_sent && m.cseq().method == sip::Method::kCancel;
    if (!cancel && m.cseq().method != c.method) return false;
    if (sip::fingerprint(m.call_id()) != c.call_id) return false;
    return from.kind == c.to.kind && (from.remote.ip == c.to.remote.ip || user_->may_answer_for(c.to, from));
}

void Transactions::on_response(const sip::Message& m, const Flow& from) {
    const auto branch = siptx::read_branch(m.top_via().branch(), branch_key_);
    Client* c = branch ? clients_.get(branch->handle.index, branch->handle.generation) : nullptr;
    if (c == nullptr || !answers(*c, m, from)) {
        user_->on_stray_response();
        return;
    }
    const bool for_cancel = m.cseq().method != c->method;
    const std::uint32_t index = branch->handle.index;
    if (for_cancel) {
        do_cancel(*c, c->cancel_machine.on_response(m.status(), timers_of(*c), now_));
        schedule(index, *c);
        return;
    }
    if (c->invite) {
        const bool was_provisional = c->provisional;
        c->provisional = c->provisional || m.status() < 200;
        if (m.status() >= 200) {
            c->final = true;
            c->timer_c = siptx::kNever;
        } else if (m.status() > 100 && !c->cancel_sent && c->timer_c != siptx::kNever) {
            c->timer_c = now_ + timers_of(*c).c;  // RFC 3261 §16.7 step 2
        }
        const Actions actions = c->machine_invite.on_response(m.status(), timers_of(*c), now_);
        if (c->cancel_wanted && !was_provisional && m.status() < 200) send_cancel(*c);
        do_client(index, *c, actions, &m, &from);
        return;
    }
    do_client(index, *c, c->machine.on_response(m.status(), timers_of(*c), now_), &m, &from);
}

void Transactions::on_undeliverable(std::string_view branch_text) {
    const auto branch = siptx::read_branch(branch_text, branch_key_);
    Client* c = branch ? clients_.get(branch->handle.index, branch->handle.generation) : nullptr;
    if (c == nullptr) return;
    do_client(branch->handle.index, *c,
              c->invite ? c->machine_invite.on_transport_error() : c->machine.on_transport_error(), nullptr, nullptr);
}

void Transactions::on_lost(const Flow& flow) {
    // Who is told may start and end others: their places are looked up one by one.
    std::vector<Handle> waiting;
    for (std::uint32_t index = by_connection_[place_of(flow)]; index != kNobody; index = clients_.at_index(index)->after) {
        const Client& c = *clients_.at_index(index);
        if (same_way(c.to, flow)) waiting.push_back({index, c.generation});
    }
    std::reverse(waiting.begin(), waiting.end());  // who waits longest first
    for (const Handle h : waiting) {
        Client* c = clients_.get(h.index, h.generation);
        if (c == nullptr) continue;
        do_client(h.index, *c, c->invite ? c->machine_invite.on_transport_error() : c->machine.on_transport_error(), nullptr, nullptr);
    }
}

void Transactions::link(std::uint32_t index, Client& c) {
    std::uint32_t& head = by_connection_[place_of(c.to)];
    c.before = kNobody;
    c.after = head;
    if (head != kNobody) clients_.at_index(head)->before = index;
    head = index;
}

void Transactions::free_client(std::uint32_t index, Client& c) {
    if (c.to.kind != TransportKind::kUdp) {
        (c.before != kNobody ? clients_.at_index(c.before)->after : by_connection_[place_of(c.to)]) = c.after;
        if (c.after != kNobody) clients_.at_index(c.after)->before = c.before;
    }
    clients_.free(index);
}

// --- doing what the machines ask -------------------------------------------------------------------------------------

bool Transactions::send_reply(Server& s) {
    if (transport_->send(s.reply, s.last_response)) return true;
    if (s.reply.kind == TransportKind::kUdp || s.reply.may_connect) return false;
    // It stands, but who is at its other end does not read: then not at the ports that it names either.
    if (transport_->connected(s.reply)) return false;
    // RFC 3261 §18.2.2: the connection is gone, so to where the request came from, at the port in sent-by.
    const auto stamped = sip::parse_via(s.via);
    const auto peer = user_->peer_for_response(s.reply);
    if (!stamped || !peer) return false;
    s.reply.remote.port = stamped->port == 0 ? default_port(s.reply.kind) : stamped->port;
    s.reply.peer = *peer;
    s.reply.may_connect = true;
    return transport_->send(s.reply, s.last_response);
}

void Transactions::do_server(std::uint32_t index, Server& s, Actions actions) {
    const std::uint32_t generation = s.generation;
    bool sent = true;
    if (actions.has(Actions::kSend) && !s.last_response.empty()) sent = send_reply(s);
    if (actions.has(Actions::kSendTrying)) {
        if (sip::scan(s.request, sip::Strictness::kLenient, scratch_).ok()) {
            s.last_response.clear();
            sip::build_response(s.last_response, scratch_, 100, {.reason = {}, .to_tag = {}, .top_via = s.via, .extra_headers = {}});
            sent = send_reply(s);
        }
    }
    if (!sent) {
        const Actions told = s.invite ? s.machine_invite.on_transport_error() : s.machine.on_transport_error();
        // A machine that ends with this very response has no say any more.
        if (told.has(Actions::kTransportError) || actions.has(Actions::kTerminate)) user_->on_undelivered_response();
    }
    if (actions.has(Actions::kTerminate)) {
        index_.erase(s.hash, index);
        servers_.free(index);
        user_->on_server_end(Handle{index, generation});
        return;
    }
    schedule(index, s);
}

void Transactions::reply(Server& s, int status, std::string_view bytes, Actions actions, std::uint32_t index) {
    if (actions.has(Actions::kSend)) {
        s.last_response.assign(bytes);
        if (status >= 200) {
            s.final_sent = true;
            answered_servers_.push_back({index, s.generation});
        }
    }
    do_server(index, s, actions);
}

void Transactions::do_client(std::uint32_t index, Client& c, Actions actions, const sip::Message* response, const Flow* from) {
    const Handle handle{index, c.generation};
    if (actions.has(Actions::kSendAck)) {
        if (c.ack.empty() && response != nullptr && sip::scan(c.request, sip::Strictness::kLenient, scratch_).ok()) {
            sip::build_ack(c.ack, scratch_, *response);
        }
        if (!c.ack.empty()) transport_->send(c.to, c.ack);
    }
    if (actions.has(Actions::kSend) && !transport_->send(c.to, c.request)) c.send_failed = true;
    if (actions.has(Actions::kDeliver) && response != nullptr) {
        if (response->status() >= 200) answered_clients_.push_back(handle);
        user_->on_response(handle, c.user, *response, *from);
    }
    if (actions.has(Actions::kTimeout)) return fail(index, c, TransactionUser::Failure::kTimeout, true);
    if (actions.has(Actions::kTransportError)) return fail(index, c, TransactionUser::Failure::kTransportError, true);
    if (actions.has(Actions::kTerminate)) {
        free_client(index, c);
        return;
    }
    schedule(index, c);
}

void Transactions::fail(std::uint32_t index, Client& c, TransactionUser::Failure failure, bool over) {
    const Handle handle{index, c.generation};
    const std::uint64_t user = c.user;
    // A failed ACK of a failure that was delivered already says nothing new.
    const bool told = c.final;
    if (over) free_client(index, c);
    if (!told) user_->on_failure(handle, user, failure);
}

void Transactions::do_cancel(Client& c, Actions actions) {
    if (actions.has(Actions::kSend)) transport_->send(c.to, c.cancel);
}

void Transactions::send_cancel(Client& c) {
    if (c.cancel_sent || !sip::scan(c.request, sip::Strictness::kLenient, scratch_).ok()) return;
    c.cancel.clear();
    sip::build_cancel(c.cancel, scratch_, c.cancel_reason);
    c.cancel_sent = true;
    c.cancel_machine = {};
    do_cancel(c, c.cancel_machine.start(timers_of(c), transport_->reliability(c.to), now_));
    // RFC 3261 §9.1: no final response within 64*T1 of the CANCEL: it is taken as cancelled.
    c.timer_c = now_ + 64 * timers_of(c).t1;
}

void Transactions::client_time(std::uint32_t index, Client& c) {
    if (c.send_failed) {
        c.send_failed = false;
        const Actions actions = c.invite ? c.machine_invite.on_transport_error() : c.machine.on_transport_error();
        return do_client(index, c, actions, nullptr, nullptr);
    }
    if (c.cancel_sent && now_ >= c.cancel_machine.deadline()) do_cancel(c, c.cancel_machine.on_time(timers_of(c), now_));
    if (now_ >= c.timer_c) {
        if (c.cancel_sent || !c.provisional) {
            return fail(index, c, TransactionUser::Failure::kTimeout, true);
        }
        send_cancel(c);
        fail(index, c, TransactionUser::Failure::kTimerC, false);
        schedule(index, c);
        return;
    }
    do_client(index, c, c.invite ? c.machine_invite.on_time(timers_of(c), now_) : c.machine.on_time(timers_of(c), now_), nullptr,
              nullptr);
}

void Transactions::schedule(std::uint32_t index, Server& s) {
    const MonoTime at = s.deadline();
    if (at >= s.scheduled) return;
    s.scheduled = at;
    timer_queue_.push(at, TimerKey{TimerKey::kServer, index, s.generation, 0});
}

void Transactions::schedule(std::uint32_t index, Client& c) {
    const MonoTime at = c.deadline();
    if (at >= c.scheduled) return;
    c.scheduled = at;
    timer_queue_.push(at, TimerKey{TimerKey::kClient, index, c.generation, 0});
}

void Transactions::on_time() {
    TimerKey key;
    while (timer_queue_.pop_due(now_, key)) {
        if (key.kind == TimerKey::kUser) {
            user_->on_timer(key.user);
        } else if (key.kind == TimerKey::kServer) {
            Server* s = servers_.get(key.index, key.generation);
            if (s == nullptr) continue;
            s->scheduled = siptx::kNever;
            do_server(key.index, *s,
                      s->invite ? s->machine_invite.on_time(timers_of(*s), now_) : s->machine.on_time(timers_of(*s), now_));
        } else if (Client* c = clients_.get(key.index, key.generation)) {
            c->scheduled = siptx::kNever;
            client_time(key.index, *c);
        }
    }
    trim();
}

std::uint16_t Transactions::timer_set(const siptx::Timers& timers) {
    for (std::size_t i = 0; i < timer_sets_.size(); ++i) {
        if (timer_sets_[i] == timers) return static_cast<std::uint16_t>(i);
    }
    if (timer_sets_.size() > 0xffff) return 0;
    timer_sets_.push_back(timers);
    return static_cast<std::uint16_t>(timer_sets_.size() - 1);
}

// --- what the transaction user calls ---------------------------------------------------------------------------------

void Transactions::respond(Handle server, int status, const sip::ResponseOptions& options) {
    const Server* s = servers_.get(server.index, server.generation);
    const sip::Message* m = request_of(server, scratch_);
    if (s == nullptr || m == nullptr) return;
    sip::ResponseOptions full = options;
    full.top_via = s->via;
    const std::string tag = tag_of(s->hash, branch_key_);
    if (full.to_tag.empty()) full.to_tag = tag;
    text_buffer_.clear();
    sip::build_response(text_buffer_, *m, status, full);
    respond_bytes(server, status, text_buffer_);
}

void Transactions::respond_bytes(Handle server, int status, std::string_view bytes) {
    Server* s = servers_.get(server.index, server.generation);
    if (s == nullptr) return;
    const Actions actions = s->invite ? s->machine_invite.on_response(status, timers_of(*s), now_)
                                      : s->machine.on_response(status, timers_of(*s), now_);
    reply(*s, status, bytes, actions, server.index);
}

std::string_view Transactions::request_bytes(Handle server) {
    const Server* s = servers_.get(server.index, server.generation);
    return s == nullptr || s->trimmed ? std::string_view{} : std::string_view(s->request);
}

const sip::Message* Transactions::request_of(Handle server, sip::Message& room) {
    if (server && server == current_) return current_message_;
    const Server* s = servers_.get(server.index, server.generation);
    return s != nullptr && !s->trimmed && sip::scan(s->request, sip::Strictness::kLenient, room).ok() ? &room : nullptr;
}

const sip::Message* Transactions::request(Handle server) { return request_of(server, requested_); }

std::optional<Transactions::RequestHead> Transactions::request_head(Handle server) {
    const Server* s = servers_.get(server.index, server.generation);
    if (s == nullptr) return std::nullopt;
    return RequestHead{s->cseq, std::string_view(s->request).substr(s->from_begin, s->from_size)};
}

std::string_view Transactions::stamped_via(Handle server) {
    const Server* s = servers_.get(server.index, server.generation);
    return s == nullptr ? std::string_view{} : std::string_view(s->via);
}

bool Transactions::reply_fits(Handle server, std::size_t bytes) {
    const Server* s = servers_.get(server.index, server.generation);
    return s == nullptr || fits(s->reply, bytes);
}

bool Transactions::server_open(Handle server) {
    const Server* s = servers_.get(server.index, server.generation);
    return s != nullptr && !s->final_sent;
}

Handle Transactions::new_client() {
    Slab<Client>::Place place{};
    if (!clients_.make(place)) return {};
    Client& c = *place.object;
    c.generation = place.generation;
    c.provisional = c.final = c.cancel_wanted = c.cancel_sent = c.send_failed = false;
    c.request.clear();
    c.ack.clear();
    c.cancel.clear();
    c.cancel_reason.clear();
    c.timer_c = c.scheduled = siptx::kNever;
    c.to = {};  // in no list until start()
    return Handle{place.index, place.generation};
}

void Transactions::abandon(Handle client) {
    if (Client* c = clients_.get(client.index, client.generation)) free_client(client.index, *c);
}

void Transactions::start(Handle client, sip::Method method, std::string_view bytes, std::string_view call_id, const Flow& to,
                         std::uint64_t user, std::uint16_t timers) {
    Client* c = clients_.get(client.index, client.generation);
    if (c == nullptr) return;
    c->method = method;
    c->invite = method == sip::Method::kInvite;
    c->request.assign(bytes);
    c->call_id = sip::fingerprint(call_id);
    c->to = to;
    if (to.kind != TransportKind::kUdp) link(client.index, *c);
    c->user = user;
    c->timers = timers;
    const auto reliability = transport_->reliability(to);
    Actions actions;
    if (c->invite) {
        c->machine_invite = {};
        actions = c->machine_invite.start(timers_of(*c), reliability, now_);
        c->timer_c = now_ + timers_of(*c).c;
    } else {
        c->machine = {};
        actions = c->machine.start(timers_of(*c), reliability, now_);
    }
    do_client(client.index, *c, actions, nullptr, nullptr);
}

void Transactions::cancel(Handle client, std::string_view reason) {
    Client* c = clients_.get(client.index, client.generation);
    if (c == nullptr || !c->invite || c->final || c->cancel_wanted) return;
    c->cancel_wanted = true;
    c->cancel_reason.assign(reason);
    if (c->provisional) {
        send_cancel(*c);
        schedule(client.index, *c);
    }
}

std::string_view Transactions::sent_bytes(Handle client) {
    const Client* c = clients_.get(client.index, client.generation);
    return c == nullptr ? std::string_view{} : std::string_view(c->request);
}

Flow Transactions::sent_to(Handle client) {
    const Client* c = clients_.get(client.index, client.generation);
    return c == nullptr ? Flow{} : c->to;
}

void Transactions::stateless(const sip::Message& request, const Flow& from, std::string_view via, int status) {
    const Flow to = response_flow(from, via);
    const std::uint64_t key =
        key_of(request, request.method() == sip::Method::kCancel ? sip::Method::kInvite : request.method(), request.method_text());
    const std::string tag = tag_of(key, branch_key_);
    text_buffer_.clear();
    sip::build_response(text_buffer_, request, status,
                        {.reason = {}, .to_tag = tag, .top_via = via, .extra_headers = status == 503 ? kBusyHeaders : ""});
    transport_->send(to, text_buffer_);
}

}  // namespace tandem::sipnet
