#include "number/country.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

using namespace tandem;

TEST_CASE("country: the table is sorted and its figures hold together", "[number][country]") {
    auto all = number::countries();
    CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.region < b.region; }));
    for (const number::Country& c : all) {
        INFO(c.region);
        CHECK(c.region.size() == 2);
        CHECK(number::calling_code_length(c.calling_code) == c.calling_code.size());
        CHECK(c.min_length <= c.max_length);
        CHECK(c.calling_code.size() + c.max_length <= 15);
        CHECK(number::find_country(c.region) == &c);
        CHECK(number::country_by_calling_code(c.calling_code)->calling_code == c.calling_code);
    }
    CHECK(number::find_country("de") == number::find_country("DE"));
    CHECK(number::find_country("ZZ") == nullptr);
    CHECK(number::country_by_calling_code("999") == nullptr);
}

TEST_CASE("country: country codes are told from what follows", "[number][country]") {
    struct Row {
        const char* digits;
        std::size_t length;
    };
    for (Row row : {Row{"14255550100", 1}, {"77012345678", 1}, {"4930123", 2}, {"35312345", 3}, {"883510001", 3}, {"999123", 0}, {"210123", 0},
                    {"0123", 0}, {"", 0}, {"4", 0}, {"35", 0}, {"68", 0}}) {
        INFO(row.digits);
        CHECK(number::calling_code_length(row.digits) == row.length);
    }
    // ITU-T E.164.D: one to three digits; no code is the beginning of another.
    std::size_t assigned = 0;
    for (int i = 0; i < 1000; ++i) {
        std::string digits = std::to_string(i);
        if (number::calling_code_length(digits) == digits.size()) ++assigned;
    }
    CHECK(assigned > 200);
}

TEST_CASE("country: regions that share a code are told apart", "[number][country]") {
    struct Row {
        const char *country, *national, *region;
    };
    for (Row row : {Row{"GB", "2079460018", "GB"}, {"GB", "1534123456", "JE"}, {"GB", "7781123456", "GG"}, {"US", "2065550100", "US"},
                    {"US", "4165550100", "CA"}, {"CA", "2065550100", "US"}, {"US", "8095550100", "DO"}, {"US", "8005550100", "US"},
                    {"IT", "0669812345", "VA"}, {"DE", "30123456", "DE"}}) {
        INFO(row.national);
        CHECK(number::region_of(*number::find_country(row.country), row.national) == row.region);
    }
}

TEST_CASE("country: emergency strings", "[number][country]") {
    for (const char* s : {"112", "911", "999", "000", "110", "119", "933"}) CHECK(number::is_emergency(s));
    for (const char* s : {"", "1", "1121", "+112", "9911", "15"}) CHECK_FALSE(number::is_emergency(s));
    CHECK(number::is_emergency("15", number::find_country("FR")));
    CHECK_FALSE(number::is_emergency("15", number::find_country("DE")));
}
