// Knows: opening and closing listen addresses as topologies come and go.
// Must not know: SIP.
// Next: serve.cpp.
#include "sip-trunk-proxy/sockets.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/proxy.h"
#include "sipnet/stun.h"

namespace tandem::proxy {

namespace {

// The usual soft limit of 1024 is there for programs that use select(); we may have what the system allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Sockets::Sockets(const Clock& clock, const Log& log, const sipnet::StreamLimits& limits)
    : clock_(clock), log_(log), transports_(loop_, clock, limits) {
    raise_descriptor_limit();
}

void Sockets::feed(Proxy& proxy) {
    proxy_ = &proxy;
    transports_.streams().set_events(
        {[this](const sipnet::Flow& from, std::string_view message) { proxy_->on_message(from, message); },
         [this](const sipnet::Flow& from, std::string_view head, sipnet::FramingFault fault) {
             proxy_->on_broken(from, head, sipnet::response_to(fault), sipnet::to_string(fault));
         },
         [this](const sipnet::Flow& flow, std::string_view why) {
             log_.info("connection lost", "peer", flow.remote.str(), "transport", sipnet::to_string(flow.kind), "reason", why);
             proxy_->on_lost(flow);
         },
         [this](const sipnet::Flow& from) { return proxy_->client_usage(from); },
         [this](const sipnet::Flow& flow, std::string_view why) { tell_failed_handshake(flow, why); },
         [this](const sipnet::Flow& from) { return proxy_->known(from); }});
}

// Somebody who scans us must not fill the log: at most so many lines a second.
void Sockets::tell_failed_handshake(const sipnet::Flow& flow, std::string_view why) {
    constexpr unsigned kLinesASecond = 5;
    const MonoTime now = clock_.mono();
    if (now - told_since_ >= seconds(1)) {
        told_since_ = now;
        told_ = 0;
    }
    if (++told_ <= kLinesASecond) log_.warning("TLS handshake failed", "peer", flow.remote.str(), "reason", why);
}

Result<Sockets::Bound> Sockets::open(const topology::Listen& listen, bool& fresh) {
    const Way way = way_of(listen.transport);
    auto& udp = transports_.udp();
    auto& streams = transports_.streams();
    const auto known = way == Way::kUdp ? udp.find(listen.endpoint) : streams.find(way, listen.endpoint);
    fresh = !known;
    if (known) return Bound{way, *known};
    const auto opened = way == Way::kUdp ? udp.open(listen.endpoint) : streams.open(way, listen.endpoint);
    if (!opened) return fail(opened.error());
    return Bound{way, *opened};
}

void Sockets::close(const Bound& b) {
    if (b.way == Way::kUdp) {
        transports_.udp().close(b.socket);
    } else {
        transports_.streams().close(b.socket);
    }
}

Status Sockets::bind(Snapshot& snapshot) {
    std::vector<Bound> fresh, wanted;
    for (Index realm = 0; realm < snapshot.topology->realms.size(); ++realm) {
        for (const topology::Listen& listen : snapshot.topology->realms[realm].listen) {
            bool is_fresh = false;
            const auto bound = open(listen, is_fresh);
            if (!bound) {
                for (const Bound& b : fresh) close(b);
                return fail(Errc::kIo, cat("realm ", snapshot.topology->realms[realm].name, ": ", bound.error().what));
            }
            if (is_fresh) fresh.push_back(*bound);
            wanted.push_back(*bound);
            snapshot.add_socket(realm, bound->way, bound->socket,
                                bound->way == Way::kUdp ? transports_.udp().local(bound->socket) : transports_.streams().local(bound->socket));
        }
    }
    set_peers(snapshot);
    // Handshakes from now on are by the new certificates; connections that stand keep theirs.
    for (Index realm = 0; realm < snapshot.topology->realms.size(); ++realm) {
        for (const std::uint16_t socket : snapshot.realms[realm].streams) transports_.streams().set_tls(socket, snapshot.tls[realm]);
    }
    for (const Bound& b : bound_) {
        if (std::find(wanted.begin(), wanted.end(), b) != wanted.end()) continue;
        if (b.way == Way::kUdp) loop_.unwatch(transports_.udp().fd(b.socket));
        close(b);
    }
    for (const Bound& b : fresh) {
        if (b.way == Way::kUdp) loop_.watch(transports_.udp().fd(b.socket), [this, s = b.socket] { receive(s); });
    }
    bound_ = std::move(wanted);
    return {};
}

// The topology and TLS do not know each other; here one is cast into the other.
static_assert(static_cast<tls::NameProfile>(topology::TlsVerify::kRfc5922) == tls::NameProfile::kRfc5922 &&
              static_cast<tls::NameProfile>(topology::TlsVerify::kRfc2818) == tls::NameProfile::kRfc2818 &&
              static_cast<tls::NameProfile>(topology::TlsVerify::kIpSan) == tls::NameProfile::kIpSan);

sipnet::PeerOptions peer_options(const topology::Target& target, std::string_view domain, const topology::SipProfile& profile,
                                 const topology::Realm* realm) {
    sipnet::PeerOptions options;
    if (target.transport == topology::Transport::kUdp && !target.any_transport) return options;
    options.keepalive = profile.keepalive;
    if (target.transport != topology::Transport::kTls && !target.any_transport) return options;
    const auto verify = profile.tls_verify.value_or(realm != nullptr && realm->tls ? realm->tls->verify : topology::TlsVerify::kRfc5922);
    options.tls.profile = static_cast<tls::NameProfile>(verify);
    // RFC 5922 §4: the name that was asked for; of an address the domain that its URIs have.
    options.tls.name = target.ip && verify != topology::TlsVerify::kIpSan && !domain.empty() ? std::string(domain) : target.host;
    return options;
}

void Sockets::set_peers(Snapshot& snapshot) {
    const topology::Topology& t = *snapshot.topology;
    const auto peer = [&](const topology::Target& target, std::string_view domain, const topology::SipProfile& profile, Index realm) {
        return transports_.streams().peer(peer_options(target, domain, profile, realm == kNoIndex ? nullptr : &t.realms[realm]));
    };
    for (const topology::Trunk& trunk : t.trunks) {
        auto& peers = snapshot.trunk_peers.emplace_back();
        for (const topology::Target& target : trunk.targets) peers.push_back(peer(target, trunk.domain, t.sip_of(trunk), trunk.realm));
    }
    for (const topology::User& user : t.users) {
        auto& peers = snapshot.user_peers.emplace_back();
        for (const topology::Contact& contact : user.contacts) peers.push_back(peer(contact.target, {}, t.sip_of(user), contact.realm));
    }
}

void Sockets::flush() {
    transports_.udp().flush([this](std::string_view head) { proxy_->on_undeliverable(head); });
    transports_.streams().flush();
}

void Sockets::receive(std::uint16_t socket) {
    // A few batches, then timers and signals have their turn.
    for (int i = 0; i < 8; ++i) {
        const bool more = transports_.udp().receive(
            socket,
            [this](const sipnet::Flow& from, std::string_view bytes) {
                if (!sipnet::may_be_stun(bytes)) return proxy_->on_message(from, bytes);
                sipnet::StunBuffer buffer;
                if (const auto answer = sipnet::stun_answer(bytes, from.remote, buffer); !answer.empty()) {
                    transports_.udp().send(from, answer);
                } else {
                    proxy_->on_stun_answer(from, bytes);
                }
            },
            [this](std::string_view head) { proxy_->on_undeliverable(head); });
        if (!more) return;
    }
}

}  // namespace tandem::proxy
