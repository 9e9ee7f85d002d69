// Knows: which user or trunk of a topology the two ends of a recorded call are.
// Must not know: record formats.
// Next: tools/bypass-check and tools/sip-trunk-proxy/route.cpp, which ask for records.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::policy {

/// What a record tells of one end of a call; empty where it does not.
struct EndFacts {
    std::string kind;  ///< "user" or "trunk", with its name
    std::string name;
    std::string number_or_uri;
    std::optional<net::Endpoint> endpoint;
};

/// One end: a user, a trunk, or neither.
struct End {
    Index user = kNoIndex;
    Index trunk = kNoIndex;
    [[nodiscard]] bool known() const { return user != kNoIndex || trunk != kNoIndex; }
};

/// By name, else by address of record or number, else by the address in any realm.
End end_of(const EndFacts& facts, const topology::Topology& topology);

/// Names for a suggestion.
std::vector<std::string_view> user_names(const topology::Topology& topology);
std::vector<std::string_view> trunk_names(const topology::Topology& topology);
/// "--user \"allice\" is not in the topology; did you mean \"alice\"?"
std::string unknown_name(std::string_view option, std::string_view name,
                         const std::vector<std::string_view>& known);

}  // namespace tandem::policy
