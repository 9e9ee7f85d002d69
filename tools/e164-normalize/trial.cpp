#include "e164-normalize/trial.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/parties.h"
#include "policy/policy.h"
#include "policy/reading.h"

namespace tandem::e164 {

namespace {

using topology::kNoIndex;
using topology::Topology;

/// What a case gave; nothing where there is none of it.
using Got = std::array<std::optional<std::string>, kExpects>;

void put(Got& got, Expect what, std::string_view value) {
    if (!value.empty()) got[static_cast<std::size_t>(what)] = value;
}

void put_number(Got& got, const number::Number& number) {
    put(got, Expect::kE164, number.e164);
    put(got, Expect::kRegion, number.region);
    if (!number.e164.empty()) put(got, Expect::kKind, number::to_string(number.type));
    put(got, Expect::kValid, number.valid ? "true" : "false");
}

void put_decision(Got& got, const policy::Decision& decision, const Topology& t, const number::Plan& plan) {
    number::DialContext anywhere;
    anywhere.plan = &plan;
    put_number(got, number::normalize(decision.e164, anywhere));
    put(got, Expect::kRule, decision.dial_rule);
    put(got, Expect::kDialPlan, decision.dial_plan);
    put(got, Expect::kEmergency, decision.emergency ? "true" : "false");
    if (const auto* forward = decision.forward()) {
        const policy::PlanTarget& first = forward->plan.targets.front();
        put(got, Expect::kUsage, first.usage);
        put(got, Expect::kRoute, first.route);
        put(got, Expect::kCalled, first.called);
        put(got, Expect::kCalling, first.calling);
        if (first.user != kNoIndex) put(got, Expect::kUser, t.users[first.user].name);
        std::string trunks;
        topology::Index last = kNoIndex;
        for (const policy::PlanTarget& target : forward->plan.targets) {
            // A trunk has a target for each of its addresses.
            if (target.trunk == kNoIndex || target.trunk == last) continue;
            last = target.trunk;
            append(trunks, trunks.empty() ? "" : ", ", t.trunks[last].name);
        }
        put(got, Expect::kTrunks, trunks);
    }
    if (const auto* reject = decision.reject()) put(got, Expect::kReject, reject->reason);
}

std::string rule_name(const number::Rule& rule, std::size_t place) { return rule.name.empty() ? cat('#', place + 1) : rule.name; }

}  // namespace

Status Trials::known(const Case& c) const {
    const auto missing = [](std::string_view what, const std::string& name, const std::vector<std::string_view>& names) {
        const std::string_view near = nearest(name, names);
        return fail(Errc::kMissing, cat(what, " \"", name, "\" is not in the topology", near.empty() ? "" : "; did you mean \"", near, near.empty() ? "" : "\"?"));
    };
    if (!c.user.empty() && topology_.find_user(c.user) == kNoIndex) return missing("user", c.user, policy::user_names(topology_));
    if (!c.trunk.empty() && topology_.find_trunk(c.trunk) == kNoIndex) return missing("trunk", c.trunk, policy::trunk_names(topology_));
    if (c.dial_plan.empty() || policy::find_dial_plan(topology_, c.dial_plan) != kNoIndex) return {};
    std::vector<std::string_view> names;
    for (const topology::DialPlan& plan : topology_.dial_plans) names.emplace_back(plan.name);
    return missing("dial plan", c.dial_plan, names);
}

record::CaseCheck Trials::run(const Case& c) {
    const Topology& t = topology_;
    Got got;
    unsigned status = 0;
    if (c.user.empty() && c.trunk.empty()) {
        const number::DialContext dial = c.dial_plan.empty() ? dial_ : policy::dial_context(t, policy::find_dial_plan(t, c.dial_plan), *dial_.plan, region_);
        const number::Number number = number::normalize(c.dialled, dial);
        put_number(got, number);
        put(got, Expect::kRule, number.rule);
        put(got, Expect::kDialPlan, number.dial_plan);
        put(got, Expect::kEmergency, number.emergency ? "true" : "false");
        if (!number.rule.empty()) use_rule(cat("dial plan ", number.dial_plan), number.rule);
    } else {
        policy::CallFacts facts;
        facts.user = c.user.empty() ? kNoIndex : t.find_user(c.user);
        facts.trunk = c.trunk.empty() ? kNoIndex : t.find_trunk(c.trunk);
        facts.called = c.dialled;
        facts.calling = c.calling;
        if (const auto at = c.dialled.find('@'); at != std::string::npos)
            facts.called_host = cut(cut(std::string_view(c.dialled).substr(at + 1), ';').first, ':').first;
        const policy::Decision decision = policy::decide(facts, t, {}, now_);
        put_decision(got, decision, t, *dial_.plan);
        if (const auto* reject = decision.reject()) status = reject->status;
        if (!decision.dial_rule.empty()) use_rule(cat("dial plan ", decision.dial_plan), decision.dial_rule);
        for (const policy::Step& step : decision.steps) {
            for (const auto& [name, list] : {std::pair("called", "called"), std::pair("calling", "calling"), std::pair("inbound_called", "inbound called"),
                                             std::pair("inbound_calling", "inbound calling")})
                if (step.step == name) use_rule(cat(list, " rules of trunk ", step.note), step.rule);
        }
        if (const auto* forward = decision.forward()) {
            for (const policy::PlanTarget& target : forward->plan.targets) {
                if (!target.route.empty()) routes_.insert(target.route);
                if (!target.usage.empty()) usages_.insert(target.usage);
            }
        }
    }

