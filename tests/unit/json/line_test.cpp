#include "json/line.h"

#include <catch2/catch.hpp>

#include "support/exact_buffer.h"

using namespace tandem;
using json::LineFault;

namespace {
struct Got {
    std::string text;
    std::uint64_t number;
    LineFault fault;
    bool operator==(const Got&) const = default;
};

std::vector<Got> lines_of(std::string input, std::size_t max_line, std::size_t chunk) {
    StringInput in(std::move(input), chunk);
    json::LineReader reader(in, max_line);
    std::vector<Got> got;
    for (;;) {
        auto line = reader.next();
        REQUIRE(line);
        if (!*line) return got;
        got.push_back({std::string((*line)->text), (*line)->number, (*line)->fault});
    }
}
}  // namespace

TEST_CASE("line reader: cuts lines whatever the chunks of the stream", "[json][line]") {
    std::vector<Got> expected = {{"one", 1, LineFault::kNone},
                                 {"", 2, LineFault::kNone},
                                 {"three", 3, LineFault::kNone},
                                 {"", 4, LineFault::kTooLong},
                                 {"12345678", 5, LineFault::kNone},
                                 {"last", 6, LineFault::kNone}};
    for (std::size_t chunk : {1U, 2U, 3U, 7U, 100U}) {
        INFO(chunk);
        CHECK(lines_of("one\n\nthree\r\n123456789\n12345678\r\nlast", 8, chunk) == expected);
    }
}

TEST_CASE("line reader: an empty stream has no line, a lone newline one", "[json][line]") {
    CHECK(lines_of("", 8, 8).empty());
    CHECK(lines_of("\n", 8, 8) == std::vector<Got>{{"", 1, LineFault::kNone}});
}

TEST_CASE("line reader: a byte order mark at the very start is left out, no other one", "[json][line]") {
    const std::string mark = "\xEF\xBB\xBF";
    for (std::size_t chunk : {1U, 2U, 3U, 100U}) {
        INFO(chunk);
        CHECK(lines_of(mark + "one\n" + mark + "\n", 8, chunk) ==
              std::vector<Got>{{"one", 1, LineFault::kNone}, {mark, 2, LineFault::kNone}});
        CHECK(lines_of(mark, 8, chunk).empty());
        CHECK(lines_of(mark + "\n", 8, chunk) == std::vector<Got>{{"", 1, LineFault::kNone}});
    }
}

TEST_CASE("line reader: reports NUL and bytes that are not UTF-8 with their place", "[json][line]") {
    StringInput in(std::string("ab\0c\nxy\xC3\nok\n", 13));
    json::LineReader reader(in);
    auto first = reader.next();
    CHECK((*first)->fault == LineFault::kNul);
    CHECK((*first)->offset == 2);
    auto second = reader.next();
    CHECK((*second)->fault == LineFault::kNotUtf8);
    CHECK((*second)->offset == 2);
    CHECK((*reader.next())->fault == LineFault::kNone);
}

namespace {
/// Gives the same byte for ever (or for n bytes), as /dev/zero does.
class Endless final : public InputStream {
public:
    explicit Endless(std::size_t n) : left_(n) {}
    Result<std::size_t> read(std::span<char> buffer) override {
        std::size_t n = std::min(left_, buffer.size());
        largest = std::max(largest, buffer.size());
        std::fill_n(buffer.begin(), n, 'x');
        left_ -= n;
        return n;
    }
    std::size_t largest = 0;

private:
    std::size_t left_;
};
}  // namespace

TEST_CASE("line reader: a line of 100 MiB is given once and held nowhere", "[json][line]") {
    Endless in(std::size_t{100} << 20);
    json::LineReader reader(in, json::kDefaultMaxLine);
    auto line = reader.next();
    REQUIRE(line);
    CHECK((*line)->fault == LineFault::kTooLong);
    CHECK((*line)->number == 1);
    CHECK_FALSE((*line)->complete);
    CHECK(in.largest <= json::kDefaultMaxLine + 2);
    CHECK_FALSE(*reader.next());
}

TEST_CASE("line parser: splits an object into raw members in order", "[json][line]") {
    json::LineParser parser;
    auto object = parser.parse(R"( {"a" : 1e400, "b":{"c":[1,"]}\""]} ,"d":"\u00e9","a":null,"":12345678901234567890123} )");
    REQUIRE(object);
    const auto& m = (*object)->members();
    REQUIRE(m.size() == 5);
    CHECK(m[0].key == "a");
    CHECK(m[0].value == "1e400");
    CHECK(m[1].value == R"({"c":[1,"]}\""]})");
    CHECK(m[2].value == R"("\u00e9")");
    CHECK(m[3].value == "null");
    CHECK(m[4].key.empty());
    CHECK(m[4].value == "12345678901234567890123");
}

