// Knows: addresses that two things claim: listen endpoints, source prefixes, subnets, media ports.
// Must not know: calls.
// Next: checks_numbers.cpp, checks_bypass.cpp.
#include <map>
#include <tuple>

#include "base/text.h"
#include "config/build.h"

namespace tandem::config {
namespace {

using topology::Index;
using topology::kNoIndex;
using topology::PortRange;

/// Who has a range of ports of an address.
struct Claim {
    net::IpAddress address;
    PortRange ports;
    std::string who;
    std::size_t offset;
};

void check_ports(const Build& build) {
    const topology::Topology& t = build.topology;
    std::vector<Claim> claims;
    const auto claim = [&](Claim fresh) {
        if (fresh.address.none() || fresh.ports.empty()) return;
        for (const Claim& other : claims) {
            if (other.address != fresh.address || other.ports.last < fresh.ports.first ||
                fresh.ports.last < other.ports.first)
                continue;
            build.problems().error(
                fresh.offset,
                cat("media ports ", fresh.ports.first, "-", fresh.ports.last, " of ", fresh.who, " on ",
                    fresh.address.str(), " overlap those of ", other.who),
                "give each its own range or address");
            return;
        }
        claims.push_back(std::move(fresh));
    };
    if (t.bridges.empty()) {
        for (Index i = 0; i < t.realms.size(); ++i) {
            claim({t.realms[i].media_address, t.realms[i].media_ports, cat("realm \"", t.realms[i].name, '"'),
                   build.where("realms", i)});
        }
        return;
    }
    // A bridge that lists no media of its own takes the realm's: two such bridges cannot live beside each other.
    for (Index i = 0; i < t.bridges.size(); ++i) {
        for (const topology::BridgeMedia& media : t.bridges[i].media) {
            if (media.realm == kNoIndex) continue;
            claim({media.address, media.ports,
                   cat("bridge \"", t.bridges[i].name, "\" in realm \"", t.realms[media.realm].name, '"'),
                   build.where("gw_bridge", i)});
        }
    }
}

void check_listens(const Build& build) {
    const topology::Topology& t = build.topology;
    std::map<std::tuple<topology::Transport, net::Endpoint>, Index> taken;
    for (Index i = 0; i < t.realms.size(); ++i) {
        for (const topology::Listen& listen : t.realms[i].listen) {
            const auto [other, fresh] = taken.emplace(std::tuple(listen.transport, listen.endpoint), i);
            if (fresh) continue;
            build.problems().error(
                build.where("realms", i),
                cat("realm \"", t.realms[i].name, "\" listens on ", to_string(listen.transport), ":",
                    listen.endpoint.str(), " as realm \"", t.realms[other->second].name, "\" does"));
        }
    }
}

void check_sources(const Build& build) {
    const topology::Topology& t = build.topology;
    std::map<std::tuple<Index, net::Prefix>, Index> taken;
    for (Index i = 0; i < t.trunks.size(); ++i) {
        const topology::Trunk& trunk = t.trunks[i];
        if (trunk.realm == kNoIndex) continue;
        for (const net::Prefix& source : trunk.sources) {
            const auto [other, fresh] = taken.emplace(std::tuple(trunk.realm, source), i);
            if (fresh || other->second == i) continue;
            build.problems().error(
                build.where("trunks", i),
                cat("trunk \"", trunk.name, "\" has source ", source.str(), " in realm \"",
                    t.realms[trunk.realm].name, "\", and so has trunk \"", t.trunks[other->second].name, '"'),
                "a request from there could be either's; write \"sources\" that differ");
        }
    }
}

/// A request from one address must not be able to be two things at once.
void check_endpoints(const Build& build) {
    const topology::Topology& t = build.topology;
    std::map<std::tuple<Index, net::Endpoint>, std::string> taken;
    for (const topology::Bridge& bridge : t.bridges) {
        if (const auto at = bridge.sip.endpoint(); at && bridge.realm != kNoIndex) {
            taken.emplace(std::tuple(bridge.realm, *at), cat("bridge \"", bridge.name, '"'));
        }
    }
    for (const topology::Trunk& trunk : t.trunks) {
        for (const topology::Target& target : trunk.targets) {
            const auto at = target.endpoint();
            if (at && trunk.realm != kNoIndex)
                taken.emplace(std::tuple(trunk.realm, *at), cat("trunk \"", trunk.name, '"'));
        }
    }
    for (Index i = 0; i < t.users.size(); ++i) {
        for (const topology::Contact& contact : t.users[i].contacts) {
            const auto at = contact.target.endpoint();
            if (!at || contact.realm == kNoIndex) continue;
            const std::string who = cat("user \"", t.users[i].name, '"');
            const auto [other, fresh] = taken.emplace(std::tuple(contact.realm, *at), who);
            if (fresh || other->second == who) continue;
            build.problems().error(
                build.where("users", i),
                cat("contact ", at->str(), " of ", who, " is ", other->second, "'s already"),
                "a request from there could be either's");
        }
    }
}

/// A request sent to ourselves comes back as one of nobody.
void check_own(const Build& build) {
    const topology::Topology& t = build.topology;
    std::map<std::tuple<topology::Transport, net::Endpoint>, Index> own;
    for (Index i = 0; i < t.realms.size(); ++i)
        for (const topology::Listen& listen : t.realms[i].listen) own.emplace(std::tuple(listen.transport, listen.endpoint), i);
    const auto look = [&](const topology::Target& target, std::string_view list, Index index, std::string_view who) {
        const auto at = target.endpoint();
        const auto found = at ? own.find(std::tuple(target.transport, *at)) : own.end();
        if (found == own.end()) return;
        build.problems().error(build.where(list, index),
                               cat("target ", at->str(), " of ", who, " is where realm \"", t.realms[found->second].name, "\" listens"),
                               "write the address of the peer");
    };
    for (Index i = 0; i < t.trunks.size(); ++i)
        for (const auto& target : t.trunks[i].targets) look(target, "trunks", i, cat("trunk \"", t.trunks[i].name, '"'));
    for (Index i = 0; i < t.users.size(); ++i)
        for (const auto& contact : t.users[i].contacts) look(contact.target, "users", i, cat("user \"", t.users[i].name, '"'));
    for (Index i = 0; i < t.bridges.size(); ++i) look(t.bridges[i].sip, "gw_bridge", i, cat("bridge \"", t.bridges[i].name, '"'));
}

/// What leaves a realm carries an address of it at which responses and requests come back, by the same transport.
void check_transports(const Build& build) {
    const topology::Topology& t = build.topology;
    const auto look = [&](const topology::Target& target, Index realm, std::string_view list, Index index, std::string_view who) {
        if (realm == kNoIndex || t.realms[realm].listen.empty()) return;
        for (const topology::Listen& listen : t.realms[realm].listen) {
            if (listen.transport == target.transport) return;
        }
        build.problems().error(build.where(list, index),
                               cat(who, " is reached by ", to_string(target.transport), ", but realm \"", t.realms[realm].name,
                                   "\" does not listen by it"),
                               cat("add \"", to_string(target.transport), ":ADDRESS:PORT\" to its \"listen\""));
    };
    for (Index i = 0; i < t.trunks.size(); ++i) {
        for (const auto& target : t.trunks[i].targets) look(target, t.trunks[i].realm, "trunks", i, cat("trunk \"", t.trunks[i].name, '"'));
    }
    for (Index i = 0; i < t.users.size(); ++i) {
        for (const auto& contact : t.users[i].contacts) look(contact.target, contact.realm, "users", i, cat("user \"", t.users[i].name, '"'));
    }
    for (Index i = 0; i < t.bridges.size(); ++i) look(t.bridges[i].sip, t.bridges[i].realm, "gw_bridge", i, cat("bridge \"", t.bridges[i].name, '"'));
}

}  // namespace

void check_addresses(const Build& build) {
    check_own(build);
    check_transports(build);
    check_ports(build);
    check_listens(build);
    check_sources(build);
    check_endpoints(build);
    std::map<net::Prefix, Index> subnets;
    const topology::Topology& t = build.topology;
    for (Index i = 0; i < t.subnets.size(); ++i) {
        const net::Prefix& prefix = t.subnets[i].prefix;
        if (prefix.address().none() || subnets.emplace(prefix, i).second) continue;
        build.problems().error(build.root.element_offset("subnets", i),
                               cat("subnet ", prefix.str(), " stands twice"), "a subnet belongs to one site");
    }
}

}  // namespace tandem::config
