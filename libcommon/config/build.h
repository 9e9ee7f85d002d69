// Knows: the parts in which a file is turned into a Topology, and what they share.
// Must not know: how values are written (values.h), how keys are checked (reader.h).
// Next: build_network.cpp, build_profiles.cpp, build_trunks.cpp, build_users.cpp; checks_*.cpp for what holds between things.
#pragma once

#include <string>
#include <vector>

#include "config/reader.h"
#include "config/topology_file.h"
#include "topology/topology.h"

namespace tandem::config {

/// A trunk that has rates, and where the file says so.
struct WantedRates {
    topology::Index trunk = topology::kNoIndex;
    std::string file;
    std::string column;
    std::size_t offset = 0;
};

struct Build {
    Loader& loader;
    const Fields& root;
    topology::Topology& topology;
    std::vector<WantedRates> rates{};

    [[nodiscard]] Problems& problems() const { return loader.problems; }
    /// Where a named thing of a list stands.
    [[nodiscard]] std::size_t where(std::string_view list, topology::Index index) const {
        return loader.registry.at(list).offset(index);
    }
};

/// A profile that is not named is the first one.
[[nodiscard]] inline topology::Index or_first(topology::Index index) { return index == topology::kNoIndex ? 0 : index; }

void build_network(Build& build);   ///< realms, regions, sites, subnets, bypass
void build_profiles(Build& build);  ///< SIP and media profiles
topology::HeaderRule build_header_rule(const Build& build, const json::Value& item);
void build_bridges(Build& build);
void build_trunks(Build& build);
/// Decks of the trunks' rates, each file read once.
void build_rates(Build& build, const FileOpener& open);
void build_users(Build& build);    ///< users, DID ranges, emergency
void build_numbers(Build& build);  ///< dial plans, usages, routes, policies

/// Says it when the text at a key cannot stand where it goes: in a SIP URI as host, in a header between quotes.
void check_host(const Build& build, const Fields& fields, std::string_view key);
void check_quotable(const Build& build, const Fields& fields, std::string_view key);

/// Number rules of a list, compiled; every bad pattern is reported.
topology::NumberRules build_rules(Build& build, const std::vector<const json::Value*>& items,
                                  std::string_view set_name);

/// Things that contradict each other although each is right by itself.
void check_addresses(const Build& build);  ///< listen addresses, sources, subnets, media ports
void check_numbers(const Build& build);    ///< DID ranges, numbers, extensions, emergency, scopes, routes
void check_bypass(const Build& build);     ///< legality of bypass settings, transport and encryption

}  // namespace tandem::config
