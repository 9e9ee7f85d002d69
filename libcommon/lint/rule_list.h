// Knows: one ordered list of rules with what can come to it: a dial plan's, or one of a trunk's.
// Must not know: what is wrong with it.
// Next: rule_order.h, rule_results.h, ambiguity.h, dialect.h, which look at one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "number/plan.h"
#include "number/rules.h"
#include "topology/topology.h"

namespace tandem::lint {

/// What is dialled: a plus stands only in front, and then no dial plan is asked.
inline constexpr std::string_view kDialled = "0123456789*#";
inline constexpr std::string_view kDialledOrPlus = "0123456789*#+";

/// A rule with what is known of its pattern.
struct RuleView {
    const number::Rule* rule = nullptr;
    std::string name;
    number::Regex regex;
    std::optional<std::string> language;  ///< a regular pattern that matches what the rule matches, or more
    bool regular = false;                 ///< …exactly what the rule matches
    std::string reason;                   ///< when !regular: what is not
};

struct RuleList {
    std::string in;  ///< "dial plan headquarters"
    bool dial_plan = false;
    const number::RuleSet* compiled = nullptr;
    std::vector<RuleView> rules;
    std::string alphabet;                ///< of the strings that can come
    std::optional<std::string> inputs;   ///< a pattern of the strings that can come; nothing: all over the alphabet
    std::vector<std::string> emergency;  ///< dialled strings that are calls for help before any rule is asked; ascending
    std::size_t longest_emergency = 0;
    std::string access_prefix;
    std::uint16_t region = number::kNoRow;
    const number::Plan* plan = nullptr;

    [[nodiscard]] bool is_emergency(std::string_view text) const;
    /// What the list makes of a string as it is dialled; nothing when no rule takes it.
    [[nodiscard]] std::optional<number::Applied> apply(std::string_view text) const;
    /// The place of the rule that takes it.
    [[nodiscard]] std::optional<std::size_t> first(std::string_view text) const;
    [[nodiscard]] Subject subject(std::size_t rule) const;
};

/// The list of a dial plan. region: where it is at home when it names no country itself.
RuleList list_of(const topology::Topology& topology, topology::Index dial_plan, const number::Plan& numbering,
                 std::uint16_t region = number::kNoRow);
/// All lists of a trunk that have rules.
std::vector<RuleList> lists_of(const topology::Trunk& trunk);

/// The pattern of exactly these strings; nothing for none.
std::optional<std::string> pattern_of(const std::vector<std::string>& strings);

}  // namespace tandem::lint
