// Least cost: order of trunks within a usage by the rates of the longest prefix.
#include "policy/cost.h"

#include "support.h"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr std::string_view kThird = R"({"name": "third", "kind": "sip", "realm": "outside", "targets": ["udp:198.51.100.9:5060"],
     "rates": {"file": "rates.csv", "column": "third"}},
    {"name": "itsp", "kind": "sip", "realm": "outside", "rates": {"file": "rates.csv", "column": "itsp"},)";
constexpr std::string_view kPbx = R"({"name": "pbx", "kind": "pbx", "realm": "inside", "rates": {"file": "rates.csv", "column": "pbx"},)";

/// itsp, third and pbx by one deck; the routes name pbx and itsp, then third.
std::shared_ptr<const topology::Topology> company(std::string_view deck, std::string_view usage = R"({"name": "national", "order": "least_cost"})") {
    return load({{R"({"name": "itsp", "kind": "sip", "realm": "outside",)", kThird},
                 {R"({"name": "pbx", "kind": "pbx", "realm": "inside",)", kPbx},
                 {R"("usages": ["national", "emergency"],)", cat(R"("usages": [)", usage, R"(, {"name": "emergency", "order": "least_cost"}],)")},
                 {R"({"name": "to-pbx", "pattern": "^\\+142555502", "usages": ["national"], "trunks": ["pbx"]},)",
                  R"({"name": "first", "pattern": "^\\+1", "usages": ["national"], "trunks": ["pbx", "itsp"]},)"},
                 {R"("usages": ["national"], "trunks": ["itsp"]})", R"("usages": ["national"], "trunks": ["third", "itsp"]})"},
                 {R"({"name": "help", "pattern": "^911$", "usages": ["emergency"], "trunks": ["itsp"]})",
                  R"({"name": "help", "pattern": "^911$", "usages": ["emergency"], "trunks": ["itsp", "third"]})"}},
                deck);
}

std::string way(const topology::Topology& t, std::string_view called, WallTime now = {}, const policy::LiveView& live = {}) {
    return result(policy::decide(from_user(t, "alice", called), t, live, now), t);
}

}  // namespace

TEST_CASE("least cost: the cheapest by the longest prefix first, targets of a trunk together", "[policy][cost]") {
    const auto t = company("prefix,itsp,third,pbx\n1,0.01,0.02,0.03\n1206,0.01,0.005,0.03\n1206555,0.01,0.005,0.0001\n");
    CHECK(way(*t, "+14085550100") == "itsp/0 itsp/1 third/0 pbx/0");
    CHECK(way(*t, "+12064440100") == "third/0 itsp/0 itsp/1 pbx/0");
    CHECK(way(*t, "+12065550100") == "pbx/0 third/0 itsp/0 itsp/1");
}

TEST_CASE("least cost: equal rates stay as listed, trunks without a rate come last as listed", "[policy][cost]") {
    CHECK(way(*company("prefix,itsp,third,pbx\n1,0.01,0.01,0.01\n"), "+14085550100") == "pbx/0 itsp/0 itsp/1 third/0");
    CHECK(way(*company("prefix,itsp,third,pbx\n1,,0.01,\n"), "+14085550100") == "third/0 pbx/0 itsp/0 itsp/1");
    CHECK(way(*company("prefix,itsp,third,pbx\n44,0.1,0.01,0.2\n"), "+14085550100") == "pbx/0 itsp/0 itsp/1 third/0");
}

TEST_CASE("least cost: a usage that is listed ignores rates", "[policy][cost]") {
    const std::string_view deck = "prefix,itsp,third,pbx\n1,0.03,0.01,0.02\n";
    CHECK(way(*company(deck, R"("national")"), "+14085550100") == "pbx/0 itsp/0 itsp/1 third/0");
    CHECK(way(*company(deck, R"({"name": "national", "order": "listed"})"), "+14085550100") == "pbx/0 itsp/0 itsp/1 third/0");
}

TEST_CASE("least cost: a rate holds from its day", "[policy][cost]") {
    const auto t = company("prefix,itsp,third,pbx,valid_from\n1,0.01,0.02,0.03,\n1,0.03,0.02,0.01,2026-12-01\n");
    using namespace std::chrono;
    CHECK(way(*t, "+14085550100", sys_days(year(2026) / 11 / 30) + hours(23)) == "itsp/0 itsp/1 third/0 pbx/0");
    CHECK(way(*t, "+14085550100", sys_days(year(2026) / 12 / 1)) == "pbx/0 third/0 itsp/0 itsp/1");
}

TEST_CASE("least cost: the record says rate and prefix; what is down goes last however cheap", "[policy][cost]") {
    const auto t = company("prefix,itsp,third,pbx\n1,0.01,0.02,0.03\n");
    const policy::Decision decision = decide(from_user(*t, "alice", "+14085550100"), *t);
    REQUIRE(decision.forward());
    CHECK(number::to_string_rate(decision.forward()->plan.targets[0].rate->rate) == "0.01");
    CHECK(steps(decision).find("rate:itsp>0.01 ") != std::string::npos);

    policy::LiveView live;
    live.running = true;
    live.trunks.resize(t->trunks.size());
    live.trunks[t->find_trunk("itsp")].targets = {policy::Health::kDown, policy::Health::kUp};
    CHECK(way(*t, "+14085550100", {}, live) == "itsp/1 third/0 pbx/0 itsp/0");
}

TEST_CASE("least cost: never orders an emergency call, also when its usage says so", "[policy][cost][emergency]") {
    const auto t = company("prefix,itsp,third,pbx\n9,0.03,0.01,0.02\n1,0.03,0.01,0.02\n");
    for (const std::string_view called : {"911", "9911", "112", "999", "9112"}) {
        INFO(called);
        const policy::Decision decision = decide(from_user(*t, "alice", called), *t);
        CHECK(decision.emergency);
        CHECK(result(decision, *t) == "itsp/0 itsp/1 third/0");
        CHECK_FALSE(decision.forward()->plan.targets[0].rate);
    }
}
