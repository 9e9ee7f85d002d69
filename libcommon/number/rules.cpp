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
    set.counted_ = std::make_unique<Counted>();
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

void RuleSet::count_given_up(std::size_t rule) const {
    counted_->times.fetch_add(1, std::memory_order_relaxed);
    counted_->rule.store(rule, std::memory_order_relaxed);
}

RuleSet::GivenUp RuleSet::given_up() const {
    const std::uint64_t times = counted_ ? counted_->times.load(std::memory_order_relaxed) : 0;
    return times == 0 ? GivenUp{} : GivenUp{times, rules_[counted_->rule.load(std::memory_order_relaxed)].rule.name};
}

bool RuleSet::searched(std::size_t rule, std::string_view text, bool& given_up) const {
    const MatchEnd end = rules_[rule].regex.match(text);
    if (end == MatchEnd::kLimit) {
        given_up = true;
        count_given_up(rule);
    }
    return end == MatchEnd::kMatch;
}

std::pair<std::optional<std::size_t>, bool> RuleSet::match(std::string_view text, bool& given_up) const {
    const std::uint32_t found = is_plain(text) && automaton_ ? automaton_->find(text) : RuleAutomaton::kUndecided;
    if (found == RuleAutomaton::kUndecided) {
        // An automaton may be at its limit: one by one then.
        for (std::size_t i = 0; i < rules_.size(); ++i)
            if (searched(i, text, given_up)) return {i, false};
        return {std::nullopt, false};
    }
    const std::size_t best = found == RuleAutomaton::kNone ? rules_.size() : found;
    for (std::size_t guard : guards_) {
        if (guard >= best) break;
        if (searched(guard, text, given_up)) return {guard, false};
    }
    if (best == rules_.size()) return {std::nullopt, false};
    return {best, true};
}

std::optional<std::string> RuleSet::try_rule(std::size_t rule, std::string_view text, MatchEnd* end) const {
    const Compiled& it = rules_[rule];
    if (it.fixed && it.regular && is_plain(text)) {
        const bool matched = matches(rule, text);
        if (end != nullptr) *end = matched ? MatchEnd::kMatch : MatchEnd::kNoMatch;
        return matched ? std::optional(it.fixed->apply(text)) : std::nullopt;
    }
    return it.regex.replace(text, it.rule.translation, end);
}

std::optional<Applied> RuleSet::apply(std::string_view text, bool* told) const {
    bool given_up = false;
    const auto [first, certain] = match(text, given_up);
    if (told != nullptr) *told = given_up;
    if (!first) return std::nullopt;
    if (const Compiled& rule = rules_[*first]; certain && rule.fixed)
        return Applied{rule.fixed->apply(text), rule.rule.name, *first, rule.rule.internal};
    // A rule that fails to replace (the bound on its time was hit) is none; the ones after it get their turn.
    for (std::size_t i = *first; i < rules_.size(); ++i) {
        const Compiled& candidate = rules_[i];
        MatchEnd end = MatchEnd::kNoMatch;
        if (auto result = candidate.regex.replace(text, candidate.rule.translation, &end))
            return Applied{std::move(*result), candidate.rule.name, i, candidate.rule.internal};
        if (end != MatchEnd::kLimit) continue;
        count_given_up(i);
        if (told != nullptr) *told = true;
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
