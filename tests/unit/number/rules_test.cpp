#include "number/rules.h"

#include <catch2/catch.hpp>

using namespace tandem;
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
