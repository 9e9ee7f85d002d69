#include "number/plan_file.h"

#include <catch2/catch.hpp>
#include <string>

#include "number/phone.h"
#include "support/plan_seal.h"

using namespace tandem;
using namespace tandem::number;

namespace {

std::string committed() { return std::string(builtin_plan_bytes()); }

}  // namespace

TEST_CASE("plan file: the built-in plan is a file like any other", "[number][plan]") {
    auto loaded = load_plan(committed());
    REQUIRE(loaded);
    CHECK(loaded->plan.version == builtin_plan().version);
    CHECK(loaded->plan.regions.size() == builtin_plan().regions.size());
    CHECK(committed().size() <= 400'000);
    Phone phone;
    parse_phone("020 7946 0958", loaded->plan, loaded->plan.region("GB"), phone);
    CHECK(phone.e164() == "+442079460958");
}

TEST_CASE("plan file: a truncated file is refused at every length", "[number][plan]") {
    const std::string whole = committed();
    for (std::size_t size = 0; size < whole.size(); size += size < 400 ? 1 : 997) CHECK_FALSE(load_plan(whole.substr(0, size)));
    CHECK_FALSE(load_plan(whole + "x"));
}

TEST_CASE("plan file: a byte that changed is noticed", "[number][plan]") {
    for (std::size_t at : {0U, 9U, 33U, 200U, 100'000U, 240'000U}) {
        std::string bytes = committed();
        bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
        auto loaded = load_plan(bytes);
        REQUIRE_FALSE(loaded);
        CHECK_FALSE(loaded.error().what.empty());
    }
}

TEST_CASE("plan file: with a right checksum, no table may point outside", "[number][plan]") {
    // Each 16-bit word in turn is set to its highest value; what still loads must be safe to use.
    const std::string whole = committed();
    std::size_t refused = 0, taken = 0;
    for (std::size_t at = 32; at + 2 < whole.size(); at += 2 * 1'009) {
        std::string bytes = whole;
        bytes[at] = bytes[at + 1] = '\xFF';
        test::seal_plan(bytes);
        auto loaded = load_plan(bytes);
        if (!loaded) {
            ++refused;
            continue;
        }
        ++taken;
        for (const char* written : {"+442079460958", "0041446681800", "+5491112345678", "+80012345678"}) {
            Phone phone;
            parse_phone(written, loaded->plan, loaded->plan.region("DE"), phone);
        }
    }
    CHECK(refused > 0);
    CHECK(taken > 0);
}
