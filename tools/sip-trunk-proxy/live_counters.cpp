// Knows: counting calls of trunks up and down, and for how long a peer is tried last.
// Must not know: SIP.
// Next: policy/limits.h, which compares with the limits; policy/targets.cpp, which puts what is down last.
#include "sip-trunk-proxy/live_counters.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::proxy {

using policy::Health;

namespace {

std::string place_of(const topology::Target& target) {
    return cat(to_string(target.transport), ' ', target.ip ? target.ip->str() : target.host, ' ', target.port);
}

}  // namespace

std::string peer_name(const topology::Trunk& trunk, const topology::Target& hop) { return cat("trunk ", trunk.name, ' ', place_of(hop)); }

std::string peer_name(const topology::Bridge& bridge) { return cat("bridge ", bridge.name, ' ', place_of(bridge.sip)); }

void LiveCounters::adopt(std::shared_ptr<const topology::Topology> topology) {
    std::unordered_map<std::string, TrunkCounts> trunks;
    for (const topology::Trunk& trunk : topology->trunks) {
        TrunkCounts counts;
        if (const auto old = trunks_.find(trunk.name); old != trunks_.end()) counts = std::move(old->second);
        counts.cps_limit = trunk.limits.cps;
        if (counts.cps_limit == 0) counts.recent.clear();
        trunks.emplace(trunk.name, std::move(counts));
    }
    trunks_ = std::move(trunks);
    topology_ = std::move(topology);
    view_ = {};
    // There is no registrar yet: every user is known to have only the contacts of the topology.
    view_.users.assign(topology_->users.size(), policy::UserState{true, {}});
}

void LiveCounters::fill(policy::LiveView& view, const topology::Topology& topology, const NamedTargets& named, MonoTime now) {
    view.running = true;
    view.dice = dice();
    view.draining = draining_;
    view.trunks.resize(topology.trunks.size());
    view.bridges.assign(down_.empty() ? 0 : topology.bridges.size(), Health::kUnknown);
    const auto health = [&](const std::string& peer) {
        const auto found = down_.find(peer);
        return found != down_.end() && !found->second.over(now) ? Health::kDown : Health::kUnknown;
    };
    for (std::size_t i = 0; i < topology.trunks.size(); ++i) {
        const topology::Trunk& trunk = topology.trunks[i];
        policy::TrunkState& state = view.trunks[i];
        state.targets.clear();
        state.calls = state.calls_last_second = 0;
        if (const auto found = trunks_.find(trunk.name); found != trunks_.end()) {
            TrunkCounts& counts = found->second;
            while (!counts.recent.empty() && counts.recent.front() + seconds(1) <= now) counts.recent.pop_front();
            state.calls = counts.calls;
            state.calls_last_second = static_cast<unsigned>(counts.recent.size());
        }
        state.named.clear();
        if (i < named.size() && !named[i].empty()) {
            for (std::size_t endpoint = 0; endpoint < named[i].size(); ++endpoint) {
                policy::NamedTarget& target = state.named.emplace_back();
                const NamedHost* host = named[i][endpoint].get();
                target.known = host == nullptr || host->known();
                if (host == nullptr) continue;
                target.servers = host->located.servers;
                if (down_.empty()) continue;
                topology::Target hop = trunk.targets[endpoint];
                for (const dns::Server& server : target.servers) {
                    policy::reached_at(hop, server);
                    target.health.push_back(health(peer_name(trunk, hop)));
                }
            }
        }
        if (down_.empty()) continue;
        for (std::size_t endpoint = 0; endpoint < trunk.targets.size(); ++endpoint) {
            state.targets.push_back(health(peer_name(trunk, trunk.targets[endpoint])));
        }
    }
    for (std::size_t i = 0; i < view.bridges.size(); ++i) view.bridges[i] = health(peer_name(topology.bridges[i]));
}

const policy::LiveView& LiveCounters::view(const topology::Topology& topology, const NamedTargets& named, MonoTime now) {
    if (!down_.empty()) std::erase_if(down_, [now](const auto& entry) { return entry.second.over(now); });
    const bool newest = &topology == topology_.get();
    policy::LiveView& view = newest ? view_ : older_;
    if (!newest) older_.users.assign(topology.users.size(), policy::UserState{true, {}});
    fill(view, topology, named, now);
    return view;
}

void LiveCounters::reserve(const topology::Topology& topology, const std::vector<policy::Reservation>& wanted, MonoTime now,
                           std::vector<Held>& held) {
    for (const policy::Reservation& r : wanted) {
        const std::string& name = topology.trunks[r.trunk].name;
        held.push_back({name, r.source});
        const auto counts = trunks_.find(name);
        if (counts == trunks_.end()) continue;  // a call of an older topology
        ++counts->second.calls;
        if (counts->second.cps_limit != 0) counts->second.recent.push_back(now);
    }
}

void LiveCounters::release(const Held& held) {
    const auto counts = trunks_.find(held.trunk);
    if (counts != trunks_.end() && counts->second.calls > 0) --counts->second.calls;
}

void LiveCounters::release_all(std::vector<Held>& held) {
    for (const Held& h : held) release(h);
    held.clear();
}

void LiveCounters::silent(std::string peer, MonoTime now) {
    const bool probed = probed_.contains(peer);
    Down& down = down_[std::move(peer)];
    down.until = std::max(down.until, now + kSilentPenalty);
    down.by_probe = down.by_probe || probed;
}

void LiveCounters::set_probed(const std::string& peer, bool probed) {
    if (probed) {
        probed_.insert(peer);
        return;
    }
    probed_.erase(peer);
    if (const auto found = down_.find(peer); found != down_.end()) found->second.by_probe = false;
}

void LiveCounters::busy(std::string peer, seconds retry_after, MonoTime now) {
    Down& down = down_[std::move(peer)];
    down.busy = true;
    down.until = now + std::min(retry_after, kMaxRetryAfter);
}

void LiveCounters::alive(const std::string& peer, bool success) {
    if (down_.empty()) return;
    const auto found = down_.find(peer);
    if (found == down_.end() || (!success && found->second.busy)) return;
    if (!found->second.by_probe) {
        down_.erase(found);
    } else {
        found->second = Down{.until = {}, .busy = false, .by_probe = true};  // that it answers in time is for its probes to say
    }
}

}  // namespace tandem::proxy
