// Knows: which targets a dial plan can be written for.
// Must not know: how they are written.
// Next: export_powershell.cpp, export_asterisk.cpp, export_cisco_ios.cpp; import.h for the way back.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/fragment.h"
#include "topology/topology.h"

namespace tandem::exchange {

enum class Target { kLyncJson, kTeamsJson, kCsv, kAsterisk, kCiscoIos };
inline constexpr std::array<std::string_view, 5> kTargetNames = {"lync-json", "teams-json", "csv", "asterisk", "cisco-ios"};

struct ExportOptions {
    std::string plan;               ///< name of the one dial plan to write; empty: all, and routes where the target has them
    std::string trunk = "trunk";    ///< asterisk: the trunk that Dial() names
    bool digits_only = false;       ///< asterisk: people dial digits only, so that "." and X may stand for \d+ and .
};

/// A text for the target, and what it cannot say: each with the place in the topology ("dial plan \"x\", rule \"y\"").
struct Exported {
    std::string text;
    std::vector<Finding> findings;
};

/// What is refused is left out of the text: a finding for each. With options.plan only that plan counts; without it everything that
/// the topology says of numbers is either in the text or refused: rules, scopes, trunk rules, usages, routes, policies, emergency
/// numbers, and that users have plans and policies of their own. Order and meaning of what is written are those of the plan.
Exported export_topology(const topology::Topology& topology, Target target, const ExportOptions& options);

// By target.
Exported export_lync(const topology::Topology& topology, const ExportOptions& options, bool teams);
Exported export_csv(const topology::Topology& topology, const ExportOptions& options);
Exported export_asterisk(const topology::Topology& topology, const ExportOptions& options);
Exported export_cisco_ios(const topology::Topology& topology, const ExportOptions& options);

/// The dial plans that are to be written.
std::vector<const topology::DialPlan*> chosen_plans(const topology::Topology& topology, const ExportOptions& options);
/// "dial plan "x", rule "y" (3)", as findings name a place.
std::string rule_place(const topology::DialPlan& plan, std::size_t rule);

// What targets without a place for it refuse, thing by thing.
/// scopes: the target says for whom a plan is.
void refuse_all_beside_plans(const topology::Topology& topology, std::string_view target, bool scopes, std::vector<Finding>& findings);
void refuse_emergency(const topology::Topology& topology, std::string_view why, std::vector<Finding>& findings);
void refuse_users(const topology::Topology& topology, std::vector<Finding>& findings);

}  // namespace tandem::exchange
