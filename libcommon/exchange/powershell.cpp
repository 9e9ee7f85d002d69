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
    /// Objects that refer to each other can say more than their text has room for; such are not read to their end.
    [[nodiscard]] bool exhausted() const { return left_ == 0; }

private:
    bool spend(const Node& node);
    void refuse(const Node& node, std::string what, std::string hint = {}) {
        into_.findings.push_back({source_.where(node.offset), std::move(what), std::move(hint), true});
    }
    void leave_out(const Node& node, std::string what) {
        into_.findings.push_back({source_.where(node.offset), std::move(what), {}, false});
    }
    Plan& plan(const Identity& id, const Node& node);
    Trunk& trunk(std::string_view gateway, const Node& node);
    Trunk& configured(const Identity& id, const Node& node);  ///< of that gateway, or of all
    std::vector<std::string> texts(const Node& node, std::string_view key);
    number::Rule rule(const Node& node);
    void rules(const Node& owner, std::string_view key, RuleSink sink);
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
    void put(std::vector<Loose>& list, const Node& node, number::Rule one);
    static void pour(std::vector<Loose>& list, RuleSink sink);

    static constexpr std::size_t kAllTrunks = static_cast<std::size_t>(-1);
    std::map<std::string, std::vector<Loose>> loose_;                               ///< rules of their own, by plan
    std::map<std::pair<std::size_t, bool>, std::vector<Loose>> loose_trunk_;       ///< by trunk, and whether for the calling number
    std::size_t left_ = 1000 + source_.text().size() / 4;                           ///< objects and elements that are still read
};

Plan& Importer::plan(const Identity& id, const Node& node) {
    // By its identity: "Site A" and "Site-A" are two, though a topology would call both Site-A.
    const std::string origin = cat(id.scope, ':', id.scope == "global" ? "" : id.name);
    const auto [known, first] = into_.plan_places.emplace(origin, into_.dial_plans.size());
    if (!first) return into_.dial_plans[known->second];
    Plan fresh;
    fresh.name = into_.plan_names.unique_name(topology_name(id.scope == "global" ? "Global" : id.scope == "site" ? cat("site-", id.name) : id.name));
    fresh.origin = origin;
    fresh.scope = id.scope == "gateway" ? "user" : id.scope;
    if (id.scope == "site") fresh.site = into_.add_site(id.name);
    into_.dial_plans.push_back(std::move(fresh));
    // A gateway's plan is for the calls that come from it.
    if (id.scope == "gateway") trunk(id.name, node).dial_plan = into_.dial_plans.back().name;
    return into_.dial_plans.back();
}

Trunk& Importer::trunk(std::string_view gateway, const Node& node) {
    const Identity id = identity(gateway);
    const auto [known, first] = into_.trunk_places.emplace(id.name, into_.trunks.size());
    if (!first) return into_.trunks[known->second];
    Trunk fresh;
    fresh.host = host_name(id.name);
    fresh.name = into_.trunk_names.unique_name(topology_name(id.name));
    fresh.origin = id.name;
    if (lower(trim(id.name)) != fresh.host) refuse(node, cat("gateway \"", shown(id.name, 60), "\" is no host's name: the target of its trunk is written as ", fresh.host), "put in where it is reached");
    into_.trunks.push_back(std::move(fresh));
    return into_.trunks.back();
}

Trunk& Importer::configured(const Identity& id, const Node& node) {
    Trunk& out = id.scope == "global" ? into_.all_trunks ? *into_.all_trunks : into_.all_trunks.emplace() : trunk(id.name, node);
    out.configured = true;
    return out;
}

