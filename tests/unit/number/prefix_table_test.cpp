#include "number/prefix_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace tandem;
using number::prefix_key;
using number::prefix_text;
using number::PrefixTable;

namespace {

PrefixTable table_of(std::vector<std::string> prefixes) {
    std::vector<number::PrefixKey> keys;
    for (const std::string& text : prefixes) keys.push_back(*prefix_key(text));
    std::sort(keys.begin(), keys.end());
    return PrefixTable(keys);
}

std::string longest(const PrefixTable& table, std::string_view digits) {
    const std::uint32_t row = table.longest(digits);
    return row == PrefixTable::kNone ? "" : prefix_text(table.key(row));
}

}  // namespace

TEST_CASE("prefix key: digits in and out, sorted as text", "[number][prefix]") {
    for (const std::string text : {"1", "0", "44", "999999999999999", "120255512345678"}) CHECK(prefix_text(*prefix_key(text)) == text);
    for (const std::string_view text : {"", "1234567890123456", "1a", "+1", "1 ", "-1"}) CHECK_FALSE(prefix_key(text));
    std::vector<std::string> texts{"1", "10", "100", "109", "11", "2", "20", "200000000000000", "3"};
    for (std::size_t i = 1; i < texts.size(); ++i) CHECK(*prefix_key(texts[i - 1]) < *prefix_key(texts[i]));
}

TEST_CASE("prefix table: the longest prefix that a number begins with", "[number][prefix]") {
    const PrefixTable table = table_of({"1", "1425", "1425555", "44", "4420", "449", "120255512345678"});
    CHECK(longest(table, "14255550100") == "1425555");
    CHECK(longest(table, "14255540100") == "1425");
    CHECK(longest(table, "12065550100") == "1");
    CHECK(longest(table, "4420") == "4420");
    CHECK(longest(table, "442") == "44");
    CHECK(longest(table, "4") == "");
    CHECK(longest(table, "49") == "");
    CHECK(longest(table, "0") == "");
    CHECK(longest(table, "99999999999999999999") == "");
    CHECK(longest(table, "1202555123456789") == "120255512345678");  // what is longer than E.164 counts by its first 15 digits
    CHECK(longest(table, "") == "");
    CHECK(longest(table, "+1425") == "");
    CHECK(longest(PrefixTable(), "1") == "");
}

TEST_CASE("prefix table: the next best is shorter, or an earlier row of the same prefix", "[number][prefix]") {
    const auto key = [](std::string_view text) { return *prefix_key(text); };
    const std::vector<number::PrefixKey> keys{key("1"), key("1"), key("14"), key("1425"), key("1425")};
    const PrefixTable table(keys);
    std::uint32_t row = table.longest("14255550100");
    std::vector<std::uint32_t> rows;
    for (; row != PrefixTable::kNone; row = table.next_best(row)) rows.push_back(row);
    CHECK(rows == std::vector<std::uint32_t>{4, 3, 2, 1, 0});
}

TEST_CASE("prefix table: answers as trying every length does, for tables of all sizes", "[number][prefix]") {
    const unsigned seed = 20261122;
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (const std::size_t size : {1U, 7U, 10U, 11U, 300U, 20000U, 120000U}) {
        std::set<std::string> prefixes;
        while (prefixes.size() < size) {
            // Few different digits in small tables, so that prefixes of prefixes are common.
            const unsigned digits = size < 1000 ? 3 : 10;
            std::string text;
            for (std::size_t n = 1 + random() % (size < 1000 ? 8 : 15); n > 0; --n) text += static_cast<char>('0' + random() % digits);
            prefixes.insert(text);
        }
        const PrefixTable table = table_of({prefixes.begin(), prefixes.end()});
        CHECK(table.memory() <= size * 16 + 4'100'000);
        for (int i = 0; i < 20000; ++i) {
            std::string text;
            for (std::size_t n = random() % 16; n > 0; --n) text += static_cast<char>('0' + random() % (size < 1000 ? 3 : 10));
            std::string want;
            for (std::size_t n = text.size(); n > 0 && want.empty(); --n)
                if (prefixes.contains(text.substr(0, n))) want = text.substr(0, n);
            if (longest(table, text) != want) FAIL(size << " " << text << ": " << longest(table, text) << " not " << want);
        }
    }
}
