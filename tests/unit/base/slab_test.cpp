// Knows: that places are reused with a new generation and old handles give nothing.
#include "base/slab.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/spsc_ring.h"

using namespace tandem;

TEST_CASE("slab: a freed place is found no more and is used again under a new generation", "[base][slab]") {
    Slab<std::string, 4> slab;
    Slab<std::string, 4>::Place a{}, b{};
    REQUIRE(slab.make(a));
    *a.object = "first";
    CHECK(slab.get(a.index, a.generation) == a.object);
    CHECK(slab.live() == 1);
    slab.free(a.index);
    CHECK(slab.get(a.index, a.generation) == nullptr);
    REQUIRE(slab.make(b));
    CHECK(b.index == a.index);
    CHECK(b.generation != a.generation);
    CHECK(*b.object == "first");  // the memory is kept
    CHECK(slab.get(99, 1) == nullptr);
}

TEST_CASE("slab: grows by chunks without moving, up to its limit", "[base][slab]") {
    Slab<int, 4> slab;
    slab.set_max(8);
    Slab<int, 4>::Place first{}, p{};
    REQUIRE(slab.make(first));
    for (int i = 0; i < 7; ++i) REQUIRE(slab.make(p));
    CHECK_FALSE(slab.make(p));
    CHECK(slab.get(first.index, first.generation) == first.object);
    slab.free(first.index);
    slab.free(first.index);  // twice does no harm
    CHECK(slab.live() == 7);
    CHECK(slab.make(p));
    CHECK_FALSE(slab.make(p));
}

TEST_CASE("spsc ring: keeps order, refuses when full, moves values through", "[base][ring]") {
    SpscRing<std::string, 4> ring;
    std::string out;
    CHECK_FALSE(ring.pop(out));
    for (int round = 0; round < 3; ++round) {
        for (char c : {'a', 'b', 'c', 'd'}) CHECK(ring.push(std::string(1, c)));
        std::string extra = "e";
        CHECK_FALSE(ring.push(std::move(extra)));
        CHECK(extra == "e");
        for (char c : {'a', 'b', 'c', 'd'}) {
            REQUIRE(ring.pop(out));
            CHECK(out == std::string(1, c));
        }
        CHECK(ring.empty());
    }
}
