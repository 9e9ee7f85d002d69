// Knows: counting calls of trunks up and down, and for how long a peer is tried last.
// Must not know: SIP.
// Next: policy/limits.h, which compares with the limits; policy/targets.cpp, which puts what is down last.
#include "sip-trunk-proxy/live_counters.h"

#include <algorithm>
#include <utility>

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
    std::vector<TrunkCounts> counts(topology->trunks.size());
    std::unordered_map<std::string_view, Index> by_name;
    std::vector<Index> now_at(counts_.size(), topology::kNoIndex);
    for (Index i = 0; i < topology->trunks.size(); ++i) {
        const topology::Trunk& trunk = topology->trunks[i];
        by_name.emplace(trunk.name, i);
        counts[i].has_cps_limit = trunk.limits.cps != 0;
        const Index old = index_of(trunk.name);
        if (old == topology::kNoIndex) continue;
        counts[i].calls = counts_[old].calls;
        now_at[old] = i;
    }
    std::erase_if(begun_, [&](Begun& b) {
        b.trunk = now_at[b.trunk];
        return b.trunk == topology::kNoIndex || !counts[b.trunk].has_cps_limit;
    });
    for (const Begun& b : begun_) ++counts[b.trunk].calls_last_second;
    counts_ = std::move(counts);
    by_name_ = std::move(by_name);
    topology_ = std::move(topology);
    view_ = {};
    view_.trunks.resize(counts_.size());
    for (Index i = 0; i < counts_.size(); ++i) show_counts(i);
    health_changed_ = true;
    // There is no registrar yet: every user is known to have only the contacts of the topology.
    view_.users.assign(topology_->users.size(), policy::UserState{true, {}});
}

LiveCounters::Index LiveCounters::index_of(const std::string& trunk) const {
    const auto found = by_name_.find(trunk);
    return found == by_name_.end() ? topology::kNoIndex : found->second;
}

void LiveCounters::show_counts(Index trunk) {
    view_.trunks[trunk].calls = counts_[trunk].calls;
    view_.trunks[trunk].calls_last_second = counts_[trunk].calls_last_second;
}

void LiveCounters::forget_old(MonoTime now) {
    for (; !begun_.empty() && begun_.front().at + seconds(1) <= now; begun_.pop_front()) {
        const Index trunk = begun_.front().trunk;
        --counts_[trunk].calls_last_second;
        show_counts(trunk);
    }
    if (now < next_over_) return;
    health_changed_ = std::erase_if(down_, [now](const auto& entry) { return entry.second.over(now); }) != 0 || health_changed_;
    next_over_ = MonoTime::max();
    for (const auto& [peer, down] : down_) {
        if (!down.by_probe) next_over_ = std::min(next_over_, down.until);
    }
}

void LiveCounters::show_health(policy::LiveView& view, const topology::Topology& topology, const NamedTargets& named) const {
    view.trunks.resize(topology.trunks.size());
    view.bridges.assign(down_.empty() ? 0 : topology.bridges.size(), Health::kUnknown);
    const auto health = [this](const std::string& peer) { return down_.contains(peer) ? Health::kDown : Health::kUnknown; };
    for (std::size_t i = 0; i < topology.trunks.size(); ++i) {
        const topology::Trunk& trunk = topology.trunks[i];
        policy::TrunkState& state = view.trunks[i];
        state.targets.clear();
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
        for (const topology::Target& target : trunk.targets) state.targets.push_back(health(peer_name(trunk, target)));
    }
    for (std::size_t i = 0; i < view.bridges.size(); ++i) view.bridges[i] = health(peer_name(topology.bridges[i]));
}

const policy::LiveView& LiveCounters::view(const topology::Topology& topology, const NamedTargets& named, std::uint64_t names_version, MonoTime now) {
    forget_old(now);
    const bool newest = &topology == topology_.get();
    policy::LiveView& view = newest ? view_ : older_;
    if (!newest) {
        older_.users.assign(topology.users.size(), policy::UserState{true, {}});
        show_health(older_, topology, named);
        for (std::size_t i = 0; i < topology.trunks.size(); ++i) {
            const Index now_at = index_of(topology.trunks[i].name);
            const TrunkCounts counts = now_at == topology::kNoIndex ? TrunkCounts{} : counts_[now_at];
            older_.trunks[i].calls = counts.calls;
            older_.trunks[i].calls_last_second = counts.calls_last_second;
        }
    } else if (std::exchange(health_changed_, false) || names_version_ != names_version) {
        names_version_ = names_version;
        show_health(view_, topology, named);
    }
    view.running = true;
    view.dice = dice();
    view.draining = draining_;
    return view;
}

void LiveCounters::reserve(const topology::Topology& topology, const std::vector<policy::Reservation>& wanted, MonoTime now,
                           std::vector<Held>& held) {
    for (const policy::Reservation& r : wanted) {
        const std::string& name = topology.trunks[r.trunk].name;
        held.push_back({name, r.source});
        const Index trunk = &topology == topology_.get() ? r.trunk : index_of(name);
        if (trunk == topology::kNoIndex) continue;  // a call of an older topology
        ++counts_[trunk].calls;
        if (counts_[trunk].has_cps_limit) {
            ++counts_[trunk].calls_last_second;
            begun_.push_back({now, trunk});
        }
        show_counts(trunk);
    }
}

void LiveCounters::release(const Held& held) {
    const Index trunk = index_of(held.trunk);
    if (trunk == topology::kNoIndex || counts_[trunk].calls == 0) return;
    --counts_[trunk].calls;
    show_counts(trunk);
}

void LiveCounters::release_all(std::vector<Held>& held) {
    for (const Held& h : held) release(h);
    held.clear();
}

// A peer that was down already is shown so.
void LiveCounters::put_down(Down& down, MonoTime until, bool fresh, MonoTime now) {
    health_changed_ = fresh || down.over(now) || health_changed_;
    down.until = until;
    next_over_ = std::min(next_over_, until);
}

void LiveCounters::silent(std::string peer, MonoTime now) {
    const bool probed = probed_.contains(peer);
    const auto [place, fresh] = down_.try_emplace(std::move(peer));
    Down& down = place->second;
    put_down(down, std::max(down.until, now + kSilentPenalty), fresh, now);
    down.by_probe = down.by_probe || probed;
}

void LiveCounters::set_probed(const std::string& peer, bool probed) {
    if (probed) {
        probed_.insert(peer);
        return;
    }
    probed_.erase(peer);
    if (const auto found = down_.find(peer); found != down_.end()) {
        found->second.by_probe = false;
        next_over_ = std::min(next_over_, found->second.until);
    }
}

void LiveCounters::busy(std::string peer, seconds retry_after, MonoTime now) {
    const auto [place, fresh] = down_.try_emplace(std::move(peer));
    put_down(place->second, now + std::min(retry_after, kMaxRetryAfter), fresh, now);
    place->second.busy = true;
}

void LiveCounters::alive(const std::string& peer, bool success) {
    if (down_.empty()) return;
    const auto found = down_.find(peer);
    if (found == down_.end() || (!success && found->second.busy)) return;
    if (!found->second.by_probe) {
        down_.erase(found);
        health_changed_ = true;
    } else {
        found->second = Down{.until = {}, .busy = false, .by_probe = true};  // that it answers in time is for its probes to say
    }
}

}  // namespace tandem::proxy
