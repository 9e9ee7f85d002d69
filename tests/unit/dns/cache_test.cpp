// Knows: how long answers hold, by a clock of its own.
// Must not know: packets.
// Next: locate_test.cpp.
#include "dns/cache.h"

#include <catch2/catch.hpp>

using namespace tandem;
using namespace tandem::dns;

namespace {

const Question kQ{"a.example", Type::kA};
constexpr MonoTime kStart{seconds(1000)};

Answer answer(std::uint32_t ttl, std::uint32_t ip = 1) {
    Answer a;
    a.addresses = {net::IpAddress::v4(ip)};
    a.ttl_s = ttl;
    return a;
}

void learn(Cache& c, Answer a, MonoTime now) {
    c.begin(kQ, now);
    c.store(kQ, std::move(a), now);
}

void lose(Cache& c, MonoTime now) {
    c.begin(kQ, now);
    c.fail(kQ, now);
}

}  // namespace

TEST_CASE("dns cache: an answer holds for its time, and is asked for anew before that is over", "[dns][cache]") {
    Cache c;
    CHECK(c.find(kQ, kStart) == nullptr);
    CHECK(c.wants_asking(kQ, kStart));
    c.begin(kQ, kStart);
    CHECK(c.asking(kQ));
    CHECK_FALSE(c.wants_asking(kQ, kStart));
    c.store(kQ, answer(100), kStart);
    REQUIRE(c.find(kQ, kStart) != nullptr);
    CHECK_FALSE(c.wants_asking(kQ, kStart + seconds(79)));
    CHECK(c.wants_asking(kQ, kStart + seconds(80)));
    CHECK(c.due(kStart + seconds(99)).empty());  // nobody watches it
    c.watch({kQ});
    CHECK(c.next_due() == kStart + seconds(80));
    CHECK(c.due(kStart + seconds(79)).empty());
    CHECK(c.due(kStart + seconds(80)) == std::vector<Question>{kQ});
    c.begin(kQ, kStart + seconds(80));
    CHECK(c.due(kStart + seconds(81)).empty());
    CHECK(c.find(kQ, kStart + seconds(101)) != nullptr);  // while it is asked for, the old one serves
}

TEST_CASE("dns cache: a long time to live is cut, a no is kept within bounds", "[dns][cache]") {
    struct Row {
        bool negative;
        std::uint32_t ttl;
        seconds holds;
    };
    for (const Row& row : {Row{false, 86'400, seconds(3600)}, {true, 86'400, seconds(300)}, {true, 0, seconds(5)}, {true, 60, seconds(60)}}) {
        Cache c;
        Answer a = answer(row.ttl);
        if (row.negative) a.addresses.clear();
        learn(c, a, kStart);
        c.watch({kQ});
        CHECK(c.next_due() == kStart + row.holds / 5 * 4);
    }
}

TEST_CASE("dns cache: time to live 0 is for one use", "[dns][cache]") {
    Cache c;
    learn(c, answer(0), kStart);
    c.watch({kQ});
    CHECK(c.find(kQ, kStart) != nullptr);  // for who has waited for it
    CHECK(c.used_up(kQ));
    CHECK(c.wants_asking(kQ, kStart));
    CHECK(c.due(kStart + seconds(10)).empty());  // but not by itself, over and over
    lose(c, kStart + seconds(1));
    CHECK_FALSE(c.used_up(kQ));  // the last good one serves all
}

TEST_CASE("dns cache: the last good answer holds for an hour while nobody answers", "[dns][cache]") {
    Cache c;
    learn(c, answer(60), kStart);
    const MonoTime lost = kStart + seconds(48);
    c.begin(kQ, lost);
    CHECK(c.fail(kQ, lost));
    CHECK_FALSE(c.stale(kQ, lost));  // its own time is not over
    CHECK(c.stale(kQ, kStart + seconds(60)));
    CHECK_FALSE(c.wants_asking(kQ, lost + seconds(4)));
    CHECK(c.wants_asking(kQ, lost + seconds(5)));
    c.begin(kQ, lost + seconds(5));
    CHECK_FALSE(c.fail(kQ, lost + seconds(5)));  // told once
    REQUIRE(c.find(kQ, kStart + seconds(3659)) != nullptr);
    CHECK_FALSE(c.find(kQ, kStart + seconds(3659))->failed);
    REQUIRE(c.find(kQ, kStart + seconds(3660)) != nullptr);
    CHECK(c.find(kQ, kStart + seconds(3660))->failed);
    learn(c, answer(60, 2), kStart + seconds(4000));
    CHECK_FALSE(c.stale(kQ, kStart + seconds(4000)));
    CHECK(c.find(kQ, kStart + seconds(4000))->addresses.at(0) == net::IpAddress::v4(2));
}

TEST_CASE("dns cache: a failure without an earlier answer says nothing, and is tried again later", "[dns][cache]") {
    Cache c;
    c.begin(kQ, kStart);
    CHECK(c.fail(kQ, kStart));
    REQUIRE(c.find(kQ, kStart) != nullptr);
    CHECK(c.find(kQ, kStart)->failed);
    CHECK_FALSE(c.wants_asking(kQ, kStart + seconds(4)));
    CHECK(c.wants_asking(kQ, kStart + seconds(5)));
}

TEST_CASE("dns cache: it does not grow without end", "[dns][cache]") {
    CacheLimits limits;
    limits.entries = 10;
    Cache c(limits);
    learn(c, answer(60), kStart);
    c.begin({"lost", Type::kA}, kStart);
    c.fail({"lost", Type::kA}, kStart);
    CHECK(c.failing() == 1);
    c.watch({kQ});
    for (int i = 0; i < 100; ++i) {
        const Question q{"x" + std::to_string(i), Type::kA};
        c.begin(q, kStart + seconds(i));
        c.store(q, answer(60), kStart + seconds(i));
    }
    CHECK(c.size() == 10);
    CHECK(c.failing() == 0);
    CHECK(c.find(kQ, kStart) != nullptr);
    CHECK(c.find({"x99", Type::kA}, kStart) != nullptr);
}
