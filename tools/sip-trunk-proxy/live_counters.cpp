// Knows: counting calls of trunks up and down.
// Must not know: SIP.
// Next: policy/limits.h, which compares with the limits.
#include "sip-trunk-proxy/live_counters.h"

#include <algorithm>

namespace tandem::proxy {

void LiveCounters::adopt(const topology::Topology& topology) {
    std::unordered_map<std::string, std::size_t> places;
    std::vector<Rate> rates(topology.trunks.size());
    std::vector<policy::TrunkState> states(topology.trunks.size());
    for (std::size_t i = 0; i < topology.trunks.size(); ++i) {
        const topology::Trunk& trunk = topology.trunks[i];
        places.emplace(trunk.name, i);
        rates[i].limit = trunk.limits.cps;
        if (const auto old = places_.find(trunk.name); old != places_.end()) {
            states[i].calls = view_.trunks[old->second].calls;
            if (rates[i].limit != 0) rates[i].recent = rates_[old->second].recent;
        }
    }
    places_ = std::move(places);
    rates_ = std::move(rates);
    view_.running = true;
    view_.trunks = std::move(states);
    // There is no registrar yet: every user is known to have only the contacts of the topology.
    view_.users.assign(topology.users.size(), policy::UserState{true, {}});
}

const policy::LiveView& LiveCounters::view(MonoTime now) {
    for (std::size_t i = 0; i < rates_.size(); ++i) {
        auto& recent = rates_[i].recent;
        if (rates_[i].limit == 0) continue;
        std::erase_if(recent, [now](MonoTime t) { return t + seconds(1) <= now; });
        view_.trunks[i].calls_last_second = static_cast<unsigned>(recent.size());
    }
    return view_;
}

void LiveCounters::reserve(const topology::Topology& topology, const std::vector<policy::Reservation>& wanted, MonoTime now,
                           std::vector<Held>& held) {
    for (const policy::Reservation& r : wanted) {
        const std::string& name = topology.trunks[r.trunk].name;
        held.push_back({name, r.source});
        const auto place = places_.find(name);
        if (place == places_.end()) continue;  // a call of an older topology
        ++view_.trunks[place->second].calls;
        if (rates_[place->second].limit != 0) rates_[place->second].recent.push_back(now);
    }
}

void LiveCounters::release(const Held& held) {
    const auto place = places_.find(held.trunk);
    if (place != places_.end() && view_.trunks[place->second].calls > 0) --view_.trunks[place->second].calls;
}

void LiveCounters::release_all(std::vector<Held>& held) {
    for (const Held& h : held) release(h);
    held.clear();
}

}  // namespace tandem::proxy
