#include "number/regex.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "support/exact_buffer.h"

using namespace tandem;
using number::MatchEnd;
using number::Regex;

namespace {
Regex compiled(std::string_view pattern) {
    auto regex = Regex::compile(pattern);
    INFO(pattern);
    REQUIRE(regex);
    return std::move(*regex);
}
}  // namespace

TEST_CASE("regex: expands replacements as .NET does", "[number][regex]") {
    struct Row {
        std::string_view pattern, subject, replacement, result;
    };
    for (const Row& row : {
             Row{R"(^(\d{4})$)", "0100", "+1425555$1", "+14255550100"},
             Row{R"(^(\d)(\d)$)", "12", "$2$1", "21"},
             Row{R"(^(\d)$)", "7", "$10", "$10"},        // no group 10: literal
             Row{R"(^(\d)$)", "7", "${1}0", "70"},
             Row{R"(^(\d)$)", "7", "$$1", "$1"},
             Row{R"(^(\d)$)", "7", "[$&]", "[7]"},
             Row{R"(b)", "abc", "[$`|$'|$_]", "a[a|c|abc]c"},
             Row{R"(^(a)?(b)$)", "b", "<$1$2$+>", "<bb>"},   // a group that took no part is empty
             Row{R"(^(?<area>\d{3})(\d{4})$)", "2065550", "${area}-$1-$2", "206-5550-206"},  // unnamed groups first
             Row{R"(^(?'x'\d)$)", "5", "${x}${y}", "5${y}"},
             Row{R"(^(\d)$)", "7", "a$", "a$"},
             Row{R"(^(\d)$)", "7", "${", "${"},
             Row{R"(^(\d)$)", "7", "$x", "$x"},
             Row{R"(\d)", "a1b2", "<$&>", "a<1>b<2>"},     // every match
             Row{R"(x*)", "ab", "-", "-a-b-"},
             Row{R"(^(?=\d)(\d+)$)", "12", "$1", "12"},    // lookahead
         }) {
        INFO(row.pattern << " on " << row.subject);
        auto result = compiled(row.pattern).replace(row.subject, row.replacement);
        REQUIRE(result);
        CHECK(*result == row.result);
    }
    CHECK_FALSE(compiled("^1$").replace("2", "x"));
}

TEST_CASE("regex: digits are ASCII, subjects too, and of bounded length", "[number][regex]") {
    Regex digits = compiled(R"(^\d+$)");
    CHECK(digits.match("0123") == MatchEnd::kMatch);
    CHECK(digits.match("\xD9\xA0\xD9\xA1") == MatchEnd::kNoMatch);  // Arabic-Indic digits
    CHECK(digits.match(std::string(number::kMaxSubject, '1')) == MatchEnd::kMatch);
    CHECK(digits.match(std::string(number::kMaxSubject + 1, '1')) == MatchEnd::kNoMatch);
}

TEST_CASE("regex: refuses what .NET and PCRE2 read differently", "[number][regex]") {
    struct Row {
        std::string_view pattern;
        Errc code;
        std::size_t offset;
    };
    for (const Row& row : {Row{"(?<a-b>x)", Errc::kUnsupported, 0}, {"(?<-a>x)", Errc::kUnsupported, 0},
                           {"[a-z-[aeiou]]", Errc::kUnsupported, 4}, {"(?r)x", Errc::kUnsupported, 0}, {"a(?i-r:x)", Errc::kUnsupported, 1},
                           {"(*UCP)x", Errc::kUnsupported, 0}, {"(?R)", Errc::kUnsupported, 0}, {"(?C1)x", Errc::kUnsupported, 0},
                           {"\xC3\xA9", Errc::kUnsupported, 0}, {"(", Errc::kSyntax, 1}, {"a{2,1}", Errc::kSyntax, 5},
                           {"(?<a>x)(?<a>y)", Errc::kSyntax, 12}, {"\\C", Errc::kSyntax, 2}}) {
        INFO(row.pattern);
        auto regex = Regex::compile(row.pattern);
        REQUIRE_FALSE(regex);
        CHECK(regex.error().code == row.code);
        CHECK(regex.error().offset == row.offset);
    }
    CHECK(Regex::compile(std::string(number::kMaxPattern + 1, 'a')).error().code == Errc::kRange);
    CHECK_FALSE(Regex::compile(std::string(100, '(') + std::string(100, ')')));
    CHECK(Regex::compile("[]a-]"));
    CHECK(Regex::compile("[[:digit:]]"));
    CHECK(Regex::compile(R"(\(\*)"));
}

TEST_CASE("regex: a catastrophic pattern is given up within its bound", "[number][regex]") {
    Regex evil = compiled(R"(^(\d+)+$)");
    std::string subject(100, '1');
    subject.back() = '!';
    MatchEnd end = MatchEnd::kMatch;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) CHECK(evil.match(subject) == MatchEnd::kLimit);
    auto spent = std::chrono::steady_clock::now() - start;
    CHECK(spent < std::chrono::seconds(1));  // 10 ms a match; the usual figure is 0.1 ms
    CHECK_FALSE(evil.replace(subject, "$1", &end));
    CHECK(end == MatchEnd::kLimit);
}

TEST_CASE("regex: knows whether a pattern is anchored", "[number][regex]") {
    struct Row {
        std::string_view pattern;
        bool anchored;
    };
    for (const Row& row : {Row{R"(^\d$)", true}, {R"(\d$)", false}, {R"(^\d)", false}, {"^a|b$", false}, {"^(a|b)$", true}, {R"(^a\$)", false},
                           {"^[|]$", true}, {"", false}, {"^$", true}}) {
        INFO(row.pattern);
        CHECK(compiled(row.pattern).anchored() == row.anchored);
    }
}

TEST_CASE("regex: no truncation of a pattern or replacement reads past its end", "[number][regex]") {
    test::for_each_truncation(R"(^(?<a>[^]a-z]{1,2})\d(?=x)(?'b'y)$)", [](const test::ExactBuffer& cut) { static_cast<void>(Regex::compile(cut.text())); });
    Regex regex = compiled(R"(^(?<a>\d)(\d)$)");
    test::for_each_truncation("$1${2}${a}$$$&$`$'$+$_$12", [&](const test::ExactBuffer& cut) { CHECK(regex.replace("12", cut.text())); });
}
