// Knows: how policy tests make topologies and facts.
// Must not know: what is tested.
// Next: decide_test.cpp.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "base/text.h"
#include "config/topology_file.h"
#include "policy/policy.h"
#include "support/topologies.h"

namespace tandem::test {

/// A user whom only a running node can find.
inline constexpr std::string_view kErin =
    R"({"name": "erin", "number": "+14255550141", "extension": "141", "registers": true, "location": "inside"},)";

/// The small topology with erin in it and pieces of its text replaced; the test fails when it does not load.
/// deck: text of every file that the topology names.
inline std::shared_ptr<const topology::Topology> load(
    std::initializer_list<std::pair<std::string_view, std::string_view>> changes = {}, std::string_view deck = {}) {
    std::string text(kSmallTopology);
    text.insert(text.find(R"({"name": "dave")"), kErin);
    for (const auto& [old_text, new_text] : changes) {
        const std::size_t at = text.find(old_text);
        REQUIRE(at != std::string::npos);
        text.replace(at, old_text.size(), new_text);
    }
    config::LoadedTopology loaded = config::parse_topology(
        std::move(text), "t.json", [deck](const std::string&) -> Result<std::unique_ptr<InputStream>> {
            return std::make_unique<StringInput>(std::string(deck));
        });
    CAPTURE(loaded.errors);
    REQUIRE(loaded.ok());
    return loaded.topology;
}

inline policy::CallFacts from_source(const topology::Topology& t, std::string_view realm,
                                     std::string_view source, std::string_view called) {
    policy::CallFacts facts;
    facts.realm = t.find_realm(realm);
    facts.source = net::Endpoint::parse(source);
    REQUIRE(facts.source);
    facts.called = called;
    return facts;
}

inline policy::CallFacts from_user(const topology::Topology& t, std::string_view user,
                                   std::string_view called) {
    policy::CallFacts facts;
    facts.user = t.find_user(user);
    REQUIRE(facts.user != topology::kNoIndex);
    facts.called = called;
    return facts;
}

inline policy::CallFacts from_trunk(const topology::Topology& t, std::string_view trunk,
                                    std::string_view called) {
    policy::CallFacts facts;
    facts.trunk = t.find_trunk(trunk);
    REQUIRE(facts.trunk != topology::kNoIndex);
    facts.called = called;
    return facts;
}

/// The steps in short, for messages and comparisons: "step:rule>after".
inline std::string steps(const policy::Decision& decision) {
    std::string out;
    for (const policy::Step& step : decision.steps) {
        append(out, out.empty() ? "" : " ", step.step, ':', step.rule, '>', step.after);
    }
    return out;
}

/// Where the plan leads, in order: "itsp/0 itsp/1", forks joined by "+"; or "403 unknown_source"; or "need".
inline std::string result(const policy::Decision& decision, const topology::Topology& t) {
    if (const policy::Reject* reject = decision.reject()) return cat(reject->status, ' ', reject->reason);
    if (decision.need()) return "need";
    std::string out;
    const policy::Plan& plan = decision.forward()->plan;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const policy::PlanTarget& target = plan.targets[i];
        if (i > 0) out += target.group == plan.targets[i - 1].group ? '+' : ' ';
        append(out,
               target.trunk != topology::kNoIndex ? t.trunks[target.trunk].name : t.users[target.user].name,
               '/', target.endpoint);
    }
    return out;
}

inline policy::Decision decide(const policy::CallFacts& facts, const topology::Topology& t,
                               const policy::LiveView& live = {}) {
    return policy::decide(facts, t, live, WallTime{});
}

}  // namespace tandem::test
