#include "policy/policy.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "base/text.h"
#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::Health;
using policy::LiveView;

TEST_CASE("decide: who calls is known by realm and address", "[policy][source]") {
    struct Row {
        std::string_view realm, source, called, result;
    };
    const Row row = GENERATE(values<Row>({
        {"inside", "10.0.1.11:5060", "14255559999", "itsp/0 itsp/1"},  // alice's contact
        {"inside", "10.0.1.11:49152", "14255559999",
         "itsp/0 itsp/1"},  // her other port: nobody else has the address
        {"inside", "10.0.1.99:5060", "14255559999", "403 unknown_source"},
        {"outside", "10.0.1.11:5060", "14255559999", "403 unknown_source"},  // her address, another realm
        {"outside", "198.51.100.6:5060", "+14255550111", "alice/0"},         // the ITSP's second target
        {"outside", "198.51.100.6:1024", "+14255550111", "alice/0"},
        {"inside", "198.51.100.5:5060", "+14255550111",
         "403 unknown_source"},  // the ITSP's address, another realm
        {"outside", "198.51.100.7:5060", "+14255550111", "403 unknown_source"},
        {"bridges", "10.0.0.20:5080", "+14255550111", "403 bridge_without_token"},
        {"outside", "192.0.2.77:5060", "111", "alice/0"},  // dave, outside
    }));
    const auto t = load();
    const policy::Decision decision = decide(from_source(*t, row.realm, row.source, row.called), *t);
    CAPTURE(row.realm, row.source, row.called, steps(decision));
    CHECK(result(decision, *t) == row.result);
}

TEST_CASE("decide: anyone is routed by dial plan and policy alone, and nothing is said of media", "[policy][source]") {
    const auto t = load();
    policy::CallFacts facts;
    facts.called = "2065550123";
    facts.anyone.emplace();
    CHECK(result(decide(facts, *t), *t) == "404 not_a_number");  // without a dial plan of a country
    facts.called = "+12065550123";
    CHECK(result(decide(facts, *t), *t) == "403 no_policy");
    for (policy::Index i = 0; i < t->policies.size(); ++i)
        if (t->policies[i].name == "standard") facts.anyone->policy = i;
    REQUIRE(facts.anyone->policy != policy::kNoIndex);
    const policy::Decision decision = decide(facts, *t);
    REQUIRE(decision.forward() != nullptr);
    CHECK(decision.policy == "standard");
    for (const policy::PlanTarget& target : decision.forward()->plan.targets) {
        CHECK(target.path_code.empty());
        CHECK_FALSE(target.verdict);
    }
    facts.calling = "+14255550111";
    CHECK(decide(facts, *t).forward()->plan.targets[0].calling == "+14255550111");
}

TEST_CASE("decide: an emergency call from an unknown source is refused as any other", "[policy][source]") {
    const auto t = load();
    const policy::Decision decision = decide(from_source(*t, "outside", "192.0.2.1:5060", "911"), *t);
    CHECK(result(decision, *t) == "403 unknown_source");
    CHECK_FALSE(decision.emergency);
}

TEST_CASE("decide: from a user, numbers go by dial plan, own users, policy and routes",
          "[policy][outbound]") {
    struct Row {
        std::string_view called, result, e164, rule;
    };
    const Row row = GENERATE(values<Row>({
        {"+14255559999", "itsp/0 itsp/1", "+14255559999", ""},
        {"14255559999", "itsp/0 itsp/1", "+14255559999", ""},
        {"(425) 555-9999", "itsp/0 itsp/1", "+14255559999", ""},
        {"5559999", "itsp/0 itsp/1", "+14255559999", "local"},
        {"95559999", "itsp/0 itsp/1", "+14255559999", "local"},       // with the access prefix
        {"+14255550211", "pbx/0 itsp/0 itsp/1", "+14255550211", ""},  // the PBX first, the ITSP as fallback
        {"114", "bob/0+bob/1", "+14255550114", "extension"},  // no number of his, but the range's last digits
        {"121", "carol/0", "+14255550121", "extension"},
        {"+14255550121", "carol/0", "+14255550121", ""},
        {"alice", "alice/0", "+14255550111", ""},
        {"+14255550145", "alice/0", "+14255550145", ""},  // unassigned, goes to whom the range says
        {"+14255550155", "604 unassigned", "+14255550155", ""},
        {"+442079460123", "404 no_route", "+442079460123", ""},  // no usage for international calls
        {"nobody", "404 not_a_number", "", ""},
        {"12", "484 not_a_number", "", ""},
    }));
    const auto t = load();
    const policy::Decision decision = decide(from_user(*t, "carol", row.called), *t);
    CAPTURE(row.called, steps(decision));
    CHECK(result(decision, *t) == row.result);
    CHECK(decision.e164 == row.e164);
    CHECK(decision.dial_rule == row.rule);
}

