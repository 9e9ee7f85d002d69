// Knows: what an import gives: pieces of a topology as they will be written, and what could not be taken, each with its place.
// Must not know: any foreign format.
// Next: import.h, which makes one of a text; ../config/topology_file.h, which accepts what write_topology() gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "number/rules.h"

namespace tandem::exchange {

/// Something about a source that whoever imports it should know.
struct Finding {
    std::string where;    ///< "file:line:column"
    std::string what;
    std::string hint;     ///< what to do about it; may be empty
    bool refused = true;  ///< it is missing from the result; false: left out on purpose, numbers are not touched by it
};

/// Names that are taken.
class Names {
public:
    /// The name, or with "-2", "-3", … behind it when it is taken already; it is taken from then on.
    std::string unique(std::string name);
    /// The same of a name of the topology, which has at most 64 characters: cut before the number.
    std::string unique_name(std::string name);

private:
    std::unordered_map<std::string, std::size_t> taken_;  ///< with the number to try next behind each
};

struct Plan {
    std::string name;
    std::string origin;          ///< what the source calls it, where names of ours may be less exact; empty otherwise
    std::string scope = "user";  ///< "global", "site" or "user"
    std::string site;            ///< of scope "site"
    std::string access_prefix;
    std::string description;
    std::vector<number::Rule> rules;
    Names rule_names;
};

struct Route {
    std::string name;
    std::string pattern;
    std::vector<std::string> usages;
    std::vector<std::string> trunks;
    bool suppress_caller_id = false;
    std::string alternate_caller_id;
    std::string description;
    std::uint64_t priority = 0;  ///< lowest first; equal ones in the order of the source
};

struct Policy {
    std::string name;
    std::string scope = "user";
    std::string site;
    std::vector<std::string> usages;
};

struct Trunk {
    std::string name;
    std::string origin;  ///< as of a plan
    std::string host;
    std::vector<number::Rule> called, calling;
    Names called_names, calling_names;
    bool configured = false;  ///< the source says what its rules are, be it none
    bool remove_plus = false;
    std::string dial_plan;
    std::vector<std::string> usages;  ///< of calls that come from it
};

/// Part of a topology.
struct Fragment {
    std::vector<std::string> sites;
    std::vector<Plan> dial_plans;
    std::vector<std::string> usages;
    std::vector<Route> routes;
    std::vector<Policy> policies;
    std::vector<Trunk> trunks;
    std::vector<Finding> findings;
    /// Configuration of all trunks that have none of their own, until finish() hands it out.
    std::optional<Trunk> all_trunks;
    // Whoever adds one of these asks for its name here.
    Names plan_names, route_names, policy_names, trunk_names;
    // Places in the lists above, by origin.
    std::unordered_map<std::string, std::size_t> plan_places, trunk_places;
    std::unordered_set<std::string> policy_scopes;  ///< global and site ones, of which there is one each

    /// Its name here.
    const std::string& add_site(std::string_view origin);
    void add_usage(const std::string& name);

    [[nodiscard]] bool empty() const {
        return dial_plans.empty() && usages.empty() && routes.empty() && policies.empty() && trunks.empty() && !all_trunks;
    }

private:
    std::unordered_map<std::string, std::string> known_sites_;  // names by origin
    std::unordered_set<std::string> known_usages_;
    Names site_names_;
};

/// A name as the topology file has it (letters, digits, "-", "_", "."): every other character becomes "-".
std::string topology_name(std::string_view text);
/// How many rules may stand in more lists than the source writes them in: rules of included contexts, and those of all trunks. More of
/// them are refused, because a small source could ask for any number.
inline constexpr std::size_t kMaxCopiedRules = 100'000;

/// A host's name or address as the topology file has it, made of any text: what cannot stand in one becomes "-".
std::string host_name(std::string_view text);

/// The same with what every topology file needs around it: as JSON, one rule a line. Trunks get the realm "inside" and a target on
/// their host without a port, because no dial plan says where they listen.
std::string write_topology(const Fragment& fragment);

}  // namespace tandem::exchange
