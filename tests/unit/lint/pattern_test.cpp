#include <chrono>
#include <set>

#include "lint/ambiguity.h"
#include "lint/dialect.h"
#include "lint/syntax.h"
#include "lint/words.h"
#include "support.h"

using namespace tandem;

TEST_CASE("lint: catastrophic patterns are told from those that only look so", "[lint]") {
    struct Case {
        const char* pattern;
        bool bad, exponential;
    };
    const Case cases[] = {
        {"^(\\d+)+$", true, true},         {"^(\\d*)*$", true, true},      {"^(\\d|[0-4])*$", true, true}, {"^(1|11)+$", true, true},
        {"^((\\d{2})*\\d*)*$", true, true}, {"^(\\d+\\d+)+$", true, true},  {"^\\d*\\d*\\d*\\d*$", true, false},
        {"^(?:\\d?)*$", false, false},     {"^(\\d{3})+$", false, false},  {"^(\\d|\\*)*$", false, false},  {"^\\d+$", false, false},
        {"^(\\d+#)+$", false, false},      {"^1(\\d{10})$", false, false}, {"^(1|2)+$", false, false},      {"^\\d*\\d*$", false, false},
        {"^(?:0(?:\\d+|\\*)?)?$", false, false}, {"^(\\d{1,3})(\\d{1,3})(\\d{1,3})$", false, false}, {"^0?1?(\\d*)$", false, false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.pattern);
        const auto regex = number::Regex::compile(c.pattern);
        REQUIRE(regex);
        const auto found = lint::catastrophe(*regex, c.pattern, lint::kDialled);
        CHECK(found.has_value() == c.bad);
        if (!found) continue;
        CHECK(found->exponential == c.exponential);
        CHECK(found->witness.size() <= number::kMaxSubject);
        CHECK(regex->match(found->witness) == number::MatchEnd::kLimit);
    }
}

TEST_CASE("lint: looking for catastrophes is quick on large patterns", "[lint]") {
    for (const char* pattern : {"^(\\d{1,40}){1,10}$", "^\\d{1,200}\\d{1,200}$", "^(?:\\d{2}|\\d{3}|\\d{5}|\\d{7}|\\d{11})*$", "\\d*\\d*x?\\d*y?\\d*z?\\d*"}) {
        CAPTURE(pattern);
        const auto regex = number::Regex::compile(pattern);
        REQUIRE(regex);
        const auto begin = std::chrono::steady_clock::now();
        static_cast<void>(lint::catastrophe(*regex, pattern, lint::kDialled));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    }
}

TEST_CASE("lint: a relaxed pattern matches what the pattern matches", "[lint]") {
    struct Case {
        const char *pattern, *reason;
    };
    const Case cases[] = {{"^(?!911)\\d{3}$", "look-ahead"}, {"^\\d(?<=1)\\d*$", "look-behind"}, {"^(\\d)\\1{2}$", "a back reference"},
                          {"^(?<a>\\d)\\k<a>$", "a back reference"}, {"^\\b\\d+\\b$", "a word boundary"}, {"^(?>\\d\\d?)\\d$", "an atomic group"},
                          {"^\\d++#$", "a possessive repetition"}, {"^[0-9(?!]+$", ""}, {"^1[)+]?(\\d{2,}?)$", ""}, {"^(?=\\d+$)[\\d*]*$", "look-ahead"},
                          {"^(?*\\d+$)[\\d*]*$", "look-ahead"}, {"^[\\d*]+(?<*1)$", "look-behind"}};
    std::mt19937 engine(3);
    for (const Case& c : cases) {
        CAPTURE(c.pattern);
        const auto relaxed = lint::relax(c.pattern);
        REQUIRE(relaxed);
        CHECK(relaxed->reason == c.reason);
        if (relaxed->reason.empty()) CHECK(relaxed->pattern == c.pattern);
        CHECK(number::Nfa().add(relaxed->pattern, 0));
        const auto pattern = number::Regex::compile(c.pattern), larger = number::Regex::compile(relaxed->pattern);
        REQUIRE(pattern);
        REQUIRE(larger);
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (auto n = engine() % 5; n > 0; --n) text += "0112*#"[engine() % 6];
            CAPTURE(text);
            if (pattern->match(text) == number::MatchEnd::kMatch) CHECK(larger->match(text) == number::MatchEnd::kMatch);
        }
    }
    CHECK_FALSE(lint::relax("^(?(1)a|b)$"));
}

