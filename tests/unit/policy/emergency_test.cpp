// Guards: an emergency string reaches its routes untouched, whatever rules, prefixes, limits, prices and places say.
#include "support.h"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr std::string_view kNumbers = R"("numbers": [{"dial": "911", "masks": ["112", "999"]}])";
constexpr std::string_view kEach = R"("numbers": [{"dial": "911"}, {"dial": "112"}, {"dial": "933"}, {"dial": "999"}])";
constexpr std::string_view kHelpRoute = R"({"name": "help", "pattern": "^911$", "usages": ["emergency"], "trunks": ["itsp"]})";
constexpr std::string_view kEveryHelp = R"({"name": "help", "pattern": "^(911|112|933|999)$", "usages": ["emergency"], "trunks": ["itsp", "pbx"]})";
constexpr std::string_view kRules = R"("rules": [
      {"name": "extension")";
// Takes everything, and makes a number of it.
constexpr std::string_view kGreedyRules = R"("rules": [
      {"name": "all", "pattern": "^(.*)$", "translation": "+1425$1"}, {"name": "help", "pattern": "^9?(\\d{3})$", "translation": "+14255550$1", "internal": true},
      {"name": "extension")";
constexpr std::string_view kItsp = R"("domain": "itsp.example",)";
constexpr std::string_view kRewritingItsp = R"("domain": "itsp.example", "remove_plus": true, "location_restricted": true, "site": "branch",
     "rates": {"file": "r.csv"},
     "called": [{"name": "all", "pattern": "^(\\d*)$", "translation": "+1$1"}],)";
constexpr std::string_view kPbxRules = R"("called": [{"name": "strip", "pattern": "^\\+1425555(\\d{4})$", "translation": "$1"}],)";
constexpr std::string_view kRewritingPbx = R"("called": [{"name": "any", "pattern": "^(.+)$", "translation": "0$1"}], "rates": {"file": "r.csv"},)";
constexpr std::string_view kUsages = R"("usages": ["national", "emergency"],)";
constexpr std::string_view kCheapest = R"("usages": ["national", {"name": "emergency", "order": "least_cost"}],)";

/// Everything that could get in the way. scope: of the dial plan that takes everything.
std::shared_ptr<const topology::Topology> hostile(std::string_view scope) {
    std::string alice = R"({"name": "alice",)";
    if (scope == R"("scope": "user")") alice += R"( "dial_plan": "plan",)";
    return load({{kNumbers, kEach},
                 {kHelpRoute, kEveryHelp},
                 {kRules, kGreedyRules},
                 {kItsp, kRewritingItsp},
                 {kPbxRules, kRewritingPbx},
                 {kUsages, kCheapest},
                 {R"("scope": "global", "access_prefix")", cat(scope, R"(, "access_prefix")")},
                 {R"({"name": "alice",)", alice}},
                "prefix,rate\n9,5\n1,4\n");
}

}  // namespace

TEST_CASE("emergency: 911, 112, 933 and 999 are sent as dialled in every scope, also behind the access prefix", "[policy][emergency]") {
    for (const std::string_view scope : {R"("scope": "global")", R"("scope": "user")", R"("scope": "site", "site": "headquarters")"}) {
        const auto t = hostile(scope);
        policy::LiveView busy;
        busy.running = true;
        busy.draining = true;
        busy.trunks.resize(t->trunks.size());
        for (policy::TrunkState& trunk : busy.trunks) trunk.calls = trunk.calls_last_second = 1000;
        for (const std::string_view help : {"911", "112", "933", "999"}) {
            for (const std::string& dialled : {std::string(help), cat("9", help), cat(help, '#'), cat("9", help, '#'), cat("tel:", help, ";phone-context=+1"), cat("sip:", help, "@company.example")}) {
                INFO(scope << ' ' << dialled);
                const policy::Decision decision = decide(from_user(*t, "alice", dialled), *t, busy);
                CHECK(decision.emergency);
                CHECK(decision.e164.empty());
                CHECK(result(decision, *t) == "itsp/0 itsp/1 pbx/0");  // as listed, though pbx and itsp cost the same and have no room
                REQUIRE(decision.forward());
                for (const policy::PlanTarget& target : decision.forward()->plan.targets) {
                    CHECK(target.called == help);
                    CHECK(target.request_uri.starts_with(cat("sip:", help, '@')));
                    CHECK_FALSE(target.rate);
                    CHECK_FALSE(target.anonymous);
                }
            }
        }
    }
}

