// Knows: that no pattern, replacement or subject crashes the rules or makes them run without a bound.
// Must not know: dial plans.
// Next: tests/unit/number/regex_test.cpp.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/text.h"
#include "number/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    // pattern, replacement and subject, one a line
    auto [pattern, rest] = cut(as_text({data, size}), '\n');
    auto [replacement, subject] = cut(rest, '\n');
    auto regex = number::Regex::compile(pattern);
    if (!regex) {
        if (regex.error().offset > pattern.size()) std::abort();
        return 0;
    }
    number::MatchEnd end = number::MatchEnd::kNoMatch;
    auto result = regex->replace(subject, replacement, &end);
    if (result.has_value() != (end == number::MatchEnd::kMatch)) std::abort();
    auto set = number::RuleSet::compile("x", {{"a", std::string(pattern), std::string(replacement), false}});
    if (!set) std::abort();
    auto applied = set->apply(subject);
    if (applied.has_value() != result.has_value() || (applied && applied->text != *result)) std::abort();
    return 0;
}
