// Knows: the language of what a rule makes, and the way back from a result to what was dialled.
// Must not know: which results are good.
// Next: rule_results.h, which judges them; syntax.h for groups.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule_list.h"

namespace tandem::lint {

/// The results of one rule as a pattern.
class ResultLanguage {
public:
    /// Nothing when the pattern is not anchored or regular parts of it cannot be told, or when the translation says more than
    /// texts and groups.
    static std::optional<ResultLanguage> of(const RuleView& rule);

    /// A regular pattern that matches every result, and perhaps more.
    [[nodiscard]] const std::string& pattern() const { return pattern_; }
    /// The shortest string that the rule makes `result` of; nothing when there is none or it is not found.
    [[nodiscard]] std::optional<std::string> dialled(std::string_view result, std::string_view alphabet) const;

private:
    struct Part {
        std::string literal;
        std::size_t group = 0;  ///< 0: a literal
    };
    const RuleView* rule_ = nullptr;
    std::string pattern_;
    std::string groups_pattern_;  ///< the same with groups x0, x1, … around what came from groups
    std::vector<Part> parts_;
};

}  // namespace tandem::lint
