// Knows: strings that a pattern matches: all of them where there are few, else random ones.
// Must not know: rules, what the strings are for.
// Next: number/pattern.h, whose states it walks.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "number/pattern.h"

namespace tandem::lint {

/// Strings over an alphabet that a regular pattern matches, none longer than number::kMaxSubject.
class Words {
public:
    /// Without any word when the pattern is not regular.
    Words(std::string_view pattern, std::string_view alphabet);

    /// Every string, when there are at most `limit` and the pattern has no loop.
    [[nodiscard]] std::optional<std::vector<std::string>> all(std::size_t limit) const;
    /// A string; nothing when this attempt led nowhere.
    std::optional<std::string> random(std::mt19937& engine) const;

private:
    class Counter;
    using Set = std::vector<std::uint32_t>;
    [[nodiscard]] bool accepts(const Set& set, bool at_begin) const;

    number::Nfa nfa_;
    std::optional<std::uint32_t> start_;
    std::string alphabet_;
};

}  // namespace tandem::lint
