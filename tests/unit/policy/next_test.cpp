#include <catch2/catch.hpp>
#include <vector>

#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::GiveUp;
using policy::LiveView;
using policy::Outcome;
using policy::TryTargets;
using Kind = Outcome::Kind;

namespace {

Outcome response(std::size_t target, unsigned status, bool provisional = false) {
    Outcome outcome;
    outcome.target = target;
    outcome.status = status;
    outcome.provisional = provisional;
    return outcome;
}

Outcome of(std::size_t target, Kind kind, bool provisional = false) {
    Outcome outcome;
    outcome.target = target;
    outcome.kind = kind;
    outcome.provisional = provisional;
    return outcome;
}

/// "try 1" or "500 no_retry_code".
std::string next(const topology::Topology& t, const policy::Plan& plan, const std::vector<Outcome>& tried,
                 const LiveView& live = {}) {
    const policy::Next answer = policy::next(plan, tried, t, live, WallTime{});
    if (const auto* go = std::get_if<TryTargets>(&answer)) return cat("try ", go->first);
    const GiveUp& stop = std::get<GiveUp>(answer);
    return cat(stop.status, ' ', stop.reason);
}

policy::Plan plan_of(const topology::Topology& t, std::string_view called) {
    const policy::Decision decision = decide(from_user(t, "alice", called), t);
    REQUIRE(decision.forward());
    return decision.forward()->plan;
}

}  // namespace

TEST_CASE("next: what is tried again, by preset", "[policy][next]") {
    struct Row {
        std::string_view preset;
        Outcome outcome;
        std::string_view answer;
    };
    const Row row = GENERATE(values<Row>({
        {"generic", response(0, 503), "try 1"},
        {"generic", response(0, 408), "try 1"},
        {"generic", response(0, 480), "try 1"},
        {"generic", response(0, 504), "try 1"},
        {"generic", response(0, 500), "500 no_retry_code"},
        {"generic", response(0, 404), "404 no_retry_code"},
        {"generic", response(0, 486), "486 busy"},
        {"generic", response(0, 603), "603 declined_everywhere"},
        {"generic", of(0, Kind::kTimeout), "try 1"},
        {"generic", of(0, Kind::kTransportError), "try 1"},
        {"generic", of(0, Kind::kNoProgress), "try 1"},
        {"generic", of(0, Kind::kTooLarge), "try 1"},
        {"generic", response(0, 503, true), "500 after_provisional"},
        {"lync", response(0, 503), "try 1"},
        {"lync", response(0, 408), "408 no_retry_code"},
        {"lync", response(0, 502), "502 no_retry_code"},
        {"lync", of(0, Kind::kNoProgress), "try 1"},
        {"lync", of(0, Kind::kTimeout), "try 1"},
        {"lync", response(0, 486), "486 busy"},
        {"teams", response(0, 408), "try 1"},
        {"teams", response(0, 504), "try 1"},
        {"teams", response(0, 480), "480 no_retry_code"},
        {"teams", response(0, 504, true), "504 after_provisional"},
    }));
    const auto t =
        load({{R"("limits": {"calls": 10, "cps": 5})", cat(R"("retry": {"preset": ")", row.preset, "\"}")}});
    const policy::Plan plan = plan_of(*t, "5559999");
    REQUIRE(plan.targets.size() == 2);
    CAPTURE(row.preset, row.outcome.status, to_string(row.outcome.kind));
    CHECK(next(*t, plan, {row.outcome}) == row.answer);
}

TEST_CASE("next: a provisional binds only where the trunk says so", "[policy][next]") {
    const auto t =
        load({{R"("limits": {"calls": 10, "cps": 5})", R"("retry": {"no_retry_after_provisional": false})"}});
    const policy::Plan plan = plan_of(*t, "5559999");
    CHECK(next(*t, plan, {response(0, 503, true)}) == "try 1");
    CHECK(next(*t, plan, {response(0, 486, true)}) == "486 busy");
}

TEST_CASE("next: a plan that is used up gives the best response", "[policy][next]") {
    const auto t = load();
    const policy::Plan plan = plan_of(*t, "5559999");
    CHECK(next(*t, plan, {response(0, 503), response(1, 480)}) == "480 targets_exhausted");
    CHECK(next(*t, plan, {response(0, 480), response(1, 503)}) == "480 targets_exhausted");
    CHECK(next(*t, plan, {response(0, 504), response(1, 503)}) == "504 targets_exhausted");
    CHECK(next(*t, plan, {of(0, Kind::kTransportError), of(1, Kind::kTransportError)}) ==
          "500 targets_exhausted");
    CHECK(next(*t, plan, {of(0, Kind::kTimeout), response(1, 503)}) == "408 targets_exhausted");
}

