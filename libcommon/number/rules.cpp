#include "number/rules.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace tandem::number {

Result<RuleSet> RuleSet::compile(std::string name, const std::vector<Rule>& rules) {
    RuleSet set;
    set.name_ = std::move(name);
    set.rules_.reserve(rules.size());
    set.automaton_ = std::make_unique<RuleAutomaton>();
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        Rule rule = rules[i];
        if (rule.name.empty()) rule.name = cat('#', i + 1);
        if (!names.insert(rule.name).second)
            return fail(Errc::kConflict, cat("rule ", i + 1, ": the name \"", rule.name, "\" stands twice"));
        auto regex = Regex::compile(rule.pattern);
        if (!regex) {
            Error& error = regex.error();
            return fail(error.code, cat("rule ", i + 1, " (", rule.name, "): pattern, at ", error.offset + 1, ": ", error.what), error.offset);
        }
        const bool regular = set.automaton_->add(rule.pattern, static_cast<std::uint32_t>(i));
        if (!regular) set.guards_.push_back(i);
        auto fixed = Translation::compile(rule.pattern, rule.translation);
        set.rules_.push_back({std::move(rule), std::move(*regex), std::move(fixed), regular});
    }
    return set;
}

namespace {

/// A line feed has a meaning of its own before $, so automata are not asked about it.
bool is_plain(std::string_view text) {
    return text.size() <= kMaxSubject && std::all_of(text.begin(), text.end(), [](char c) { return c != '\n' && static_cast<std::uint8_t>(c) < 0x80; });
}

}  // namespace

bool RuleSet::matches(std::size_t rule, std::string_view text) const {
    const Compiled& it = rules_[rule];
    if (it.regular && is_plain(text))
        if (const auto known = automaton_->matches(static_cast<std::uint32_t>(rule), text)) return *known;
    return it.regex.match(text) == MatchEnd::kMatch;
}

std::pair<std::optional<std::size_t>, bool> RuleSet::match(std::string_view text) const {
    const std::uint32_t found = is_plain(text) && automaton_ ? automaton_->find(text) : RuleAutomaton::kUndecided;
    if (found == RuleAutomaton::kUndecided) {
        // An automaton may be at its limit: one by one then.
        for (std::size_t i = 0; i < rules_.size(); ++i)
            if (rules_[i].regex.match(text) == MatchEnd::kMatch) return {i, false};
        return {std::nullopt, false};
    }
    const std::size_t best = found == RuleAutomaton::kNone ? rules_.size() : found;
    for (std::size_t guard : guards_) {
        if (guard >= best) break;
        if (rules_[guard].regex.match(text) == MatchEnd::kMatch) return {guard, false};
    }
    if (best == rules_.size()) return {std::nullopt, false};
    return {best, true};
}

std::optional<Applied> RuleSet::apply(std::string_view text) const {
    const auto [first, certain] = match(text);
    if (!first) return std::nullopt;
    if (const Compiled& rule = rules_[*first]; certain && rule.fixed)
        return Applied{rule.fixed->apply(text), rule.rule.name, *first, rule.rule.internal};
    // A rule that fails to replace (the bound on its time was hit) is none; the ones after it get their turn.
    for (std::size_t i = *first; i < rules_.size(); ++i) {
        const Compiled& candidate = rules_[i];
        if (auto result = candidate.regex.replace(text, candidate.rule.translation))
            return Applied{std::move(*result), candidate.rule.name, i, candidate.rule.internal};
    }
    return std::nullopt;
}

std::vector<std::string> RuleSet::unanchored() const {
    std::vector<std::string> names;
    for (const Compiled& candidate : rules_)
        if (!candidate.regex.anchored()) names.push_back(candidate.rule.name);
    return names;
}

}  // namespace tandem::number
