#include "lint/result_language.h"

#include <algorithm>

#include "base/text.h"
#include "lint/syntax.h"
#include "number/pattern.h"
#include "number/pattern_text.h"
#include "number/rule_automaton.h"

namespace tandem::lint {

std::optional<ResultLanguage> ResultLanguage::of(const RuleView& rule) {
    if (!rule.regex.anchored() || !rule.language) return std::nullopt;
    const std::string& pattern = rule.rule->pattern;
    const std::vector<GroupSpan> groups = groups_of(pattern);
    const bool always_set = number::fixed_groups(pattern).has_value();

    ResultLanguage made;
    made.rule_ = &rule;
    std::string literal;
    const auto flush = [&] {
        if (!literal.empty()) made.parts_.push_back({std::move(literal), 0});
        literal.clear();
    };
    const std::string_view text = rule.rule->translation;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$' || i + 1 == text.size()) {
            literal += text[i];
            continue;
        }
        if (text[i + 1] == '$') {
            literal += '$';
            ++i;
            continue;
        }
        std::string_view name;
        std::size_t end = i + 1;
        if (text[end] == '{') {
            const std::size_t close = text.find('}', end);
            if (close == std::string_view::npos) return std::nullopt;
            name = text.substr(end + 1, close - end - 1);
            end = close + 1;
        } else {
            while (end < text.size() && is_digit(text[end])) ++end;
            name = text.substr(i + 1, end - i - 1);
        }
        std::optional<std::size_t> group = to_number<std::size_t>(name);
        if (!group) {
            const auto named = std::find_if(groups.begin(), groups.end(), [&](const GroupSpan& g) { return !g.name.empty() && g.name == name; });
            if (named == groups.end()) return std::nullopt;  // $&, $', … or no such name
            group = static_cast<std::size_t>(named - groups.begin()) + 1;
        }
        if (*group == 0) return std::nullopt;
        if (*group > groups.size()) {
            literal += text.substr(i, end - i);  // there is no such group: literal text
        } else {
            flush();
            made.parts_.push_back({{}, *group});
        }
        i = end - 1;
    }
    flush();

    made.pattern_ = made.groups_pattern_ = "^";
    for (std::size_t i = 0; i < made.parts_.size(); ++i) {
        const Part& part = made.parts_[i];
        if (part.group == 0) {
            made.pattern_ += escaped(part.literal);
            made.groups_pattern_ += escaped(part.literal);
            continue;
        }
        const GroupSpan& span = groups[part.group - 1];
        // An anchor in the middle of a result would be none.
        const auto inner = relax(std::string_view(pattern).substr(span.begin, span.end - span.begin));
        if (!inner || number::has_anchor(inner->pattern)) return std::nullopt;
        append(made.pattern_, "(?:", inner->pattern, always_set ? ")" : ")?");
        append(made.groups_pattern_, "(?<x", i, ">(?:", inner->pattern, always_set ? "))" : ")?)");
    }
    made.pattern_ += '$';
    made.groups_pattern_ += '$';
    if (!number::Nfa().add(made.pattern_, 0)) return std::nullopt;
    return made;
}

std::optional<std::string> ResultLanguage::dialled(std::string_view result, std::string_view alphabet) const {
    const auto regex = number::Regex::compile(groups_pattern_);
    if (!regex) return std::nullopt;
    // The pattern with each used group replaced by what it has to hold, from the last to the first.
    const std::string& pattern = rule_->rule->pattern;
    const std::vector<GroupSpan> groups = groups_of(pattern);
    std::vector<std::pair<GroupSpan, std::string>> contents;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (parts_[i].group == 0) continue;
        auto content = regex->replace(result, cat("${x", i, '}'));
        if (!content) return std::nullopt;
        contents.emplace_back(groups[parts_[i].group - 1], std::move(*content));
    }
    std::sort(contents.begin(), contents.end(), [](const auto& a, const auto& b) { return a.first.begin > b.first.begin; });
    std::string fitted = pattern;
    std::size_t last = pattern.size();
    for (const auto& [span, content] : contents) {
        if (span.end > last) continue;  // the same group again, or one within another
        fitted.replace(span.begin, span.end - span.begin, escaped(content));
        last = span.begin;
    }
    const auto language = relax(fitted);
    number::RuleAutomaton automaton;
    if (!language || !automaton.add(language->pattern, 0)) return std::nullopt;
    std::optional<std::string> found;
    int attempts = 0;
    automaton.walk(alphabet, [&](const auto&, std::string_view text) {
        if (rule_->regex.replace(text, rule_->rule->translation) == result) found = text;
        return !found && ++attempts < 20;
    });
    return found;
}

}  // namespace tandem::lint
