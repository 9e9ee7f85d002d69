#include "lint/people.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "lint/rule_order.h"
#include "number/parse.h"
#include "policy/policy.h"

namespace tandem::lint {

namespace {

using topology::Index;
using topology::kNoIndex;
using topology::Topology;

/// A user who dials by each dial plan (kNoIndex: by none).
std::map<Index, Index> callers(const Topology& t) {
    std::map<Index, Index> found;
    for (Index i = 0; i < t.users.size(); ++i) found.try_emplace(t.dial_plan_of_user(i, t.site_of_user(i)), i);
    return found;
}

/// What a call got to, for people; empty when it is the user or cannot be told offline.
std::string reached(const policy::Decision& decision, const Topology& t, Index user) {
    if (const auto* reject = decision.reject()) {
        // A user whom nothing reaches at all has another fault than its extension.
        if (reject->reason == "not_registered" || reject->reason == "no_bridge") return {};
        return cat("nothing (", reject->status, ' ', reject->reason, ')');
    }
    const auto* forward = decision.forward();
    if (forward == nullptr || forward->plan.targets.front().user == user) return {};
    const policy::PlanTarget& target = forward->plan.targets.front();
    return target.user != kNoIndex ? cat("user \"", t.users[target.user].name, '"') : cat("trunk \"", t.trunks[target.trunk].name, '"');
}

}  // namespace

void check_emergency_taken(const RuleList& list, std::vector<Finding>& out) {
    for (std::size_t i = 0; i < list.rules.size(); ++i) {
        std::vector<std::string> taken;
        for (const std::string& text : list.emergency)
            if (list.compiled->matches(i, text)) taken.push_back(text);
        if (taken.empty()) continue;
        Finding f{Code::kEmergencyTaken, Severity::kWarning, Proof::kProved, list.subject(i), {}, {}, {}, taken.front()};
        f.text = cat("also matches ", listed(taken), ", which ", taken.size() == 1 ? "is an emergency number" : "are emergency numbers",
                     ": no rule is asked about ", taken.size() == 1 ? "it" : "them");
        f.hint = "write a pattern that leaves them out, so that nobody takes them for numbers that can be given away";
        out.push_back(std::move(f));
    }
}

void check_users(const Topology& t, const number::Plan& plan, std::uint16_t region, std::vector<Finding>& out) {
    const auto tell = [&](Code code, Severity severity, Index user, std::string witness) -> Finding& {
        out.push_back({code, severity, Proof::kProved, {"user", t.users[user].name, user, {}}, {}, {}, {}, std::move(witness)});
        return out.back();
    };
    std::map<Index, std::vector<std::string>> emergency;  // by dial plan
    std::set<std::string> shared;
    const std::map<Index, Index> dialling = callers(t);
    for (const auto& [index, caller] : dialling)
        emergency[index] = index == kNoIndex ? t.emergency.strings : list_of(t, index, plan, region).emergency;

    for (Index i = 0; i < t.users.size(); ++i) {
        const topology::User& user = t.users[i];
        for (const auto& [index, caller] : dialling) {
            if (user.extension.empty()) break;
            policy::CallFacts facts;
            facts.user = caller;
            facts.called = user.extension;
            const policy::Decision decision = policy::decide(facts, t, {}, {}, policy::Detail::kDecisive);
            const std::string where = index == kNoIndex ? "without a dial plan" : cat("by dial plan ", t.dial_plans[index].name);
            if (const std::string other = reached(decision, t, i); !other.empty()) {
                Finding& f = tell(Code::kExtension, decision.emergency ? Severity::kError : Severity::kWarning, i, user.extension);
                f.text = cat("extension ", user.extension, ", dialled ", where, ", ",
                             decision.emergency ? std::string("is a call for help") : cat("reaches ", other));
                if (!decision.dial_rule.empty()) {
                    append(f.text, ": rule \"", decision.dial_rule, "\" takes it");
                    f.others.push_back(decision.dial_rule);
                }
                f.hint = "give the user another extension, or write a rule that makes its number of it";
                continue;
            }
            for (const std::string& text : emergency[index]) {
                if (user.extension.size() <= text.size() || !user.extension.starts_with(text)) continue;
                Finding& f = tell(Code::kExtension, Severity::kNote, i, user.extension);
                f.text = cat("extension ", user.extension, " begins with ", text, ", which is a call for help ", where,
                             ": a telephone that sends digits at once calls for help");
                f.hint = "give the user another extension";
                break;
            }
        }
        std::vector<std::string> numbers = user.more_numbers;
        if (!user.number.empty()) numbers.insert(numbers.begin(), user.number);
        for (const std::string& number : numbers) {
            // Users may share a number; each is then told by the extension behind it.
            if (t.users_of_number(number) > 1) {
                if (number != user.number || t.user_by_number(number) != kNoIndex || !shared.insert(number).second) continue;
                Finding& f = tell(Code::kDidClaim, Severity::kNote, i, number);
                for (Index other = i + 1; other < t.users.size(); ++other)
                    if (t.has_number(other, number)) f.others.push_back(t.users[other].name);
                f.text = cat(number, " is shared with ", listed(f.others), ", and without the extension behind it, it is nobody's");
                f.hint = "give one of them the number without an extension, or a DID range a user for it";
                continue;
            }
            const Index index = t.did_range_of(number);
            if (index == kNoIndex) continue;
            const topology::DidRange& range = t.did_ranges[index];
            Index other = range.user;
            if (range.extension_digits > 0 && number.size() > range.extension_digits)
                other = t.user_by_extension(std::string_view(number).substr(number.size() - range.extension_digits));
            if (other == kNoIndex || other == i) continue;
            Finding& f = tell(Code::kDidClaim, range.user == kNoIndex ? Severity::kWarning : Severity::kNote, i, number);
            f.others = {t.users[other].name, range.name};
            f.text = cat(number, " is this user's, so ", range.user == kNoIndex ? "the extension of \"" : "\"", t.users[other].name,
                         "\" does not get it from DID range \"", range.name, '"');
            f.hint = "give the number to one of them";
        }
    }
}

void check_emergency_routes(const Topology& t, std::vector<Finding>& out) {
    for (Index i = 0; i < t.emergency.numbers.size(); ++i) {
        const std::string& dial = t.emergency.numbers[i].dial;
        const bool routed = std::any_of(t.routes.begin(), t.routes.end(), [&](const topology::Route& route) {
            return t.emergency.usage != kNoIndex && !route.trunks.empty() &&
                   std::find(route.usages.begin(), route.usages.end(), t.emergency.usage) != route.usages.end() && route.regex &&
                   route.regex->match(dial) == number::MatchEnd::kMatch;
        });
        if (routed) continue;
        Finding f{Code::kNoEmergencyRoute, Severity::kError, Proof::kProved, {"emergency", dial, i, {}}, {}, {}, {}, dial};
        f.text = t.emergency.usage == kNoIndex ? cat("a call to ", dial, " goes nowhere: \"emergency\" has no usage")
                                               : cat("a call to ", dial, " goes nowhere: no route of usage \"", t.usages[t.emergency.usage].name, "\" with a trunk matches it");
        f.hint = cat("write a route with the pattern ^", dial, "$");
        out.push_back(std::move(f));
    }
}

}  // namespace tandem::lint
