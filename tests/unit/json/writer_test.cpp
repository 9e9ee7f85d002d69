#include "json/writer.h"

#include <array>
#include <catch2/catch.hpp>
#include <charconv>
#include <limits>
#include <random>

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

TEST_CASE("writer: three decimals are what the general way gives, near halves too", "[json][writer]") {
    const auto general = [](double value) {
        std::array<char, 400> buffer;
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 3).ptr;
        std::string text(buffer.data(), end);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text == "-0" ? std::string("0") : text;
    };
    std::mt19937_64 random(4711);
    std::uniform_real_distribution<double> any(-2e9, 2e9), small(-10, 10), hair(-1e-9, 1e-9);
    for (int i = 0; i < 200'000; ++i) {
        for (const double value : {any(random), small(random), static_cast<double>(i) / 1000 + 0.0005, static_cast<double>(i) / 1000 + 0.0005 + hair(random)}) {
            const std::string text = written([&](Writer& w) { w.real(value, 3); });
            if (text != general(value)) FAIL(text << " for " << general(value));
        }
    }
}

TEST_CASE("writer: texts and keys of any length, plain or not, come out the same way", "[json][writer]") {
    for (std::size_t n = 0; n < 200; ++n) {
        const std::string plain(n, 'x');
        CHECK(written([&](Writer& w) { w.begin_object().member(plain, plain).member("b", plain).end_object(); }) ==
              "{\"" + plain + "\":\"" + plain + "\",\"b\":\"" + plain + "\"}");
        const std::string odd = plain + "\"";
        CHECK(written([&](Writer& w) { w.begin_object().member(odd, odd).member(plain, 1).end_object(); }) ==
              "{\"" + plain + "\\\"\":\"" + plain + "\\\"\",\"" + plain + "\":1}");
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
