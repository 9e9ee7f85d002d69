// Knows: that every entry comes out once, not before its time and at the first asking after it.
// Must not know: transactions.
#include "sipnet/timer_queue.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace tandem;
using namespace tandem::sipnet;

namespace {

MonoTime at(std::int64_t ms) { return MonoTime(milliseconds(ms)); }

std::vector<int> due(TimerQueue<int>& q, MonoTime now) {
    std::vector<int> out;
    for (int key = 0; q.pop_due(now, key);) out.push_back(key);
    return out;
}

}  // namespace

TEST_CASE("timers: due at their time, not before", "[sipnet][timers]") {
    TimerQueue<int> q;
    CHECK(q.next() == MonoTime::max());
    q.push(at(500), 1);
    q.push(at(32'000), 2);
    q.push(at(181'000), 3);  // further away than the wheel goes round
    CHECK(due(q, at(499)).empty());
    CHECK(due(q, at(500)) == std::vector<int>{1});
    CHECK(due(q, at(31'999)).empty());
    CHECK(q.next() >= at(32'000));
    CHECK(q.next() <= at(32'005));
    CHECK(due(q, at(40'000)) == std::vector<int>{2});
    for (int s = 41; s < 181; ++s) CHECK(due(q, at(s * 1000)).empty());
    CHECK(due(q, at(181'000)) == std::vector<int>{3});
    CHECK(q.size() == 0);
    CHECK(q.next() == MonoTime::max());
}

TEST_CASE("timers: what is past already is due at once", "[sipnet][timers]") {
    TimerQueue<int> q;
    CHECK(due(q, at(1'000'000)).empty());
    q.push(MonoTime::min(), 1);
    q.push(at(3), 2);
    q.push(at(1'000'000), 3);
    CHECK(q.next() <= at(1'000'005));
    CHECK(due(q, at(1'000'000)).size() == 3);
}

TEST_CASE("timers: a clock that stood far away from 0, and one that leaps hours", "[sipnet][timers]") {
    TimerQueue<int> q;
    const MonoTime start = at(86'400'000LL * 400);
    q.push(start + milliseconds(200), 1);
    q.push(start + seconds(200), 2);
    CHECK(due(q, start).empty());
    CHECK(due(q, start + milliseconds(200)) == std::vector<int>{1});
    CHECK(due(q, start + std::chrono::hours(5)) == std::vector<int>{2});
}

TEST_CASE("timers: a random run agrees with a sorted map", "[sipnet][timers]") {
    std::mt19937_64 random(20261122);
    TimerQueue<int> q;
    std::multimap<MonoTime, int> model;
    MonoTime now = at(1000);
    std::vector<std::int64_t> delays{0, 1, 4, 200, 500, 4000, 5000, 32'000, 64'000, 70'000, 181'000};
    for (int i = 0; i < 200'000; ++i) {
        for (std::size_t n = random() % 3; n > 0; --n) {
            const MonoTime when = now + milliseconds(delays[random() % delays.size()]) + nanoseconds(random() % 3'000'000);
            q.push(when, i);
            model.emplace(when, i);
        }
        now += nanoseconds(random() % 20'000'000);
        if (random() % 5000 == 0) now += seconds(random() % 300);
        if (!model.empty()) {
            // Asked when the queue says, everything that the model has by then is there; nothing much later.
            CHECK(q.next() <= std::max(model.begin()->first, now) + milliseconds(5));
        }
        std::vector<int> got = due(q, now), expected;
        while (!model.empty() && model.begin()->first <= now) {
            expected.push_back(model.begin()->second);
            model.erase(model.begin());
        }
        std::sort(got.begin(), got.end());
        std::sort(expected.begin(), expected.end());
        if (got != expected) FAIL("round " << i);
        if (q.size() != model.size()) FAIL("size in round " << i);
    }
}
