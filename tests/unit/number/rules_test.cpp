#include "number/rules.h"

#include <catch2/catch.hpp>

using namespace tandem;
using number::Regex;
using number::Rule;
using number::RuleSet;

TEST_CASE("rules: the first one that matches decides", "[number][rules]") {
    auto set = RuleSet::compile("redmond", {{"ext5", R"(^5(\d{4})$)", "+1425555$1", false},
                                            {"local", R"(^(\d{7})$)", "+1425$1", false},
                                            {"shadowed", R"(^(\d{7})$)", "+1972$1", false},
                                            {"", R"(^(\d{3})$)", "$1", true}});
    REQUIRE(set);
    CHECK(set->name() == "redmond");
    auto local = set->apply("5550100");
    REQUIRE(local);
    CHECK(local->text == "+14255550100");
    CHECK(local->rule == "local");
    CHECK(local->index == 1);
    CHECK_FALSE(local->internal);
    auto internal = set->apply("100");
    REQUIRE(internal);
    CHECK(internal->internal);
    CHECK(internal->rule == "#4");  // a rule without a name is called by its place
    CHECK_FALSE(set->apply("12"));
    CHECK_FALSE(set->apply("5550100x"));
}

TEST_CASE("rules: a set says which rule is wrong", "[number][rules]") {
    auto bad = RuleSet::compile("x", {{"good", "^1$", "1", false}, {"bad", "^(1$", "1", false}});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().what.find("rule 2 (bad)") == 0);
    auto twice = RuleSet::compile("x", {{"a", "^1$", "1", false}, {"a", "^2$", "2", false}});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == Errc::kConflict);
}

TEST_CASE("rules: unanchored patterns are named", "[number][rules]") {
    auto set = RuleSet::compile("x", {{"a", "^1$", "1", false}, {"b", "[0-9]{10}", "2", false}});
    REQUIRE(set);
    CHECK(set->unanchored() == std::vector<std::string>{"b"});
}

TEST_CASE("rules: an empty set changes nothing", "[number][rules]") { CHECK_FALSE(RuleSet().apply("123")); }

TEST_CASE("rules: fixed places give what the general way gives", "[number][rules]") {
    struct Row {
        const char *pattern, *translation;
    };
    for (const Row& row : {
             Row{"^(\\d{4})$", "+1425555$1"},
             {"^00(\\d{2})(\\d{6,10})$", "+$1-$2"},
             {"^(?:9)?1?(\\d{10})$", "+1$1"},
             {"^\\+(\\d+)$", "011$1"},
             {"^(?<area>\\d{3})(\\d{4})$", "$2/$1/${1}0"},  // .NET: the unnamed group is number 1
             {"^(\\d{3})(\\d{4})$", "$0 $$ $1"},
             {"^(\\d*)(\\d{2})$", "$1.$2"},
             {"^(?:(\\d{3})|(\\d{4}))$", "$1$2"},
             {"^(\\d)+$", "$1"},
             {"^([2-9])(\\d{2}|\\d{4})(\\d)$", "$3$2$1"},
             {"(?n)^(\\d)(?<rest>\\d{2,})$", "+$1"},  // only what has a name is a group
             {"^(?n:(\\d))(\\d+)\\z", "$1"},
             {"\\A(\\d{2})(\\d*)\\Z", "$2"},
             {"^(\\d)(?n)(\\d)(?-n)(\\d)$", "$2$1"},
         }) {
        INFO(row.pattern);
        auto set = RuleSet::compile("plan", {{"rule", row.pattern, row.translation, false}});
        auto regex = Regex::compile(row.pattern);
        REQUIRE(set);
        REQUIRE(regex);
        std::size_t matched = 0;
        for (const char* subject : {"", "1", "12", "123", "1234", "12345", "234567", "1234567", "0049301234", "00493012345678", "+4930123",
                                    "912065550123", "12065550123", "2065550123", "\n", "1234\n", "a"}) {
            auto want = regex->replace(subject, row.translation);
            auto have = set->apply(subject);
            INFO(subject);
            CHECK(have.has_value() == want.has_value());
            if (have && want) CHECK(have->text == *want);
            matched += want ? 1U : 0U;
        }
        CHECK(matched > 0);
    }
}
