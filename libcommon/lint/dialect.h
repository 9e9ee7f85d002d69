// Knows: what a pattern or translation means to .NET and not to PCRE2, or the other way round.
// Must not know: what a rule is for.
// Next: number/regex.h, which refuses what cannot be kept the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "number/rules.h"

namespace tandem::lint {

struct Difference {
    std::string text;
    std::string hint;
};

/// Where a rule that came from .NET, or goes there, may change its meaning.
/// Source: .NET's regular expression language, PCRE2's pcre2pattern(3) and pcre2compat(3).
std::vector<Difference> differences(const number::Rule& rule);

/// True when a pattern says \d, \w, \s or their opposites, which include other scripts' characters in .NET.
bool reads_unicode(std::string_view pattern);

}  // namespace tandem::lint
