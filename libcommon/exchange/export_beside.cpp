// Knows: what a topology says of numbers beside its dial plans, for targets that have nothing but dial plans.
// Must not know: how dial plans are written.
// Next: export.h.
#include "base/text.h"
#include "exchange/export.h"

namespace tandem::exchange {
namespace {

void append_part(std::string& parts, bool there, std::string_view what) {
    if (there) append(parts, parts.empty() ? "" : ", ", what);
}

}  // namespace

void refuse_users(const topology::Topology& topology, std::vector<Finding>& findings) {
    std::string names;
    std::size_t users = 0;
    for (const topology::User& user : topology.users) {
        if (user.dial_plan == topology::kNoIndex && user.policy == topology::kNoIndex) continue;
        if (++users <= 5) append(names, users == 1 ? "" : ", ", user.name);
    }
    if (users == 0) return;
    findings.push_back({"users", cat(users, users == 1 ? " has" : " have", " a dial plan or policy of their own (", names, users > 5 ? ", …" : "", "), and users are not written"), "grant them there", true});
}

void refuse_emergency(const topology::Topology& topology, std::string_view why, std::vector<Finding>& findings) {
    for (const topology::EmergencyNumber& number : topology.emergency.numbers) findings.push_back({cat("emergency number \"", number.dial, '"'), std::string(why), "set it up there", true});
}

void refuse_all_beside_plans(const topology::Topology& topology, std::string_view target, bool scopes, std::vector<Finding>& findings) {
    const auto refuse = [&](std::string_view kind, std::string_view name, std::string_view what) {
        findings.push_back({cat(kind, " \"", name, '"'), cat(target, " has no ", what), {}, true});
    };
    for (const topology::DialPlan& plan : topology.dial_plans) {
        if (scopes || plan.scope == topology::Scope::kUser) continue;
        refuse("dial plan", plan.name, plan.site == topology::kNoIndex ? std::string("plan for everybody") : cat("plan of a site (", topology.sites[plan.site].name, ')'));
    }
    for (const topology::Trunk& trunk : topology.trunks) {
        std::string parts;
        append_part(parts, !trunk.called.rules.empty(), "rules of called numbers");
        append_part(parts, !trunk.calling.rules.empty(), "rules of calling numbers");
        append_part(parts, !trunk.inbound_called.rules.empty() || !trunk.inbound_calling.rules.empty(), "inbound rules");
        append_part(parts, trunk.remove_plus, "removing of the plus");
        append_part(parts, trunk.dial_plan != topology::kNoIndex, "dial plan of a trunk");
        append_part(parts, !trunk.usages.empty(), "usages of a trunk");
        append_part(parts, trunk.location_restricted, "restriction by location");
        if (!parts.empty()) refuse("trunk", trunk.name, parts);
    }
    for (const topology::Usage& usage : topology.usages) refuse("usage", usage.name, "usages");
    for (const topology::Route& route : topology.routes) refuse("route", route.name, "routes");
    for (const topology::Policy& policy : topology.policies) refuse("policy", policy.name, "policies");
    refuse_emergency(topology, cat(target, " has no emergency numbers"), findings);
    refuse_users(topology, findings);
}

}  // namespace tandem::exchange
