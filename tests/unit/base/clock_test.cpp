#include "base/clock.h"

#include <catch2/catch.hpp>

using namespace tandem;

TEST_CASE("clock: writes RFC 3339 in UTC with micro- or nanoseconds", "[base][clock]") {
    WallTime t{std::chrono::seconds{951'782'400} + nanoseconds{123'456'789}};  // a leap day
    CHECK(to_rfc3339(t) == "2000-02-29T00:00:00.123456Z");
    CHECK(to_rfc3339(t, StampDigits::kNano) == "2000-02-29T00:00:00.123456789Z");
}

TEST_CASE("clock: reads what it writes, and offsets", "[base][clock]") {
    for (std::int64_t ns : {0LL, 1LL, 1'750'000'000'000'000'001LL}) {
        WallTime t{nanoseconds{ns}};
        CHECK(from_rfc3339(to_rfc3339(t, StampDigits::kNano)) == t);
    }
    CHECK(from_rfc3339("2000-02-29T01:30:00+01:30") == WallTime{std::chrono::seconds{951'782'400}});
    CHECK(from_rfc3339("2000-02-28T23:30:00-00:30") == WallTime{std::chrono::seconds{951'782'400}});
}

TEST_CASE("clock: refuses what is no RFC 3339 stamp", "[base][clock]") {
    for (auto bad : {"", "2000-02-30T00:00:00Z", "2000-02-29 00:00:00Z", "2000-02-29T24:00:00Z",
                     "2000-02-29T00:00:00", "2000-02-29T00:00:00.Z", "2000-02-29T00:00:00+1:30", "x"})
        CHECK_FALSE(from_rfc3339(bad).has_value());
}

TEST_CASE("clock: the fake clock moves only when told", "[base][clock]") {
    FakeClock clock;
    auto mono = clock.mono();
    auto wall = clock.wall();
    CHECK(clock.mono() == mono);
    clock.advance(milliseconds{500});
    CHECK(clock.mono() - mono == milliseconds{500});
    CHECK(clock.wall() - wall == milliseconds{500});
}
