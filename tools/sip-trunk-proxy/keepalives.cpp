// Knows: when a keep-alive is sent, and when a way has failed.
// Must not know: calls.
// Next: live_counters.h, which is told of a way that failed.
#include "sip-trunk-proxy/keepalives.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/crypto.h"

namespace tandem::proxy {

namespace {

constexpr seconds kTick{1};
// Between 24 and 29 s, anew each time. DEVIATION from RFC 5389 §7.2.1: what is lost is asked for again after 5 s, not by times that
// double; the seven requests that RFC 5626 wants to have gone unanswered then take 35 s instead of 40.
constexpr milliseconds kShortest{24'000}, kSpread{5'000}, kAgain{5'000};
constexpr unsigned kGivenUp = 7;

}  // namespace

bool Keepalives::wanted() const {
    const auto& profiles = core_.snapshot->topology->sip_profiles;
    return std::any_of(profiles.begin(), profiles.end(), [](const auto& p) { return p.keepalive; });
}

void Keepalives::adopt() {
    if (ticking_ || (!wanted() && peers_.empty())) return;
    ticking_ = true;
    on_timer();
}

void Keepalives::on_timer() {
    const Snapshot& s = *core_.snapshot;
    const topology::Topology& t = *s.topology;
    ++round_;
    for (Index i = 0; i < t.trunks.size(); ++i) {
        if (!t.sip_of(t.trunks[i]).keepalive) continue;
        for (std::size_t endpoint = 0; endpoint < t.trunks[i].targets.size(); ++endpoint) {
            const NamedHost* host = s.named_trunk(i, endpoint);
            if (host == nullptr) {
                list(t.trunks[i], t.trunks[i].targets[endpoint]);
                continue;
            }
            for (const dns::Server& server : host->located.servers) {
                topology::Target hop = t.trunks[i].targets[endpoint];
                policy::reached_at(hop, server);
                list(t.trunks[i], hop);
            }
        }
    }
    std::erase_if(peers_, [this](const auto& entry) { return entry.second.listed != round_; });
    const MonoTime now = core_.transactions.now();
    for (auto& [name, peer] : peers_) {
        if (peer.due <= now) send(name, peer);
    }
    ticking_ = wanted() || !peers_.empty();
    if (ticking_) core_.transactions.set_timer(now + kTick, Tag{Part::kKeepaliveTimer, 0, 0}.pack());
}

void Keepalives::list(const topology::Trunk& trunk, const topology::Target& hop) {
    const auto at = hop.endpoint();
    if (!at || way_of(hop.transport) != Way::kUdp || trunk.realm == kNoIndex || !core_.snapshot->realms[trunk.realm].by(Way::kUdp)) return;
    const sipnet::Flow to{core_.snapshot->realms[trunk.realm].by(Way::kUdp).socket, *at};
    Peer& peer = peers_[peer_name(trunk, hop)];
    if (peer.to != to) peer = {};  // another socket of ours is another way through the NAT
    peer.to = to;
    peer.listed = round_;
}

void Keepalives::send(const std::string& name, Peer& peer) {
    const MonoTime now = core_.transactions.now();
    // One that has never answered does not know STUN on its SIP port; what is sent keeps the way open all the same.
    if (peer.answers && peer.unanswered == kGivenUp) {
        peer.answers = false;
        peer.mapped.reset();
        core_.log.warning("no answer to keep-alives", "peer", std::string_view(name));
        tell_("keepalive_failed", name);
        core_.live.silent(name, now);
    }
    crypto::random_bytes(peer.id);
    sipnet::StunBuffer buffer;
    core_.transactions.send_stateless(peer.to, sipnet::stun_request(peer.id, buffer));
    ++core_.counters.keepalives_sent;
    peer.unanswered = std::min(peer.unanswered + 1, kGivenUp);
    peer.due = now + (peer.answers ? kAgain : kShortest + milliseconds(static_cast<std::int64_t>(crypto::random_u64() % (kSpread.count() + 1))));
}

void Keepalives::on_answer(const sipnet::Flow& from, std::string_view datagram) {
    const auto answer = sipnet::read_stun_answer(datagram);
    if (!answer) return;
    const auto found = std::find_if(peers_.begin(), peers_.end(), [&](const auto& entry) {
        const Peer& p = entry.second;
        return p.unanswered != 0 && p.id == answer->id && p.to.socket == from.socket && p.to.remote == from.remote;
    });
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    const MonoTime now = core_.transactions.now();
    peer.unanswered = 0;
    peer.answers = true;
    peer.due = now + kShortest + milliseconds(static_cast<std::int64_t>(crypto::random_u64() % (kSpread.count() + 1)));
    if (!answer->mapped) return;  // it refuses, so it is there
    if (peer.mapped && *peer.mapped != *answer->mapped) {
        // RFC 5626 §4.4.2: what others know of us leads nowhere any more.
        core_.log.warning("the address translation has changed", "peer", std::string_view(found->first), "from", peer.mapped->str(), "to",
                          answer->mapped->str());
        tell_("mapped_address_changed", cat(found->first, ": ", peer.mapped->str(), " to ", answer->mapped->str()));
    }
    peer.mapped = answer->mapped;
}

}  // namespace tandem::proxy
