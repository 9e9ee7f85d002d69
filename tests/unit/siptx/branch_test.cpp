// Knows: that a branch leads back to its transaction and that a foreign one does not.
// Must not know: the table.
#include "siptx/branch.h"

#include <catch2/catch.hpp>

using namespace tandem::siptx;

namespace {

constexpr tandem::SipHashKey kKey{0x0123456789abcdef, 0xfedcba9876543210};
constexpr tandem::SipHashKey kOther{0x0123456789abcdef, 0xfedcba9876543211};

}  // namespace

TEST_CASE("branch: is read back with its place, generation and loop hash", "[siptx]") {
    const std::string text = make_branch(kKey, Handle{7, 3}, 0x12345678);
    CHECK(text.substr(0, 7) == "z9hG4bK");
    const auto branch = read_branch(text, kKey);
    REQUIRE(branch.has_value());
    CHECK(branch->handle == Handle{7, 3});
    CHECK(branch->loop_hash == 0x12345678);
}

TEST_CASE("branch: those of other nodes and others' branches are not ours", "[siptx]") {
    const std::string text = make_branch(kKey, Handle{7, 3}, 9);
    CHECK_FALSE(read_branch(text, kOther).has_value());
    for (std::size_t n = 0; n < text.size(); ++n) CHECK_FALSE(read_branch(text.substr(0, n), kKey).has_value());
    CHECK_FALSE(read_branch(text + "0", kKey).has_value());
    std::string broken = text;
    broken[10] = 'x';
    CHECK_FALSE(read_branch(broken, kKey).has_value());
    CHECK_FALSE(read_branch(make_branch(kKey, Handle{7, 0}, 9), kKey).has_value());
}

TEST_CASE("branch: nobody writes that of another request from those that he has seen", "[siptx]") {
    const std::string mine = make_branch(kKey, Handle{7, 3}, 9);
    const std::string other = make_branch(kKey, Handle{8, 3}, 9);
    const std::string again = make_branch(kKey, Handle{7, 4}, 9);
    // "z9hG4bKt", index, generation, 16 digits of check value, ".", loop hash: any digit of another's spoils it.
    CHECK_FALSE(read_branch(other.substr(0, 24) + mine.substr(24), kKey).has_value());
    CHECK_FALSE(read_branch(again.substr(0, 24) + mine.substr(24), kKey).has_value());
    CHECK(mine.substr(24, 16) != other.substr(24, 16));
    CHECK(mine.substr(24, 16) != again.substr(24, 16));
    for (std::size_t i = 8; i < mine.size(); ++i) {
        if (mine[i] == '.') continue;
        std::string changed = mine;
        changed[i] = changed[i] == '0' ? '1' : '0';
        INFO(changed);
        CHECK_FALSE(read_branch(changed, kKey).has_value());
    }
}
