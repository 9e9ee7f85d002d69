#include "lint/routes.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "lint/rule_list.h"
#include "lint/rule_order.h"
#include "lint/syntax.h"
#include "number/pattern.h"
#include "number/rule_automaton.h"

namespace tandem::lint {

namespace {

using topology::Index;
using topology::kNoIndex;
using topology::Topology;

// What stands before the routes in an automaton.
constexpr std::uint32_t kForm = 0, kKnownCode = 1, kHelp = 2, kFirstRoute = 3;

class Routes {
public:
    Routes(const Topology& topology, const number::Plan& plan, std::vector<Finding>& out) : t_(topology), plan_(plan), out_(out) {}

    void run() {
        find_used();
        for (Index i = 0; i < t_.routes.size(); ++i) languages_.push_back(language(t_.routes[i].pattern));
        for (Index i = 0; i < t_.routes.size(); ++i) check_route(i);
        for (Index i = 0; i < t_.usages.size(); ++i) check_usage(i);
        check_scoped(t_.dial_plans, "dial_plan", dial_plans_);
        check_scoped(t_.policies, "policy", policies_);
    }

private:
    struct Language {
        std::optional<std::string> pattern;  ///< matches what the route matches, or more
        bool regular = false;
    };

    static Language language(const std::string& pattern) {
        number::Nfa nfa;
        if (nfa.add(pattern, 0)) return {pattern, true};
        auto relaxed = relax(pattern);
        if (!relaxed || !nfa.add(relaxed->pattern, 0)) return {};
        return {std::move(relaxed->pattern), false};
    }

    Finding& tell(Code code, Severity severity, std::string_view kind, const std::string& name, Index index) {
        out_.push_back({code, severity, Proof::kProved, {kind, name, index, {}}, {}, {}, {}, {}});
        return out_.back();
    }

    void find_used() {
        policies_.assign(t_.policies.size(), false);
        dial_plans_.assign(t_.dial_plans.size(), false);
        usages_.assign(t_.usages.size(), false);
        for (Index i = 0; i < t_.policies.size(); ++i) policies_[i] = t_.policies[i].scope != topology::Scope::kUser;
        for (Index i = 0; i < t_.dial_plans.size(); ++i) dial_plans_[i] = t_.dial_plans[i].scope != topology::Scope::kUser;
        for (const topology::User& user : t_.users) {
            if (user.policy != kNoIndex) policies_[user.policy] = true;
            if (user.dial_plan != kNoIndex) dial_plans_[user.dial_plan] = true;
        }
        for (const topology::Trunk& trunk : t_.trunks) {
            if (trunk.dial_plan != kNoIndex) dial_plans_[trunk.dial_plan] = true;
            for (const Index usage : trunk.usages) usages_[usage] = true;
        }
        for (Index i = 0; i < t_.policies.size(); ++i)
            for (const Index usage : t_.policies[i].usages)
                if (policies_[i]) usages_[usage] = true;
        if (t_.emergency.usage != kNoIndex) usages_[t_.emergency.usage] = true;
    }

    template <class Scoped>
    void check_scoped(const std::vector<Scoped>& items, std::string_view kind, const std::vector<bool>& used) {
        for (Index i = 0; i < items.size(); ++i) {
            if (used[i]) continue;
            Finding& f = tell(Code::kUnused, Severity::kWarning, kind, items[i].name, i);
            f.text = kind == "policy" ? "no user has it, and it holds for no scope" : "no user and no trunk has it, and it holds for no scope";
            f.hint = "name it where it is meant to hold, or remove it";
        }
    }

    void check_usage(Index usage) {
        const std::string& name = t_.usages[usage].name;
        if (!usages_[usage]) {
            Finding& f = tell(Code::kUnused, Severity::kWarning, "usage", name, usage);
            f.text = "no policy in use, no trunk and no emergency number has it";
            f.hint = "add it to a policy, or remove it";
        }
        if (std::none_of(t_.routes.begin(), t_.routes.end(), [&](const topology::Route& route) { return has(route.usages, usage); })) {
            Finding& f = tell(Code::kUsageWithoutRoute, Severity::kWarning, "usage", name, usage);
            f.text = "no route has it, so no call goes anywhere by it";
            f.hint = "give a route this usage, or remove it";
        }
    }

    static bool has(const std::vector<Index>& list, Index what) { return std::find(list.begin(), list.end(), what) != list.end(); }

    /// An automaton with the numbers that can come, to which routes are added in their order.
    void add_inputs(number::RuleAutomaton& automaton) const {
        automaton.add("^\\+[1-9]\\d{1,14}$", kForm);
        std::string codes = "^\\+(?:";
        for (const number::CodeRow& row : plan_.codes) append(codes, codes.size() == 6 ? "" : "|", row.code);
        automaton.add(codes + ")\\d+$", kKnownCode);
        std::vector<std::string> dialled;
        for (const topology::EmergencyNumber& number : t_.emergency.numbers) dialled.push_back(number.dial);
        if (const auto help = pattern_of(dialled)) automaton.add(*help, kHelp);
    }
    /// Whether strings of a meeting come to a route by one of the usages.
    [[nodiscard]] bool comes(const std::vector<std::uint32_t>& matched, const std::vector<Index>& usages) const {
        const auto in = [&](std::uint32_t index) { return std::binary_search(matched.begin(), matched.end(), index); };
        const bool numbers = std::any_of(usages.begin(), usages.end(), [&](Index usage) { return usage != t_.emergency.usage || routed(usage); });
        return (numbers && in(kForm) && in(kKnownCode)) || (t_.emergency.usage != kNoIndex && has(usages, t_.emergency.usage) && in(kHelp));
    }
    /// Whether usual calls go by the usage too.
    [[nodiscard]] bool routed(Index usage) const {
        return std::any_of(t_.policies.begin(), t_.policies.end(), [&](const topology::Policy& p) { return has(p.usages, usage); }) ||
               std::any_of(t_.trunks.begin(), t_.trunks.end(), [&](const topology::Trunk& trunk) { return has(trunk.usages, usage); });
    }

