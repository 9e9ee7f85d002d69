// Knows: patterns that a backtracking engine may try in exponentially (or in very) many ways.
// Must not know: rules.
// Next: number/pattern.h for the states that are looked at; number/regex.h for the bound that is hit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "number/regex.h"

namespace tandem::lint {

/// A string that makes matching hit its bound.
struct Catastrophe {
    bool exponential = false;  ///< twice the way for each repetition more; else a power of the length
    std::string witness;
    std::string pumped;        ///< the part of it that is repeated
};

/// Whether a pattern is ambiguous without end: some state is left and met again by two ways on the same characters (exponential), or
/// two states loop on the same characters and one leads to the other on them (polynomial); and number::Regex gives up on such a
/// string of at most kMaxSubject characters. `language`: a regular pattern to look at, the pattern itself where that is regular.
/// Source: Weber and Seidl, On the degree of ambiguity of finite automata (1991), criteria EDA and IDA.
/// Cost: the square of the pattern's states, the cube of those that loop.
std::optional<Catastrophe> catastrophe(const number::Regex& regex, std::string_view language, std::string_view alphabet);

}  // namespace tandem::lint
