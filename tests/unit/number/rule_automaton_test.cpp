#include "number/rule_automaton.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <thread>

#include "number/regex.h"

using namespace tandem::number;

namespace {

/// Patterns and strings that dial plans might hold, and some that none would.
class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned n) { return static_cast<unsigned>(engine_() % n); }

    std::string pattern() {
        std::string text = below(3) != 0 ? "^" : "";
        for (unsigned i = below(4) + 1; i > 0; --i) text += piece(2);
        return below(3) != 0 ? text + "$" : text;
    }
    std::string subject() {
        std::string text;
        for (unsigned i = below(14); i > 0; --i) text += "0123456789+*#ax59012011"[below(23)];
        return text;
    }

private:
    std::string piece(unsigned depth) {
        static const char* const kAtoms[] = {"\\d",  "[2-9]", "0",  "1",   "9",  "00", "011",        "\\+", "[^0]", "\\d{3}", "\\d{2,4}", "\\d*", "\\d+",
                                             "5?",   "[0-35]", ".", "\\D", "\\w", "(\\d{2})", "\\*", "#",   ".*",   "$",      "^",         "\\d{2,}?"};
        if (depth == 0 || below(4) != 0) return kAtoms[below(25)];
        static const char* const kTimes[] = {"", "?", "*", "+", "{2}", "{0,2}"};
        std::string text = below(2) != 0 ? "(?:" : "(";
        for (unsigned branches = below(3), i = 0; i <= branches; ++i) {
            if (i != 0) text += '|';
            for (unsigned n = below(3) + 1; n > 0; --n) text += piece(depth - 1);
        }
        return text + ")" + kTimes[below(6)];
    }

    std::mt19937 engine_;
};

}  // namespace

TEST_CASE("rule automaton: the same first match as the patterns one by one", "[number][rules]") {
    Random random(7);
    std::size_t asked = 0, matched = 0;
    for (int round = 0; round < 400; ++round) {
        RuleAutomaton automaton;
        std::vector<Regex> patterns;
        std::vector<std::string> texts;
        for (unsigned i = random.below(12) + 1; i > 0; --i) {
            std::string text = random.pattern();
            auto regex = Regex::compile(text);
            if (!regex || !automaton.add(text, static_cast<std::uint32_t>(patterns.size()))) continue;
            patterns.push_back(std::move(*regex));
            texts.push_back(text);
        }
        for (int i = 0; i < 50; ++i) {
            const std::string subject = random.subject();
            std::uint32_t want = RuleAutomaton::kNone;
            bool limit = false;
            for (std::size_t p = 0; p < patterns.size() && want == RuleAutomaton::kNone && !limit; ++p) {
                const MatchEnd end = patterns[p].match(subject);
                limit = end == MatchEnd::kLimit;
                if (end == MatchEnd::kMatch) want = static_cast<std::uint32_t>(p);
            }
            if (limit) continue;
            ++asked;
            matched += want != RuleAutomaton::kNone ? 1U : 0U;
            INFO(subject << " by " << (want < texts.size() ? texts[want] : "nothing"));
            CHECK(automaton.find(subject) == want);
        }
    }
    CHECK(asked > 10'000);
    CHECK(matched > 1'000);
}

TEST_CASE("rule automaton: what is not regular is not taken", "[number][rules]") {
    RuleAutomaton automaton;
    for (const char* text : {"^(?!911)\\d+$", "(?<=0)1", "^(?<*rea>|0{5})$", "^(\\d)\\1$", "\\bfoo", "^(?>\\d+)$", "(?i)a", "^\\d++$", "[[:digit:]]"}) {
        INFO(text);
        CHECK_FALSE(automaton.add(text, 0));
    }
    CHECK(automaton.add("^(?<area>\\d{3})(?'rest'\\d{4})$", 1));
    CHECK(automaton.find("2065550") == 1);
}

TEST_CASE("rule automaton: one pattern by itself matches what its own search says", "[number][rules]") {
    const std::vector<std::string> patterns{"^(\\d{7})$", "555", "^0*$", "1$|^2", "^(?:1|22)*3?$", "(?:^1|2$)?4", "^$", "^\\+?(\\d{2,}|[*#]\\d+)$", "", "^(\\d*)*5$", "(?n)^(1)(?:2|3)*\\z", "^1(?n:(2)|3)", "\\A[0-5]+\\Z"};
    RuleAutomaton automaton;
    std::vector<Regex> regexes;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        REQUIRE(automaton.add(patterns[i], static_cast<std::uint32_t>(2 * i)));  // places need not be all there
        regexes.push_back(std::move(*Regex::compile(patterns[i])));
    }
    std::mt19937 engine(11);
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (auto n = engine() % 9; n > 0; --n) text += "0123455*#+"[engine() % 10];
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            CAPTURE(text, patterns[i]);
            CHECK(automaton.matches(static_cast<std::uint32_t>(2 * i), text) == (regexes[i].match(text) == MatchEnd::kMatch));
        }
    }
    CHECK(automaton.add("^(?:\\d{1,40}){1,5}$", 100));
    CHECK_FALSE(automaton.matches(100, "1"));  // too large to be gone through
}