// A list of texts: a list, an object whose text is it, or texts with ";" between them in a column of a table.
std::vector<std::string> Importer::texts(const Node& node, std::string_view key) {
    std::vector<std::string> out;
    const Node* value = node.find(key);
    if (value == nullptr) return out;
    const auto take = [&](std::string_view text, const Node& where) {
        if (shown(text) != text) return refuse(where, cat(key, ": ", shown(text, 60), " holds a control character"));
        out.emplace_back(trim(text));
    };
    if (value->list) {
        for (const NodePtr& item : value->items) {
            if (!spend(*item)) return out;
            // Usages of Teams are sometimes objects.
            const std::string_view own = item->is_object() ? item->text_of("Usage") : std::string_view(item->text);
            if (!trim(own).empty()) take(own, *item);
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
        if (!trim(part).empty()) take(part, *value);
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
void Importer::rules(const Node& owner, std::string_view key, RuleSink sink) {
    const Node* list = owner.find(key);
    if (list == nullptr) return;
    const auto take = [&](const Node& item) {
        const auto from_text = item.is_object() ? std::nullopt : rule_of_text(item);
        const Node& one = from_text ? *from_text : item;
        if (!one.has("Pattern") || !one.has("Translation")) return refuse(item, cat(key, ": an element is no rule"), "export with a greater depth");
        sink.add(rule(one), source_.where(one.offset));
    };
    for (const NodePtr& item : list->items) {
        if (!spend(*item)) return;
        take(*item);
    }
    if (list->list || !list->items.empty()) return;
    if (list->is_object() || rule_of_text(*list)) return take(*list);
    if (!trim(list->text).empty())
        refuse(*list, cat(key, ": the dump has ", shown(list->text, 60), " instead of the rules"),
               "export as JSON or CLIXML with a depth of 4, or the rules by themselves (Get-CsVoiceNormalizationRule)");
}

void Importer::dial_plan(const Node& node) {
    Identity id = identity(node.text_of("Identity"));
    if (id.name.empty()) id.name = node.text_of("SimpleName");
    if (id.name.empty()) id.name = plan_name_;
    Plan& out = plan(id, node);
    out.description = source_.described(node.text_of("Description"), node.offset);
    const std::string_view prefix = trim(node.text_of("ExternalAccessPrefix"));
    // Without OptimizeDeviceDialing the prefix has no effect there; so it has none here.
    if (!prefix.empty() && yes(node.text_of("OptimizeDeviceDialing"))) {
        if (prefix.size() > 4 || prefix.find_first_not_of("0123456789*#") != std::string_view::npos)
            refuse(node, cat("dial plan \"", out.name, "\": ExternalAccessPrefix \"", shown(prefix, 20), "\" is not 1 to 4 of 0-9, * and #"));
        else
            out.access_prefix = prefix;
    }
    rules(node, "NormalizationRules", {out.rules, out.rule_names, into_.findings});
}

void Importer::loose_rule(const Node& node) {
    Identity id = identity(node.text_of("Identity"));
    if (id.element.empty()) {
        if (!id.name.empty() && node.text_of("Name").empty()) id.element = id.name;
        id = {"user", plan_name_, id.element};
    }
    number::Rule one = rule(node);
    if (one.name.empty()) one.name = id.element;
    put(loose_[plan(id, node).name], node, std::move(one));
}

void Importer::put(std::vector<Loose>& list, const Node& node, number::Rule one) {
    const auto priority = to_number<std::uint64_t>(node.text_of("Priority"));
    list.push_back({priority.value_or(list.size()), std::move(one), source_.where(node.offset)});
}

// The lowest priority first, as the source tries them.
void Importer::pour(std::vector<Loose>& list, RuleSink sink) {
    std::stable_sort(list.begin(), list.end(), [](const Loose& a, const Loose& b) { return a.priority < b.priority; });
    for (Loose& one : list) sink.add(std::move(one.rule), std::move(one.where));
}

void Importer::sort_rules() {
    for (Plan& owner : into_.dial_plans) {
        const auto found = loose_.find(owner.name);
        if (found == loose_.end()) continue;
        pour(found->second, {owner.rules, owner.rule_names, into_.findings});
    }
    for (auto& [place, list] : loose_trunk_) {
        Trunk& owner = place.first < into_.trunks.size() ? into_.trunks[place.first] : *into_.all_trunks;
        pour(list, place.second ? RuleSink(owner.calling, owner.calling_names, into_.findings) : RuleSink(owner.called, owner.called_names, into_.findings));
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
    out.name = into_.route_names.unique_name(topology_name(chosen));
    out.usages = texts(node, node.has("OnlinePstnUsages") ? "OnlinePstnUsages" : "PstnUsages");
    for (const std::string& one : out.usages) into_.add_usage(one);
    for (const std::string& one : texts(node, node.has("OnlinePstnGatewayList") ? "OnlinePstnGatewayList" : "PstnGatewayList"))
        out.trunks.push_back(trunk(one, node).name);
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
    if ((id.scope == "global" || id.scope == "site") && !into_.policy_scopes.insert(cat(id.scope, ':', id.scope == "global" ? "" : id.name)).second)
        return refuse(node, cat("policy \"", shown(node.text_of("Identity"), 60), "\": one with this scope is there already"), "import voice policies and voice routing policies by themselves");
    Policy out;
    out.scope = id.scope == "gateway" ? "user" : id.scope;
    const std::string name = id.scope == "global" ? "Global" : id.scope == "site" ? cat("site-", id.name) : id.name;
    out.name = into_.policy_names.unique_name(topology_name(name.empty() ? plan_name_ : name));
    if (id.scope == "site") out.site = into_.add_site(id.name);
    out.usages = texts(node, key);
    for (const std::string& one : out.usages) into_.add_usage(one);
    leave_out(node, cat("policy \"", out.name, "\": only its usages are taken, not what else it allows"));
    into_.policies.push_back(std::move(out));
}

void Importer::trunk_configuration(const Node& node) {
    const Identity id = identity(node.text_of("Identity"));
    if (id.scope == "site" || id.scope == "user")
        return refuse(node, cat("trunk configuration \"", shown(node.text_of("Identity"), 60), "\": which trunks it holds for is not in the dump"),
                      "give its rules to the trunks of that site");
    Trunk& out = configured(id, node);
    rules(node, "OutboundTranslationRulesList", {out.called, out.called_names, into_.findings});
    rules(node, "OutboundCallingNumberTranslationRulesList", {out.calling, out.calling_names, into_.findings});
    out.remove_plus = yes(node.text_of("RemovePlusFromUri"));
    // Usages of calls that come from the trunk and go on to another.
    out.usages = texts(node, "PstnUsages");
    for (const std::string& one : out.usages) into_.add_usage(one);
    leave_out(node, cat("trunk configuration \"", shown(node.text_of("Identity"), 60), "\": its number rules and usages are taken, not what else it sets"));
}

void Importer::trunk_rule(const Node& node) {
    const Identity id = identity(node.text_of("Identity"));
    if (id.element.empty() || (id.scope != "global" && id.scope != "gateway"))
        return refuse(node, cat("translation rule \"", shown(node.text_of("Identity"), 60), "\": which trunk it belongs to is not said"),
                      "export the trunk configuration that holds it (Get-CsTrunkConfiguration)");
    Trunk& out = configured(id, node);
    const bool calling = node.is_a("CallingNumber");
    const std::size_t place = id.scope == "global" ? kAllTrunks : static_cast<std::size_t>(&out - into_.trunks.data());
    put(loose_trunk_[{place, calling}], node, rule(node));
    if (!calling && !node.types)
        leave_out(node, cat("translation rule \"", id.element, "\" is taken for one of the called number: the dump names no type"));
}

bool Importer::spend(const Node& node) {
    if (left_ > 0 && --left_ == 0) refuse(node, "more objects than a text of this size has: they refer to the same ones again and again", "export the objects one by one");
    return left_ > 0;
}

void Importer::object(const Node& node) {
    if (!spend(node)) return;
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
        for (const std::string& one : texts(node, "Usage")) into_.add_usage(one);
        return;
    }
    std::string keys;
    for (const auto& [key, value] : node.members)
        if (keys.size() < 120) append(keys, keys.empty() ? "" : ", ", shown(key, 30));
    const std::string type = node.types && !node.types->empty() ? shown(node.types->front(), 80) : std::string();
    refuse(node, cat("an object of a kind that is not known", type.empty() ? "" : " (", type, type.empty() ? "" : ")", ", with ", shown(keys, 120)),
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
            for (const NodePtr& inner : object->items) {
                if (importer.exhausted()) break;
                importer.object(*inner);
            }
        } else {
            importer.object(*object);
        }
        if (importer.exhausted()) break;
    }
    importer.sort_rules();
    return {};
}

}  // namespace tandem::exchange
