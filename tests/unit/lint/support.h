// Knows: how tests of lint make dial plans and find findings.
// Must not know: what is tested.
// Next: rules_test.cpp.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lint/lint.h"
#include "lint/rule_list.h"
#include "number/plan.h"
#include "topology/topology.h"

namespace tandem::test {

/// A topology with one global dial plan; a set that does not compile fails the test.
struct OnePlan {
    topology::Topology topology;

    explicit OnePlan(std::vector<number::Rule> rules, std::string country = "US", std::string access_prefix = {}) {
        topology::DialPlan plan;
        plan.name = "plan";
        plan.scope = topology::Scope::kGlobal;
        plan.country = std::move(country);
        plan.access_prefix = std::move(access_prefix);
        auto compiled = number::RuleSet::compile(plan.name, rules);
        if (!compiled) FAIL(compiled.error().what);
        plan.rules.compiled = std::move(*compiled);
        plan.rules.rules = std::move(rules);
        topology.dial_plans.push_back(std::move(plan));
    }
    [[nodiscard]] lint::RuleList list() const { return lint::list_of(topology, 0, number::builtin_plan()); }
    [[nodiscard]] std::vector<lint::Finding> check() const { return lint::check(topology, number::builtin_plan()); }
};

inline const lint::Finding* find(const std::vector<lint::Finding>& findings, lint::Code code, std::string_view name) {
    for (const lint::Finding& finding : findings)
        if (finding.code == code && finding.subject.name == name) return &finding;
    return nullptr;
}

inline std::vector<std::string> codes_of(const std::vector<lint::Finding>& findings, std::string_view name) {
    std::vector<std::string> codes;
    for (const lint::Finding& finding : findings)
        if (finding.subject.name == name) codes.emplace_back(lint::text_of(finding.code).code);
    return codes;
}

}  // namespace tandem::test