TEST_CASE("rule automaton: every combination of patterns that strings match is told, the shortest string first", "[number][rules]") {
    RuleAutomaton automaton;
    automaton.add("^(\\d{7})$", 0);
    automaton.add("^555(\\d{4})$", 1);   // all of its strings are taken by the first
    automaton.add("^(\\d{10})$", 2);
    automaton.add("^(\\d{7,10})$", 3);   // 8 and 9 digits remain
    automaton.add("^[2-9]{4}[01]{3}$|^\\d{10}$", 4);  // two earlier patterns together
    std::map<std::vector<std::uint32_t>, std::string> seen;
    std::size_t last = 0;
    const bool whole = automaton.walk("0123456789", [&](const std::vector<std::uint32_t>& matched, std::string_view text) {
        CHECK(text.size() >= last);
        last = text.size();
        CHECK(automaton.find(text) == matched.front());
        seen.emplace(matched, text);
        return true;
    });
    CHECK(whole);
    using Set = std::vector<std::uint32_t>;
    REQUIRE(seen.size() == 6);
    CHECK(seen.at(Set{0, 3}).size() == 7);
    CHECK(seen.at(Set{0, 1, 3}).substr(0, 3) == "555");
    CHECK(seen.at(Set{0, 3, 4}).size() == 7);
    CHECK(seen.at(Set{0, 1, 3, 4}).substr(0, 3) == "555");
    CHECK(seen.at(Set{3}).size() == 8);
    CHECK(seen.at(Set{2, 3, 4}).size() == 10);

    std::size_t told = 0;
    CHECK(automaton.walk("0123456789", [&](const auto&, std::string_view) { return ++told < 2; }));
    CHECK(told == 2);
}

TEST_CASE("rule automaton: a walk ends where strings are too long and where there are too many states", "[number][rules]") {
    RuleAutomaton lengths;
    lengths.add("^\\d{128}$", 0);
    lengths.add("^\\d{129}$", 1);
    std::vector<std::uint32_t> seen;
    CHECK(lengths.walk("05", [&](const std::vector<std::uint32_t>& matched, std::string_view text) {
        CHECK(text.size() == 128);
        seen.insert(seen.end(), matched.begin(), matched.end());
        return true;
    }));
    CHECK(seen == std::vector<std::uint32_t>{0});
    // Which of the last twenty characters were a 5 is two to the twentieth states.
    RuleAutomaton many;
    many.add("5\\d{20}$", 0);
    CHECK_FALSE(many.walk("05", [](const auto&, std::string_view) { return true; }));
}

TEST_CASE("rule automaton: several threads make its states together", "[number][rules]") {
    RuleAutomaton automaton;
    for (std::uint32_t i = 0; i < 60; ++i) automaton.add("^" + std::to_string(100 + 13 * i) + "(\\d{2,5})$", i);
    std::vector<std::thread> threads;
    std::atomic<unsigned> wrong{0};
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (std::uint32_t i = 0; i < 60; ++i) {
                const std::uint32_t which = (i * 7 + t * 11) % 60;
                if (automaton.find(std::to_string(100 + 13 * which) + "0123") != which) ++wrong;
                if (automaton.find(std::to_string(100 + 13 * which)) != RuleAutomaton::kNone) ++wrong;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(automaton.states() > 60);
}
