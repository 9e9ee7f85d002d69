// Knows: the vectors that the authors of SipHash published with it.
// Must not know: who hashes what.
#include "base/siphash.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tandem;

TEST_CASE("siphash: gives the published vectors", "[base][siphash]") {
    // Key 00 01 … 0f, message 00 01 … (n-1): appendix A of the paper (n = 15) and the authors' list of vectors.
    constexpr SipHashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
    struct Row {
        std::size_t size;
        std::uint64_t hash;
    };
    constexpr Row kRows[] = {{0, 0x726fdb47dd0e0e31U}, {1, 0x74f839c593dc67fdU}, {2, 0x0d6c8009d9a94f5aU},
                             {7, 0xab0200f58b01d137U}, {8, 0x93f5f5799a932462U}, {15, 0xa129ca6149be45e5U},
                             {16, 0x3f2acc7f57c29bdbU}};
    for (const Row& row : kRows) {
        INFO(row.size);
        std::string text;
        for (std::size_t i = 0; i < row.size; ++i) text.push_back(static_cast<char>(i));
        CHECK(siphash(kKey, text) == row.hash);
    }
}

TEST_CASE("siphash: another key is another hash", "[base][siphash]") {
    CHECK(siphash({1, 2}, "z9hG4bKsame") != siphash({1, 3}, "z9hG4bKsame"));
    CHECK(siphash({1, 2}, "z9hG4bKsame") != siphash({2, 2}, "z9hG4bKsame"));
}

TEST_CASE("siphash: a view of nothing is an empty text", "[base][siphash]") {
    const SipHashKey key{1, 2};
    CHECK(siphash(key, std::string_view{}) == siphash(key, ""));
}
