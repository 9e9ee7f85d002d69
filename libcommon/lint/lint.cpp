#include "lint/lint.h"

#include <algorithm>

#include "base/text.h"
#include "lint/ambiguity.h"
#include "lint/dialect.h"
#include "lint/people.h"
#include "lint/routes.h"
#include "lint/rule_list.h"
#include "lint/rule_order.h"
#include "lint/rule_results.h"

namespace tandem::lint {

namespace {

void check_patterns(const RuleList& list, std::vector<Finding>& out) {
    std::vector<std::string> unicode;
    for (std::size_t i = 0; i < list.rules.size(); ++i) {
        const RuleView& view = list.rules[i];
        if (view.language) {
            if (const auto found = catastrophe(view.regex, *view.language, list.alphabet)) {
                Finding f{Code::kCatastrophic, Severity::kError, Proof::kProved, list.subject(i), {}, {}, {}, found->witness};
                f.text = cat("matching takes ", found->exponential ? "exponential" : "polynomial", " time in the number of times that ",
                             found->pumped, " is repeated: the bound is hit, and the rule counts as not matching");
                f.hint = "write each repetition so that no digit can belong to two of them";
                out.push_back(std::move(f));
            }
        }
        for (const Difference& difference : differences(*view.rule)) {
            Finding f{Code::kDialect, Severity::kWarning, Proof::kProved, list.subject(i), {}, difference.text, difference.hint, {}};
            out.push_back(std::move(f));
        }
        if (reads_unicode(view.rule->pattern)) unicode.push_back(view.name);
    }
    if (unicode.empty()) return;
    // The same of nearly every rule there is: one finding a list, at its first rule.
    const auto first = std::find_if(list.rules.begin(), list.rules.end(), [&](const RuleView& view) { return view.name == unicode.front(); });
    Finding f{Code::kDialect, Severity::kNote, Proof::kProved, list.subject(static_cast<std::size_t>(first - list.rules.begin())), {}, {}, {}, {}};
    f.text = unicode.size() == 1 ? std::string("\\d, \\w and \\s mean ASCII here; to .NET they mean the digits and letters of all scripts")
                                 : cat("\\d, \\w and \\s mean ASCII here, in ", unicode.size(), " rules of this list; to .NET they mean the digits and letters of all scripts");
    f.hint = "write [0-9] where the rule goes back to .NET";
    f.others = std::move(unicode);
    out.push_back(std::move(f));
}

/// The findings about a list, rule by rule.
void check_list(const RuleList& list, std::vector<Finding>& out) {
    std::vector<Finding> found;
    check_order(list, found);
    if (list.dial_plan) {
        check_results(list, found);
        check_emergency_taken(list, found);
    }
    check_patterns(list, found);
    std::stable_sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
        return a.subject.index != b.subject.index ? a.subject.index < b.subject.index : a.code < b.code;
    });
    out.insert(out.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
}

}  // namespace

std::vector<Finding> check(const topology::Topology& topology, const number::Plan& plan) {
    std::vector<Finding> out;
    for (const topology::DialPlan& dial_plan : topology.dial_plans) check_list(list_of(dial_plan, topology, plan), out);
    for (const topology::Trunk& trunk : topology.trunks)
        for (const RuleList& list : lists_of(trunk)) check_list(list, out);
    check_routes(topology, plan, out);
    check_users(topology, plan, out);
    check_emergency_routes(topology, out);
    return out;
}

}  // namespace tandem::lint
