// Knows: what a test's table of profile keys must hold: each key, each choice, or a report at load.
// Must not know: what a key means, who carries it out.
// Next: tests/unit/tools/gw-bridge/profile_keys_test.cpp, tests/unit/tools/sip-trunk-proxy/profile_keys_test.cpp.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/keys.h"

namespace tandem::test {

/// Every key of the table has a row and every choice that is not the default one of its own; a key that is not honoured has none
/// and loading reports it, once. A row has key and value; load(key) loads a topology in which that key alone is set.
template <class Row, std::size_t N, class Load>
void check_key_rows(const config::Table& table, const Row (&rows)[N], std::string_view profile, Load load) {
    std::set<std::string_view> known;
    for (const auto& key : table.keys) {
        CAPTURE(key.name);
        known.insert(key.name);
        const auto has = [&](std::string_view value) {
            return std::any_of(std::begin(rows), std::end(rows), [&](const Row& row) {
                return row.key == key.name && (value.empty() || row.value == cat('"', value, '"'));
            });
        };
        if (!key.honoured) {
            CHECK_FALSE(has({}));
            const auto file = load(key);
            CAPTURE(file.errors, file.warnings);
            REQUIRE(file.ok());
            REQUIRE(file.warnings.size() == 1);
            CHECK(file.warnings[0].find(cat('"', key.name, "\" of ", profile, " is accepted but not honoured yet")) !=
                  std::string::npos);
            continue;
        }
        CHECK(has({}));
        for (const auto choice : key.choices)
            if (choice != key.fallback) {
                CAPTURE(choice);
                CHECK(has(choice));
            }
    }
    for (const auto& row : rows) {
        CAPTURE(row.key);
        CHECK(known.count(row.key) == 1);
    }
}

}  // namespace tandem::test
