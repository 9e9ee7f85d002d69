#include "json/writer.h"

#include <catch2/catch.hpp>
#include <limits>

using tandem::json::Writer;

namespace {
template <class F>
std::string written(F f) {
    std::string out;
    Writer w(out);
    f(w);
    return out;
}
}  // namespace

TEST_CASE("writer: puts commas between members and elements only", "[json][writer]") {
    auto text = written([](Writer& w) {
        w.begin_object().member("a", 1).key("b").begin_array().number(1).begin_object().end_object().null().end_array();
        w.member("c", "x").end_object();
    });
    CHECK(text == R"({"a":1,"b":[1,{},null],"c":"x"})");
}

TEST_CASE("writer: escapes what JSON cannot carry as it is", "[json][writer]") {
    CHECK(written([](Writer& w) { w.string("a\"b\\c\n\t\r\b\f\x01\x7f"); }) == "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f\"");
    CHECK(written([](Writer& w) { w.string("grüße €"); }) == "\"grüße €\"");
}

TEST_CASE("writer: replaces bytes that are not UTF-8 and says so", "[json][writer]") {
    std::string out;
    Writer w(out);
    w.string("a\xff" "b");
    CHECK(out == "\"a\xEF\xBF\xBD" "b\"");
    CHECK(w.lossy());
}

TEST_CASE("writer: rounds reals, cuts zeros, writes null for what is no number", "[json][writer]") {
    struct Row {
        double value;
        int decimals;
        const char* text;
    };
    for (Row row : {Row{4.4091, 2, "4.41"}, {4.0, 2, "4"}, {0.5, 3, "0.5"}, {-0.0001, 2, "0"}, {100.0, 0, "100"},
                    {1e300, 0, nullptr}, {std::numeric_limits<double>::quiet_NaN(), 2, "null"},
                    {std::numeric_limits<double>::infinity(), 2, "null"}}) {
        auto text = written([&](Writer& w) { w.real(row.value, row.decimals); });
        if (row.text) {
            CHECK(text == row.text);
        } else {
            CHECK(text.size() == 301);
        }
    }
}

TEST_CASE("writer: an empty optional is absent, or null where that is meant", "[json][writer]") {
    auto text = written([](Writer& w) {
        w.begin_object();
        w.member("a", std::optional<int>()).member("b", std::optional<int>(2)).member("f", true);
        w.member("r", std::optional<double>(), 2).member_or_null("c", std::optional<std::string>());
        w.end_object();
    });
    CHECK(text == R"({"b":2,"f":true,"c":null})");
}
