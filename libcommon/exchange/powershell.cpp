// Knows: what the objects of Lync, Skype for Business and Teams mean: dial plans, rules, routes, usages, policies, trunks.
// Must not know: in which format they were written.
// Next: node.h for their form; import.h.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "exchange/import.h"
#include "exchange/node.h"
#include "exchange/powershell.h"
#include "number/regex.h"

namespace tandem::exchange {
namespace {

/// "Global", "Site:Redmond", "Tag:Sales", "Service:PstnGateway:sbc.example.com", each perhaps with "/RuleName" behind it.
struct Identity {
    std::string scope = "user";  ///< "global", "site", "user" or "gateway"
    std::string name;            ///< of the site, policy or gateway
    std::string element;         ///< of the rule
};

Identity identity(std::string_view text) {
    Identity out;
    const auto slash = text.find('/');
    std::string_view parent = trim(text.substr(0, slash));
    if (slash != std::string_view::npos) out.element = trim(text.substr(slash + 1));
    const auto drop = [&](std::string_view prefix) {
        if (!istarts_with(parent, prefix)) return false;
        parent.remove_prefix(prefix.size());
        return true;
    };
    if (iequals(parent, "global")) {
        out.scope = "global";
    } else if (drop("site:")) {
        out.scope = "site";
    } else {
        drop("service:");
        if (drop("pstngateway:")) out.scope = "gateway";
        else drop("tag:");
    }
    out.name = parent;
    return out;
}

// The rule as one text, which is what is left of it where the depth of a dump was too small.
std::optional<Node> rule_of_text(const Node& node) {
    static constexpr std::array<std::string_view, 5> kKeys = {"Description", "Pattern", "Translation", "Name", "IsInternalExtension"};
    if (!node.text.starts_with("Description=")) return std::nullopt;
    Node out;
    out.offset = node.offset;
    std::string_view rest = node.text;
    for (std::size_t i = 0; i < kKeys.size() && !rest.empty(); ++i) {
        rest.remove_prefix(kKeys[i].size() + 1);
        std::size_t end = std::string_view::npos;
        std::string next;
        if (i + 1 < kKeys.size()) end = rest.find(next = cat(';', kKeys[i + 1], '='));
        auto value = std::make_shared<Node>();
        value->text = rest.substr(0, end);
        value->offset = node.offset;
        out.members.emplace_back(kKeys[i], std::move(value));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out.has("Translation") ? std::optional(out) : std::nullopt;
}

bool yes(std::string_view text) { return iequals(text, "true") || text == "1"; }

class Importer {
public:
    Importer(const Source& source, const std::string& plan_name, Fragment& into) : source_(source), plan_name_(plan_name), into_(into) {}

    void object(const Node& node);
    void sort_rules();

private:
    void refuse(const Node& node, std::string what, std::string hint = {}) {
        into_.findings.push_back({source_.where(node.offset), std::move(what), std::move(hint), true});
    }
    void leave_out(const Node& node, std::string what) {
        into_.findings.push_back({source_.where(node.offset), std::move(what), {}, false});
    }
    Plan& plan(const Identity& id);
    Trunk& trunk(std::string_view gateway);
    void site(const std::string& name);
    void usage(std::string_view name);
    std::vector<std::string> texts(const Node& node, std::string_view key);
    number::Rule rule(const Node& node);
    void rules(const Node& owner, std::string_view key, std::vector<number::Rule>& out);
    void dial_plan(const Node& node);
    void loose_rule(const Node& node);
    void route(const Node& node);
    void policy(const Node& node, std::string_view key);
    void trunk_configuration(const Node& node);
    void trunk_rule(const Node& node);

    const Source& source_;
    const std::string& plan_name_;
    Fragment& into_;
    struct Loose {
        std::uint64_t priority;
        number::Rule rule;
        std::string where;
    };
    std::map<std::string, std::vector<Loose>> loose_;  ///< rules of their own, by plan
};

void Importer::site(const std::string& name) {
    if (std::find(into_.sites.begin(), into_.sites.end(), name) == into_.sites.end()) into_.sites.push_back(name);
}

void Importer::usage(std::string_view name) {
    if (std::find(into_.usages.begin(), into_.usages.end(), name) == into_.usages.end()) into_.usages.emplace_back(name);
}

// Names of things that are there already.
template <class T>
std::vector<std::string> names_of(const std::vector<T>& things) {
    std::vector<std::string> out;
    for (const T& thing : things) out.push_back(thing.name);
    return out;
}

Plan& Importer::plan(const Identity& id) {
    // By its identity: "Site A" and "Site-A" are two, though a topology would call both Site-A.
    const std::string origin = cat(id.scope, ':', id.name);
    const auto known = std::find_if(into_.dial_plans.begin(), into_.dial_plans.end(), [&](const Plan& one) { return one.origin == origin; });
    if (known != into_.dial_plans.end()) return *known;
    Plan fresh;
    fresh.name = unique_name(topology_name(id.scope == "global" ? "Global" : id.scope == "site" ? cat("site-", id.name) : id.name),
                             names_of(into_.dial_plans));
    fresh.origin = origin;
    fresh.scope = id.scope == "gateway" ? "user" : id.scope;
    if (id.scope == "site") site(fresh.site = topology_name(id.name));
    into_.dial_plans.push_back(std::move(fresh));
    // A gateway's plan is for the calls that come from it.
    if (id.scope == "gateway") trunk(id.name).dial_plan = into_.dial_plans.back().name;
    return into_.dial_plans.back();
}

Trunk& Importer::trunk(std::string_view gateway) {
    const Identity id = identity(gateway);
    const auto known = std::find_if(into_.trunks.begin(), into_.trunks.end(), [&](const Trunk& one) { return one.origin == id.name; });
    if (known != into_.trunks.end()) return *known;
    Trunk fresh;
    fresh.host = topology_name(id.name);
    fresh.name = unique_name(fresh.host, names_of(into_.trunks));
    fresh.origin = id.name;
    into_.trunks.push_back(std::move(fresh));
    return into_.trunks.back();
}

// A list of texts: a list, an object whose text is it, or texts with ";" between them in a column of a table.
std::vector<std::string> Importer::texts(const Node& node, std::string_view key) {
    std::vector<std::string> out;
    const Node* value = node.find(key);
    if (value == nullptr) return out;
    if (value->list) {
        for (const NodePtr& item : value->items) {
            // Usages of Teams are sometimes objects.
            const std::string_view own = item->is_object() ? item->text_of("Usage") : std::string_view(item->text);
            if (!trim(own).empty()) out.emplace_back(trim(own));
            else if (!item->null) refuse(*item, cat(key, ": an element is no text"));
        }
        return out;
    }
    if (value->text.starts_with("System.") || value->text.starts_with("Microsoft.") || value->text.starts_with("Deserialized.")) {
        refuse(*value, cat(key, ": the dump has the name of the list's type (", shown(value->text, 60), ") instead of its elements"),
               "export as JSON or CLIXML, or join the elements with \";\"");
        return out;
    }
    for (const std::string_view part : split(value->text, ';'))
        if (!trim(part).empty()) out.emplace_back(trim(part));
    return out;
}

number::Rule Importer::rule(const Node& node) {
    number::Rule out;
    const std::string_view name = node.text_of("Name");
    out.name = name.empty() ? identity(node.text_of("Identity")).element : std::string(trim(name));
    out.pattern = node.text_of("Pattern");
    out.translation = node.text_of("Translation");
    out.internal = yes(node.text_of("IsInternalExtension"));
    out.description = source_.described(node.text_of("Description"), node.offset);
    return out;
}

// Whether a text like "System.Collections…" stands where a list should be is told by texts(); rules have no other written form.
void Importer::rules(const Node& owner, std::string_view key, std::vector<number::Rule>& out) {
    const Node* list = owner.find(key);
    if (list == nullptr) return;
    RuleSink sink(out, into_.findings);
    std::vector<NodePtr> items = list->items;
    if (!list->list && list->is_object()) items.push_back(std::make_shared<Node>(*list));
    if (!list->list && items.empty() && !trim(list->text).empty()) {
        if (const auto one = rule_of_text(*list)) {
            items.push_back(std::make_shared<Node>(*one));
        } else {
            refuse(*list, cat(key, ": the dump has ", shown(list->text, 60), " instead of the rules"),
                   "export as JSON or CLIXML with a depth of 4, or the rules by themselves (Get-CsVoiceNormalizationRule)");
        }
    }
    for (const NodePtr& item : items) {
        const auto from_text = item->is_object() ? std::nullopt : rule_of_text(*item);
        const Node& one = from_text ? *from_text : *item;
        if (!one.has("Pattern") || !one.has("Translation")) {
            refuse(*item, cat(key, ": an element is no rule"), "export with a greater depth");
            continue;
        }
        sink.add(rule(one), source_.where(one.offset));
    }
}

void Importer::dial_plan(const Node& node) {
    Identity id = identity(node.text_of("Identity"));
    if (id.name.empty()) id.name = node.text_of("SimpleName");
    if (id.name.empty()) id.name = plan_name_;
    Plan& out = plan(id);
    out.description = source_.described(node.text_of("Description"), node.offset);
    const std::string_view prefix = trim(node.text_of("ExternalAccessPrefix"));
    // Without OptimizeDeviceDialing the prefix has no effect there; so it has none here.
    if (!prefix.empty() && yes(node.text_of("OptimizeDeviceDialing"))) {
        if (prefix.size() > 4 || prefix.find_first_not_of("0123456789*#") != std::string_view::npos)
            refuse(node, cat("dial plan \"", out.name, "\": ExternalAccessPrefix \"", shown(prefix, 20), "\" is not 1 to 4 of 0-9, * and #"));
        else
            out.access_prefix = prefix;
    }
    rules(node, "NormalizationRules", out.rules);
}

void Importer::loose_rule(const Node& node) {
    Identity id = identity(node.text_of("Identity"));
    if (id.element.empty()) {
        if (!id.name.empty() && node.text_of("Name").empty()) id.element = id.name;
        id = {"user", plan_name_, id.element};
    }
    number::Rule one = rule(node);
    if (one.name.empty()) one.name = id.element;
    const auto priority = to_number<std::uint64_t>(node.text_of("Priority"));
    Plan& owner = plan(id);
    std::vector<Loose>& list = loose_[owner.name];
    list.push_back({priority.value_or(list.size()), std::move(one), source_.where(node.offset)});
}

void Importer::sort_rules() {
    for (Plan& owner : into_.dial_plans) {
        const auto found = loose_.find(owner.name);
        if (found == loose_.end()) continue;
        std::vector<Loose>& list = found->second;
        std::stable_sort(list.begin(), list.end(), [](const Loose& a, const Loose& b) { return a.priority < b.priority; });
        RuleSink sink(owner.rules, into_.findings);
        for (Loose& one : list) sink.add(std::move(one.rule), std::move(one.where));
    }
}

void Importer::route(const Node& node) {
    Route out;
    const std::string_view name = node.text_of("Name");
    const std::string_view chosen = trim(name).empty() ? node.text_of("Identity") : name;
    out.pattern = node.text_of("NumberPattern");
    if (const auto regex = number::Regex::compile(out.pattern); !regex) {
        return refuse(node, cat("route \"", shown(chosen, 60), "\": NumberPattern ", shown(out.pattern, 80), ": ", regex.error().what));
    }
    if (shown(out.pattern) != out.pattern) return refuse(node, cat("route \"", shown(chosen, 60), "\": NumberPattern holds a control character"));
    std::vector<std::string> taken;
    for (const Route& one : into_.routes) taken.push_back(one.name);
    out.name = unique_name(topology_name(chosen), taken);
    out.usages = texts(node, node.has("OnlinePstnUsages") ? "OnlinePstnUsages" : "PstnUsages");
    for (const std::string& one : out.usages) usage(one);
    for (const std::string& one : texts(node, node.has("OnlinePstnGatewayList") ? "OnlinePstnGatewayList" : "PstnGatewayList"))
        out.trunks.push_back(trunk(one).name);
    out.suppress_caller_id = yes(node.text_of("SuppressCallerId"));
    const std::string_view alternate = trim(node.text_of("AlternateCallerId"));
    const bool e164 = alternate.size() > 2 && alternate.front() == '+' && alternate[1] != '0' &&
                      alternate.substr(1).find_first_not_of("0123456789") == std::string_view::npos && alternate.size() <= 16;
    if (e164) out.alternate_caller_id = alternate;
    else if (!alternate.empty()) refuse(node, cat("route \"", out.name, "\": AlternateCallerId ", shown(alternate, 40), " is no E.164 number"), "write it with + and without ;ext");
    out.description = source_.described(node.text_of("Description"), node.offset);
    out.priority = to_number<std::uint64_t>(node.text_of("Priority")).value_or(into_.routes.size());
    into_.routes.push_back(std::move(out));
}

void Importer::policy(const Node& node, std::string_view key) {
    const Identity id = identity(node.text_of("Identity"));
    Policy out;
    out.scope = id.scope == "gateway" ? "user" : id.scope;
    std::vector<std::string> taken;
    for (const Policy& one : into_.policies) taken.push_back(one.name);
    const std::string name = id.scope == "global" ? "Global" : id.scope == "site" ? cat("site-", id.name) : id.name;
    out.name = unique_name(topology_name(name.empty() ? plan_name_ : name), taken);
    if (id.scope == "site") site(out.site = topology_name(id.name));
    out.usages = texts(node, key);
    for (const std::string& one : out.usages) usage(one);
    leave_out(node, cat("policy \"", out.name, "\": only its usages are taken, not what else it allows"));
    into_.policies.push_back(std::move(out));
}

void Importer::trunk_configuration(const Node& node) {
    const Identity id = identity(node.text_of("Identity"));
    if (id.scope == "site" || id.scope == "user")
        return refuse(node, cat("trunk configuration \"", shown(node.text_of("Identity"), 60), "\": which trunks it holds for is not in the dump"),
                      "give its rules to the trunks of that site");
    // That of all trunks stands under a name that no gateway has until finish().
    Trunk& out = trunk(id.scope == "global" ? kAllTrunks : std::string_view(id.name));
    rules(node, "OutboundTranslationRulesList", out.called);
    rules(node, "OutboundCallingNumberTranslationRulesList", out.calling);
    out.remove_plus = yes(node.text_of("RemovePlusFromUri"));
}

void Importer::trunk_rule(const Node& node) {
    const Identity id = identity(node.text_of("Identity"));
    if (id.element.empty() || (id.scope != "global" && id.scope != "gateway"))
        return refuse(node, cat("translation rule \"", shown(node.text_of("Identity"), 60), "\": which trunk it belongs to is not said"),
                      "export the trunk configuration that holds it (Get-CsTrunkConfiguration)");
    Trunk& out = trunk(id.scope == "global" ? kAllTrunks : std::string_view(id.name));
    const bool calling = node.is_a("CallingNumber");
    RuleSink sink(calling ? out.calling : out.called, into_.findings);
    sink.add(rule(node), source_.where(node.offset));
    if (!calling && node.types.empty())
        leave_out(node, cat("translation rule \"", id.element, "\" is taken for one of the called number: the dump names no type"));
}

void Importer::object(const Node& node) {
    const auto has = [&](std::string_view key) { return node.has(key); };
    if (!node.is_object()) {
        if (const auto one = rule_of_text(node)) return loose_rule(*one);
        return refuse(node, cat("not an object: ", shown(node.text, 60)));
    }
    if (has("NormalizationRules")) return dial_plan(node);
    if (has("NumberPattern")) return route(node);
    if (has("OutboundTranslationRulesList") || has("RemovePlusFromUri")) return trunk_configuration(node);
    if (has("Pattern") && has("Translation")) {
        const bool of_trunk = node.is_a("TranslationRule") || (!has("IsInternalExtension") && has("Identity"));
        return of_trunk ? trunk_rule(node) : loose_rule(node);
    }
    if (has("OnlinePstnUsages")) return policy(node, "OnlinePstnUsages");
    if (has("PstnUsages")) return policy(node, "PstnUsages");
    if (has("Usage")) {
        for (const std::string& one : texts(node, "Usage")) usage(one);
        return;
    }
    std::string keys;
    for (const auto& [key, value] : node.members) append(keys, keys.empty() ? "" : ", ", shown(key, 30));
    refuse(node, cat("an object of a kind that is not known", node.types.empty() ? "" : " (", node.types.empty() ? "" : shown(node.types.front(), 80),
                     node.types.empty() ? "" : ")", ", with ", shown(keys, 120)),
           "known are dial plans, normalization and translation rules, routes, usages, policies and trunk configurations");
}

}  // namespace

Status import_powershell(const Source& source, const std::string& plan_name, Fragment& into) {
    const std::string_view text = trim(source.text());
    std::vector<Finding> findings;
    auto objects = text.starts_with('<')                          ? read_xml(source)
                   : text.starts_with('{') || text.starts_with('[') || text.starts_with("//") ? read_json(source)
                                                                  : read_csv_objects(source, findings);
    if (!objects) return fail(std::move(objects.error()));
    into.findings.insert(into.findings.end(), findings.begin(), findings.end());
    Importer importer(source, plan_name, into);
    for (const NodePtr& object : *objects) {
        // A variable that held several lists is a list of lists.
        if (object->list && !object->is_object()) {
            for (const NodePtr& inner : object->items) importer.object(*inner);
        } else {
            importer.object(*object);
        }
    }
    importer.sort_rules();
    return {};
}

}  // namespace tandem::exchange
