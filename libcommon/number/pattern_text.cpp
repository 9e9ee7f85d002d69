#include "number/pattern_text.h"

#include <algorithm>

namespace tandem::number {

std::size_t after_escape(std::string_view pattern, std::size_t at) {
    const std::string_view rest = pattern.substr(at);
    if (!rest.starts_with("\\Q")) return std::min(at + (rest.starts_with("\\c") ? std::size_t{3} : std::size_t{2}), pattern.size());
    const std::size_t end = rest.find("\\E");
    return end == std::string_view::npos ? pattern.size() : at + end + 2;
}

std::size_t after_class(std::string_view pattern, std::size_t at) {
    ++at;
    if (at < pattern.size() && pattern[at] == '^') ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    while (at < pattern.size() && pattern[at] != ']') at += pattern[at] == '\\' ? std::size_t{2} : std::size_t{1};
    return std::min(at + 1, pattern.size());
}

std::size_t after_literal(std::string_view pattern, std::size_t at) {
    return pattern[at] == '\\' ? after_escape(pattern, at) : pattern[at] == '[' ? after_class(pattern, at) : at;
}

std::size_t after_group(std::string_view pattern, std::size_t at) {
    std::size_t depth = 0;
    while (at < pattern.size()) {
        if (const std::size_t past = after_literal(pattern, at); past != at) {
            at = past;
            continue;
        }
        const char c = pattern[at++];
        if (c == '(') ++depth;
        if (c == ')' && --depth == 0) return at;
    }
    return pattern.size();
}

bool has_anchor(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] == '^' || pattern[at] == '$') return true;
        if (pattern[at] == '\\' && at + 1 < pattern.size() && std::string_view("AzZ").find(pattern[at + 1]) != std::string_view::npos) return true;
        const std::size_t past = after_literal(pattern, at);
        at = past == at ? at + 1 : past;
    }
    return false;
}

bool is_anchored(std::string_view pattern) {
    // Unnamed groups that capture nothing change nothing here.
    if (pattern.starts_with("(?n)")) pattern.remove_prefix(4);
    if (!pattern.starts_with('^') && !pattern.starts_with("\\A")) return false;
    std::size_t depth = 0;
    std::string_view last;
    for (std::size_t at = 0; at < pattern.size();) {
        std::size_t past = after_literal(pattern, at);
        if (past == at) {
            const char c = pattern[at];
            if (c == '|' && depth == 0) return false;
            if (c == '(') ++depth;
            if (c == ')' && depth > 0) --depth;
            past = at + 1;
        }
        last = pattern.substr(at, past - at);
        at = past;
    }
    return depth == 0 && pattern.size() > 1 && (last == "$" || last == "\\z" || last == "\\Z");
}

}  // namespace tandem::number
