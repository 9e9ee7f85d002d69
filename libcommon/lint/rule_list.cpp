#include "lint/rule_list.h"

#include <algorithm>

#include "base/text.h"
#include "lint/syntax.h"
#include "number/parse.h"
#include "number/pattern.h"
#include "policy/reading.h"

namespace tandem::lint {

namespace {

bool is_regular(std::string_view pattern) { return number::Nfa().add(pattern, 0).has_value(); }

std::vector<RuleView> views_of(const topology::NumberRules& rules) {
    std::vector<RuleView> views;
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
        const number::Rule& rule = rules.rules[i];
        auto regex = number::Regex::compile(rule.pattern);
        if (!regex) continue;  // no topology that was loaded has one
        RuleView view{&rule, rule.name.empty() ? cat('#', i + 1) : rule.name, std::move(*regex), {}, is_regular(rule.pattern), {}};
        if (view.regular) {
            view.language = rule.pattern;
        } else if (auto relaxed = relax(rule.pattern)) {
            view.reason = relaxed->reason;
            if (is_regular(relaxed->pattern)) view.language = std::move(relaxed->pattern);
        }
        if (!view.regular && view.reason.empty()) view.reason = "syntax beyond regular patterns, or too many repetitions";
        views.push_back(std::move(view));
    }
    return views;
}

/// Letters and signs that patterns name as themselves: a name may be called on a trunk.
std::string with_named_characters(std::string alphabet, const std::vector<RuleView>& rules) {
    for (const RuleView& view : rules) {
        const std::string& pattern = view.rule->pattern;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] == '\\') {
                ++i;
            } else if (is_alpha(pattern[i]) && alphabet.find(pattern[i]) == std::string::npos) {
                alphabet += pattern[i];
            }
        }
    }
    return alphabet;
}

}  // namespace

std::optional<std::string> pattern_of(const std::vector<std::string>& strings) {
    if (strings.empty()) return std::nullopt;
    std::string pattern = "^(?:";
    for (std::size_t i = 0; i < strings.size(); ++i) append(pattern, i == 0 ? "" : "|", escaped(strings[i]));
    return pattern + ")$";
}

bool RuleList::is_emergency(std::string_view text) const {
    return text.size() <= longest_emergency && std::binary_search(emergency.begin(), emergency.end(), text);
}

std::optional<number::Applied> RuleList::apply(std::string_view text) const {
    if (dial_plan && (text.starts_with('+') || is_emergency(text))) return std::nullopt;
    return compiled->apply(text);
}

std::optional<std::size_t> RuleList::first(std::string_view text) const {
    const auto applied = apply(text);
    return applied ? std::optional(applied->index) : std::nullopt;
}

Subject RuleList::subject(std::size_t rule) const {
    return {"rule", rules[rule].name, static_cast<topology::Index>(rule), in};
}

RuleList list_of(const topology::Topology& topology, topology::Index dial_plan, const number::Plan& numbering, std::uint16_t region) {
    const topology::DialPlan& plan = topology.dial_plans[dial_plan];
    RuleList list;
    list.in = cat("dial plan ", plan.name);
    list.dial_plan = true;
    list.compiled = &plan.rules.compiled;
    list.rules = views_of(plan.rules);
    list.alphabet = kDialled;
    list.access_prefix = plan.access_prefix;
    list.plan = &numbering;
    const number::DialContext dial = policy::dial_context(topology, dial_plan, numbering, region);
    list.region = dial.region;
    list.emergency = number::emergency_strings(numbering, list.region);
    list.emergency.insert(list.emergency.end(), dial.emergency.begin(), dial.emergency.end());
    const std::size_t count = list.emergency.size();
    for (std::size_t i = 0; i < count && !plan.access_prefix.empty(); ++i) list.emergency.push_back(plan.access_prefix + list.emergency[i]);
    std::sort(list.emergency.begin(), list.emergency.end());
    list.emergency.erase(std::unique(list.emergency.begin(), list.emergency.end()), list.emergency.end());
    for (const std::string& text : list.emergency) list.longest_emergency = std::max(list.longest_emergency, text.size());
    return list;
}

std::vector<RuleList> lists_of(const topology::Trunk& trunk) {
    std::vector<RuleList> lists;
    const auto add = [&](const topology::NumberRules& rules, std::string_view which, bool numbers_only) {
        if (rules.rules.empty()) return;
        RuleList list;
        list.in = cat(which, " rules of trunk ", trunk.name);
        list.compiled = &rules.compiled;
        list.rules = views_of(rules);
        list.alphabet = with_named_characters(std::string(kDialledOrPlus), list.rules);
        // What goes out to a trunk is E.164; a call for help goes out untouched.
        if (numbers_only) list.inputs = "^\\+[1-9]\\d{0,14}$";
        lists.push_back(std::move(list));
    };
    add(trunk.called, "called", true);
    add(trunk.calling, "calling", false);
    add(trunk.inbound_called, "inbound called", false);
    add(trunk.inbound_calling, "inbound calling", false);
    return lists;
}

}  // namespace tandem::lint
