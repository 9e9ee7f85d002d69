#include "rtp/stats.h"

#include <catch2/catch.hpp>
#include <vector>

#include "base/clock.h"

using namespace tandem;
using namespace tandem::rtp;

namespace {

SequenceTracker feed(const std::vector<int>& numbers) {
    SequenceTracker t;
    for (int n : numbers) t.update(static_cast<std::uint16_t>(n));
    return t;
}

}  // namespace

TEST_CASE("sequence: losses, copies and reordering are counted apart", "[rtp][sequence]") {
    struct Row {
        std::string what;
        std::vector<int> arrivals;
        std::uint64_t received, lost, duplicates, reordered, outside;
    };
    const std::vector<Row> rows = {
        {"in order", {1, 2, 3, 4}, 4, 0, 0, 0, 0},
        {"one lost", {1, 2, 4}, 3, 1, 0, 0, 0},
        {"a copy is not received twice", {1, 2, 2, 4}, 3, 1, 1, 0, 0},
        {"reordered is not lost", {1, 3, 2, 4}, 4, 0, 0, 1, 0},
        {"copy of a reordered one", {1, 3, 2, 2, 4}, 4, 0, 1, 1, 0},
        {"wrap", {65534, 65535, 0, 1}, 4, 0, 0, 0, 0},
        {"loss across the wrap", {65534, 1}, 2, 2, 0, 0, 0},
        {"reordered across the wrap", {65535, 1, 0}, 3, 0, 0, 1, 0},
        {"the first was overtaken", {11, 10, 12}, 3, 0, 0, 1, 0},
        {"the first was overtaken, across the wrap", {0, 65535, 1}, 3, 0, 0, 1, 0},
        {"overtaken twice", {12, 10, 11, 13}, 4, 0, 0, 2, 0},
        {"overtaken and one lost", {13, 10, 11, 14}, 4, 1, 0, 2, 0},
        {"copy of one before the base", {11, 10, 10}, 2, 0, 1, 1, 0},
        {"a single stray", {1, 2, 30000, 3}, 3, 0, 0, 0, 1},
        {"two strays that do not follow each other", {1, 2, 30000, 20000, 3}, 3, 0, 0, 0, 2},
        {"a restart keeps the old counts", {1, 2, 4, 30000, 30001, 30003}, 6, 2, 0, 0, 0},
        {"a gap of 2999 is loss", {1, 3000}, 2, 2998, 0, 0, 0},
        {"a gap of 3000 is a jump", {1, 3001}, 1, 0, 0, 0, 1},
        {"older than the window is a stray", {1, 600, 601, 2}, 3, 598, 0, 0, 1},
    };
    for (const auto& row : rows) {
        const auto t = feed(row.arrivals);
        INFO(row.what);
        CHECK(t.received() == row.received);
        CHECK(t.lost() == row.lost);
        CHECK(t.duplicates() == row.duplicates);
        CHECK(t.reordered() == row.reordered);
        CHECK(t.outside() == row.outside);
        CHECK(t.packets() == row.arrivals.size());
        CHECK(t.received() + t.duplicates() + t.outside() == t.packets());
    }
}

TEST_CASE("sequence: a copy is known up to 511 numbers back", "[rtp][sequence]") {
    SequenceTracker t;
    for (int n = 0; n < 2000; ++n) t.update(static_cast<std::uint16_t>(n));
    CHECK(t.update(2000 - 1 - 511) == Arrival::kDuplicate);
    CHECK(t.update(2000 - 1 - 512) == Arrival::kOutside);
    CHECK(t.duplicates() == 1);
}

TEST_CASE("sequence: a gap as wide as the window forgets what stood in it", "[rtp][sequence]") {
    SequenceTracker t;
    for (int n = 0; n < 512; ++n) t.update(static_cast<std::uint16_t>(n));
    t.update(511 + 512);
    CHECK(t.update(1000) == Arrival::kReordered);
    CHECK(t.lost() == 510);
}

TEST_CASE("sequence: extended numbers count cycles and may lie below zero", "[rtp][sequence]") {
    const auto t = feed({0, 65535, 1});
    CHECK(t.base() == -1);
    CHECK(t.highest() == 1);
    const auto u = feed({65535, 0});
    CHECK(u.highest() == 65536);
}

