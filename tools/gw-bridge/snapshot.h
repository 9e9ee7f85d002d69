// Knows: one loaded topology as this bridge sees it: which bridge it is, who may call it, its ports by realm.
// Must not know: calls, how the file is read.
// Next: setup.h for what a call takes from it; service.h, which swaps snapshots on HUP.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gw-bridge/setup.h"
#include "topology/topology.h"

namespace tandem::bridge {

class Snapshot {
public:
    /// name: of the bridge; may be empty when the topology has just one.
    /// Errors: kMissing for an unknown name, no bridge at all or no media in any realm.
    static Result<std::shared_ptr<Snapshot>> make(std::shared_ptr<const topology::Topology> topology,
                                                  const std::string& name);
    /// Goes on with the ports of a snapshot in use, where a realm's did not change: calls may hold some.
    void keep_ports(const Snapshot& before);

    [[nodiscard]] const topology::Topology& topology() const { return *topology_; }
    [[nodiscard]] net::Endpoint listen() const { return listen_; }
    [[nodiscard]] const std::string& realm() const { return realm_; }
    /// Endpoints of the proxy in the bridge's realm: only these may send INVITEs.
    [[nodiscard]] const std::vector<net::Endpoint>& proxies() const { return proxies_; }
    /// Profiles that this build cannot serve, one sentence each.
    [[nodiscard]] std::vector<std::string> shortcomings() const;

    /// Errors: kMissing when the token names something that the topology does not have.
    [[nodiscard]] Result<CallSetup> setup(sip::Token token) const;

private:
    [[nodiscard]] Result<SideSetup> side(const std::string& peer, bool trunk, const std::string& realm,
                                         const std::string& profile) const;

    std::shared_ptr<const topology::Topology> topology_;
    topology::Index bridge_ = topology::kNoIndex;
    std::string realm_;
    net::Endpoint listen_;
    std::vector<net::Endpoint> proxies_;
    struct Pool {
        net::IpAddress address;
        topology::PortRange range;
        std::shared_ptr<media::PortPool> ports;
    };
    std::map<std::string, Pool> pools_;  // by realm
};

}  // namespace tandem::bridge
