#include "number/rules.h"

#include "base/text.h"

namespace tandem::number {

Result<RuleSet> RuleSet::compile(std::string name, const std::vector<Rule>& rules) {
    RuleSet set;
    set.name_ = std::move(name);
    set.rules_.reserve(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        Rule rule = rules[i];
        if (rule.name.empty()) rule.name = cat('#', i + 1);
        for (const Compiled& other : set.rules_) {
            if (other.rule.name == rule.name)
                return fail(Errc::kConflict, cat("rule ", i + 1, ": the name \"", rule.name, "\" stands twice"));
        }
        auto regex = Regex::compile(rule.pattern);
        if (!regex) {
            Error& error = regex.error();
            return fail(error.code, cat("rule ", i + 1, " (", rule.name, "): pattern, at ", error.offset + 1, ": ", error.what), error.offset);
        }
        set.rules_.push_back({std::move(rule), std::move(*regex)});
    }
    return set;
}

std::optional<Applied> RuleSet::apply(std::string_view text) const {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
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
