// Knows: patterns as text: where groups stand, what is not regular in them, and what regular pattern matches at least as much.
// Must not know: rules, automata.
// Next: number/pattern.h for the regular part itself; rule_list.h, which asks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::lint {

/// A capturing group of a pattern: bytes [begin, end) between its parentheses.
struct GroupSpan {
    std::size_t begin = 0, end = 0;
    std::string name;  ///< empty when it has none
};
/// All groups by .NET's numbers, [0] being group 1: unnamed ones first, then named ones, each from left to right.
std::vector<GroupSpan> groups_of(std::string_view pattern);

/// A regular pattern that matches every string that `pattern` matches, and perhaps more: look-around and word boundaries left
/// out, atomic groups and possessive repetitions as plain ones, a back reference as anything. Nothing where that is not known.
struct Relaxed {
    std::string pattern;
    std::string reason;  ///< what was not regular: "look-ahead", "a back reference"; empty when all of it was
};
std::optional<Relaxed> relax(std::string_view pattern);

/// Text as a pattern that matches only itself.
std::string escaped(std::string_view text);

}  // namespace tandem::lint