TEST_CASE("jitter: RFC 3550 A.8 over a vector of ten packets", "[rtp][jitter]") {
    // 8000 Hz, 20 ms a packet (160 units). Deviations of arrival from the pace, in units of 1/8 ms (one clock unit).
    const int late[] = {0, 16, 0, 0, 32, 0, 8, 8, 0, 0};
    // |D| = 16, 16, 0, 32, 32, 8, 0, 8, 0; J += (|D| - J)/16 from 0.
    const double expected[] = {0,           1,           1.9375,      1.81640625,  3.702880859,
                               5.471450806, 5.629485130, 5.277642310, 5.447789665, 5.107302811};
    JitterMeter meter;
    double sum = 0;
    for (int i = 0; i < 10; ++i) {
        meter.update(static_cast<std::uint32_t>(1000 + 160 * i),
                     milliseconds{20 * i} + nanoseconds{125'000 * late[i]}, 8000);
        INFO(i);
        CHECK(meter.ms() == Approx(expected[i] / 8).margin(1e-8));
        sum += expected[i] / 8;
    }
    CHECK(meter.max_ms() == Approx(5.629485130 / 8).margin(1e-8));
    CHECK(meter.mean_ms() == Approx(sum / 9).margin(1e-8));
    CHECK(meter.units() == 5);
}

TEST_CASE("jitter: a wrap of the timestamp is no jump, and an unknown clock feeds nothing", "[rtp][jitter]") {
    JitterMeter meter;
    meter.update(0xffffff60U, milliseconds{0}, 8000);
    meter.update(0, milliseconds{20}, 8000);
    CHECK(meter.max_ms() == 0);
    meter.update(0, milliseconds{500}, 0);
    CHECK(meter.max_ms() == 0);
    CHECK(meter.samples() == 1);
}

TEST_CASE("jitter: a jump of days does not overflow the report block", "[rtp][jitter]") {
    JitterMeter meter;
    meter.update(0, nanoseconds{0}, 90000);
    meter.update(0, seconds{4'000'000'000}, 90000);
    CHECK(meter.units() == 0xffffffffU);
}

TEST_CASE("stats: events do not move the jitter's reference", "[rtp][stats]") {
    StreamStats s;
    auto at = [](int n) { return nanoseconds{milliseconds{20 * n}}; };
    for (std::uint16_t n = 0; n < 10; ++n) s.update({false, 0, n, 160U * n, 1}, at(n), 8000);
    for (std::uint16_t n = 10; n < 20; ++n) s.update({false, 101, n, 1600, 1}, at(n), 0);
    for (std::uint16_t n = 20; n < 30; ++n) s.update({false, 0, n, 160U * n, 1}, at(n), 8000);
    CHECK(s.jitter().max_ms() == Approx(0).margin(1e-9));
    CHECK(s.sequence().received() == 30);
}

TEST_CASE("stats: a copy does not feed the jitter", "[rtp][stats]") {
    StreamStats s;
    s.update({false, 0, 1, 160, 1}, milliseconds{20}, 8000);
    s.update({false, 0, 2, 320, 1}, milliseconds{40}, 8000);
    s.update({false, 0, 2, 320, 1}, milliseconds{45}, 8000);
    s.update({false, 0, 3, 480, 1}, milliseconds{60}, 8000);
    CHECK(s.jitter().max_ms() == Approx(0).margin(1e-9));
}

TEST_CASE("stats: the report block says loss of the interval and in all", "[rtp][stats]") {
    StreamStats s;
    for (std::uint16_t n : std::initializer_list<std::uint16_t>{1, 2, 4, 5, 6, 8}) s.update({false, 0, n, 160U * n, 1}, milliseconds{20 * n}, 8000);
    auto first = s.report(7, milliseconds{200});
    CHECK(first.ssrc == 7);
    CHECK(first.cumulative_lost == 2);
    CHECK(first.fraction_lost == 2 * 256 / 8);
    CHECK(first.extended_highest == 8);
    CHECK(first.last_sr == 0);
    s.sender_report({7, 0x0001'2345'6789'abcdULL, 0, 9, 0, {}}, milliseconds{300});
    s.update({false, 0, 9, 160U * 9, 1}, milliseconds{180}, 8000);
    auto second = s.report(7, milliseconds{800});
    CHECK(second.cumulative_lost == 2);
    CHECK(second.fraction_lost == 0);
    CHECK(second.last_sr == 0x23456789);
    CHECK(second.delay_since_last_sr == 0x8000);
    CHECK(s.reported_sent() == 9);
    CHECK(s.report(7, milliseconds{900}).fraction_lost == 0);
}

TEST_CASE("stats: copies make the reported loss negative, as RFC 3550 A.3 counts", "[rtp][stats]") {
    StreamStats s;
    for (std::uint16_t n : std::initializer_list<std::uint16_t>{1, 1, 2, 2}) s.update({false, 0, n, 160U * n, 1}, milliseconds{20 * n}, 8000);
    CHECK(s.report(1, milliseconds{0}).cumulative_lost == -2);
    CHECK(s.sequence().lost() == 0);
}
