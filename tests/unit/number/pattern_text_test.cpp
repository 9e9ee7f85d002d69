#include "number/pattern_text.h"

#include <catch2/catch.hpp>

#include "number/regex.h"
#include "support/exact_buffer.h"

using namespace tandem;

TEST_CASE("pattern text: what matches only as a whole is told from what does not", "[number][regex]") {
    struct Row {
        const char* pattern;
        bool anchored;
    };
    for (const Row& row : {Row{"^1$", true}, {"^(1|2)$", true}, {"^1|2$", false}, {"^[|]$", true}, {"^[]|]$", true}, {"^[^]|]$", true}, {"^\\$", false},
                           {"^\\\\$", true}, {"^1\\z", true}, {"\\A1\\Z", true}, {"(?n)^(1)$", true}, {"^1$|^2$", false},
                           {"^(1$)", false}, {"1$", false}, {"^1", false}, {"^", false}, {"$", false}, {"^$", true}, {"^(?:1[)]|2)$", true}, {"^\\Q|\\E$", true}}) {
        CAPTURE(row.pattern);
        CHECK(number::is_anchored(row.pattern) == row.anchored);
        const auto regex = number::Regex::compile(row.pattern);
        REQUIRE(regex);
        CHECK(regex->anchored() == row.anchored);
        // An anchored pattern never leaves anything of a subject around its match.
        if (row.anchored) CHECK(regex->match("x1x") == number::MatchEnd::kNoMatch);
    }
}

TEST_CASE("pattern text: anchors are seen outside of brackets", "[number][regex]") {
    for (const char* pattern : {"^1", "1$", "1\\z", "(?:1|\\A2)", "[^1]$"}) CHECK(number::has_anchor(pattern));
    for (const char* pattern : {"[^1]", "[$]", "\\$", "\\^1", "[]^]", ""}) CHECK_FALSE(number::has_anchor(pattern));
}

TEST_CASE("pattern text: patterns that were cut are read to their end", "[number][regex]") {
    test::for_each_truncation(R"(^(?n)[^]a-z\]]{1,2}\Q(\E(a|\c()\.$)", [](const test::ExactBuffer& cut) {
        for (std::size_t at = 0; at < cut.text().size(); ++at) {
            CHECK(number::after_literal(cut.text(), at) <= cut.text().size());
            CHECK(number::after_group(cut.text(), at) <= cut.text().size());
        }
        static_cast<void>(number::is_anchored(cut.text()));
        static_cast<void>(number::has_anchor(cut.text()));
    });
}
