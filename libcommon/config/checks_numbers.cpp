// Knows: numbers that two things claim, scopes that are filled twice, usages that lead nowhere.
// Must not know: calls.
// Next: checks_bypass.cpp.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/text.h"
#include "config/build.h"
#include "number/parse.h"
#include "number/short_number.h"

namespace tandem::config {
namespace {

using topology::Index;
using topology::kNoIndex;

void check_ranges(const Build& build) {
    const std::vector<topology::DidRange>& ranges = build.topology.did_ranges;
    std::vector<Index> order;
    for (Index i = 0; i < ranges.size(); ++i) {
        const topology::DidRange& r = ranges[i];
        if (r.first.empty() || r.last.empty()) continue;  // told already
        const std::size_t at = build.where("did_ranges", i);
        if (r.first.size() != r.last.size()) {
            build.problems().error(
                at, cat("DID range \"", r.name, "\": ", r.first, " and ", r.last, " have different lengths"));
        } else if (r.first > r.last) {
            build.problems().error(at, cat("DID range \"", r.name, "\" begins after its end"),
                                   "exchange \"from\" and \"to\"");
        } else {
            order.push_back(i);
        }
        if (r.user != kNoIndex && (r.extension_digits > 0 || r.unassigned_user != kNoIndex)) {
            build.problems().error(
                at, cat("DID range \"", r.name, "\" rings one user, so nothing in it is unassigned"),
                "leave \"extension_digits\" and \"unassigned_user\" out");
        }
        if (r.extension_digits >= r.first.size()) {
            build.problems().error(
                at, cat("DID range \"", r.name, "\": \"extension_digits\" is more than its numbers have"));
        }
    }
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        const std::string& x = ranges[a].first;
        const std::string& y = ranges[b].first;
        return x.size() != y.size() ? x.size() < y.size() : x < y;
    });
    // In this order a range overlaps an earlier one exactly when it begins before the furthest end so far.
    Index furthest = kNoIndex;
    for (const Index i : order) {
        if (furthest != kNoIndex && ranges[furthest].last.size() == ranges[i].first.size() &&
            ranges[i].first <= ranges[furthest].last) {
            const Index later = std::max(i, furthest);
            const Index earlier = std::min(i, furthest);
            build.problems().error(build.where("did_ranges", later),
                                   cat("DID range \"", ranges[later].name, "\" overlaps \"",
                                       ranges[earlier].name, "\": ", ranges[i].first, " is in both"),
                                   "a number belongs to one range");
        }
        if (furthest == kNoIndex || ranges[furthest].last.size() != ranges[i].last.size() ||
            ranges[furthest].last < ranges[i].last)
            furthest = i;
    }
}

/// Says it when a second user claims what the first one has.
class Owners {
public:
    Owners(const Build& build, std::string_view what) : build_(build), what_(what) {}
    void claim(const std::string& value, Index user) {
        if (value.empty()) return;
        const auto [owner, fresh] = owners_.emplace(value, user);
        const std::vector<topology::User>& users = build_.topology.users;
        if (fresh || users[owner->second].name == users[user].name)
            return;  // of two of one name that alone is told
        build_.problems().error(build_.where("users", user),
                                cat(what_, ' ', value, " of user \"", users[user].name, "\" is user \"",
                                    users[owner->second].name, "\"'s already"));
    }

private:
    const Build& build_;
    std::string_view what_;
    std::map<std::string, Index> owners_;
};

void check_users(const Build& build) {
    const topology::Topology& t = build.topology;
    const std::set<std::string_view> emergency(t.emergency.strings.begin(), t.emergency.strings.end());
    Owners numbers(build, "number");
    Owners extensions(build, "extension");
    Owners addresses(build, "address");
    for (Index i = 0; i < t.users.size(); ++i) {
        const topology::User& user = t.users[i];
        // A main number may be shared by users who each have an extension behind it.
        numbers.claim(user.line_extension.empty() ? user.number : cat(user.number, ";ext=", user.line_extension), i);
        for (const std::string& number : user.more_numbers) numbers.claim(number, i);
        extensions.claim(user.extension, i);
        addresses.claim(lower(user.address), i);
        if (emergency.contains(user.extension)) {
            build.problems().error(
                build.where("users", i),
                cat("extension ", user.extension, " of user \"", user.name, "\" is an emergency number"),
                "an emergency call must never ring a desk");
        }
    }
}

/// A rule that takes a call for help for something else is never applied to it, and whoever wrote it should know.
void check_emergency_rules(const Build& build) {
    const topology::Topology& t = build.topology;
    for (Index i = 0; i < t.dial_plans.size(); ++i) {
        const topology::DialPlan& plan = t.dial_plans[i];
        std::set<std::string_view> strings;
        const number::Plan& numbering = number::builtin_plan();
        const auto known = number::emergency_strings(numbering, numbering.region(plan.country));
        strings.insert(known.begin(), known.end());
        strings.insert(t.emergency.strings.begin(), t.emergency.strings.end());
        // A plan with a broken rule has no compiled ones; that is told already.
        for (std::size_t r = 0; r < plan.rules.compiled.size(); ++r) {
            const number::Rule& rule = plan.rules.rules[r];
            std::string taken;
            for (const std::string_view dialled : strings) {
                if (plan.rules.compiled.matches(r, dialled))
                    append(taken, taken.empty() ? "" : ", ", dialled);
            }
            if (taken.empty()) continue;
            build.problems().warning(
                build.where("dial_plans", i),
                cat("rule \"", shortened(rule.name), "\" of dial plan \"", plan.name,
                    "\" also matches emergency numbers (", taken, "): they are never taken by a rule"),
                "write a pattern that leaves them out");
        }
    }
}

