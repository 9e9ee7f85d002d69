// Knows: any rule as lint reads it: a pattern, a line end, a translation, a line end, a subject.
// Must not know: topology files; the proofs, which tests/unit/lint/rules_test.cpp holds to PCRE2.
// Next: libcommon/lint/syntax.h, result_language.h and dialect.h, which read patterns as text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "lint/dialect.h"
#include "lint/result_language.h"
#include "lint/syntax.h"
#include "number/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tandem;
    const auto [pattern, rest] = cut(std::string_view(reinterpret_cast<const char*>(data), size), '\n');
    const auto [translation, subject] = cut(rest, '\n');
    const auto groups = lint::groups_of(pattern);
    const auto relaxed = lint::relax(pattern);

    const number::Rule rule{"r", std::string(pattern), std::string(translation), false};
    auto regex = number::Regex::compile(pattern);
    if (!regex) return 0;
    for (const lint::GroupSpan& span : groups)
        if (span.begin > span.end || span.end > pattern.size()) std::abort();
    static_cast<void>(lint::differences(rule));
    const bool regular = number::Nfa().add(pattern, 0).has_value();
    lint::RuleView view{&rule, "r", std::move(*regex), {}, regular, {}};
    if (regular) view.language = rule.pattern;
    else if (relaxed && number::Nfa().add(relaxed->pattern, 0)) view.language = relaxed->pattern;
    // Everything that is proved rests on this: what is looked at matches at least what the rule matches.
    if (view.language && view.regex.match(subject) == number::MatchEnd::kMatch) {
        const auto larger = number::Regex::compile(*view.language);
        if (larger && larger->match(subject) == number::MatchEnd::kNoMatch) std::abort();
    }
    const auto results = lint::ResultLanguage::of(view);
    const auto result = results ? view.regex.replace(subject, translation) : std::nullopt;
    const auto plain = [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x80; };
    if (!result || !std::all_of(result->begin(), result->end(), plain)) return 0;  // no subject that a pattern is asked about
    const auto language = number::Regex::compile(results->pattern());
    if (language && language->match(*result) == number::MatchEnd::kNoMatch && result->size() <= number::kMaxSubject) std::abort();
    return 0;
}
