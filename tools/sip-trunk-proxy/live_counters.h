// Knows: how many calls each trunk has now and has had in the last second: the LiveView of decisions.
// Must not know: SIP, why a call is counted.
// Next: policy/facts.h for the view; initial_invite.h and call_log.h, which hold reservations.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "policy/facts.h"
#include "policy/plan.h"
#include "topology/topology.h"

namespace tandem::proxy {

/// A reservation that is held, by name: it outlives a reload.
struct Held {
    std::string trunk;
    bool source = false;
};

/// Thread: the SIP worker.
class LiveCounters {
public:
    /// Takes a topology over: counts of trunks that stay are kept.
    void adopt(const topology::Topology& topology);
    /// The view of this moment.
    const policy::LiveView& view(MonoTime now);
    void set_draining(bool draining) { view_.draining = draining; }

    void reserve(const topology::Topology& topology, const std::vector<policy::Reservation>& wanted, MonoTime now,
                 std::vector<Held>& held);
    void release(const Held& held);
    /// Releases and empties.
    void release_all(std::vector<Held>& held);

private:
    struct Rate {
        unsigned limit = 0;
        std::vector<MonoTime> recent;  // of the last second; kept only where there is a limit
    };
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<Rate> rates_;
    policy::LiveView view_;
};

}  // namespace tandem::proxy
