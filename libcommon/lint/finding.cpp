#include "lint/finding.h"

#include <array>

namespace tandem::lint {

namespace {

constexpr std::array<CodeText, kCodes> kTexts{{
    {"N01", "unreachable_rule", "no string has the rule as its first match"},
    {"N02", "overlapping_rules", "a part of the rule's strings is taken by an earlier rule"},
    {"N03", "rule_never_matches", "no string that can come matches the rule at all"},
    {"N04", "not_proved", "whether the rule is ever reached cannot be proved, and why"},
    {"N05", "unanchored_rule", "the rule also matches inside longer strings"},
    {"N06", "result_not_e164", "the rule makes something that is no + and up to 15 digits"},
    {"N07", "result_unknown_code", "the rule makes a number whose calling code does not exist"},
    {"N08", "result_invalid", "the rule makes numbers that the numbering plan does not assign"},
    {"N09", "same_number", "two rules make the same number of different strings"},
    {"N10", "catastrophic_pattern", "a short string makes the pattern hit the bound on its time"},
    {"N11", "dialect", "the pattern or translation means something else to .NET"},
    {"N12", "emergency_taken", "the rule matches an emergency number, which is never taken by a rule"},
    {"N13", "extension", "what is dialled for an extension means something else"},
    {"N14", "did_claim", "two things claim the same number"},
    {"N15", "route_incomplete", "the route has no usage or no trunk"},
    {"N16", "usage_without_route", "no route has the usage"},
    {"N17", "unused", "nothing leads to it"},
    {"N18", "route_unanchored", "the route's pattern also matches inside longer numbers"},
    {"N19", "route_never_matches", "no number that can come matches the route's pattern"},
    {"N20", "route_adds_nothing", "earlier routes lead to the same trunks for all of its numbers"},
    {"N21", "no_emergency_route", "no route takes an emergency number"},
    {"N22", "untested", "no case of a file of cases uses it"},
}};

}  // namespace

const CodeText& text_of(Code code) { return kTexts[static_cast<std::size_t>(code)]; }

std::string_view to_string(Severity severity) {
    return severity == Severity::kError ? "error" : severity == Severity::kWarning ? "warning" : "note";
}

std::string_view to_string(Proof proof) { return proof == Proof::kProved ? "proved" : "unproved"; }

}  // namespace tandem::lint
