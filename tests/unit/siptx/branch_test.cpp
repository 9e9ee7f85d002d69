// Knows: that a branch leads back to its transaction and that a foreign one does not.
// Must not know: the table.
#include "siptx/branch.h"

#include <catch2/catch.hpp>

using namespace tandem::siptx;

TEST_CASE("branch: is read back with its place, generation and loop hash", "[siptx]") {
    const std::string text = make_branch(0xdeadbeef, Handle{7, 3}, 0x12345678);
    CHECK(text.substr(0, 7) == "z9hG4bK");
    const auto branch = read_branch(text, 0xdeadbeef);
    REQUIRE(branch.has_value());
    CHECK(branch->handle == Handle{7, 3});
    CHECK(branch->loop_hash == 0x12345678);
}

TEST_CASE("branch: those of other nodes and others' branches are not ours", "[siptx]") {
    const std::string text = make_branch(1, Handle{7, 3}, 9);
    CHECK_FALSE(read_branch(text, 2).has_value());
    for (std::size_t n = 0; n < text.size(); ++n) CHECK_FALSE(read_branch(text.substr(0, n), 1).has_value());
    CHECK_FALSE(read_branch(text + "0", 1).has_value());
    std::string broken = text;
    broken[10] = 'x';
    CHECK_FALSE(read_branch(broken, 1).has_value());
    CHECK_FALSE(read_branch(make_branch(1, Handle{7, 0}, 9), 1).has_value());
}
