// Knows: how dial plans, routes, usages and policies are written as the cmdlets of Lync, Skype for Business and Teams show them.
// Must not know: other targets.
// Next: powershell.cpp, which reads this back; export.h.
#include <algorithm>
#include <optional>

#include "base/csv.h"
#include "base/text.h"
#include "exchange/export.h"
#include "json/writer.h"

namespace tandem::exchange {
namespace {

constexpr std::size_t kTeamsRules = 50;  // a dial plan (learn.microsoft.com, "What are dial plans?")

/// What our patterns may hold and .NET reads otherwise or not at all; empty when there is nothing of it.
std::string_view dotnet_gap(std::string_view pattern) {
    bool in_set = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const std::string_view rest = pattern.substr(at);
        if (rest.front() == '\\') {
            if (rest.size() > 1 && std::string_view("QEKRXhHNgoC").find(rest[1]) != std::string_view::npos) return "an escape that .NET does not know";
            ++at;
        } else if (in_set) {
            if (rest.starts_with("[:")) return "a POSIX class";
            if (rest.front() == '[' || rest.starts_with("-[")) return "\"[\" within a set";
            if (rest.front() == ']') in_set = false;
        } else if (rest.front() == '[') {
            in_set = true;
            if (rest.starts_with("[:") ) return "a POSIX class";
            if (rest.starts_with("[^]")) at += 2;
            else if (rest.starts_with("[]")) ++at;
        } else if (rest.starts_with("(*")) {
            return "a verb of PCRE";
        } else if (rest.starts_with("(?")) {
            if (rest.size() > 2 && std::string_view("|RPC&0123456789+").find(rest[2]) != std::string_view::npos) return "a group that .NET does not know";
        } else if (rest.size() > 1 && rest[1] == '+' && std::string_view("*+?}").find(rest.front()) != std::string_view::npos) {
            return "possessive repetition";
        }
    }
    return {};
}

/// The rules of a plan that the target can have.
std::vector<const number::Rule*> sayable(const topology::DialPlan& plan, bool teams, std::vector<Finding>& findings) {
    std::vector<const number::Rule*> out;
    for (std::size_t i = 0; i < plan.rules.rules.size(); ++i) {
        const number::Rule& rule = plan.rules.rules[i];
        const auto refuse = [&](std::string what, std::string hint = {}) { findings.push_back({rule_place(plan, i), std::move(what), std::move(hint), true}); };
        if (const std::string_view gap = dotnet_gap(rule.pattern); !gap.empty()) refuse(cat("pattern ", shown(rule.pattern, 80), " has ", gap), "write it without");
        else if (teams && out.size() >= kTeamsRules) refuse(cat("a dial plan of Teams has at most ", kTeamsRules, " rules"), "split the plan");
        else out.push_back(&rule);
    }
    return out;
}

std::string identity(topology::Scope scope, topology::Index site, std::string_view name, const topology::Topology& topology, bool plain) {
    if (scope == topology::Scope::kGlobal) return "Global";
    if (scope == topology::Scope::kSite && site != topology::kNoIndex) return cat("Site:", topology.sites[site].name);
    return plain ? std::string(name) : cat("Tag:", name);
}

class Writer {
public:
    Writer(const topology::Topology& topology, bool teams, Exported& out) : topology_(topology), teams_(teams), out_(out), json_(text_) {}

    std::string all(const ExportOptions& options) {
        json_.begin_array();
        for (const topology::DialPlan* plan : chosen_plans(topology_, options)) dial_plan(*plan);
        if (options.plan.empty()) {
            usages();
            for (std::size_t i = 0; i < topology_.routes.size(); ++i) route(topology_.routes[i], i);
            for (const topology::Policy& policy : topology_.policies) one_policy(policy);
        }
        json_.end_array();
        return text_ + "\n";
    }

private:
    void begin() {
        // One object a line.
        text_ += text_.ends_with('[') ? "\n  " : ",\n  ";
        object_.clear();
        object_json_.emplace(object_);
        object_json_->begin_object();
    }
    void end() {
        object_json_->end_object();
        text_ += object_;
    }
    json::Writer& out() { return *object_json_; }
    void names(std::string_view key, const std::vector<std::string>& list) {
        out().key(key).begin_array();
        for (const std::string& one : list) out().string(one);
        out().end_array();
    }
    void refuse(std::string where, std::string what, std::string hint = {}) { out_.findings.push_back({std::move(where), std::move(what), std::move(hint), true}); }

