// Knows: media/rewriter.h, tried from outside.
// Must not know: sockets.
// Next: relay_test.cpp, the same through the media thread.
#include "media/rewriter.h"

#include <catch2/catch.hpp>

using namespace tandem;
using namespace tandem::media;
using rtp::Arrival;

namespace {

constexpr MonoTime kStart{seconds{100}};

struct Source {
    std::uint32_t ssrc;
    std::uint16_t sequence;
    std::uint32_t timestamp;

    rtp::Header next() {
        rtp::Header h{false, 0, sequence, timestamp, ssrc};
        ++sequence;
        timestamp += 160;
        return h;
    }
};

}  // namespace

TEST_CASE("rewriter: own SSRC and numbers, continuous across the wrap of both sides", "[media][rewriter]") {
    Rewriter r(0xabcd, 65'533, 0xffffff00U);
    Source s{1, 65'530, 0xfffffe00U};
    std::uint16_t sequence = 65'533;
    std::uint32_t timestamp = 0xffffff00U;
    for (int i = 0; i < 20; ++i) {
        const auto h = r.rewrite(s.next(), i == 0 ? Arrival::kFirst : Arrival::kNext,
                                 kStart + milliseconds{20 * i}, 8000);
        CHECK(h.ssrc == 0xabcd);
        CHECK(h.sequence == sequence);
        CHECK(h.timestamp == timestamp);
        CHECK(h.marker == (i == 0));
        ++sequence;
        timestamp += 160;
    }
}

TEST_CASE("rewriter: loss and reordering of the source stay visible", "[media][rewriter]") {
    Rewriter r(2, 100, 1000);
    Source s{1, 10, 0};
    r.rewrite(s.next(), Arrival::kFirst, kStart, 8000);
    const auto late = s.next();
    const auto after = r.rewrite(s.next(), Arrival::kNext, kStart + milliseconds{40}, 8000);
    CHECK(after.sequence == 102);
    CHECK(after.timestamp == 1320);
    const auto was_late = r.rewrite(late, Arrival::kReordered, kStart + milliseconds{45}, 8000);
    CHECK(was_late.sequence == 101);
    CHECK(was_late.timestamp == 1160);
    CHECK(r.rewrite(s.next(), Arrival::kNext, kStart + milliseconds{60}, 8000).sequence == 103);
}

TEST_CASE("rewriter: a new SSRC goes on where the old one stopped, by the clock, with a marker",
          "[media][rewriter]") {
    Rewriter r(2, 100, 1000);
    Source s{1, 10, 0};
    r.rewrite(s.next(), Arrival::kFirst, kStart, 8000);
    Source t{7, 40'000, 3'000'000'000U};
    const auto h = r.rewrite(t.next(), Arrival::kFirst, kStart + milliseconds{500}, 8000);
    CHECK(h.sequence == 101);
    CHECK(h.timestamp == 1000 + 4000);
    CHECK(h.marker);
    const auto h2 = r.rewrite(t.next(), Arrival::kNext, kStart + milliseconds{520}, 8000);
    CHECK(h2.sequence == 102);
    CHECK(h2.timestamp == 1000 + 4160);
    CHECK_FALSE(h2.marker);
}

TEST_CASE("rewriter: a new SSRC at the same moment still moves the timestamp", "[media][rewriter]") {
    Rewriter r(2, 100, 1000);
    r.rewrite({false, 0, 1, 0, 1}, Arrival::kFirst, kStart, 8000);
    CHECK(r.rewrite({false, 0, 9, 77, 2}, Arrival::kFirst, kStart, 8000).timestamp == 1160);
}

TEST_CASE("rewriter: a timestamp that falls or leaps is put right, a delay or a pause is not a leap",
          "[media][rewriter]") {
    struct Row {
        const char* what;
        std::uint32_t step;  // of the source's timestamp
        nanoseconds later;
        std::uint32_t expected_step;
        bool marker;
    };
    const Row rows[] = {
        {"next frame", 160, milliseconds{20}, 160, false},
        {"same timestamp (telephone-event)", 0, milliseconds{20}, 0, false},
        {"silence suppression", 80'000, seconds{10}, 80'000, false},
        {"network stall, then the next frame", 160, seconds{3}, 160, false},
        {"falls", static_cast<std::uint32_t>(-50'000), milliseconds{20}, 160, true},
        {"leaps by an hour", 28'800'000, milliseconds{20}, 160, true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        Rewriter r(2, 100, 1000);
        r.rewrite({false, 0, 10, 500'000, 1}, Arrival::kFirst, kStart, 8000);
        const auto h =
            r.rewrite({false, 0, 11, 500'000 + row.step, 1}, Arrival::kNext, kStart + row.later, 8000);
        CHECK(h.sequence == 101);
        CHECK(h.timestamp == 1000 + row.expected_step);
        CHECK(h.marker == row.marker);
    }
}

TEST_CASE("rewriter: packets that are not sent leave no hole", "[media][rewriter]") {
    Rewriter r(2, 100, 1000);
    Source s{1, 10, 0};
    r.rewrite(s.next(), Arrival::kFirst, kStart, 8000);
    for (int i = 0; i < 5; ++i) r.skip(s.next(), Arrival::kNext);
    CHECK(r.rewrite(s.next(), Arrival::kNext, kStart + milliseconds{120}, 8000).sequence == 101);
    Rewriter fresh(2, 100, 1000);
    fresh.skip({false, 0, 4, 0, 1}, Arrival::kFirst);
    CHECK(fresh.rewrite({false, 0, 5, 160, 1}, Arrival::kNext, kStart, 8000).sequence == 100);
}

TEST_CASE("rewriter: after a pause of ours numbers go on and time has passed", "[media][rewriter]") {
    Rewriter r(2, 100, 1000);
    Source s{1, 10, 0};
    r.rewrite(s.next(), Arrival::kFirst, kStart, 8000);
    r.reset();
    s.sequence = 500;
    s.timestamp = 77'000;
    const auto h = r.rewrite(s.next(), Arrival::kNext, kStart + seconds{10}, 8000);
    CHECK(h.sequence == 101);
    CHECK(h.timestamp == 81'000);
    CHECK(h.marker);
    CHECK(r.timestamp_at(kStart + seconds{11}, 8000) == 89'000);
}
