// Knows: patterns of dialled characters as telephone systems write them: one set of characters a place, at most one place repeated.
// Must not know: how any system writes them.
// Next: asterisk.cpp and cucm.cpp, which make them; export_asterisk.cpp, which writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "number/pattern.h"
#include "number/rules.h"

namespace tandem::exchange {

using number::CharSet;

/// One place: so many characters of a set.
struct Step {
    CharSet set;
    unsigned min = 1;
    bool unbounded = false;  ///< more than min as well

    friend bool operator==(const Step&, const Step&) = default;
};
using Steps = std::vector<Step>;

CharSet chars(std::string_view text);    ///< those of a text
CharSet digits(char first, char last);   ///< a range
CharSet any_char();                      ///< every printable one
std::size_t count(const CharSet& set);
char first_of(const CharSet& set);       ///< the lowest; NUL for an empty set

/// Part of a translation: a text, or what places `begin` to before `end` took.
struct Piece {
    std::string literal;
    std::size_t begin = 0, end = 0;  ///< of steps; empty when literal is used
};

/// The rule that matches exactly what the steps match, as a whole, and gives the pieces. Name and description are left empty.
number::Rule rule_of(const Steps& steps, const std::vector<Piece>& pieces);

/// Whether some string matches both.
bool overlap(const Steps& a, const Steps& b);

/// One set a character, for strings of one length; empty when the steps match none of that length. At most one step is unbounded.
std::vector<CharSet> of_length(const Steps& steps, std::size_t length);
/// Shortest string that matches.
std::size_t shortest(const Steps& steps);
/// True when all strings that match have one length.
bool fixed_length(const Steps& steps);

}  // namespace tandem::exchange