TEST_CASE("next: a lone 503 becomes 500 unless the caller's profile wants it", "[policy][next]") {
    const auto t = load();
    policy::Plan plan = plan_of(*t, "5559999");
    CHECK(next(*t, plan, {response(0, 503), response(1, 503)}) == "500 targets_exhausted");
    plan.upstream_503 = true;
    CHECK(next(*t, plan, {response(0, 503), response(1, 503)}) == "503 targets_exhausted");
    // The PBX's profile says forward_503, so calls from it get it.
    const auto transit = load({{R"("usages": [],)", R"("usages": ["national"],)"}});
    const policy::Decision decision = decide(from_trunk(*transit, "pbx", "+14255559999"), *transit);
    REQUIRE(decision.forward());
    CHECK(decision.forward()->plan.upstream_503);
}

TEST_CASE("next: the 500 of a bridge's lone 503 keeps its Retry-After, that of a trunk does not", "[policy][next]") {
    const auto t = load();
    policy::Plan plan = plan_of(*t, "5559999");
    Outcome busy = response(1, 503);
    busy.retry_after_s = 7;
    struct Row {
        bool upstream_503;
        policy::MediaPath path;
        unsigned status, retry_after_s;
    };
    for (const Row& row : {Row{false, policy::MediaPath::kDirect, 500, 0}, Row{false, policy::MediaPath::kMediated, 500, 7},
                           Row{true, policy::MediaPath::kDirect, 503, 7}}) {
        plan.upstream_503 = row.upstream_503;
        plan.targets[1].path = row.path;
        const policy::Next answer = policy::next(plan, std::vector<Outcome>{response(0, 503), busy}, *t, LiveView{}, WallTime{});
        const auto* stop = std::get_if<GiveUp>(&answer);
        REQUIRE(stop != nullptr);
        CHECK(stop->status == row.status);
        CHECK(stop->retry_after_s == row.retry_after_s);
    }
}

TEST_CASE("next: a challenge that could not be answered is not shown to the caller", "[policy][next]") {
    const auto t = load();
    CHECK(next(*t, plan_of(*t, "5559999"), {response(0, 407)}) == "500 trunk_auth_failed");
}

TEST_CASE("next: the override table goes before the retry decision", "[policy][next]") {
    const auto t = load();
    const policy::Plan plan = plan_of(*t, "+14255550211");  // pbx, then the ITSP
    REQUIRE(plan.targets.size() == 3);
    CHECK(next(*t, plan, {response(0, 486)}) == "486 busy");
    Outcome no_circuit = response(0, 486);
    no_circuit.q850 = 34;
    CHECK(next(*t, plan, {no_circuit}) == "try 1");
    no_circuit.q850 = 17;
    CHECK(next(*t, plan, {no_circuit}) == "486 busy");
}

TEST_CASE("next: a target whose trunk is full meanwhile is passed over", "[policy][next]") {
    const auto t = load();
    const policy::Plan plan = plan_of(*t, "+14255550211");
    LiveView live;
    live.running = true;
    live.trunks.resize(2);
    live.trunks[0].calls = 10;
    CHECK(next(*t, plan, {response(0, 503)}, live) == "500 targets_exhausted");
    live.trunks[0].calls = 9;
    CHECK(next(*t, plan, {response(0, 503)}, live) == "try 1");
}

TEST_CASE("next: forks of a user end together", "[policy][next]") {
    const auto t = load();
    const policy::Plan plan = plan_of(*t, "114");
    REQUIRE(plan.targets.size() == 2);
    CHECK(plan.group_end(0) == 2);
    CHECK(next(*t, plan, {response(0, 404), response(1, 486)}) == "486 busy");
    CHECK(next(*t, plan, {response(0, 480), response(1, 408)}) == "480 targets_exhausted");
    CHECK(next(*t, plan, {response(1, 603), response(0, 487)}) == "603 declined_everywhere");
}

TEST_CASE("next: the second pass hands the target's own code back", "[policy][next]") {
    const auto t = load();
    policy::Plan plan = plan_of(*t, "5559999");
    plan.sealed = true;
    plan.targets.resize(1);
    const std::vector<Outcome> tried{response(0, 503)};
    const policy::Next answer = policy::next(plan, tried, *t, {}, WallTime{});
    const GiveUp& stop = std::get<GiveUp>(answer);
    CHECK(stop.status == 503);
    CHECK(stop.attempt == 0U);
}
