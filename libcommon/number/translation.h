// Knows: how to write a rule's result when the groups of its pattern always stand at the same places.
// Must not know: how the rule was found to match.
// Next: pattern.h (fixed_groups), regex.h (the general way), rules.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "number/pattern.h"

namespace tandem::number {

/// A translation taken apart once: literal texts and groups at fixed places. Source: .NET's substitutions $n, ${n} and $$.
class Translation {
public:
    /// Nothing when the pattern's groups have no fixed places or the translation says more than literals and numbered groups.
    static std::optional<Translation> compile(std::string_view pattern, std::string_view translation);

    /// The translation of a subject that the pattern matches. Cost: the bytes written; heap only beyond a short string.
    [[nodiscard]] std::string apply(std::string_view subject) const;

private:
    struct Part {
        std::string literal;
        std::optional<GroupPlace> group;
    };
    std::vector<Part> parts_;
};

}  // namespace tandem::number
