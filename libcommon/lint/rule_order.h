// Knows: which rule of an ordered list takes which strings: rules that none is left for, overlaps, patterns without anchors.
// Must not know: what rules make of strings (rule_results.h).
// Next: number/rule_automaton.h, whose walk is the proof.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule_list.h"

namespace tandem::lint {

/// N01 to N05. Proof: the rules' patterns as one automaton, all of whose states are looked at.
void check_order(const RuleList& list, std::vector<Finding>& out);

/// A string that a pattern matches only in part; nothing when it matches whole strings only. Patterns that are not regular are
/// judged by their text: the answer is then an empty string.
std::optional<std::string> matches_inside(const number::Regex& regex, std::string_view alphabet);

/// Names as people list them: "a, b and c", with quotes; after the fifth "and 3 more".
std::string listed(const std::vector<std::string>& names);

}  // namespace tandem::lint