TEST_CASE("emergency: a string that the topology does not name is refused, never made a number", "[policy][emergency]") {
    const auto t = load({{kRules, kGreedyRules}});
    for (const std::string_view dialled : {"933", "9933", "000", "110"}) {
        INFO(dialled);
        const policy::Decision decision = decide(from_user(*t, "alice", dialled), *t);
        CHECK(result(decision, *t) == "404 emergency_not_configured");
        CHECK(decision.e164.empty());
    }
}

TEST_CASE("emergency: suppressed and alternate caller ids of a route do not hide who needs help", "[policy][emergency]") {
    const auto t = load({{kHelpRoute, R"({"name": "help", "pattern": "^911$", "usages": ["emergency"], "trunks": ["itsp"], "suppress_caller_id": true,
                          "alternate_caller_id": "+14255550100"})"}});
    policy::CallFacts facts = from_user(*t, "alice", "911");
    facts.anonymous = true;
    const policy::PlanTarget target = decide(facts, *t).forward()->plan.targets[0];
    CHECK(target.calling == "+14255550111");
    CHECK(target.send_pai);
    CHECK_FALSE(target.anonymous);
}

TEST_CASE("caller id: a route suppresses it, or shows another number", "[policy][route]") {
    const std::string_view national = R"({"name": "national", "pattern": "^\\+1", "usages": ["national"], "trunks": ["itsp"]})";
    const auto suppressed = load({{national, R"({"name": "national", "pattern": "^\\+1", "usages": ["national"], "trunks": ["itsp"], "suppress_caller_id": true})"}});
    const policy::PlanTarget hidden = decide(from_user(*suppressed, "alice", "+12065550100"), *suppressed).forward()->plan.targets[0];
    CHECK(hidden.anonymous);
    CHECK(hidden.calling.empty());
    CHECK_FALSE(hidden.send_pai);
    const auto other = load({{national, R"({"name": "national", "pattern": "^\\+1", "usages": ["national"], "trunks": ["itsp"], "alternate_caller_id": "+14255550100"})"}});
    const policy::PlanTarget shown_as = decide(from_user(*other, "alice", "+12065550100"), *other).forward()->plan.targets[0];
    CHECK(shown_as.calling == "+14255550100");
    CHECK_FALSE(shown_as.anonymous);
}

TEST_CASE("usages: their order in the policy is the order of fallback", "[policy][route]") {
    const std::string_view policies = R"("usages": ["national"]}],
  "emergency")";
    const std::string_view usages = R"("usages": ["national", "emergency"],)";
    const std::string_view route = R"({"name": "to-pbx", "pattern": "^\\+142555502", "usages": ["national"], "trunks": ["pbx"]},)";
    for (const auto& [order, want] : {std::pair(R"("usages": ["spare", "national"]}],
  "emergency")", "pbx/0 itsp/0 itsp/1"), std::pair(R"("usages": ["national", "spare"]}],
  "emergency")", "itsp/0 itsp/1 pbx/0")}) {
        const auto t = load({{policies, order}, {usages, R"("usages": ["national", "emergency", "spare"],)"},
                             {route, R"({"name": "to-pbx", "pattern": "^\\+1206", "usages": ["spare"], "trunks": ["pbx", "itsp"]},)"}});
        CHECK(result(decide(from_user(*t, "alice", "+12065550100"), *t), *t) == want);
    }
}

TEST_CASE("emergency: the service URN goes where the first emergency number goes", "[policy][emergency]") {
    const auto t = hostile(R"("scope": "global")");
    const policy::Decision decision = decide(from_user(*t, "alice", "urn:service:sos.fire"), *t, {});
    CHECK(decision.emergency);
    CHECK(result(decision, *t) == "itsp/0 itsp/1 pbx/0");
    REQUIRE(decision.forward());
    CHECK(decision.forward()->plan.targets.front().called == "911");
}
