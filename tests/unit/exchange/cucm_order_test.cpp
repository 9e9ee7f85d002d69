#include "exchange/cucm_order.h"

#include <catch2/catch.hpp>

#include <random>

#include "base/text.h"
#include "exchange/cucm_pattern.h"

using namespace tandem;
using namespace tandem::exchange;

namespace {

// The same by comparing all with all.
CucmOrder by_pairs(const std::vector<const Steps*>& patterns) {
    CucmOrder out;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        std::optional<std::size_t> rival;
        for (const std::size_t k : kept)
            if (!rival && cucm_closer(*patterns[i], *patterns[k]) == Closer::kDepends) rival = k;
        if (rival) out.conflicts.push_back({i, CucmConflict::Why::kRival, *rival});
        else kept.push_back(i);
    }
    std::vector<bool> done(patterns.size(), false);
    for (bool found = true; found;) {
        found = false;
        for (const std::size_t i : kept) {
            if (done[i]) continue;
            const bool waits = std::any_of(kept.begin(), kept.end(), [&](std::size_t k) { return !done[k] && k != i && cucm_closer(*patterns[k], *patterns[i]) == Closer::kFirst; });
            if (waits) continue;
            done[i] = found = true;
            out.order.push_back(i);
            break;
        }
    }
    for (const std::size_t i : kept)
        if (!done[i]) out.conflicts.push_back({i, CucmConflict::Why::kRing, 0});
    return out;
}

}  // namespace

TEST_CASE("cucm: the order found by the tree is that of comparing all with all", "[exchange][cisco]") {
    constexpr unsigned kSeed = 20261122;
    INFO("seed " << kSeed);
    std::mt19937 random(kSeed);
    const char* const parts[] = {"1", "2", "9", "X", "[1-4]", "[2-9]", "[^2]", "!", "1?", "X+", "[19]"};
    for (int round = 0; round < 400; ++round) {
        std::vector<CucmPattern> all;
        for (int i = 0; i < 25; ++i) {
            std::string text;
            for (std::size_t n = 1 + random() % 5; n > 0; --n) text += parts[random() % std::size(parts)];
            if (auto pattern = cucm_pattern(text)) all.push_back(std::move(*pattern));
        }
        std::vector<const Steps*> patterns;
        for (const CucmPattern& one : all) patterns.push_back(&one.steps);
        std::size_t looks = kCucmLooks;
        const CucmOrder order = cucm_order(patterns, looks);
        const CucmOrder wanted = by_pairs(patterns);
        REQUIRE(order.order == wanted.order);
        REQUIRE(order.conflicts.size() == wanted.conflicts.size());
        for (std::size_t i = 0; i < wanted.conflicts.size(); ++i) {
            CHECK(order.conflicts[i].pattern == wanted.conflicts[i].pattern);
            CHECK(static_cast<int>(order.conflicts[i].why) == static_cast<int>(wanted.conflicts[i].why));
            CHECK(order.conflicts[i].rival == wanted.conflicts[i].rival);
        }
    }
}

TEST_CASE("cucm: which is closer is told at each length that both match", "[exchange][cisco]") {
    struct Case {
        const char *a, *b;
        Closer closer;
    };
    const Case cases[] = {
        {"91XX", "9XXX", Closer::kFirst}, {"9XXX", "91XX", Closer::kSecond}, {"91XX", "92XX", Closer::kNeither}, {"91XX", "9XX", Closer::kNeither},
        {"9!", "91!", Closer::kSecond},   {"9!", "9XXX", Closer::kDepends},  {"9X!", "91X", Closer::kSecond},    {"X1", "1X", Closer::kDepends},
    };
    for (const Case& one : cases) {
        INFO(one.a << ' ' << one.b);
        const bool same = cucm_closer(cucm_pattern(one.a)->steps, cucm_pattern(one.b)->steps) == one.closer;
        CHECK(same);
    }
}
