#include "lint/dialect.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lint/syntax.h"

namespace tandem::lint {

namespace {

struct Construct {
    std::string_view text;
    std::string_view what;
};

// What PCRE2 takes and .NET reads otherwise or refuses. Outside of brackets.
constexpr std::array<Construct, 19> kOnlyPcre{{
    {"\\K", "\\K (what was matched so far is kept)"}, {"\\h", "\\h (a blank)"},           {"\\H", "\\H (no blank)"},
    {"\\R", "\\R (a line end)"},                      {"\\X", "\\X (a grapheme)"},        {"\\N", "\\N (no line end)"},
    {"\\Q", "\\Q…\\E (a quotation)"},                 {"\\g", "\\g (a reference)"},       {"\\o", "\\o{…} (an octal number)"},
    {"(?|", "(?|…) (numbers that start anew)"},       {"(?P<", "(?P<name>…)"},            {"(?P=", "(?P=name)"},
    {"\\x{", "\\x{…} (a character's code)"},          {"(?J", "(?J) (names that stand twice)"}, {"(?U", "(?U) (repetitions that take little)"},
    {"(?*", "(?*…) (a look-ahead)"},                   {"(?<*", "(?<*…) (a look-behind)"},
    {"(?+", "(?+1) (a call of a group)"},             {"(?^", "(?^) (options off)"},
}};

void check_constructs(std::string_view pattern, std::vector<Difference>& out) {
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string_view rest = pattern.substr(i);
        if (in_class) {
            if (rest.starts_with("[:")) {
                out.push_back({cat(rest.substr(0, rest.find(']') + 1), " is a class to PCRE2 and a set of letters to .NET"), "write the characters"});
                return;
            }
            if (rest[0] == ']') in_class = false;
            if (rest[0] == '\\') ++i;
            continue;
        }
        if (rest.starts_with("(?")) {
            const std::size_t digit = rest.substr(2, 1) == "-" ? 3 : 2;
            if (digit < rest.size() && is_digit(rest[digit])) {
                out.push_back({cat(rest.substr(0, rest.find(')') + 1), " (a call of a group) is unknown to .NET"), "write it another way"});
                return;
            }
        }
        for (const Construct& construct : kOnlyPcre) {
            if (!rest.starts_with(construct.text)) continue;
            out.push_back({cat(construct.what, " is unknown to .NET"), "write it another way"});
            return;
        }
        if (rest[0] == '\\') {
            ++i;
        } else if (rest[0] == '[') {
            in_class = true;
            if (rest.substr(1, 1) == "^") ++i;
            if (pattern.substr(i + 1, 1) == "]") ++i;
        } else if (rest.size() > 1 && rest[1] == '+' && (rest[0] == '*' || rest[0] == '+' || rest[0] == '?' || rest[0] == '}')) {
            out.push_back({cat("the possessive repetition \"", rest.substr(0, 2), "\" is unknown to .NET"), "write (?>…)"});
            return;
        }
    }
}

/// Numbers of groups are .NET's here: with named and unnamed groups mixed they are not PCRE2's.
void check_group_numbers(const number::Rule& rule, std::vector<Difference>& out) {
    const std::vector<GroupSpan> groups = groups_of(rule.pattern);
    std::vector<std::size_t> left_to_right(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i)
        left_to_right[i] = static_cast<std::size_t>(std::count_if(groups.begin(), groups.end(), [&](const GroupSpan& g) { return g.begin < groups[i].begin; }));
    const std::string& text = rule.translation;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '$') continue;
        if (text[i + 1] == '$') {
            ++i;
            continue;
        }
        const std::size_t begin = text[i + 1] == '{' ? i + 2 : i + 1;
        std::size_t end = begin;
        while (end < text.size() && is_digit(text[end])) ++end;
        const auto number = to_number<std::size_t>(std::string_view(text).substr(begin, end - begin));
        if (!number || *number == 0) continue;
        if (*number > groups.size()) {
            out.push_back({cat("$", *number, " names no group, so it is literal text"),
                           *number > 9 && *number / 10 <= groups.size() ? cat("write ${", *number / 10, "}", *number % 10, " for group ", *number / 10, " and a ", *number % 10)
                                                                       : std::string("name a group of the pattern")});
            return;
        }
        if (left_to_right[*number - 1] != *number - 1) {
            out.push_back({cat("$", *number, " is the group (", rule.pattern.substr(groups[*number - 1].begin, groups[*number - 1].end - groups[*number - 1].begin),
                               "), as .NET counts: unnamed groups first; other engines count from left to right"),
                           "name all groups or none"});
            return;
        }
    }
}

}  // namespace

std::vector<Difference> differences(const number::Rule& rule) {
    std::vector<Difference> out;
    check_constructs(rule.pattern, out);
    check_group_numbers(rule, out);
    return out;
}

bool reads_unicode(std::string_view pattern) {
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] != '\\') continue;
        const char c = to_lower(pattern[++i]);
        if (c == 'd' || c == 'w' || c == 's') return true;
    }
    return false;
}

}  // namespace tandem::lint
