// Knows: how many calls each trunk has now and has had in the last second, and which peers do not answer: the LiveView of
//        decisions.
// Must not know: SIP, why a call is counted.
// Next: policy/facts.h for the view; initial_invite.h and call_log.h, which hold reservations.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "policy/facts.h"
#include "policy/plan.h"
#include "sip-trunk-proxy/names.h"
#include "topology/topology.h"

namespace tandem::proxy {

/// A reservation that is held, by name: it outlives a reload.
struct Held {
    std::string trunk;
    bool source = false;
};

/// The names among the targets of each trunk, null for addresses; empty for a trunk without names.
using NamedTargets = std::vector<std::vector<std::shared_ptr<const NamedHost>>>;

/// How long a peer is tried last after it did not answer at all (RFC 3263 §4.3 leaves the time open).
inline constexpr seconds kSilentPenalty{30};
/// Longest Retry-After that is believed (RFC 3261 §20.33).
inline constexpr seconds kMaxRetryAfter{3600};

/// What is known of a peer is known by name and address: it outlives a reload, and a changed address begins anew.
/// Thread: the SIP worker.
class LiveCounters {
public:
    explicit LiveCounters(std::uint64_t dice = 0) : dice_(dice) {}

    /// Takes a topology over: counts of trunks that stay are kept.
    void adopt(std::shared_ptr<const topology::Topology> topology);
    /// The view of this moment in the order of that topology: the newest one, or the older one that a call began with.
    /// names_version: another one whenever named says something else (Names::version()). Valid until the next call.
    /// Cost: O(1) for the newest topology; O(trunks) once after a peer went down or up, or a name server answered; O(trunks) for an older one.
    const policy::LiveView& view(const topology::Topology& topology, const NamedTargets& named, std::uint64_t names_version, MonoTime now);
    /// Another number each time, and each time the program runs: for choices by weight.
    [[nodiscard]] std::uint64_t dice() { return ++dice_; }
    void set_draining(bool draining) { draining_ = draining; }

    void reserve(const topology::Topology& topology, const std::vector<policy::Reservation>& wanted, MonoTime now,
                 std::vector<Held>& held);
    void release(const Held& held);
    /// Releases and empties.
    void release_all(std::vector<Held>& held);

    /// No response at all came from it, or it cannot be reached.
    void silent(std::string peer, MonoTime now);
    /// It asked to be left in peace (503 with Retry-After, RFC 3261 §21.5.4).
    void busy(std::string peer, seconds retry_after, MonoTime now);
    /// It answered: it is not silent any more. A 2xx also says that it is not busy.
    void alive(const std::string& peer, bool success);
    /// Probes tell of it from now on: once it is silent it stays down until they say otherwise.
    void set_probed(const std::string& peer, bool probed);
    void set_down(const std::string& peer) {
        down_[peer].by_probe = true;
        health_changed_ = true;
    }
    void set_up(const std::string& peer) { health_changed_ = down_.erase(peer) != 0 || health_changed_; }
    /// It is down until its probes are answered.
    [[nodiscard]] bool probed_down(const std::string& peer) const {
        const auto found = down_.find(peer);
        return found != down_.end() && found->second.by_probe;
    }
    /// Nobody is silent or busy: alive() would change nothing.
    [[nodiscard]] bool all_well() const { return down_.empty(); }

private:
    using Index = topology::Index;
    struct TrunkCounts {
        unsigned calls = 0;
        unsigned calls_last_second = 0;  // kept only where there is a limit
        bool has_cps_limit = false;
    };
    struct Begun {
        MonoTime at;
        Index trunk;
    };
    struct Down {
        MonoTime until{};
        bool busy = false;
        bool by_probe = false;  ///< down until its probes are answered
        [[nodiscard]] bool over(MonoTime now) const { return until <= now && !by_probe; }
    };
    [[nodiscard]] Index index_of(const std::string& trunk) const;
    void forget_old(MonoTime now);
    void show_counts(Index trunk);
    void show_health(policy::LiveView& view, const topology::Topology& topology, const NamedTargets& named) const;
    void put_down(Down& down, MonoTime until, bool fresh, MonoTime now);

    std::shared_ptr<const topology::Topology> topology_;
    std::unordered_map<std::string_view, Index> by_name_;  // trunks of the newest topology, whose texts the names are
    std::vector<TrunkCounts> counts_;                      // in its order
    std::deque<Begun> begun_;  // the last second's calls of trunks with a limit, oldest first
    std::unordered_set<std::string> probed_;
    std::unordered_map<std::string, Down> down_;  // at most one a peer of a topology; old ones are swept out
    MonoTime next_over_ = MonoTime::max();        // when the first of them may be over
    policy::LiveView view_, older_;
    std::uint64_t names_version_ = 0;
    bool health_changed_ = true;  // view_ does not show what is known of names and peers
    bool draining_ = false;
    std::uint64_t dice_;
};

/// Names of peers for silent(), busy() and alive().
std::string peer_name(const topology::Trunk& trunk, const topology::Target& hop);
std::string peer_name(const topology::Bridge& bridge);

}  // namespace tandem::proxy
