// Knows: opening and closing listen addresses as topologies come and go.
// Must not know: SIP.
// Next: serve.cpp.
#include "sip-trunk-proxy/sockets.h"

#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/proxy.h"
#include "sipnet/stun.h"

namespace tandem::proxy {

Sockets::Sockets(const Clock& clock, const Log& log, const sipnet::StreamLimits& limits)
    : log_(log), transports_(loop_, clock, limits) {}

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
         }});
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
            if (listen.transport == topology::Transport::kTls) continue;  // the loader has warned about it
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

sipnet::PeerOptions peer_options(const topology::Target& target, const topology::SipProfile& profile) {
    sipnet::PeerOptions options;
    if (target.transport == topology::Transport::kUdp) return options;
    options.keepalive = profile.keepalive;
    return options;
}

void Sockets::set_peers(Snapshot& snapshot) {
    const topology::Topology& t = *snapshot.topology;
    const auto peer = [&](const topology::Target& target, const topology::SipProfile& profile) {
        return transports_.streams().peer(peer_options(target, profile));
    };
    for (const topology::Trunk& trunk : t.trunks) {
        auto& peers = snapshot.trunk_peers.emplace_back();
        for (const topology::Target& target : trunk.targets) peers.push_back(peer(target, t.sip_of(trunk)));
    }
    for (const topology::User& user : t.users) {
        auto& peers = snapshot.user_peers.emplace_back();
        for (const topology::Contact& contact : user.contacts) peers.push_back(peer(contact.target, t.sip_of(user)));
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
                if (const auto answer = sipnet::stun_answer(bytes, from.remote, buffer); !answer.empty()) transports_.udp().send(from, answer);
            },
            [this](std::string_view head) { proxy_->on_undeliverable(head); });
        if (!more) return;
    }
}

}  // namespace tandem::proxy