    void dial_plan(const topology::DialPlan& plan) {
        if (teams_ && plan.scope == topology::Scope::kSite) return refuse(cat("dial plan \"", plan.name, '"'), "Teams has no dial plan of a site", "give it to users");
        if (teams_ && !plan.access_prefix.empty()) refuse(cat("dial plan \"", plan.name, '"'), cat("Teams has no access prefix (", plan.access_prefix, ")"), "put it into the patterns");
        begin();
        out().member("Identity", identity(plan.scope, plan.site, plan.name, topology_, false)).member("Description", plan.description);
        out().key("NormalizationRules").begin_array();
        for (const number::Rule* rule : sayable(plan, teams_, out_.findings)) {
            out().begin_object().member("Description", rule->description).member("Pattern", rule->pattern).member("Translation", rule->translation);
            out().member("Name", rule->name).member("IsInternalExtension", rule->internal).end_object();
        }
        out().end_array();
        if (!teams_) out().member("ExternalAccessPrefix", plan.access_prefix);
        out().member("SimpleName", plan.name);
        if (!teams_) out().member("OptimizeDeviceDialing", !plan.access_prefix.empty());
        end();
    }

    void usages() {
        std::vector<std::string> all;
        for (const topology::Usage& usage : topology_.usages) all.push_back(usage.name);
        if (all.empty()) return;
        begin();
        out().member("Identity", "Global");
        names("Usage", all);
        end();
    }

    std::vector<std::string> usage_names(const std::vector<topology::Index>& list) const {
        std::vector<std::string> out;
        for (const topology::Index one : list) out.push_back(topology_.usages[one].name);
        return out;
    }

    void route(const topology::Route& route, std::size_t priority) {
        const std::string place = cat("route \"", route.name, '"');
        if (const std::string_view gap = dotnet_gap(route.pattern); !gap.empty()) return refuse(place, cat("pattern ", shown(route.pattern, 80), " has ", gap), "write it without");
        if (teams_ && (route.suppress_caller_id || !route.alternate_caller_id.empty()))
            return refuse(place, "a route of Teams neither hides nor changes the caller's number", "set it by a calling line identity policy");
        begin();
        out().member("Identity", route.name).member("Priority", priority).member("Description", route.description).member("NumberPattern", route.pattern);
        names(teams_ ? "OnlinePstnUsages" : "PstnUsages", usage_names(route.usages));
        std::vector<std::string> gateways;
        for (const topology::Index one : route.trunks) {
            const topology::Trunk& trunk = topology_.trunks[one];
            const std::string host = trunk.targets.empty() ? trunk.name : trunk.targets.front().host;
            gateways.push_back(teams_ ? host : cat("PstnGateway:", host));
        }
        names(teams_ ? "OnlinePstnGatewayList" : "PstnGatewayList", gateways);
        out().member("Name", route.name);
        if (!teams_) {
            out().member("SuppressCallerId", route.suppress_caller_id).key("AlternateCallerId");
            if (route.alternate_caller_id.empty()) out().null();
            else out().string(route.alternate_caller_id);
        }
        end();
    }

    void one_policy(const topology::Policy& policy) {
        if (teams_ && policy.scope == topology::Scope::kSite) return refuse(cat("policy \"", policy.name, '"'), "Teams has no policy of a site", "give it to users");
        begin();
        out().member("Identity", identity(policy.scope, policy.site, policy.name, topology_, false));
        names(teams_ ? "OnlinePstnUsages" : "PstnUsages", usage_names(policy.usages));
        end();
    }

    const topology::Topology& topology_;
    bool teams_;
    Exported& out_;
    std::string text_;
    json::Writer json_;
    std::string object_;
    std::optional<json::Writer> object_json_;
};

}  // namespace

Exported export_lync(const topology::Topology& topology, const ExportOptions& options, bool teams) {
    Exported out;
    out.text = Writer(topology, teams, out).all(options);
    return out;
}

Exported export_csv(const topology::Topology& topology, const ExportOptions& options) {
    Exported out;
    constexpr std::string_view kHeader[] = {"Identity", "Priority", "Description", "Pattern", "Translation", "Name", "IsInternalExtension"};
    append_csv_row(out.text, kHeader);
    for (const topology::DialPlan* plan : chosen_plans(topology, options)) {
        if (!plan->access_prefix.empty())
            out.findings.push_back({cat("dial plan \"", plan->name, '"'), cat("a table of rules has no access prefix (", plan->access_prefix, ")"), "put it into the patterns", true});
        std::size_t priority = 0;
        for (const number::Rule* rule : sayable(*plan, false, out.findings)) {
            const std::string id = cat(identity(plan->scope, plan->site, plan->name, topology, false), '/', rule->name);
            const std::string place = cat(priority++);
            const std::string_view row[] = {id, place, rule->description, rule->pattern, rule->translation, rule->name, rule->internal ? "True" : "False"};
            append_csv_row(out.text, row);
        }
    }
    return out;
}

}  // namespace tandem::exchange
