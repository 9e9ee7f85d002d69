#include "lint/lint.h"

#include <algorithm>
#include <optional>

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
    }
}

/// The same of nearly every rule there is: one finding for all, at the first of them.
class Unicode {
public:
    void look_at(const RuleList& list) {
        bool any = false;
        for (std::size_t i = 0; i < list.rules.size(); ++i) {
            if (!reads_unicode(list.rules[i].rule->pattern)) continue;
            ++rules_;
            any = true;
            if (!found_) found_ = Finding{Code::kDialect, Severity::kNote, Proof::kProved, list.subject(i), {}, {}, {}, {}};
        }
        if (any) found_->others.push_back(list.in);
    }

    void tell(std::vector<Finding>& out) {
        if (!found_) return;
        found_->text = cat("\\d, \\w and \\s mean ASCII here, in ", rules_, rules_ == 1 ? " rule" : " rules",
                           "; to .NET they mean the digits and letters of all scripts");
        found_->hint = "write [0-9] in rules that go back to .NET";
        out.push_back(std::move(*found_));
    }

private:
    std::optional<Finding> found_;
    std::size_t rules_ = 0;
};

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

std::vector<Finding> check(const topology::Topology& topology, const number::Plan& plan, std::uint16_t region) {
    std::vector<Finding> out;
    Unicode unicode;
    // One after the other: what is known of a list is larger than the list.
    const auto look_at = [&](const RuleList& list) {
        check_list(list, out);
        unicode.look_at(list);
    };
    for (topology::Index i = 0; i < topology.dial_plans.size(); ++i) look_at(list_of(topology, i, plan, region));
    for (const topology::Trunk& trunk : topology.trunks)
        for (const RuleList& list : lists_of(trunk)) look_at(list);
    unicode.tell(out);
    check_routes(topology, plan, out);
    check_users(topology, plan, region, out);
    check_emergency_routes(topology, out);
    return out;
}

}  // namespace tandem::lint