TEST_CASE("line parser: finds values by dotted path and decodes strings", "[json][line]") {
    json::LineParser parser;
    auto parsed = parser.parse(
        R"({"call":{"to":"+49\u00df\ud83d\ude00\n","n":7,"deep":{"x":[{"k":1},2,"three"]}},"call.from":"flat","no":false,"r":0.25})");
    REQUIRE(parsed);
    const json::Object& o = **parsed;
    CHECK(**o.text("call.to") == "+49ß😀\n");
    CHECK(**o.text("call.from") == "flat");
    CHECK(**o.integer("call.n") == 7);
    CHECK(**o.boolean("no") == false);
    CHECK(**o.real("r") == 0.25);
    CHECK((*o.items("call.deep.x"))->size() == 3);
    CHECK((*o.object("call.deep"))->members().size() == 1);
    CHECK_FALSE(*o.text("call.n"));
    CHECK_FALSE(*o.text("call.none"));
    CHECK_FALSE(*o.text("no.deeper"));
    CHECK_FALSE(*o.raw("nothing"));
}

TEST_CASE("line parser: a duplicate matters only when it is read", "[json][line]") {
    json::LineParser parser;
    auto parsed = parser.parse(R"({"a":1,"a":2,"b":3,"n":{"t":1,"\u0074":2}})");
    REQUIRE(parsed);
    CHECK(**(*parsed)->integer("b") == 3);
    auto twice = (*parsed)->integer("a");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == Errc::kConflict);
    CHECK(twice.error().offset == 8);
    auto hidden = (*parsed)->integer("n.t");
    REQUIRE_FALSE(hidden);
    CHECK(hidden.error().code == Errc::kConflict);
}

TEST_CASE("line parser: refuses what is not one well-formed object", "[json][line]") {
    json::LineParser parser;
    for (std::string_view bad : {"", "[]", "1", "{", "}", "{]", R"({"a"})", R"({"a":})", R"({"a":1,})", R"({,})", R"({"a":1}})",
                                 R"({"a":1} x)", R"({"a":1}{"b":2})", R"({"a":01})", R"({"a":1.})", R"({"a":.5})", R"({"a":+1})",
                                 R"({"a":-})", R"({"a":1e})", R"({"a":tru})", R"({"a":truex})", R"({"a":nul})", R"({"a":"\q"})",
                                 R"({"a":"\u12"})", R"({"\q":1})", R"({"a":"x)", R"({"a":[1,]})", R"({"a":[1 2]})", R"({"a":[1})",
                                 R"({"a":{"b":1]})", R"({a:1})", R"({'a':1})", R"({"a" 1})", "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}",
                                 R"({"a":1/*c*/})", R"({"a":NaN})", R"({"a":1 "b":2})"}) {
        INFO(bad);
        test::ExactBuffer exact(bad);
        CHECK_FALSE(parser.parse(exact.text()));
    }
    CHECK(parser.parse("{}"));
}

TEST_CASE("line parser: says where a line goes wrong at its end", "[json][line]") {
    struct Row {
        std::string_view line, what;
        std::size_t offset;
    };
    json::LineParser parser;
    for (const Row& row : {Row{R"({"a":1} x)", "trailing text after the object", 8}, Row{R"({"a":1}})", "trailing text after the object", 7},
                           Row{R"(  {"a":1}{"b":2})", "trailing text after the object", 9},
                           Row{R"({"a":"}"} ,)", "trailing text after the object", 10},
                           Row{R"({"a":1)", "an object or array is not closed", 6}, Row{R"( {"a":{"b":1})", "an object or array is not closed", 13},
                           Row{R"({"a":"x)", "a string is not closed", 7}}) {
        INFO(row.line);
        const auto parsed = parser.parse(row.line);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().what == row.what);
        CHECK(parsed.error().offset == row.offset);
    }
}

TEST_CASE("line parser: limits nesting", "[json][line]") {
    json::LineParser parser;
    auto nested = [](std::size_t n) { return "{\"a\":" + std::string(n, '[') + std::string(n, ']') + "}"; };
    CHECK(parser.parse(nested(json::kMaxDepth - 1)));
    auto deep = parser.parse(nested(json::kMaxDepth));
    REQUIRE_FALSE(deep);
    CHECK(deep.error().code == Errc::kRange);
    CHECK_FALSE(parser.parse(nested(100000)));
}

TEST_CASE("line parser: refuses every truncation of an object", "[json][line]") {
    json::LineParser parser;
    constexpr std::string_view kText = R"({"a":[1,true,{"b":"\u00e9x"}],"c":null,"d":-1.5e+3})";
    REQUIRE(parser.parse(kText));
    test::for_each_truncation(kText, [&](const test::ExactBuffer& cut) {
        INFO(cut.text());
        CHECK_FALSE(parser.parse(cut.text()));
    });
}