/// A call to a country's own emergency number that the topology does not name is refused, and whoever wrote it should know.
void check_emergency_numbers(const Build& build) {
    const topology::Topology& t = build.topology;
    const std::set<std::string_view> named(t.emergency.strings.begin(), t.emergency.strings.end());
    for (Index i = 0; i < t.dial_plans.size(); ++i) {
        const topology::DialPlan& plan = t.dial_plans[i];
        const number::Plan& numbering = number::builtin_plan();
        const std::uint16_t region = numbering.region(plan.country);
        if (region == number::kNoRow) continue;
        std::string missing;
        for (const std::string& dial : number::short_numbers_with(numbering, region, number::kShortEmergency)) {
            if (!named.contains(dial)) append(missing, missing.empty() ? "" : ", ", dial);
        }
        if (missing.empty()) continue;
        build.problems().warning(build.where("dial_plans", i),
                                 cat("dial plan \"", plan.name, "\": a call for help to ", missing, " (", plan.country,
                                     ") is refused, because \"emergency\" does not name it"),
                                 "name it in \"numbers\" or \"masks\", with a route that has the emergency usage");
    }
}

template <class Scoped>
void check_scopes(const Build& build, const std::vector<Scoped>& items, std::string_view list) {
    std::map<Index, Index> taken;  // site (kNoIndex: global) → item
    for (Index i = 0; i < items.size(); ++i) {
        if (items[i].scope == topology::Scope::kUser) continue;
        const Index site = items[i].scope == topology::Scope::kSite ? items[i].site : kNoIndex;
        if (items[i].scope == topology::Scope::kSite && site == kNoIndex) continue;
        const auto [other, fresh] = taken.emplace(site, i);
        if (fresh) continue;
        build.problems().error(build.where(list, i),
                               cat('"', items[i].name, "\" and \"", items[other->second].name,
                                   "\" hold for the same ", site == kNoIndex ? "scope, global" : "site"),
                               "one of them would never be used");
    }
}

void check_usages(const Build& build) {
    const topology::Topology& t = build.topology;
    std::set<Index> routed, rated, rated_trunks;
    for (const WantedRates& rates : build.rates) rated_trunks.insert(rates.trunk);
    for (const topology::Route& route : t.routes) {
        routed.insert(route.usages.begin(), route.usages.end());
        if (std::any_of(route.trunks.begin(), route.trunks.end(), [&](Index trunk) { return rated_trunks.contains(trunk); }))
            rated.insert(route.usages.begin(), route.usages.end());
    }
    for (Index i = 0; i < t.usages.size(); ++i) {
        if (!routed.contains(i))
            build.problems().warning(build.where("usages", i),
                                     cat("no route has usage \"", t.usages[i].name, '"'));
    }
    for (Index i = 0; i < t.usages.size(); ++i) {
        if (t.usages[i].order != topology::Order::kLeastCost) continue;
        if (i == t.emergency.usage) {
            build.problems().warning(build.where("usages", i),
                                     cat("usage \"", t.usages[i].name, "\" is the emergency usage: such calls are never ordered by cost"),
                                     "leave its \"order\" out");
        }
        if (!rated.contains(i) && routed.contains(i)) {
            build.problems().warning(build.where("usages", i),
                                     cat("order of usage \"", t.usages[i].name, "\" is least_cost, but none of its trunks has \"rates\""),
                                     "they are tried as listed");
        }
    }
    // Toll fraud: what comes in from the public network must not be able to go out to it again.
    const auto is_public = [&](Index trunk) { return t.trunks[trunk].kind == topology::TrunkKind::kSip || t.trunks[trunk].kind == topology::TrunkKind::kGateway; };
    std::vector<Index> way_out(t.usages.size(), kNoIndex);  // of each usage the first route to such a trunk
    for (Index i = 0; i < t.routes.size(); ++i) {
        if (std::none_of(t.routes[i].trunks.begin(), t.routes[i].trunks.end(), is_public)) continue;
        for (const Index usage : t.routes[i].usages) way_out[usage] = std::min(way_out[usage], i);
    }
    for (Index i = 0; i < t.trunks.size(); ++i) {
        const topology::Trunk& from = t.trunks[i];
        if (!is_public(i)) continue;
        Index first = kNoIndex;
        for (const Index usage : from.usages) first = std::min(first, way_out[usage]);
        if (first == kNoIndex) continue;
        const topology::Route& route = t.routes[first];
        const Index public_trunk = *std::find_if(route.trunks.begin(), route.trunks.end(), is_public);
        build.problems().warning(build.where("trunks", i),
                                 cat("calls from trunk \"", from.name, "\" may leave by trunk \"", t.trunks[public_trunk].name, "\" (route \"", route.name, "\"): a toll-fraud loop"),
                                 "give it no usage that leads to the PSTN");
    }
}

}  // namespace

void check_numbers(const Build& build) {
    check_ranges(build);
    check_users(build);
    check_emergency_rules(build);
    check_emergency_numbers(build);
    check_scopes(build, build.topology.dial_plans, "dial_plans");
    check_scopes(build, build.topology.policies, "policies");
    check_usages(build);
}

}  // namespace tandem::config