TEST_CASE("lint: groups are numbered as .NET does it", "[lint]") {
    const auto groups = lint::groups_of("^(?<a>1)(2)(?:3)([(4)]\\(5)(?'b'(6))(?=7)$");
    REQUIRE(groups.size() == 5);
    CHECK(groups[3].name == "a");
    CHECK(groups[4].name == "b");
    const std::string text = "^(?<a>1)(2)(?:3)([(4)]\\(5)(?'b'(6))(?=7)$";
    CHECK(text.substr(groups[1].begin, groups[1].end - groups[1].begin) == "[(4)]\\(5");
    CHECK(text.substr(groups[2].begin, groups[2].end - groups[2].begin) == "6");
}

TEST_CASE("lint: unnamed groups capture nothing where (?n) says so", "[lint]") {
    const std::string text = "(?n)^(1)(?<a>2)((?-n)(3))(4)$";
    const auto groups = lint::groups_of(text);
    REQUIRE(groups.size() == 2);
    CHECK(text.substr(groups[0].begin, groups[0].end - groups[0].begin) == "3");
    CHECK(groups[1].name == "a");
    CHECK(lint::groups_of("^(?n:(1))(2)$").size() == 1);
    // As the engine counts them.
    CHECK(number::Regex::compile(text)->replace("1234", "$1-$2-$3") == "3-2-$3");
    CHECK(number::Nfa().add(text, 0));
    CHECK(lint::differences({"r", "(?n)^(?<a>\\d)(\\d)$", "+$1", false}).empty());
}

TEST_CASE("lint: words of a pattern are words of the pattern, and all of them where there are few", "[lint]") {
    const lint::Words words("^1(?:2|3\\d)4?$", lint::kDialled);
    const auto all = words.all(100);
    REQUIRE(all);
    CHECK(all->size() == 22);
    CHECK_FALSE(words.all(21));
    CHECK_FALSE(lint::Words("^\\d*$", lint::kDialled).all(1000));
    CHECK(lint::Words("^a$", lint::kDialled).all(10)->empty());
    std::mt19937 engine(1);
    const auto regex = number::Regex::compile("1(?:2|3\\d)*4$");
    const lint::Words endless("1(?:2|3\\d)*4$", lint::kDialled);
    int found = 0;
    for (int i = 0; i < 200; ++i)
        if (const auto text = endless.random(engine)) {
            ++found;
            CHECK(regex->match(*text) == number::MatchEnd::kMatch);
        }
    CHECK(found > 100);
}

TEST_CASE("lint: what .NET reads otherwise", "[lint]") {
    struct Case {
        const char *pattern, *translation;
        std::size_t count;
    };
    const Case cases[] = {
        {"^(\\d+)$", "+$1", 0},        {"^(\\d++)$", "+$1", 1},         {"^\\h(\\d)$", "+$1", 1},       {"^[[:digit:]]+$", "+1", 1},
        {"^(\\d)\\K\\d$", "+$1", 1},   {"^(?<a>1)(2)$", "+$1", 1},      {"^(?<a>1)(2)$", "+${a}", 0},   {"^(1)(?<a>2)$", "+$1$2", 0},
        {"^(\\d)$", "+${1}0", 0},      {"^(\\d)$", "+$10", 1},          {"^(\\d)$", "+$$1", 0},         {"^[\\d+*+]$", "+1", 0},
        {"^(?|(1)|(2))$", "+$1", 1},   {"^(?*1)(\\d)$", "+$1", 1},
        {"^(\\d)(?1)$", "+$1", 1},     {"^(1)(2)(3)(?3)$", "+$1", 1},   {"^(1)(?-1)$", "+$1", 1},       {"^(1)(?-i)$", "+$1", 0},
        {"^(?J)(?<a>1)$", "+${a}", 1}, {"^(?U)(\\d+)$", "+$1", 1},       {"^\\x{31}$", "+1", 1},        {"^\\x31$", "+1", 0},
    };
    for (const Case& c : cases) {
        CAPTURE(c.pattern, c.translation);
        CHECK(lint::differences({"r", c.pattern, c.translation, false}).size() == c.count);
    }
    CHECK(lint::reads_unicode("^\\d$"));
    CHECK_FALSE(lint::reads_unicode("^[0-9]\\\\d$"));
}

TEST_CASE("lint: words of a pattern have their places in the alphabet's order", "[lint]") {
    const auto all = lint::Words("^1(?:2|3\\d)?4?$", lint::kDialled).all(100);
    REQUIRE(all);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < all->size(); ++i) {
        CHECK((i == 0 || all->at(i - 1) < all->at(i)));
        seen.insert(all->at(i));
    }
    CHECK(seen.size() == 24);
    CHECK(all->at(0) == "1");
    CHECK(all->at(1) == "12");
    CHECK(seen.contains("1394"));
}