TEST_CASE("decide: what a rule makes an internal extension reaches the user who has it", "[policy][outbound]") {
    const auto t = load({{R"({"name": "extension",)", R"({"name": "short", "pattern": "^\\*(1\\d\\d)$", "translation": "$1", "internal": true},
      {"name": "extension",)"}});
    for (const policy::Decision& decision : {decide(from_user(*t, "carol", "*114"), *t), decide(from_trunk(*t, "pbx", "*114"), *t)}) {
        CAPTURE(steps(decision));
        CHECK(result(decision, *t) == "bob/0+bob/1");
        CHECK(decision.dial_rule == "short");
    }
    CHECK(result(decide(from_user(*t, "carol", "*199"), *t), *t) == "404 not_a_number");
    CHECK(result(decide(from_trunk(*t, "itsp", "*114"), *t), *t) == "404 no_such_number");
}

TEST_CASE("decide: the dial plan of the site where the caller is goes before the global one",
          "[policy][outbound]") {
    const auto t =
        load({{R"("dial_plans": [)",
               R"("dial_plans": [{"name": "branch-plan", "scope": "site", "site": "branch", "rules": [
        {"name": "local", "pattern": "^(\\d{7})$", "translation": "+1206$1"}]},)"}});
    const policy::Decision branch =
        decide(from_user(*t, "carol", "5559999"), *t);  // her contact is in the branch's subnet
    CHECK(branch.dial_plan == "branch-plan");
    CHECK(branch.e164 == "+12065559999");
    policy::CallFacts away = from_user(*t, "carol", "5559999");
    away.client = net::IpAddress::parse("10.0.1.99");
    CHECK(decide(away, *t).e164 == "+14255559999");
    CHECK(decide(from_user(*t, "alice", "5559999"), *t).dial_plan == "plan");
}

TEST_CASE("decide: a user's name counts only at a host of ours", "[policy][outbound]") {
    const auto t = load();
    for (const auto& [host, wanted] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"", "alice/0"},
             {"company.example", "alice/0"},
             {"COMPANY.example", "alice/0"},
             {"10.0.0.10", "alice/0"},
             {"203.0.113.10", "alice/0"},
             {"elsewhere.example", "404 not_a_number"},
             {"10.9.9.9", "404 not_a_number"}}) {
        policy::CallFacts facts = from_user(*t, "carol", "alice");
        facts.called_host = host;
        CAPTURE(host);
        CHECK(result(decide(facts, *t), *t) == wanted);
    }
}

TEST_CASE("decide: from a trunk, numbers go to users and never out again unless usages say so",
          "[policy][inbound]") {
    struct Row {
        std::string_view trunk, called, result, direction;
    };
    const Row row = GENERATE(values<Row>({
        {"itsp", "+14255550111", "alice/0", "inbound"},
        {"itsp", "4255550111", "alice/0", "inbound"},  // national form, by the dial plan's country
        {"itsp", "+14255550112", "bob/0+bob/1", "inbound"},
        {"itsp", "+14255550131", "dave/0", "inbound"},
        {"itsp", "+14255550148", "alice/0", "inbound"},  // unassigned
        {"itsp", "+14255550199", "604 unassigned", "inbound"},
        {"itsp", "+14255559999", "404 no_such_number", "inbound"},
        {"itsp", "114", "404 no_such_number", "inbound"},  // a provider does not know extensions
        {"pbx", "114", "bob/0+bob/1", "inbound"},
        {"pbx", "121", "carol/0", "inbound"},
        {"pbx", "+14255559999", "404 no_such_number", "inbound"},
        {"itsp", "911", "404 no_such_number", "inbound"},
    }));
    const auto t = load();
    const policy::Decision decision = decide(from_trunk(*t, row.trunk, row.called), *t);
    CAPTURE(row.trunk, row.called, steps(decision));
    CHECK(result(decision, *t) == row.result);
    CHECK(to_string(decision.direction) == row.direction);
}

TEST_CASE("decide: usages of a trunk open the way out, but not back to itself", "[policy][transit]") {
    const auto t = load({{R"("usages": [],)", R"("usages": ["national"],)"}});
    const policy::Decision out = decide(from_trunk(*t, "pbx", "+14255559999"), *t);
    CHECK(result(out, *t) == "itsp/0 itsp/1");
    CHECK(out.direction == policy::Direction::kTransit);
    const policy::Decision back = decide(from_trunk(*t, "pbx", "+14255550211"), *t);
    CHECK(result(back, *t) == "itsp/0 itsp/1");
}

TEST_CASE("decide: a call that came by too often is refused", "[policy][transit]") {
    const auto t = load();
    policy::CallFacts facts = from_user(*t, "alice", "5559999");
    facts.hops = 4;
    const policy::Decision last = decide(facts, *t);
    CHECK(result(last, *t) == "itsp/0 itsp/1");
    CHECK(last.forward()->plan.hops == 5);
    facts.hops = 5;
    CHECK(result(decide(facts, *t), *t) == "483 too_many_hops");
}

TEST_CASE("decide: emergency strings go out untouched and no limit refuses them", "[policy][emergency]") {
    const auto t = load();
    LiveView full;
    full.running = true;
    full.draining = true;
    full.trunks.resize(2);
    full.trunks[0].calls = 1000;
    full.trunks[0].calls_last_second = 1000;
    full.trunks[0].targets = {Health::kDown, Health::kDown};
    for (const std::string_view dialled : {"911", "112", "999"}) {
        const policy::Decision decision = decide(from_user(*t, "alice", dialled), *t, full);
        CAPTURE(dialled, steps(decision));
        CHECK(decision.emergency);
        CHECK(decision.steps.front().step == "emergency");
        REQUIRE(result(decision, *t) == "itsp/0 itsp/1");
        const policy::PlanTarget& target = decision.forward()->plan.targets.front();
        CHECK(target.called == "911");
        CHECK(target.usage == "emergency");
        CHECK(target.request_uri == "sip:911@itsp.example;user=phone");
        CHECK(target.send_pai);
        CHECK(target.calling == "+14255550111");
    }
    // The same node refuses any other call.
    CHECK(result(decide(from_user(*t, "alice", "5559999"), *t, full), *t) == "503 draining");
}

TEST_CASE("decide: an emergency number behind an access prefix or a rule is an emergency call, whatever is full or draining",
          "[policy][emergency]") {
    struct Row {
        std::string_view caller, dialled, result, why;
    };
    const Row row = GENERATE(values<Row>({
        {"alice", "911", "itsp/0 itsp/1", ""},
        {"alice", "9911", "itsp/0 itsp/1", "access prefix"},
        {"alice", "sip:9911@company.example;user=phone", "itsp/0 itsp/1", "access prefix"},
        {"alice", "9999", "itsp/0 itsp/1", "access prefix"},  // a mask of 911
        {"alice", "0911", "itsp/0 itsp/1", "dial plan"},
        {"alice", "95551", "itsp/0 itsp/1", "access prefix"},  // the campus's own string: no country knows it
        {"pbx", "9911", "itsp/0 itsp/1", "access prefix"},
        {"pbx", "88911", "itsp/0 itsp/1", "access prefix"},  // its rules take 88 off, and what is left is a call for help
        {"alice", "99110", "503 draining", ""},
        {"itsp", "9911", "503 draining", ""},
    }));
    const auto t =
        load({{R"({"name": "local",)", R"({"name": "help", "pattern": "^0(911)$", "translation": "$1"}, {"name": "local",)"},
              {R"("masks": ["112", "999"])", R"("masks": ["112", "999", "5551"])"},
              {R"("usages": [],)",
               R"("usages": [], "limits": {"calls": 1}, "inbound_called": [{"pattern": "^88(\\d+)$", "translation": "9$1"}],)"}});
    LiveView full;
    full.running = true;
    full.draining = true;
    full.trunks.resize(2);
    for (policy::TrunkState& trunk : full.trunks) trunk.calls = 1000;
    const policy::CallFacts facts = t->find_user(row.caller) != topology::kNoIndex ? from_user(*t, row.caller, row.dialled)
                                                                                   : from_trunk(*t, row.caller, row.dialled);
    const policy::Decision decision = decide(facts, *t, full);
    CAPTURE(row.caller, row.dialled, steps(decision));
    REQUIRE(result(decision, *t) == row.result);
    CHECK(decision.emergency == (row.result == "itsp/0 itsp/1"));
    if (!decision.forward()) return;
    CHECK(decision.forward()->plan.emergency);
    CHECK(decision.forward()->plan.targets.front().called == "911");
    const auto told = std::find_if(decision.steps.begin(), decision.steps.end(),
                                   [](const policy::Step& step) { return step.step == "emergency"; });
    REQUIRE(told != decision.steps.end());
    CHECK(told->note == row.why);
}

TEST_CASE("decide: a call for help that the topology does not name is refused with its own reason", "[policy][emergency]") {
    const auto t = load();
    for (const std::string_view dialled : {"110", "9110", "119"}) {
        CAPTURE(dialled);
        const policy::Decision decision = decide(from_user(*t, "alice", dialled), *t);
        CHECK(result(decision, *t) == "404 emergency_not_configured");
        CHECK_FALSE(decision.emergency);
        CHECK(result(decide(from_trunk(*t, "pbx", dialled), *t), *t) == "404 emergency_not_configured");
        CHECK(result(decide(from_trunk(*t, "itsp", dialled), *t), *t) == "404 no_such_number");
    }
}

TEST_CASE("decide: an anonymous emergency call still carries its callback number", "[policy][emergency]") {
    const auto t = load();
    policy::CallFacts facts = from_user(*t, "alice", "911");
    facts.anonymous = true;
    const policy::Decision decision = decide(facts, *t);
    REQUIRE(decision.forward());
    const policy::PlanTarget& target = decision.forward()->plan.targets.front();
    CHECK_FALSE(target.anonymous);
    CHECK(target.send_pai);
    CHECK(target.calling == "+14255550111");
}

TEST_CASE("decide: limits of target and source", "[policy][limits]") {
    const auto t = load();
    LiveView live;
    live.running = true;
    live.trunks.resize(2);
    live.trunks[0].calls = 9;
    live.trunks[0].calls_last_second = 4;
    CHECK(result(decide(from_user(*t, "alice", "5559999"), *t, live), *t) == "itsp/0 itsp/1");
    live.trunks[0].calls = 10;
    CHECK(result(decide(from_user(*t, "alice", "5559999"), *t, live), *t) == "503 limit_calls");
    CHECK(result(decide(from_user(*t, "alice", "+14255550211"), *t, live), *t) == "pbx/0");
    CHECK(result(decide(from_trunk(*t, "itsp", "+14255550111"), *t, live), *t) == "503 limit_calls");
    live.trunks[0].calls = 0;
    live.trunks[0].calls_last_second = 5;
    const policy::Decision decision = decide(from_user(*t, "alice", "5559999"), *t, live);
    CHECK(result(decision, *t) == "503 limit_cps");
    CHECK(decision.reject()->retry_after_s == 1);
}

TEST_CASE("decide: reservations name the source and the first target", "[policy][limits]") {
    const auto t = load({{R"("usages": [],)", R"("usages": ["national"],)"}});
    const policy::Decision decision = decide(from_trunk(*t, "pbx", "+14255559999"), *t);
    REQUIRE(decision.forward());
    const auto& reservations = decision.forward()->reservations;
    REQUIRE(reservations.size() == 2);
    CHECK((reservations[0].source && reservations[0].trunk == t->find_trunk("pbx")));
    CHECK((!reservations[1].source && reservations[1].trunk == t->find_trunk("itsp")));
}

TEST_CASE("decide: targets that are down go last", "[policy][health]") {
    const auto t = load();
    LiveView live;
    live.running = true;
    live.trunks.resize(2);
    live.trunks[1].targets = {Health::kDown};
    CHECK(result(decide(from_user(*t, "alice", "+14255550211"), *t, live), *t) == "itsp/0 itsp/1 pbx/0");
    live.trunks[0].targets = {Health::kDown, Health::kUp};
    CHECK(result(decide(from_user(*t, "alice", "5559999"), *t, live), *t) == "itsp/1 itsp/0");
}

TEST_CASE("decide: a bridge that is down is taken only when there is no other; without any the call is refused", "[policy][health]") {
    constexpr std::string_view kOne = R"("gw_bridge": [{"name": "bridge-1", "sip": "udp:10.0.0.20:5080", "realm": "bridges"}],)";
    const auto two = load({{kOne, R"("gw_bridge": [{"name": "bridge-1", "sip": "udp:10.0.0.20:5080", "realm": "bridges"},
                                                   {"name": "bridge-2", "sip": "udp:10.0.0.21:5080", "realm": "bridges",
                                                    "media": [{"realm": "inside", "address": "10.0.0.21", "ports": "30000-30099"},
                                                              {"realm": "outside", "address": "203.0.113.21", "ports": "30000-30999"}]}],)"}});
    LiveView live;
    live.running = true;
    const auto bridge_of = [&] { return decide(from_user(*two, "alice", "5559999"), *two, live).forward()->plan.targets.front().bridge; };
    CHECK(bridge_of() == 0);
    live.bridges = {Health::kDown, Health::kUnknown};
    CHECK(bridge_of() == 1);
    live.bridges = {Health::kDown, Health::kDown};
    CHECK(bridge_of() == 0);

    const auto none = load({{kOne, ""}});
    CHECK(result(decide(from_user(*none, "alice", "5559999"), *none, live), *none) == "503 no_bridge");
    CHECK(result(decide(from_user(*none, "alice", "+14255550211"), *none, live), *none) == "pbx/0");  // bypasses
}

TEST_CASE("decide: a registered user", "[policy][registration]") {
    const auto t = load();
    LiveView live;
    live.users.resize(t->users.size());
    const topology::Index erin = t->find_user("erin");
    // Offline nobody knows where; running it must be asked for first.
    const policy::Decision offline = decide(from_user(*t, "alice", "141"), *t, live);
    CHECK(result(offline, *t) == "erin/0");
    CHECK(offline.forward()->plan.targets[0].hop.host.empty());
    live.running = true;
    const policy::Decision need = decide(from_user(*t, "alice", "141"), *t, live);
    REQUIRE(need.need());
    CHECK(need.need()->facts.at(0).user == erin);
    live.users[erin].known = true;
    CHECK(result(decide(from_user(*t, "alice", "141"), *t, live), *t) == "480 not_registered");
    topology::Target at{"10.0.1.41", net::IpAddress::parse("10.0.1.41"), 5071, topology::Transport::kUdp};
    live.users[erin].contacts = {{at, "erin-phone", t->find_realm("inside")}};
    const policy::Decision found = decide(from_user(*t, "alice", "141"), *t, live);
    REQUIRE(result(found, *t) == "erin/0");
    CHECK(found.forward()->plan.targets[0].request_uri == "sip:erin-phone@10.0.1.41:5071");
}

TEST_CASE("decide: what a target is sent", "[policy][targets]") {
    const auto t = load();
    const policy::Decision out = decide(from_user(*t, "alice", "5559999"), *t);
    REQUIRE(out.forward());
    const policy::PlanTarget& itsp = out.forward()->plan.targets[0];
    CHECK(itsp.request_uri == "sip:+14255559999@itsp.example;user=phone");
    CHECK(itsp.calling == "+14255550111");
    CHECK(itsp.send_pai);
    CHECK(itsp.hop.endpoint()->str() == "198.51.100.5:5060");
    CHECK(itsp.progress_timeout_ms == 10000);
    CHECK(itsp.route == "national");
    CHECK(itsp.usage == "national");

    const policy::Decision pbx = decide(from_user(*t, "alice", "+14255550211"), *t);
    REQUIRE(pbx.forward());
    CHECK(pbx.forward()->plan.targets[0].request_uri == "sip:0211@10.0.0.40;user=phone");
    CHECK(pbx.forward()->plan.targets[0].calling == "0111");

    const policy::Decision in = decide(from_trunk(*t, "itsp", "+14255550111"), *t);
    REQUIRE(in.forward());
    CHECK(in.forward()->plan.targets[0].request_uri == "sip:alice@10.0.1.11");
}

TEST_CASE("decide: a user shows a number of its own and no other", "[policy][identity]") {
    const auto t = load();
    for (const std::string_view claimed : {"+14255550111", "", "+14255550121", "+19005551234", "alice"}) {
        policy::CallFacts facts = from_user(*t, "alice", "5559999");
        facts.calling = claimed;
        const policy::Decision decision = decide(facts, *t);
        CAPTURE(claimed);
        REQUIRE(decision.forward());
        CHECK(decision.forward()->plan.targets[0].calling == "+14255550111");
    }
}

TEST_CASE("decide: an anonymous caller's number goes only to a trusted peer", "[policy][identity]") {
    const auto t = load();
    policy::CallFacts facts = from_user(*t, "alice", "5559999");
    facts.anonymous = true;
    facts.calling_name = "Alice";
    const policy::Decision decision = decide(facts, *t);
    REQUIRE(decision.forward());
    const policy::PlanTarget& target = decision.forward()->plan.targets[0];
    CHECK(target.anonymous);
    CHECK(target.calling.empty());
    CHECK(target.calling_name.empty());
    CHECK_FALSE(target.send_pai);

    const auto trusted = load({{R"("name": "itsp", "identity": "pai")",
                                R"("name": "itsp", "identity": "pai", "forward_pai": true)"}});
    const policy::Decision there = decide(facts, *trusted);
    REQUIRE(there.forward());
    CHECK(there.forward()->plan.targets[0].anonymous);
    CHECK(there.forward()->plan.targets[0].send_pai);
    CHECK(there.forward()->plan.targets[0].calling == "+14255550111");
}

TEST_CASE("decide: a route may hide or change the caller's number", "[policy][identity]") {
    const auto hidden =
        load({{R"("trunks": ["itsp"]},)", R"("trunks": ["itsp"], "suppress_caller_id": true},)"}});
    const policy::Decision decision = decide(from_user(*hidden, "alice", "5559999"), *hidden);
    REQUIRE(decision.forward());
    CHECK(decision.forward()->plan.targets[0].anonymous);
    CHECK(decision.forward()->plan.targets[0].calling.empty());
    const auto changed =
        load({{R"("trunks": ["itsp"]},)", R"("trunks": ["itsp"], "alternate_caller_id": "+14255550100"},)"}});
    const policy::Decision other = decide(from_user(*changed, "alice", "5559999"), *changed);
    REQUIRE(other.forward());
    CHECK(other.forward()->plan.targets[0].calling == "+14255550100");
}

TEST_CASE("decide: the second pass of a mediated call tries its one target", "[policy][sealed]") {
    const auto t = load();
    policy::CallFacts facts = from_source(*t, "bridges", "10.0.0.20:5080", "+14255559999");
    policy::SealedTarget sealed;
    sealed.trunk = t->find_trunk("itsp");
    sealed.endpoint = 1;
    sealed.called = "+14255559999";
    sealed.calling = "+14255550111";
    sealed.source_user = t->find_user("alice");
    facts.sealed = sealed;
    LiveView live;
    live.running = true;
    live.draining = true;  // the call was let in before
    const policy::Decision decision = decide(facts, *t, live);
    REQUIRE(result(decision, *t) == "itsp/1");
    const policy::Plan& plan = decision.forward()->plan;
    CHECK(plan.sealed);
    CHECK(plan.targets[0].request_uri == "sip:+14255559999@itsp.example;user=phone");
    CHECK(plan.targets[0].hop.endpoint()->str() == "198.51.100.6:5060");
    CHECK(plan.targets[0].send_pai);
    CHECK(decision.forward()->reservations.empty());
    CHECK(decision.direction == policy::Direction::kOutbound);

    // The same token from anywhere else is worth nothing.
    facts.realm = t->find_realm("inside");
    facts.source = net::Endpoint::parse("10.0.1.11:5060");
    CHECK(result(decide(facts, *t, live), *t) == "403 token_not_from_bridge");
}

TEST_CASE("decide: the same facts give the same steps", "[policy]") {
    const auto t = load();
    const policy::CallFacts facts = from_user(*t, "bob", "5559999");
    CHECK(steps(decide(facts, *t)) == steps(decide(facts, *t)));
}

TEST_CASE("decide: a trunk may be restricted to users at its site", "[policy][location]") {
    const auto t = load(
        {{R"("limits": {"calls": 10, "cps": 5})", R"("site": "headquarters", "location_restricted": true)"}});
    CHECK(result(decide(from_user(*t, "alice", "5559999"), *t), *t) == "itsp/0 itsp/1");
    CHECK(result(decide(from_user(*t, "carol", "5559999"), *t), *t) == "404 no_route");
}

TEST_CASE("decide: the result is the same whether or not the steps are kept", "[policy][decide]") {
    const auto t = load();
    for (const std::string_view called : {"911", "9911", "114", "5559999", "2065550123", "alice", "12", "+14255550140", "+14255550160", "201"}) {
        for (topology::Index source = 0; source < t->users.size() + t->trunks.size(); ++source) {
            policy::CallFacts facts;
            if (source < t->users.size()) {
                facts.user = source;
            } else {
                facts.trunk = static_cast<topology::Index>(source - t->users.size());
            }
            facts.called = called;
            const policy::Decision all = policy::decide(facts, *t, {}, {});
            const policy::Decision brief = policy::decide(facts, *t, {}, {}, policy::Detail::kDecisive);
            CAPTURE(called, source);
            CHECK(result(brief, *t) == result(all, *t));
            CHECK(std::tie(brief.e164, brief.dial_plan, brief.policy, brief.direction, brief.emergency) ==
                  std::tie(all.e164, all.dial_plan, all.policy, all.direction, all.emergency));
            CHECK_FALSE(all.steps.empty());
            CHECK(brief.steps.empty());
            if (!all.forward()) continue;
            for (std::size_t i = 0; i < all.forward()->plan.targets.size(); ++i) {
                const policy::PlanTarget& a = all.forward()->plan.targets[i];
                const policy::PlanTarget& b = brief.forward()->plan.targets[i];
                CHECK(std::tie(a.request_uri, a.path, a.path_code, a.path_reason, a.calling) ==
                      std::tie(b.request_uri, b.path, b.path_code, b.path_reason, b.calling));
            }
        }
    }
}

TEST_CASE("decide: who takes over a dialog is led to the party that it is with, without a route, by the limits of any call", "[policy]") {
    const auto t = load({{R"("realm": "outside", "targets": ["udp:198.51.100.5:5060", "udp:198.51.100.6:5060"],)",
                          R"("realm": "inside", "media": "direct", "targets": ["udp:10.0.0.50:5060", "udp:10.0.0.51:5060"],)"},
                         {R"("sip_profile": "itsp", "media_profile": "itsp"})", R"("sip_profile": "itsp"})"},
                         {R"("kind": "pbx", "realm": "inside",)", R"("kind": "pbx", "realm": "inside", "media": "direct",)"}});
    policy::CallFacts facts = from_trunk(*t, "pbx", "112");  // whatever stands in the Contact is no number that was dialled
    REQUIRE(t->find_trunk("itsp") == 0);
    facts.replaced = policy::ReplacedParty{.trunk = 0, .user = topology::kNoIndex, .at = std::nullopt, .request_uri = "sip:112@gw.example;x=1", .lives = true};
    policy::Decision decision = decide(facts, *t);
    REQUIRE(result(decision, *t) == "itsp/0 itsp/1");
    CHECK_FALSE(decision.emergency);
    CHECK(decision.direction == policy::Direction::kTransit);
    for (const policy::PlanTarget& target : decision.forward()->plan.targets) CHECK(target.request_uri == "sip:112@gw.example;x=1");
    const auto& second = t->trunks[0].targets.at(1);
    facts.replaced->at = second.endpoint();
    REQUIRE(facts.replaced->at);
    {
        decision = decide(facts, *t);
        CHECK(result(decision, *t) == "itsp/1");
        CHECK(decision.forward()->plan.group_end(0) == 1);
        CHECK(decision.forward()->plan.targets.front().group == 0);
    }
    LiveView live;
    live.running = true;
    live.trunks.resize(2);
    live.trunks[0].calls = 10;
    CHECK(result(decide(facts, *t, live), *t) == "503 limit_calls");
    live.draining = true;
    CHECK(result(decide(facts, *t, live), *t) == "503 draining");
    facts = from_trunk(*t, "itsp", "x");
    facts.replaced = policy::ReplacedParty{.trunk = topology::kNoIndex, .user = t->find_user("alice"), .at = std::nullopt, .request_uri = "sip:a@10.0.1.11", .lives = true};
    decision = decide(facts, *t);
    REQUIRE(decision.forward() != nullptr);
    CHECK(decision.direction == policy::Direction::kInbound);
    CHECK(decision.forward()->plan.targets.front().user == t->find_user("alice"));
    CHECK(decision.forward()->plan.takes_over);
    facts.replaced->lives = false;
    CHECK(result(decide(facts, *t), *t) == "481 dialog_gone");
    // Where a bridge would stand between it would be a call of its own.
    const auto outside = load();
    facts = from_trunk(*outside, "pbx", "112");
    facts.replaced = policy::ReplacedParty{.trunk = 0, .user = topology::kNoIndex, .at = std::nullopt, .request_uri = "sip:112@gw.example", .lives = true};
    CHECK(result(decide(facts, *outside), *outside) == "488 replaces_by_bridge");
}
