#include "lint/syntax.h"

#include <algorithm>

#include "base/text.h"
#include "number/pattern_text.h"

namespace tandem::lint {

namespace {

using number::after_class;
using number::after_group;
using number::after_literal;

std::string_view look_around(std::string_view rest) {
    // With a star: PCRE2's forms that may be entered again.
    if (rest.starts_with("(?=") || rest.starts_with("(?!") || rest.starts_with("(?*")) return "look-ahead";
    if (rest.starts_with("(?<=") || rest.starts_with("(?<!") || rest.starts_with("(?<*")) return "look-behind";
    return {};
}

}  // namespace

std::vector<GroupSpan> groups_of(std::string_view pattern) {
    std::vector<GroupSpan> unnamed, named;
    // (?n) holds to the end of the group that it stands in.
    bool only_named = false;
    std::vector<bool> outside;
    for (std::size_t at = 0; at < pattern.size();) {
        if (const std::size_t past = after_literal(pattern, at); past != at) {
            at = past;
            continue;
        }
        const std::string_view rest = pattern.substr(at);
        if (rest.starts_with("(?n)") || rest.starts_with("(?-n)")) {
            only_named = rest[2] == 'n';
            at += only_named ? 4 : 5;
            continue;
        }
        if (rest[0] == ')' && !outside.empty()) {
            only_named = outside.back();
            outside.pop_back();
        }
        if (rest[0] == '(') {
            outside.push_back(only_named);
            const std::size_t end = after_group(pattern, at) - 1;
            if (rest.starts_with("(?n:")) {
                only_named = true;
            } else if (!rest.starts_with("(?")) {
                if (!only_named) unnamed.push_back({at + 1, end, {}});
            } else if ((rest.starts_with("(?<") || rest.starts_with("(?'") || rest.starts_with("(?P<")) && look_around(rest).empty()) {
                const std::size_t name = rest[2] == 'P' ? 4 : 3;
                const std::size_t close = rest.find_first_of(">'", name);
                if (close != std::string_view::npos) named.push_back({at + close + 1, end, std::string(rest.substr(name, close - name))});
            }
        }
        ++at;
    }
    unnamed.insert(unnamed.end(), std::make_move_iterator(named.begin()), std::make_move_iterator(named.end()));
    return unnamed;
}

std::optional<Relaxed> relax(std::string_view pattern) {
    Relaxed out;
    auto say = [&](std::string_view what) {
        if (out.reason.empty()) out.reason = what;
    };
    bool repeated = false;  // the last thing written is a repetition: a plus behind it is possessive
    for (std::size_t at = 0; at < pattern.size();) {
        const std::string_view rest = pattern.substr(at);
        const char c = rest[0];
        if (const std::string_view around = look_around(rest); !around.empty()) {
            say(around);
            at = after_group(pattern, at);
            // A repetition of it repeats nothing.
            while (at < pattern.size() && (pattern[at] == '*' || pattern[at] == '+' || pattern[at] == '?')) ++at;
            out.pattern += "(?:)";
            repeated = false;
            continue;
        }
        if (rest.starts_with("(?>")) {
            say("an atomic group");
            out.pattern += "(?:";
            at += 3;
            repeated = false;
            continue;
        }
        if (rest.starts_with("(?(")) return std::nullopt;  // a condition
        if (c == '\\' && rest.size() > 1) {
            const char what = rest[1];
            at += 2;
            repeated = false;
            if (what == 'b' || what == 'B') {
                say("a word boundary");
                out.pattern += "(?:)";
            } else if (what >= '1' && what <= '9') {
                say("a back reference");
                while (at < pattern.size() && is_digit(pattern[at])) ++at;
                out.pattern += "(?:.*)";
            } else if (what == 'k' && at < pattern.size() && (pattern[at] == '<' || pattern[at] == '\'' || pattern[at] == '{')) {
                say("a back reference");
                at = std::min(pattern.find_first_of(">'}", at + 1), pattern.size() - 1) + 1;
                out.pattern += "(?:.*)";
            } else {
                out.pattern += rest.substr(0, 2);
            }
            continue;
        }
        if (c == '[') {
            const std::size_t end = after_class(pattern, at);
            out.pattern += pattern.substr(at, end - at);
            at = end;
            repeated = false;
            continue;
        }
        if (c == '+' && repeated) {
            say("a possessive repetition");
            ++at;
            repeated = false;
            continue;
        }
        repeated = c == '*' || c == '+' || c == '?' || (c == '}' && !repeated);
        if (c == '?' && !out.pattern.empty() && out.pattern.back() == '(') repeated = false;
        out.pattern += c;
        ++at;
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (!is_digit(c) && !is_alpha(c)) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace tandem::lint
