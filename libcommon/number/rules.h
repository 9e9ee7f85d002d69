// Knows: ordered rules "pattern → translation", first match wins.
// Must not know: where rules come from (topology), countries.
// Next: parse.h, which uses a rule set as a dial plan.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "number/regex.h"
#include "number/rule_automaton.h"
#include "number/translation.h"

namespace tandem::number {

/// One normalization or translation rule as it is written.
struct Rule {
    std::string name;
    std::string pattern;
    std::string translation;
    bool internal = false;  ///< the result is an internal extension, not a public number
    std::string description{};  ///< for people
};

/// What a rule set made of a string.
struct Applied {
    std::string text;
    std::string_view rule;  ///< name of the rule, lives as long as the set
    std::size_t index = 0;  ///< its place, from 0
    bool internal = false;
};

/// Rules compiled in their order. Thread: a const RuleSet may be used by several threads.
class RuleSet {
public:
    RuleSet() = default;
    /// Errors: as Regex::compile(), the text naming the rule; conflict for a name that stands twice.
    static Result<RuleSet> compile(std::string name, const std::vector<Rule>& rules);

    /// The first rule that matches, applied; nothing when none does. Non-ASCII and overlong strings match nothing.
    /// Cost: one walk for all regular rules together, one match for the rule that wins, one for each earlier rule with
    /// look-around or the like.
    /// given_up: set when the search of an earlier rule, or of any, hit its bound; such a rule counts as not matching.
    [[nodiscard]] std::optional<Applied> apply(std::string_view text, bool* given_up = nullptr) const;
    /// Whether one rule (by its place, from 0) matches, whatever comes before it.
    [[nodiscard]] bool matches(std::size_t rule, std::string_view text) const;
    /// One rule by itself, as apply() would apply it if it were the first to match.
    [[nodiscard]] std::optional<std::string> try_rule(std::size_t rule, std::string_view text, MatchEnd* end = nullptr) const;

    /// Searches that hit their bound since the set was made.
    struct GivenUp {
        std::uint64_t times = 0;
        std::string_view rule;  ///< the last of them
    };
    [[nodiscard]] GivenUp given_up() const;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::size_t size() const { return rules_.size(); }
    /// Names of rules whose pattern is not anchored: they match inside longer strings, which is rarely meant.
    [[nodiscard]] std::vector<std::string> unanchored() const;

private:
    struct Compiled {
        Rule rule;
        Regex regex;
        std::optional<Translation> fixed;  ///< when a match need not be searched again to know its groups
        bool regular = false;              ///< the automaton has it
    };
    /// The first rule that matches; second: it is known to match without a search.
    [[nodiscard]] std::pair<std::optional<std::size_t>, bool> match(std::string_view text, bool& given_up) const;
    /// Whether a rule's own search finds something; counts what was given up.
    [[nodiscard]] bool searched(std::size_t rule, std::string_view text, bool& given_up) const;
    void count_given_up(std::size_t rule) const;

    std::string name_;
    std::vector<Compiled> rules_;
    std::unique_ptr<RuleAutomaton> automaton_;  ///< the regular rules, all at once
    std::vector<std::size_t> guards_;           ///< the other rules, tried one by one where they come first
    struct Counted {
        std::atomic<std::uint64_t> times{0};
        std::atomic<std::size_t> rule{0};
    };
    std::unique_ptr<Counted> counted_;
};

}  // namespace tandem::number
