#include "number/short_number.h"

#include <catch2/catch.hpp>

using namespace tandem::number;

TEST_CASE("short number: emergency numbers belong to a region", "[number][short]") {
    const Plan& plan = builtin_plan();
    auto bits = [&](const char* region, const char* digits) { return short_bits(plan, plan.region(region), digits); };
    CHECK((bits("US", "911") & kShortEmergency) != 0);
    CHECK((bits("DE", "112") & kShortEmergency) != 0);
    CHECK((bits("DE", "110") & kShortEmergency) != 0);
    CHECK((bits("GB", "999") & kShortEmergency) != 0);
    CHECK((bits("DE", "911") & kShortEmergency) == 0);
    CHECK((bits("US", "9111") & kShortEmergency) == 0);
    CHECK((bits("US", "9111") & kShortConnects) != 0);  // more digits behind it still reach it
    CHECK((bits("BR", "1902") & kShortConnects) == 0);  // not where the network waits for the whole number
    CHECK(bits("US", "") == 0);
    CHECK(bits("US", "9a1") == 0);
    CHECK(short_bits(plan, kNoRow, "911") == 0);
}

TEST_CASE("short number: what it costs", "[number][short]") {
    const Plan& plan = builtin_plan();
    CHECK(short_cost(short_bits(plan, plan.region("US"), "911")) == ShortCost::kTollFree);
    CHECK(short_cost(short_bits(plan, plan.region("US"), "12345678")) == ShortCost::kUnknown);
    CHECK(short_cost(kShortPossible | kShortPremium | kShortTollFree) == ShortCost::kPremiumRate);
    CHECK(short_cost(kShortPremium) == ShortCost::kUnknown);  // of a length that no short number has
}
