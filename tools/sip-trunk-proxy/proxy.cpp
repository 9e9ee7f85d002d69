// Knows: handing events on.
// Must not know: what becomes of them.
// Next: initial_invite.cpp.
#include "sip-trunk-proxy/proxy.h"

#include <algorithm>

#include "crypto/crypto.h"
#include "sip-trunk-proxy/local_answers.h"

namespace tandem::proxy {

namespace {

SipHashKey random_key() {
    std::array<std::uint8_t, 16> bytes{};
    crypto::random_bytes(bytes);
    return {load_be64(bytes.data()), load_be64(bytes.data() + 8)};
}

// What a profile says, and for the rest what the program says.
siptx::Timers timers_of(const topology::SipTimers& own, siptx::Timers out) {
    const auto set = [](nanoseconds& value, unsigned ms) {
        if (ms != 0) value = milliseconds(ms);
    };
    set(out.t1, own.t1_ms);
    set(out.t2, own.t2_ms);
    set(out.t4, own.t4_ms);
    set(out.own_b, own.b_ms);
    set(out.own_f, own.f_ms);
    out.t2 = std::max(out.t2, out.t1);
    return out;
}

}  // namespace

Proxy::Proxy(sipnet::Transport& transport, const siptx::Timers& timers, const Clock& clock, const Log& log,
             Accounting::Sink records, const Options& options)
    : options_(options),
      live_(crypto::random_u64()),
      transactions_(transport, timers, random_key()),
      accounting_(clock, live_, counters_, options.max_calls, std::move(records)),
      clock_(clock),
      names_(clock, log, options.ask_name),
      core_{transactions_, clock, log, counters_, live_, accounting_, names_, nullptr, false, options_.tell, {}, {}},
      orphans_(core_),
      invites_(core_, orphans_),
      dialogs_(core_),
      probes_(core_, options.tell),
      keepalives_(core_, options.tell) {
    transactions_.set_user(*this);
    transactions_.set_max(options.max_transactions);
    transactions_.set_now(clock.mono());
    accounting_.set_on_ended([this](CallLog&& over) { invites_.on_call_ended(std::move(over)); });
    next_housekeeping();
    names_.set_changed([this] { invites_.on_names(); });
}

void Proxy::adopt(std::shared_ptr<Snapshot> snapshot) {
    // Without a key file the first key made lives as long as the process: a new one would lose every call that is up.
    if (!snapshot->keyring) {
        snapshot->keyring = core_.snapshot ? core_.snapshot->keyring : std::make_shared<sip::Keyring>(sip::Keyring::random());
    }
    live_.adopt(snapshot->topology);
    snapshot->watch_names(names_);
    const auto& profiles = snapshot->topology->sip_profiles;
    if (std::any_of(profiles.begin(), profiles.end(), [](const auto& p) { return p.timers != topology::SipTimers{}; })) {
        for (const auto& profile : profiles) snapshot->timers.push_back(transactions_.timer_set(timers_of(profile.timers, transactions_.timers())));
    }
    core_.snapshot = std::move(snapshot);
    probes_.adopt();
    keepalives_.adopt();
}

void Proxy::drain() {
    core_.draining = true;
    live_.set_draining(true);
}

void Proxy::on_message(const sipnet::Flow& from, std::string_view bytes) {
    transactions_.set_now(clock_.mono());
    const sip::Verdict verdict = sip::scan(bytes, sip::Strictness::kLenient, message_);
    switch (verdict.action) {
        case sip::Verdict::Action::kAccept:
            if (message_.is_request() && is_stranger(core_, from) && !dialogs_.knows(message_, from))
                return answer_stranger(core_, message_, from);
            transactions_.on_message(message_, from);
            dialogs_.forget();
            return;
        case sip::Verdict::Action::kReject:
            ++counters_.malformed_rejected;
            refuse_malformed(core_, message_, verdict, from);
            return;
        case sip::Verdict::Action::kDrop:
            if (bytes.find_first_not_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) ++counters_.malformed_dropped;
            return;
    }
}

void Proxy::on_broken(const sipnet::Flow& from, std::string_view head, int status, std::string_view reason) {
    ++counters_.streams_broken;
    if (status == 0) return;
    const sip::Verdict verdict = sip::scan(head, sip::Strictness::kLenient, message_);
    if (verdict.action == sip::Verdict::Action::kDrop || !message_.is_request() || message_.method() == sip::Method::kAck) return;
    refuse_malformed(core_, message_, {sip::Verdict::Action::kReject, status, reason, "RFC 3261 §18.3", 0}, from);
}

void Proxy::on_lost(const sipnet::Flow& flow) {
    transactions_.set_now(clock_.mono());
    transactions_.on_lost(flow);
}

void Proxy::on_undeliverable(std::string_view head) {
    transactions_.set_now(clock_.mono());
    // Ours are well-formed, but the end may be missing: the branch is all that is wanted.
    const auto at = head.find("branch=z9hG4bK");
    if (at == std::string_view::npos) return;
    std::string_view branch = head.substr(at + 7);
    branch = branch.substr(0, branch.find_first_of(";, \r\n"));
    transactions_.on_undeliverable(branch);
}

void Proxy::on_stun_answer(const sipnet::Flow& from, std::string_view datagram) {
    transactions_.set_now(clock_.mono());
    keepalives_.on_answer(from, datagram);
}

void Proxy::on_name(const dns::Question& question, Result<dns::Answer> answer) {
    transactions_.set_now(clock_.mono());
    names_.on_answer(question, std::move(answer));
}

void Proxy::on_time() {
    transactions_.set_now(clock_.mono());
    names_.on_time();
    transactions_.on_time();
}

void Proxy::next_housekeeping() { transactions_.set_timer(transactions_.now() + seconds(60), Tag{Part::kHouse, 0, 0}.pack()); }

void Proxy::on_request(sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from, std::string_view) {
    if (refuse_unfit(core_, server, request)) return;
    const OwnRoute route = read_route(request, *core_.snapshot);
    if (!request.to_tag().empty()) return dialogs_.handle(server, request, from, route);
    if (request.method() == sip::Method::kInvite) return invites_.handle(server, request, from, route);
    answer_locally(core_, server, request, from);
}

void Proxy::on_ack(const sip::Message& ack, const sipnet::Flow& from, std::string_view via) {
    dialogs_.on_ack(ack, from, via, read_route(ack, *core_.snapshot));
}

void Proxy::on_cancel(sipnet::Handle server, const sip::Message& cancel) {
    invites_.on_cancel(server, cancel);
    dialogs_.on_cancel(server, cancel);
}

void Proxy::on_response(sipnet::Handle client, std::uint64_t user, const sip::Message& response, const sipnet::Flow& from) {
    const Tag tag = Tag::unpack(user);
    if (tag.part == Part::kInvite) {
        invites_.on_response(tag, client, response, from);
    } else if (tag.part == Part::kOrphan) {
        orphans_.on_response(tag, response, from);
    } else if (tag.part == Part::kProbe) {
        probes_.on_response(tag, response.status());
    } else {
        dialogs_.on_response(tag, client, response, from);
    }
}

void Proxy::on_failure(sipnet::Handle client, std::uint64_t user, Failure failure) {
    const Tag tag = Tag::unpack(user);
    if (tag.part == Part::kInvite) {
        invites_.on_failure(tag, client, failure);
    } else if (tag.part == Part::kOrphan) {
        orphans_.on_failure(tag);
    } else if (tag.part == Part::kProbe) {
        probes_.on_failure(tag);
    } else {
        dialogs_.on_failure(tag, client, failure);
    }
}

std::uint16_t Proxy::timers_for(const sipnet::Flow& from) const {
    const Snapshot& s = *core_.snapshot;
    if (s.timers.empty()) return 0;
    const Index realm = s.realm_of_socket(from.socket);
    const Index trunk = s.trunk_by_source(realm, from.remote.ip);
    // As policy::decide takes it: exactly the contact of a user goes before a trunk's subnet that happens to hold it.
    const Index user = trunk == kNoIndex ? s.user_by_source(realm, from.remote) : s.topology->user_by_source(realm, from.remote);
    if (user != kNoIndex && (trunk == kNoIndex || s.topology->user_at(realm, user, from.remote))) return s.timers_of_user(user);
    return s.timers_of_trunk(trunk);
}

bool Proxy::known(const sipnet::Flow& from) const { return !is_stranger(core_, from); }

bool Proxy::may_answer_for(const sipnet::Flow& to, const sipnet::Flow& from) const {
    const Snapshot& s = *core_.snapshot;
    const Index realm = s.realm_of_socket(to.socket);
    if (realm == kNoIndex || s.realm_of_socket(from.socket) != realm) return false;
    for (Index i = 0; i < s.topology->trunks.size(); ++i) {
        if (s.topology->trunks[i].realm != realm) continue;
        if (s.is_trunk_address(i, to.remote.ip) && s.is_trunk_address(i, from.remote.ip)) return true;
    }
    return false;
}

tls::Engine::ClientUsage Proxy::client_usage(const sipnet::Flow& from) const {
    using Usage = tls::Engine::ClientUsage;
    const Snapshot& s = *core_.snapshot;
    const Index realm = s.realm_of_socket(from.socket);
    const Index trunk = s.trunk_by_source(realm, from.remote.ip);
    return trunk == kNoIndex || s.topology->sip_of(s.topology->trunks[trunk]).tls_client_eku ? Usage::kDemanded : Usage::kAny;
}

std::optional<std::uint32_t> Proxy::peer_for_response(const sipnet::Flow& flow) const {
    if (flow.kind != Way::kTls) return 0;
    // By TLS only to somebody whose name we know.
    const Snapshot& s = *core_.snapshot;
    const Index realm = s.realm_of_socket(flow.socket);
    const Index trunk = s.trunk_by_source(realm, flow.remote.ip);
    const std::uint32_t peer = trunk != kNoIndex ? s.peer_of_trunk_at(trunk, flow.remote) : s.peer_of_user_at(s.user_by_source(realm, flow.remote), flow.remote);
    return peer == 0 ? std::nullopt : std::optional(peer);
}

void Proxy::on_server_end(sipnet::Handle server) {
    invites_.on_server_end(server);
    dialogs_.on_server_end(server);
}

void Proxy::on_timer(std::uint64_t user) {
    const Tag tag = Tag::unpack(user);
    if (tag.part == Part::kInviteTimer) return invites_.on_timer(tag);
    if (tag.part == Part::kProbeTimer) return probes_.on_timer();
    if (tag.part == Part::kKeepaliveTimer) return keepalives_.on_timer();
    accounting_.end_older_than(transactions_.now() - options_.max_call_age, "expired");
    next_housekeeping();
}

}  // namespace tandem::proxy
