// Knows: which writer serves which target.
// Must not know: how they are written.
// Next: export.h.
#include "exchange/export.h"

#include "base/text.h"

namespace tandem::exchange {

std::vector<const topology::DialPlan*> chosen_plans(const topology::Topology& topology, const ExportOptions& options) {
    std::vector<const topology::DialPlan*> out;
    for (const topology::DialPlan& plan : topology.dial_plans)
        if (options.plan.empty() || plan.name == options.plan) out.push_back(&plan);
    return out;
}

std::string rule_place(const topology::DialPlan& plan, std::size_t rule) {
    return cat("dial plan \"", plan.name, "\", rule ", rule + 1, " \"", shown(plan.rules.rules[rule].name, 60), '"');
}

Exported export_topology(const topology::Topology& topology, Target target, const ExportOptions& options) {
    Exported out;
    switch (target) {
        case Target::kLyncJson: out = export_lync(topology, options, false); break;
        case Target::kTeamsJson: out = export_lync(topology, options, true); break;
        case Target::kCsv: out = export_csv(topology, options); break;
        case Target::kAsterisk: out = export_asterisk(topology, options); break;
        case Target::kCiscoIos: out = export_cisco_ios(topology, options); break;
    }
    for (const topology::DialPlan* plan : chosen_plans(topology, options)) {
        if (plan->country.empty()) continue;
        out.findings.push_back({cat("dial plan \"", plan->name, '"'), cat("numbers that no rule matches are read as of ", plan->country, " here; the target leaves them as they are"), "write a rule for them", true});
    }
    return out;
}

}  // namespace tandem::exchange
