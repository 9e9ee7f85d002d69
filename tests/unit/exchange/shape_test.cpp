#include "exchange/shape.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::exchange;

TEST_CASE("shape: plain patterns are taken apart", "[exchange][shape]") {
    const auto shape = shape_of("^9(\\d{2}[1-3a]*)x?(\\+)$");
    REQUIRE(shape);
    CHECK(shape->begins);
    CHECK(shape->ends);
    CHECK(shape->groups == 2);
    REQUIRE(shape->parts.size() == 5);
    CHECK(shape->parts[0].set == chars("9"));
    CHECK(shape->parts[1].set == digits('0', '9'));
    CHECK(shape->parts[1].min == 2);
    CHECK(shape->parts[1].max == 2);
    CHECK(shape->parts[1].group == 1);
    CHECK(shape->parts[2].set == chars("123a"));
    CHECK(shape->parts[2].max == kMany);
    CHECK(shape->parts[3].min == 0);
    CHECK(shape->parts[3].group == 0);
    CHECK(shape->parts[4].set == chars("+"));
    CHECK(shape_of("[^0-9]")->parts[0].set.has('+'));
    CHECK_FALSE(shape_of("[^0-9]")->parts[0].set.has('5'));
}

TEST_CASE("shape: what is not plain is refused, saying what it is", "[exchange][shape]") {
    for (const char* pattern : {"a|b", "(?=1)", "(?<n>1)", "((1))", "(1)*", "1*?", "1++", "\\b", "\\1", "[[:digit:]]", "1{2", "1{3,2}", "*", "(1", "a^", "$a", "(1$)", "[1", "\\", "1{999}"}) {
        INFO(pattern);
        CHECK_FALSE(shape_of(pattern));
    }
}

TEST_CASE("shape: translations are literals and groups", "[exchange][shape]") {
    const auto parts = translation_parts("+1${1}0$2$$", 2);
    REQUIRE(parts);
    REQUIRE(parts->size() == 5);
    CHECK((*parts)[0].literal == "+1");
    CHECK((*parts)[1].group == 1);
    CHECK((*parts)[2].literal == "0");
    CHECK((*parts)[3].group == 2);
    CHECK((*parts)[4].literal == "$");
    for (const char* text : {"$3", "$&", "${name}", "${1", "$12"}) {
        INFO(text);
        CHECK_FALSE(translation_parts(text, 2));
    }
}

TEST_CASE("shape: truncated at every byte", "[exchange][shape]") {
    test::for_each_truncation("^9(\\d{2,3}[^1-3\\]]*)x?(\\+)$", [](const test::ExactBuffer& cut) {
        static_cast<void>(shape_of(cut.text()));
        static_cast<void>(translation_parts(cut.text(), 1));
    });
}
