#include "policy/reading.h"

#include "policy/explain.h"
#include "support.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("reading: what a URI and people put around a dialled string is taken off in one way", "[policy]") {
    struct Row {
        const char *text, *bare;
    };
    for (const Row& row : {Row{"5550123", "5550123"}, {" +1 (425) 555-0123 ", "+14255550123"}, {"tel:+1-425-555-0123;ext=5", "+14255550123"},
                           {"sip:+14255550123;npdi@h;user=phone", "+14255550123"}, {"SIPS:100@h", "100"}, {"100@h", "100"}, {"100;phone-context=x", "100"},
                           {"\"A\" <sip:100:secret@h>;tag=1", "100"}, {"sip:911%23@h", "911#"}, {"sip:alice@h", "alice"}, {"alice.b", "alice.b"},
                           {"sip:h", ""}, {"", ""}, {"urn:service:sos", "urn:service:sos"}}) {
        CAPTURE(row.text);
        CHECK(policy::bare_number(row.text) == row.bare);
    }
    CHECK(policy::bare_number(std::string(300, '1')) == std::string(300, '1'));
}

TEST_CASE("reading: a dial plan's country goes before the one that is given", "[policy]") {
    const auto t = load({});
    const number::Plan& plan = number::builtin_plan();
    const std::uint16_t germany = plan.region("DE");
    CHECK(policy::dial_context(*t, policy::kNoIndex, plan, germany).region == germany);
    for (policy::Index i = 0; i < t->dial_plans.size(); ++i) {
        const std::string& country = t->dial_plans[i].country;
        CHECK(policy::dial_context(*t, i, plan, germany).region == (country.empty() ? germany : plan.region(country)));
    }
    CHECK(policy::find_dial_plan(*t, "no such plan") == policy::kNoIndex);
    REQUIRE(policy::global_dial_plan(*t) != policy::kNoIndex);
    CHECK(t->dial_plans[policy::global_dial_plan(*t)].scope == topology::Scope::kGlobal);
}

TEST_CASE("reading: the rule that an explanation shows is the one that decided", "[policy]") {
    const auto t = load({{R"("rules": [
      {"name": "extension")", R"("rules": [
      {"name": "evil", "pattern": "^(?!911)(\\d+)+$", "translation": "+1$1"}, {"name": "star", "pattern": "^(\\d+)\\*$", "translation": "+1425$1"},
      {"name": "extension")"}});
    const policy::Index alice = t->find_user("alice");
    REQUIRE(alice != policy::kNoIndex);
    for (const char* dialled : {"5550123", "95550123", "9911", "+12065550123", "101", "alice", "anonymous", "1111111111111111111111111111*", "#31#", "sip:5550123@h"}) {
        CAPTURE(dialled);
        policy::CallFacts facts;
        facts.user = alice;
        facts.called = dialled;
        const policy::Explanation it = policy::explain(facts, *t, {}, {});
        std::string decided;
        for (const policy::RuleTried& rule : it.rules)
            if (rule.decided) decided = rule.name;
        CHECK(decided == it.number.rule);
        if (!it.decision->dial_rule.empty()) CHECK(decided == it.decision->dial_rule);
        CHECK((it.rules.empty() || it.rules_skipped.empty()));
    }
    policy::CallFacts facts;
    facts.user = alice;
    facts.called = "1111111111111111111111111111*";
    const policy::Explanation it = policy::explain(facts, *t, {}, {});
    REQUIRE(it.rules.size() > 2);
    CHECK(it.rules[0].given_up);
    CHECK_FALSE(it.rules[0].matches);
    CHECK(it.rules[1].decided);
}
