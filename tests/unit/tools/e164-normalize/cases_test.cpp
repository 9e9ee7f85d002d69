#include "e164-normalize/cases.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using e164::Expect;

namespace {

constexpr std::string_view kJson =
    R"({"name":"n","dialled":"114","from":{"user":"alice"},"calling":"+1","expect":{"e164":null,"valid":true,"trunks":["a","b"],"reject":404,"rule":"r"}})";
constexpr std::string_view kCsv = "name,dialled,from.user,calling,expect.e164,expect.valid,expect.trunks,expect.reject,expect.rule\n"
                                  "n,114,alice,+1,null,true,a  b,404,r\n";

}  // namespace

TEST_CASE("cases: JSON and CSV say the same", "[e164]") {
    const auto json = e164::read_json_cases(kJson, "f"), csv = e164::read_csv_cases(kCsv, "f");
    REQUIRE(json.faults.empty());
    REQUIRE(csv.faults.empty());
    REQUIRE(json.cases.size() == 1);
    REQUIRE(csv.cases.size() == 1);
    CHECK(json.cases[0].line == 1);
    CHECK(csv.cases[0].line == 2);
    for (const e164::Case& c : {json.cases[0], csv.cases[0]}) {
        CHECK(c.name == "n");
        CHECK(c.dialled == "114");
        CHECK(c.user == "alice");
        CHECK(c.trunk.empty());
        CHECK(c.calling == "+1");
        REQUIRE(c.expect.size() == 5);
        CHECK(c.expect[0].what == Expect::kE164);
        CHECK_FALSE(c.expect[0].value);
        CHECK(c.expect[1].value == "true");
        CHECK(c.expect[2].value == "a, b");
        CHECK(c.expect[3].value == "404");
        CHECK(c.expect[4].value == "r");
    }
}

TEST_CASE("cases: a file that ends anywhere is told so or is a shorter one", "[e164]") {
    for (const std::string_view whole : {kJson, kCsv}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const test::ExactBuffer cut(whole.substr(0, size));
            for (const auto& file : {e164::read_json_cases(cut.text(), "f"), e164::read_csv_cases(cut.text(), "f")}) {
                CHECK(file.cases.size() + file.faults.size() <= 12);
                for (const auto& c : file.cases) CHECK_FALSE(c.dialled.empty());
            }
        }
    }
    CHECK(e164::read_json_cases(kJson.substr(0, kJson.size() - 1), "f").cases.empty());
}

TEST_CASE("cases: escaped keys, byte order mark, line ends", "[e164]") {
    const auto file = e164::read_json_cases("\xEF\xBB\xBF{\"di\\u0061lled\":\"1\",\"expect\":{\"e164\":null}}\r\n\r\n// x\n{\"dialled\":\"2\",\"expect\":{\"e164\":null}}", "f");
    REQUIRE(file.faults.empty());
    REQUIRE(file.cases.size() == 2);
    CHECK(file.cases[1].line == 4);
    CHECK(file.cases[1].name == "dialled 2");
    const auto bad = e164::read_json_cases("{\"dialled\":\"1\",\"expect\":{\"e164\":null}}\xFF\n{\"dialled\":\"1\",\"dialled\":\"1\"}", "f");
    CHECK(bad.cases.empty());
    REQUIRE(bad.faults.size() == 2);
    CHECK(bad.faults[1].text == "f:2: \"dialled\" stands twice");
}
