#include "json/line.h"

#include <catch2/catch.hpp>
#include <random>

#include "json/document.h"
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
        // It does not count against the limit.
        CHECK(lines_of(mark, 1, chunk).empty());
        CHECK(lines_of(mark + "12345678\r\n12345678\r\n", 8, chunk) ==
              std::vector<Got>{{"12345678", 1, LineFault::kNone}, {"12345678", 2, LineFault::kNone}});
        CHECK(lines_of(mark + "123456789\n", 8, chunk) == std::vector<Got>{{"", 1, LineFault::kTooLong}});
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

TEST_CASE("line parser: says of each fault what it is and where", "[json][line]") {
    struct Row {
        std::string_view line, what;
        std::size_t offset;
    };
    json::LineParser parser;
    for (const Row& row : {Row{R"({"a":01})", "not a number", 5}, Row{R"({"a":1.2.3})", "not a number", 5}, Row{R"({"a":truex})", "not well-formed JSON", 9},
                           Row{R"({"a":1,})", "not well-formed JSON", 7}, Row{R"({"a":[1 2]})", "not well-formed JSON", 8},
                           Row{"{\"a\":\"x\ty\"}", "control character in a string", 7}, Row{R"({"a":"\q" , "b":1})", "bad escape in a string", 10},
                           Row{R"({"a":"\ud800x"})", "bad escape in a string", 14}, Row{R"({"a":"\udc00"})", "bad escape in a string", 13},
                           Row{R"({"a":"\ud800\u0041"})", "bad escape in a string", 19}, Row{R"({"a":"\)", "a string is not closed", 7},
                           Row{R"({"a":"\")", "a string is not closed", 8}, Row{R"({"a":tr)", "an object or array is not closed", 7},
                           Row{R"({"a":x)", "an object or array is not closed", 6}, Row{"{\"a\":x,\"\xff\":1}", "not UTF-8", 8},
                           Row{"{\"a\":\"\xe2\x82\"}", "not UTF-8", 6}, Row{" 7", "not a JSON object", 1}}) {
        INFO(row.line);
        const test::ExactBuffer exact(row.line);
        const auto parsed = parser.parse(exact.text());
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().what == row.what);
        CHECK(parsed.error().offset == row.offset);
    }
}

TEST_CASE("line parser: blanks, escapes and long strings at every place of a block", "[json][line]") {
    json::LineParser parser;
    for (std::size_t pad = 0; pad < 140; ++pad) {
        const std::string fill(pad, pad % 2 == 0 ? ' ' : '\t'), text(pad, 'x');
        const std::string line = "{" + fill + "\"" + text + "\\\"k\"" + fill + ":" + fill + "\"\\\\" + text + "\\u00e9\\\\\"" + fill + ",\"n\":" + fill + "[\"" +
                                 text + "\",{}]" + fill + "}";
        INFO(line);
        const test::ExactBuffer exact(line);
        const auto parsed = parser.parse(exact.text());
        REQUIRE(parsed);
        CHECK(**(*parsed)->text("" + text + "\"k") == "\\" + text + "é\\");
        CHECK((*(*parsed)->items("n"))->size() == 2);
        if (pad > 0) CHECK_FALSE(parser.parse(line.substr(0, line.size() - 2 - pad)));
    }
}