    record::CaseCheck check{c.name, c.line, c.dialled, {}};
    for (const Expectation& e : c.expect) {
        const auto& is = got[static_cast<std::size_t>(e.what)];
        const bool by_status = e.what == Expect::kReject && e.value && to_number<unsigned>(*e.value);
        if (by_status ? to_number<unsigned>(*e.value) == status : is == e.value) continue;
        std::optional<std::string> text = is;
        if (e.what == Expect::kReject && is) text = cat(status, ' ', *is);
        check.failures.push_back({std::string(to_string(e.what)), e.value, std::move(text)});
    }
    return check;
}

std::vector<lint::Finding> Trials::untested() const {
    std::vector<lint::Finding> out;
    const auto tell = [&](std::string_view kind, const std::string& name, std::size_t index, std::string in) {
        out.push_back({lint::Code::kUntested, lint::Severity::kNote, lint::Proof::kProved,
                       {kind, name, static_cast<topology::Index>(index), std::move(in)}, {}, "no case uses it", {}, {}});
    };
    const auto rules = [&](const topology::NumberRules& list, const std::string& in) {
        for (std::size_t i = 0; i < list.rules.size(); ++i) {
            const std::string name = rule_name(list.rules[i], i);
            if (!rules_.contains({in, name})) tell("rule", name, i, in);
        }
    };
    for (const topology::DialPlan& plan : topology_.dial_plans) rules(plan.rules, cat("dial plan ", plan.name));
    for (const topology::Trunk& trunk : topology_.trunks) {
        rules(trunk.called, cat("called rules of trunk ", trunk.name));
        rules(trunk.calling, cat("calling rules of trunk ", trunk.name));
        rules(trunk.inbound_called, cat("inbound called rules of trunk ", trunk.name));
        rules(trunk.inbound_calling, cat("inbound calling rules of trunk ", trunk.name));
    }
    for (std::size_t i = 0; i < topology_.routes.size(); ++i)
        if (!routes_.contains(topology_.routes[i].name)) tell("route", topology_.routes[i].name, i, {});
    for (std::size_t i = 0; i < topology_.usages.size(); ++i)
        if (!usages_.contains(topology_.usages[i].name)) tell("usage", topology_.usages[i].name, i, {});
    return out;
}

}  // namespace tandem::e164
