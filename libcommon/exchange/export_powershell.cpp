// Knows: how dial plans, routes, usages, policies and trunk rules are written as the cmdlets of Lync, Skype for Business and Teams show them.
// Must not know: other targets.
// Next: powershell.cpp, which reads this back; export.h.
#include <algorithm>
#include <map>
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

class PowershellWriter {
public:
    PowershellWriter(const topology::Topology& topology, bool teams, Exported& out) : topology_(topology), teams_(teams), out_(out), json_(text_) {}

    std::string all(const ExportOptions& options) {
        json_.begin_array();
        if (!options.plan.empty()) {
            for (const topology::DialPlan* plan : chosen_plans(topology_, options)) dial_plan(*plan, identity(plan->scope, plan->site, plan->name, topology_, false));
        } else {
            name_gateways();
            for (topology::Index i = 0; i < topology_.dial_plans.size(); ++i) dial_plans(i);
            usages();
            for (const topology::Route& one : topology_.routes) route_names_.unique(one.name);
            for (const topology::Route& one : topology_.routes) route(one);
            for (const topology::Policy& policy : topology_.policies) one_policy(policy);
            for (std::size_t i = 0; i < topology_.trunks.size(); ++i) trunk(i);
            refuse_emergency(topology_, teams_ ? "Teams has emergency numbers in emergency call routing policies" : "Lync has emergency numbers in location policies", out_.findings);
            refuse_users(topology_, out_.findings);
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

    // A gateway is known by its host alone, so two trunks of one host would be one.
    void name_gateways() {
        std::map<std::string, std::string> taken;  // host, and the trunk that has it
        gateways_.resize(topology_.trunks.size());
        for (std::size_t i = 0; i < topology_.trunks.size(); ++i) {
            const topology::Trunk& trunk = topology_.trunks[i];
            const std::string place = cat("trunk \"", trunk.name, '"');
            if (trunk.targets.empty()) refuse(place, "a TDM span has no host, and gateways are named by their host");
            for (const topology::Target& target : trunk.targets) {
                const std::string& host = target.host;
                if (teams_ && target.ip) {
                    refuse(place, cat("Teams names session border controllers by their domain name, not ", host), "give its target as a name");
                } else if (const auto [known, fresh] = taken.emplace(lower(host), trunk.name); fresh) {
                    gateways_[i].push_back(host);
                } else {
                    refuse(place, cat("its target ", host, target.port != 0 ? ":" : "", target.port != 0 ? cat(target.port) : std::string(), " has the host of ",
                                      known->second == trunk.name ? std::string("another target of it") : cat("trunk \"", known->second, '"'), ", and gateways are told apart by their host"));
                }
            }
        }
    }

    // Under its own name where users may have it, and as that of each gateway whose calls it reads.
    void dial_plans(topology::Index index) {
        const topology::DialPlan& plan = topology_.dial_plans[index];
        std::vector<std::string> hosts;
        for (std::size_t i = 0; i < topology_.trunks.size(); ++i) {
            const topology::Trunk& trunk = topology_.trunks[i];
            if (trunk.dial_plan != index || (plan.scope == topology::Scope::kGlobal && trunk.site == topology::kNoIndex)) continue;
            if (teams_) refuse(cat("trunk \"", trunk.name, '"'), cat("Teams has no dial plan of calls that come in (\"", plan.name, "\")"));
            else if (gateways_[i].empty()) refuse(cat("trunk \"", trunk.name, '"'), cat("its dial plan \"", plan.name, "\" has no gateway to stand at"));
            else hosts.insert(hosts.end(), gateways_[i].begin(), gateways_[i].end());
        }
        const bool of_users = std::any_of(topology_.users.begin(), topology_.users.end(), [&](const topology::User& user) { return user.dial_plan == index; });
        if (hosts.empty() || of_users || plan.scope != topology::Scope::kUser) dial_plan(plan, identity(plan.scope, plan.site, plan.name, topology_, false));
        for (const std::string& host : hosts) dial_plan(plan, cat("Service:PstnGateway:", host));
    }

    void dial_plan(const topology::DialPlan& plan, const std::string& name) {
        if (teams_ && plan.scope == topology::Scope::kSite) return refuse(cat("dial plan \"", plan.name, '"'), "Teams has no dial plan of a site", "give it to users");
        if (teams_ && !plan.access_prefix.empty()) refuse(cat("dial plan \"", plan.name, '"'), cat("Teams has no access prefix (", plan.access_prefix, ")"), "put it into the patterns");
        begin();
        out().member("Identity", name).member("Description", plan.description);
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
        for (const topology::Usage& usage : topology_.usages) {
            if (usage.order == topology::Order::kListed) all.push_back(usage.name);
            else refuse(cat("usage \"", usage.name, '"'), "trunks are tried as listed there, never by cost; it is left out, also of routes, policies and trunks", "list its routes in the order of their cost");
        }
        if (all.empty()) return;
        begin();
        out().member("Identity", "Global");
        names("Usage", all);
        end();
    }

    std::vector<std::string> usage_names(const std::vector<topology::Index>& list) const {
        std::vector<std::string> out;
        for (const topology::Index one : list)
            if (topology_.usages[one].order == topology::Order::kListed) out.push_back(topology_.usages[one].name);
        return out;
    }

    void route(const topology::Route& route) {
        const std::string place = cat("route \"", route.name, '"');
        if (const std::string_view gap = dotnet_gap(route.pattern); !gap.empty()) return refuse(place, cat("pattern ", shown(route.pattern, 80), " has ", gap), "write it without");
        if (teams_ && (route.suppress_caller_id || !route.alternate_caller_id.empty()))
            return refuse(place, "a route of Teams neither hides nor changes the caller's number", "set it by a calling line identity policy");
        std::vector<std::string> gateways;
        for (const topology::Index one : route.trunks) {
            // Targets of a trunk are tried in their order, so they are gateways one after the other.
            for (const std::string& host : gateways_[one]) gateways.push_back(teams_ ? host : cat("PstnGateway:", host));
            if (gateways_[one].empty()) refuse(place, cat("its trunk \"", topology_.trunks[one].name, "\" is no gateway there, and is left out of it"));
        }
        if (!teams_ || gateways.size() < 2) return one_route(route, route.name, gateways);
        // Within one route of Teams the order is not kept; routes of one pattern are tried by their priority.
        for (std::size_t i = 0; i < gateways.size(); ++i) one_route(route, i == 0 ? route.name : route_names_.unique(route.name), {gateways[i]});
    }

    void one_route(const topology::Route& route, const std::string& name, const std::vector<std::string>& gateways) {
        begin();
        out().member("Identity", name).member("Priority", priority_++).member("Description", route.description).member("NumberPattern", route.pattern);
        names(teams_ ? "OnlinePstnUsages" : "PstnUsages", usage_names(route.usages));
        names(teams_ ? "OnlinePstnGatewayList" : "PstnGatewayList", gateways);
        out().member("Name", name);
        if (!teams_) {
            out().member("SuppressCallerId", route.suppress_caller_id).key("AlternateCallerId");
            if (route.alternate_caller_id.empty()) out().null();
            else out().string(route.alternate_caller_id);
        }
        end();
    }

    void trunk(std::size_t index) {
        const topology::Trunk& trunk = topology_.trunks[index];
        const std::string place = cat("trunk \"", trunk.name, '"');
        const bool told = gateways_[index].empty();  // that it is no gateway at all
        if (trunk.location_restricted) refuse(place, "its restriction to users of its site is not written", "set it up there");
        refuse_rules(place, "inbound_called", trunk.inbound_called, teams_ ? "translation rules of session border controllers are not written" : "what comes in is read by the gateway's dial plan only");
        refuse_rules(place, "inbound_calling", trunk.inbound_calling, teams_ ? "translation rules of session border controllers are not written" : "the calling number of what comes in is left as it is");
        if (teams_ || told) {
            const std::string_view why = teams_ ? "translation rules of session border controllers are not written" : "it is no gateway there";
            refuse_rules(place, "called", trunk.called, why);
            refuse_rules(place, "calling", trunk.calling, why);
            if (trunk.remove_plus) refuse(place, teams_ ? "Teams always sends the plus" : "remove_plus: it is no gateway there");
            if (!trunk.usages.empty()) refuse(place, teams_ ? "Teams has no usages of calls that come in" : "usages: it is no gateway there");
            return;
        }
        bool first = true;
        for (const std::string& host : gateways_[index]) {
            begin();
            out().member("Identity", cat("Service:PstnGateway:", host)).member("Description", trunk.name);
            rules(place, "OutboundTranslationRulesList", "called", trunk.called, first);
            rules(place, "OutboundCallingNumberTranslationRulesList", "calling", trunk.calling, first);
            names("PstnUsages", usage_names(trunk.usages));
            out().member("RemovePlusFromUri", trunk.remove_plus);
            end();
            first = false;
        }
    }
    void rules(const std::string& place, std::string_view key, std::string_view list, const topology::NumberRules& rules, bool tell) {
        out().key(key).begin_array();
        for (std::size_t i = 0; i < rules.rules.size(); ++i) {
            const number::Rule& rule = rules.rules[i];
            if (const std::string_view gap = dotnet_gap(rule.pattern); !gap.empty()) {
                if (tell) refuse(cat(place, ", ", list, " rule ", i + 1, " \"", shown(rule.name, 60), '"'), cat("pattern ", shown(rule.pattern, 80), " has ", gap), "write it without");
                continue;
            }
            out().begin_object().member("Description", rule.description).member("Pattern", rule.pattern).member("Translation", rule.translation).member("Name", rule.name).end_object();
        }
        out().end_array();
    }
    void refuse_rules(const std::string& place, std::string_view list, const topology::NumberRules& rules, std::string_view why) {
        for (std::size_t i = 0; i < rules.rules.size(); ++i) refuse(cat(place, ", ", list, " rule ", i + 1, " \"", shown(rules.rules[i].name, 60), '"'), std::string(why));
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
    std::vector<std::vector<std::string>> gateways_;  ///< of each trunk, the hosts of its targets
    Names route_names_;
    std::size_t priority_ = 0;
    std::string text_;
    json::Writer json_;
    std::string object_;
    std::optional<json::Writer> object_json_;
};

}  // namespace

Exported export_lync(const topology::Topology& topology, const ExportOptions& options, bool teams) {
    Exported out;
    out.text = PowershellWriter(topology, teams, out).all(options);
    return out;
}

Exported export_csv(const topology::Topology& topology, const ExportOptions& options) {
    Exported out;
    constexpr std::string_view kHeader[] = {"Identity", "Priority", "Description", "Pattern", "Translation", "Name", "IsInternalExtension"};
    append_csv_row(out.text, kHeader);
    for (const topology::DialPlan* plan : chosen_plans(topology, options)) {
        if (!plan->access_prefix.empty())
            out.findings.push_back({cat("dial plan \"", plan->name, '"'), cat("a table of rules has no access prefix (", plan->access_prefix, ")"), "put it into the patterns", true});
        if (!plan->description.empty()) out.findings.push_back({cat("dial plan \"", plan->name, '"'), "a table of rules has no description of a plan", {}, false});
        std::size_t priority = 0;
        for (const number::Rule* rule : sayable(*plan, false, out.findings)) {
            const std::string id = cat(identity(plan->scope, plan->site, plan->name, topology, false), '/', rule->name);
            const std::string place = cat(priority++);
            const std::string_view row[] = {id, place, rule->description, rule->pattern, rule->translation, rule->name, rule->internal ? "True" : "False"};
            append_csv_row(out.text, row);
        }
    }
    if (options.plan.empty()) refuse_all_beside_plans(topology, "a table of rules", true, out.findings);
    return out;
}

}  // namespace tandem::exchange
