// Knows: when a probe is sent, what it looks like, how many make a target down or up.
// Must not know: calls.
// Next: live_counters.cpp.
#include "sip-trunk-proxy/probes.h"

#include <algorithm>

#include "base/siphash.h"
#include "base/text.h"
#include "crypto/crypto.h"

namespace tandem::proxy {

namespace {

constexpr seconds kTick{1};

nanoseconds interval_of(const Snapshot& s, Index trunk) {
    return seconds(s.topology->sip_of(s.topology->trunks[trunk]).options_interval_s);
}

}  // namespace

void Probes::adopt() {
    const auto& profiles = core_.snapshot->topology->sip_profiles;
    const bool wanted = std::any_of(profiles.begin(), profiles.end(), [](const auto& p) { return p.options_interval_s != 0; });
    if (ticking_ || (!wanted && peers_.empty())) return;
    ticking_ = true;
    on_timer();
}

void Probes::on_timer() {
    const Snapshot& s = *core_.snapshot;
    ++round_;
    for (Index trunk = 0; trunk < s.topology->trunks.size(); ++trunk) {
        const nanoseconds interval = interval_of(s, trunk);
        if (interval == nanoseconds{0}) continue;
        const auto& targets = s.topology->trunks[trunk].targets;
        for (std::size_t endpoint = 0; endpoint < targets.size(); ++endpoint) {
            const NamedHost* host = s.named_trunk(trunk, endpoint);
            if (host == nullptr) {
                list(trunk, endpoint, targets[endpoint], interval);
                continue;
            }
            for (const dns::Server& server : host->located.servers) {
                topology::Target hop = targets[endpoint];
                policy::reached_at(hop, server);
                list(trunk, endpoint, hop, interval);
            }
        }
    }
    // Who is not named any more is nobody's business.
    std::erase_if(peers_, [this](const auto& entry) {
        if (entry.second.listed == round_) return false;
        core_.live.set_probed(entry.first, false);
        return true;
    });
    const MonoTime now = core_.transactions.now();
    for (auto& [name, peer] : peers_) {
        if (peer.open || peer.due > now) continue;
        peer.due = now + interval_of(s, peer.trunk);
        send(peer);
    }
    ticking_ = !peers_.empty() || std::any_of(s.topology->sip_profiles.begin(), s.topology->sip_profiles.end(),
                                              [](const auto& p) { return p.options_interval_s != 0; });
    if (ticking_) core_.transactions.set_timer(now + kTick, Tag{Part::kProbeTimer, 0, 0}.pack());
}

void Probes::list(Index trunk, std::size_t endpoint, const topology::Target& hop, nanoseconds interval) {
    std::string name = peer_name(core_.snapshot->topology->trunks[trunk], hop);
    auto [place, fresh] = peers_.try_emplace(std::move(name));
    Peer& peer = place->second;
    peer.trunk = trunk;
    peer.endpoint = endpoint;
    peer.hop = hop;
    peer.listed = round_;
    if (!fresh) return;
    peer.id = next_id_++;
    // Spread over the interval by their names: a thousand trunks are not asked in one moment.
    const auto share = siphash({}, place->first) % static_cast<std::uint64_t>(interval.count());
    peer.due = core_.transactions.now() + nanoseconds(static_cast<std::int64_t>(share));
    core_.live.set_probed(place->first, true);
}

void Probes::send(Peer& peer) {
    auto& tx = core_.transactions;
    const Snapshot& s = *core_.snapshot;
    const topology::Trunk& trunk = s.topology->trunks[peer.trunk];
    const auto at = peer.hop.endpoint();
    const Way way = way_of(peer.hop.transport);
    if (!at || trunk.realm == kNoIndex || !s.realms[trunk.realm].by(way)) return;
    const RealmPort& port = s.realms[trunk.realm].by(way);
    const auto client = tx.new_client();
    if (!client) return;
    std::string host = trunk.domain.empty() ? (peer.hop.ip && peer.hop.host == peer.hop.ip->str() ? peer.hop.ip->uri_str() : peer.hop.host) : trunk.domain;
    const std::string uri = cat("sip:", host, way == Way::kUdp ? "" : cat(";transport=", to_string(peer.hop.transport)));
    const std::string call_id = crypto::random_hex(12);
    const std::string bytes =
        cat("OPTIONS ", uri, " SIP/2.0\r\nVia: ", port.via, ";rport;branch=", tx.branch(client, 0), "\r\nMax-Forwards: 70\r\nFrom: <",
            port.uri, ">;tag=", crypto::random_hex(6), "\r\nTo: <", uri, ">\r\nCall-ID: ", call_id, "\r\nCSeq: ", ++peer.cseq,
            " OPTIONS\r\nContact: <", port.uri, ">\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n");
    // A probe is over before the next one is due.
    siptx::Timers timers = tx.timers_at(s.timers_of_trunk(peer.trunk));
    timers.own_f = std::min(timers.f(), interval_of(s, peer.trunk));
    const std::uint32_t expected = way == Way::kUdp ? 0 : s.peer_of_trunk(peer.trunk, peer.endpoint);
    peer.open = true;
    ++core_.counters.probes_sent;
    tx.start(client, sip::Method::kOptions, bytes, call_id, {port.socket, *at, way, true, expected}, Tag{Part::kProbe, peer.id, 0}.pack(),
             tx.timer_set(timers));
}

void Probes::on_response(Tag tag, int status) {
    if (status < 200) return;
    // Any answer of its own shows that the peer is there; these three say that it, or what is behind it, cannot serve (RFC 3261 §21).
    outcome(tag.id, status != 408 && status != 503 && status != 504, cat(status));
}

void Probes::on_failure(Tag tag) { outcome(tag.id, false, "no answer"); }

void Probes::outcome(std::uint64_t id, bool good, std::string_view what) {
    const auto found = std::find_if(peers_.begin(), peers_.end(), [id](const auto& entry) { return entry.second.id == id; });
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    const topology::Topology& t = *core_.snapshot->topology;
    peer.open = false;
    if (!good) ++core_.counters.probes_failed;
    if (peer.trunk >= t.trunks.size()) return;  // a reload is newer than the last round
    const topology::SipProfile& profile = t.sip_of(t.trunks[peer.trunk]);
    const bool down = core_.live.probed_down(found->first);
    peer.failed = good ? 0 : peer.failed + 1;
    peer.answered = good ? peer.answered + 1 : 0;
    if (!down && peer.failed >= profile.options_fall) {
        core_.live.set_down(found->first);
        tell_("target_down", cat(found->first, ": ", what));
    } else if (down && peer.answered >= profile.options_rise) {
        core_.live.set_up(found->first);
        tell_("target_up", found->first);
    }
}

}  // namespace tandem::proxy