TEST_CASE("line parser: keys that are looked for at once are found as each alone", "[json][line]") {
    json::LineParser parser;
    const std::vector<std::string> names{"type", "number", "", "call.to", "tape", "twice", "n\"", "absent"};
    const json::Keys keys(names);
    std::vector<json::Keys::Found> found;
    std::string room;
    for (std::string_view line : {R"({"type":"a","number":1,"":2,"call.to":"3","call":{"to":"4"},"tape":"\u0041","twice":1,"twice":2})",
                                  R"({"twice":1,"t\u0079pe":"a","n\"":"q\"","twice":2,"tw\u0069ce":3})", "{}", R"({"call":{"to":"4"}})"}) {
        INFO(line);
        auto parsed = parser.parse(line);
        REQUIRE(parsed);
        (*parsed)->find(keys, found);
        REQUIRE(found.size() == names.size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            INFO(names[i]);
            const auto alone = (*parsed)->member(names[i]), together = (*parsed)->only(keys[i], found[i]);
            REQUIRE(alone.has_value() == together.has_value());
            if (alone) CHECK(*alone == *together);
            else CHECK(alone.error().what == together.error().what);
            const auto copy = (*parsed)->text(names[i]);
            const auto view = (*parsed)->text(names[i], room);
            REQUIRE(copy.has_value() == view.has_value());
            if (copy) CHECK(*copy == *view);
        }
    }
    CHECK(found[3].member == nullptr);  // a path is not a key
}

namespace {
/// A line that may be an object: from a grammar, then often spoiled at a place or two.
std::string random_line(std::mt19937& random) {
    auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    constexpr std::string_view kPieces[] = {"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12", "\\ud83d", "\\ude00", "0", "-", "1.5e+3", "e", ".",
                                            "true", "nul", "null", "\"k\":", " ", "\t", "\x01", "\xc3\xa9", "\xff", "x", "\"\\n\""};
    std::string line;
    auto value = [&](auto& self, unsigned depth) -> void {
        switch (below(depth > 4 ? 5 : 7)) {
            case 0: line += "true"; break;
            case 1: line += std::to_string(static_cast<int>(below(2000)) - 1000); break;
            case 2: line += "-0.5E-7"; break;
            case 3: line += "null"; break;
            case 4:
                line += '"';
                for (unsigned n = below(40); n > 0; --n) {
                    constexpr std::string_view kText[] = {"a", "7", " ", "\\\\", "\\\"", "\\u00e9", "\xc3\xa9", "\\ud83d\\ude00", "/"};
                    line += kText[below(12) % 9];
                }
                line += '"';
                break;
            case 5:
                line += '[';
                for (unsigned n = below(4), i = 0; i < n; ++i) self(self, depth + 1), line += i + 1 < n ? " , " : "";
                line += ']';
                break;
            default:
                line += '{';
                for (unsigned n = below(4), i = 0; i < n; ++i) {
                    line += "\"k" + std::to_string(i) + "\":";
                    self(self, depth + 1);
                    line += i + 1 < n ? "," : "";
                }
                line += '}';
        }
    };
    line = "{\"v\":";
    value(value, 0);
    line += "}";
    for (unsigned n = below(3); n > 0; --n) {
        const std::size_t at = below(static_cast<unsigned>(line.size() + 1));
        switch (below(3)) {
            case 0: line.insert(at, kPieces[below(std::size(kPieces))]); break;
            case 1: line.erase(at, 1 + below(2)); break;
            default: if (at < line.size()) line[at] = static_cast<char>(random());
        }
    }
    return line;
}
}  // namespace

TEST_CASE("line parser: takes and refuses what another parser takes and refuses", "[json][line]") {
    std::mt19937 random(20261122);
    json::LineParser parser;
    std::size_t taken = 0, refused = 0;
    for (int i = 0; i < 30'000; ++i) {
        const std::string line = random_line(random);
        // What the other one has besides JSON, and what it refuses of JSON: comments, line feeds, keys that stand twice, numbers beyond a double.
        if (line.find('/') != std::string::npos || line.find('\n') != std::string::npos) continue;
        const auto other = json::parse_document(line, "x");
        const std::string_view what = other ? std::string_view() : std::string_view(other.error().what);
        if (what.find("twice") != what.npos || what.find("range") != what.npos || what.find("overflow") != what.npos) continue;
        const bool good = other && other->root.is_object();
        const test::ExactBuffer exact(line);
        if (parser.parse(exact.text()).has_value() != good) FAIL_CHECK(line);
        ++(good ? taken : refused);
    }
    CHECK(taken > 5'000);
    CHECK(refused > 5'000);
}
