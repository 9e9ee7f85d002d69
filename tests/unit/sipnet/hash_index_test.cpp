// Knows: that places are found by their hashes whatever was put in and taken out before.
// Must not know: transactions.
#include "sipnet/hash_index.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace tandem::sipnet;

TEST_CASE("hash index: a random run agrees with a set", "[sipnet][index]") {
    std::mt19937_64 random(20261122);
    HashIndex index;
    std::set<std::pair<std::uint64_t, std::uint32_t>> model;
    for (int i = 0; i < 300'000; ++i) {
        // Few different hashes, at the table's end too: long runs, and runs that go round.
        const std::uint64_t hash = random() % 50 == 0 ? random() : (random() % 400) - 200;
        const auto place = static_cast<std::uint32_t>(random() % 8);
        if (random() % 2 == 0) {
            if (model.emplace(hash, place).second) index.insert(hash, place);
        } else {
            index.erase(hash, place);
            model.erase({hash, place});
        }
        const std::uint32_t found = index.find(hash, [&](std::uint32_t p) { return p == place; });
        if ((found == place) != model.contains({hash, place})) FAIL("round " << i);
        if (index.size() != model.size()) FAIL("size in round " << i);
    }
    for (const auto& [hash, place] : model) {
        CHECK(index.find(hash, [p = place](std::uint32_t other) { return other == p; }) == place);
    }
}

TEST_CASE("hash index: it grows and forgets", "[sipnet][index]") {
    HashIndex index;
    for (std::uint32_t i = 0; i < 100'000; ++i) index.insert(i * 0x9e37'79b9'7f4a'7c15U, i);
    for (std::uint32_t i = 0; i < 100'000; i += 2) index.erase(i * 0x9e37'79b9'7f4a'7c15U, i);
    CHECK(index.size() == 50'000);
    const auto any = [](std::uint32_t) { return true; };
    CHECK(index.find(2 * 0x9e37'79b9'7f4a'7c15U, any) == HashIndex::kNone);
    CHECK(index.find(3 * 0x9e37'79b9'7f4a'7c15U, any) == 3);
}
