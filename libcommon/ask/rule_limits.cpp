#include "ask/rule_limits.h"

#include "base/text.h"

namespace tandem::ask {

void tell_rule_limits(cli::FilterOptions& filter, const topology::Topology& topology, cli::Context& context) {
    filter.at_end = [&topology, &context](record::Summary& summary) {
        const auto tell = [&](const topology::NumberRules& rules, std::string_view what, std::string_view name) {
            const number::RuleSet::GivenUp given_up = rules.compiled.given_up();
            if (given_up.times == 0) return;
            summary.rule_limits += given_up.times;
            context.log.warning(cat("rule \"", given_up.rule, "\" of ", what, ' ', name, " took too many steps and counted as not matching"), "times",
                                given_up.times);
        };
        for (const topology::DialPlan& plan : topology.dial_plans) tell(plan.rules, "dial plan", plan.name);
        for (const topology::Trunk& trunk : topology.trunks)
            for (const topology::NumberRules* rules : {&trunk.called, &trunk.calling, &trunk.inbound_called, &trunk.inbound_calling})
                tell(*rules, "trunk", trunk.name);
    };
}

}  // namespace tandem::ask