    void check_route(Index index) {
        const topology::Route& route = t_.routes[index];
        if (route.usages.empty() || route.trunks.empty()) {
            Finding& f = tell(Code::kRouteIncomplete, Severity::kWarning, "route", route.name, index);
            f.text = cat("has no ", route.usages.empty() ? "usage" : "trunk", ", so no call takes it");
            f.hint = "complete it, or remove it";
            return;
        }
        if (std::none_of(route.usages.begin(), route.usages.end(), [&](Index usage) { return usages_[usage]; })) {
            Finding& f = tell(Code::kUnused, Severity::kWarning, "route", route.name, index);
            f.text = "none of its usages is in use";
            f.hint = "add a usage of it to a policy, or remove it";
        }
        if (!languages_[index].pattern) return;
        if (never(index)) return;
        unanchored(index);
        adds_nothing(index);
    }

    bool never(Index index) {
        const topology::Route& route = t_.routes[index];
        number::RuleAutomaton automaton;
        add_inputs(automaton);
        automaton.add(*languages_[index].pattern, kFirstRoute);
        bool found = false;
        std::string other;
        const bool whole = automaton.walk(kDialledOrPlus, [&](const std::vector<std::uint32_t>& matched, std::string_view text) {
            if (matched.back() != kFirstRoute) return true;
            if (other.empty()) other = text;
            found = comes(matched, route.usages);
            return !found;
        });
        if (found || !whole) return false;
        Finding& f = tell(Code::kRouteNeverMatches, Severity::kError, "route", route.name, index);
        f.text = "no number that can come matches its pattern";
        f.witness = other;
        if (!other.empty() && other[0] != '+') {
            append(f.text, "; it matches ", other, ", and numbers come with a plus");
            f.hint = "write a pattern that begins with ^\\+";
        }
        return true;
    }

    void unanchored(Index index) {
        const topology::Route& route = t_.routes[index];
        if (!languages_[index].regular) return;
        number::RuleAutomaton automaton;
        add_inputs(automaton);
        // Open at its end a pattern is a prefix, as routes often have it; open at its front it takes what nobody thinks of.
        if (!automaton.add(cat("^(?:", route.pattern, ")"), kFirstRoute)) return;
        automaton.add(route.pattern, kFirstRoute + 1);
        automaton.walk(kDialledOrPlus, [&](const std::vector<std::uint32_t>& matched, std::string_view text) {
            if (matched.back() != kFirstRoute + 1 || has_index(matched, kFirstRoute) || !comes(matched, route.usages)) return true;
            Finding& f = tell(Code::kRouteUnanchored, Severity::kWarning, "route", route.name, index);
            f.text = "the pattern has no ^, so it also matches in the middle of numbers";
            f.hint = cat("write ^\\+ and the calling code in front of ", shown(route.pattern, 60));
            f.witness = text;
            return false;
        });
    }
    static bool has_index(const std::vector<std::uint32_t>& matched, std::uint32_t index) {
        return std::binary_search(matched.begin(), matched.end(), index);
    }

    /// Whether numbers of the route lead to a trunk of it that no earlier route of the usage leads to.
    bool adds(Index index, Index usage, Index trunk, std::vector<std::string>& earlier) const {
        number::RuleAutomaton automaton;
        add_inputs(automaton);
        for (Index i = 0; i < index; ++i) {
            if (has(t_.routes[i].usages, usage) && has(t_.routes[i].trunks, trunk) && languages_[i].regular)
                automaton.add(*languages_[i].pattern, kFirstRoute + i);
        }
        automaton.add(*languages_[index].pattern, kFirstRoute + index);
        bool found = false;
        const bool whole = automaton.walk(kDialledOrPlus, [&](const std::vector<std::uint32_t>& matched, std::string_view) {
            if (matched.back() != kFirstRoute + index || !comes(matched, {usage})) return true;
            const auto first = std::lower_bound(matched.begin(), matched.end(), kFirstRoute);
            found = *first == kFirstRoute + index;
            const std::string& name = t_.routes[*first - kFirstRoute].name;
            if (!found && std::find(earlier.begin(), earlier.end(), name) == earlier.end()) earlier.push_back(name);
            return !found;
        });
        return found || !whole;
    }

    void adds_nothing(Index index) {
        const topology::Route& route = t_.routes[index];
        std::vector<std::string> earlier;
        for (const Index usage : route.usages)
            for (const Index trunk : route.trunks)
                if (adds(index, usage, trunk, earlier)) return;
        Finding& f = tell(Code::kRouteAddsNothing, Severity::kWarning, "route", route.name, index);
        f.text = cat("all of its numbers go to the same trunks by ", listed(earlier), " before it");
        f.hint = "place it before them, or remove it";
        f.others = std::move(earlier);
    }

    const Topology& t_;
    const number::Plan& plan_;
    std::vector<Finding>& out_;
    std::vector<Language> languages_;
    std::vector<bool> policies_, dial_plans_, usages_;
};

}  // namespace

void check_routes(const Topology& topology, const number::Plan& plan, std::vector<Finding>& out) { Routes(topology, plan, out).run(); }

}  // namespace tandem::lint
