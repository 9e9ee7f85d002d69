#include <random>

#include "base/text.h"
#include "lint/rule_order.h"
#include "lint/rule_results.h"
#include "lint/words.h"
#include "number/parse.h"
#include "support.h"

using namespace tandem;
using lint::Code;
using lint::Proof;
using lint::Severity;
using test::find;
using test::OnePlan;

namespace {

const std::vector<number::Rule> kVendorSamples{
    {"4digitExtension", "^(\\d{4})$", "+1425555$1"},       {"5digitExtension", "^5(\\d{4})$", "+1425555$1"},
    {"7digitcallingRedmond", "^(\\d{7})$", "+1425$1"},     {"7digitcallingDallas", "^(\\d{7})$", "+1972$1"},
    {"10digitcallingUS", "^(\\d{10})$", "+1$1"},           {"LDCallingUS", "^1(\\d{10})$", "+$1"},
    {"IntlCallingUS", "^011(\\d*)$", "+$1"},               {"RedmondOperator", "^0$", "+14255550100"},
    {"RedmondSitePrefix", "^6222(\\d{4})$", "+1425555$1"}, {"NYSitePrefix", "^6333(\\d{4})$", "+1202555$1"},
    {"DallasSitePrefix", "^6444(\\d{4})$", "+1972555$1"},
};

/// The rule that takes a string, found one by one.
std::optional<std::size_t> first_by_one(const lint::RuleList& list, std::string_view text) {
    if (std::find(list.emergency.begin(), list.emergency.end(), text) != list.emergency.end()) return std::nullopt;
    for (std::size_t i = 0; i < list.rules.size(); ++i)
        if (list.compiled->matches(i, text)) return i;
    return std::nullopt;
}

class Random {
public:
    explicit Random(unsigned seed) : engine(seed) {}
    unsigned below(unsigned n) { return static_cast<unsigned>(engine() % n); }
    std::string pattern() {
        static const char* const kAtoms[] = {"\\d", "[2-9]", "0", "1", "9", "00", "011", "\\d{3}", "\\d{2,4}", "\\d*", "\\d+", "5?", "[0-35]", ".", "(\\d{2})",
                                             "\\*", "#", "\\d{7}", "(\\d{4})", "(?:1|2[0-4])", "911", "(\\d*)", "(?!911)", "(?=1)", "\\d++", "(?<=0)\\d", "(\\d)\\1", "(?>\\d*)"};
        std::string text = below(8) != 0 ? "^" : "";
        for (unsigned i = below(3) + 1; i > 0; --i) text += kAtoms[below(10) == 0 ? 22 + below(6) : below(22)];
        return below(8) != 0 ? text + "$" : text;
    }
    std::string subject() {
        std::string text;
        for (unsigned i = below(12) + 1; i > 0; --i) text += "0123456789*#9110"[below(16)];
        return text;
    }
    std::mt19937 engine;
};

}  // namespace

TEST_CASE("lint: every defect of the vendor's sample rules is found", "[lint]") {
    const OnePlan plan(kVendorSamples);
    const auto findings = plan.check();
    const auto* dallas = find(findings, Code::kUnreachable, "7digitcallingDallas");
    REQUIRE(dallas);
    CHECK(dallas->severity == Severity::kError);
    CHECK(dallas->proof == Proof::kProved);
    CHECK(dallas->others == std::vector<std::string>{"7digitcallingRedmond"});
    CHECK(dallas->witness.size() == 7);

    const auto* extension = find(findings, Code::kSameNumber, "5digitExtension");
    REQUIRE(extension);
    CHECK(extension->others == std::vector<std::string>{"4digitExtension"});
    CHECK(extension->witness == "50000");

    const auto* distance = find(findings, Code::kResultInvalid, "LDCallingUS");
    REQUIRE(distance);
    CHECK(distance->severity == Severity::kError);
    CHECK(distance->witness.size() == 11);

    const auto* international = find(findings, Code::kResultNotE164, "IntlCallingUS");
    REQUIRE(international);
    CHECK(international->severity == Severity::kWarning);
    CHECK(find(findings, Code::kResultUnknownCode, "IntlCallingUS") != nullptr);

    // The plan knows which area codes exist, not which city has them: that +1 202 is not New York nobody can tell from it.
    CHECK(test::codes_of(findings, "NYSitePrefix").empty());
    for (const auto* good : {"10digitcallingUS", "RedmondOperator", "DallasSitePrefix"}) {
        INFO(good);
        for (const auto& finding : findings) CHECK((finding.subject.name != good || finding.severity == Severity::kNote));
    }
}

TEST_CASE("lint: verdicts and witnesses about random rules are as PCRE2 has them one by one", "[lint]") {
    std::size_t unreachable = 0, never = 0, overlaps = 0, open = 0, unproved = 0;
    for (unsigned seed = 1; seed <= 120; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        std::vector<number::Rule> rules;
        for (unsigned i = random.below(8) + 2; i > 0; --i) {
            number::Rule rule{cat("r", i), random.pattern(), "+1$1", false};
            if (number::Regex::compile(rule.pattern)) rules.push_back(std::move(rule));
        }
        const OnePlan plan(rules, "US", random.below(2) != 0 ? "9" : "");
        const lint::RuleList list = plan.list();
        std::vector<std::string> subjects;
        for (int i = 0; i < 300; ++i) subjects.push_back(random.subject());
        for (const lint::RuleView& view : list.rules) {
            if (!view.language) continue;
            const lint::Words words(*view.language, list.alphabet);
            for (int i = 0; i < 60; ++i)
                if (auto text = words.random(random.engine)) subjects.push_back(*text);
        }
        for (const lint::Finding& f : plan.check()) {
            if (f.subject.kind != "rule") continue;
            const std::size_t rule = f.subject.index;
            const number::Regex& regex = list.rules[rule].regex;
            CAPTURE(rule, list.rules[rule].rule->pattern, f.text, f.witness);
            switch (f.code) {
                case Code::kUnreachable:
                    ++unreachable;
                    if (list.rules[rule].regular) CHECK(regex.match(f.witness) == number::MatchEnd::kMatch);
                    CHECK(first_by_one(list, f.witness) != rule);
                    for (const std::string& text : subjects)
                        if (!text.empty() && first_by_one(list, text) == rule) FAIL(text);
                    break;
                case Code::kNeverMatches:
                    ++never;
                    for (const std::string& text : subjects)
                        if (!text.empty() && regex.match(text) == number::MatchEnd::kMatch) FAIL(text);
                    break;
                case Code::kOverlap: {
                    ++overlaps;
                    CHECK(regex.match(f.witness) == number::MatchEnd::kMatch);
                    const auto first = first_by_one(list, f.witness);
                    REQUIRE(first);
                    CHECK(*first < rule);
                    break;
                }
                case Code::kNotProved:
                    ++unproved;
                    if (!f.witness.empty()) {
                        const std::string_view inner = std::string_view(f.witness).substr(plan.topology.dial_plans[0].access_prefix.size());
                        CHECK((first_by_one(list, f.witness) == rule || first_by_one(list, inner) == rule));
                    }
                    break;
                case Code::kUnanchored: {
                    ++open;
                    if (f.witness.empty()) break;
                    CHECK(regex.match(f.witness) == number::MatchEnd::kMatch);
                    const auto whole = number::Regex::compile(cat("^(?:", regex.pattern(), ")$"));
                    REQUIRE(whole);
                    CHECK(whole->match(f.witness) == number::MatchEnd::kNoMatch);
                    break;
                }
                case Code::kCatastrophic:
                    CHECK(regex.match(f.witness) == number::MatchEnd::kLimit);
                    break;
                case Code::kResultNotE164: {
                    const auto applied = list.compiled->apply(f.witness);
                    REQUIRE(applied);
                    CHECK(applied->index == rule);
                    const bool digits = applied->text.size() > 1 && applied->text.size() <= 16 && applied->text[0] == '+' &&
                                        applied->text.find_first_not_of("0123456789", 1) == std::string::npos;
                    CHECK_FALSE(digits);
                    break;
                }
                case Code::kResultUnknownCode:
                case Code::kResultInvalid: {
                    const auto applied = list.compiled->apply(f.witness);
                    REQUIRE(applied);
                    CHECK(applied->index == rule);
                    number::Phone phone;
                    number::parse_phone(applied->text, number::builtin_plan(), number::kNoRow, phone);
                    CHECK_FALSE((phone.error == number::PhoneError::kNone && phone.valid));
                    break;
                }
                case Code::kEmergencyTaken: CHECK(regex.match(f.witness) == number::MatchEnd::kMatch); break;
                default: break;
            }
        }
    }
    CHECK(unreachable > 100);
    CHECK(never > 4);
    CHECK(overlaps > 100);
    CHECK(open > 50);
    CHECK(unproved > 50);
}

TEST_CASE("lint: a regular rule that is not called unreachable is reached", "[lint]") {
    // The other way round: short strings all tried, so a rule that any of them reaches and one that is called dead never meet.
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Random random(seed + 1000);
        std::vector<number::Rule> rules;
        for (int i = 0; i < 6; ++i) {
            static const char* const kParts[] = {"1", "2", "[12]", "1?", "2*", "[12]{2}", "(?:11|2)", "."};
            std::string pattern = "^";
            for (unsigned n = random.below(3) + 1; n > 0; --n) pattern += kParts[random.below(8)];
            rules.push_back({cat("r", i), pattern + "$", "+1", false});
        }
        const OnePlan plan(rules, "");
        const lint::RuleList list = plan.list();
        std::vector<bool> reached(rules.size());
        std::vector<std::string> level{""};
        for (int size = 1; size <= 7; ++size) {
            std::vector<std::string> next;
            for (const std::string& text : level)
                for (const char c : {'1', '2', '3'}) next.push_back(text + c);
            for (const std::string& text : next)
                if (const auto first = first_by_one(list, text)) reached[*first] = true;
            level = std::move(next);
        }
        std::vector<lint::Finding> findings;
        lint::check_order(list, findings);
        for (std::size_t i = 0; i < rules.size(); ++i) {
            CAPTURE(rules[i].pattern);
            CHECK(reached[i] == (find(findings, Code::kUnreachable, rules[i].name) == nullptr));
        }
    }
}

TEST_CASE("lint: look-around is unproved, and what is regular is proved all the same", "[lint]") {
    const OnePlan plan({{"guard", "^(?!911)(\\d{3})$", "+1$1"},
                        {"three", "^(\\d{3})$", "+1$1"},
                        {"twelve", "^12(\\d)$", "+1$1"},
                        {"again", "^(?!5)(\\d{3})$", "+1$1"}});
    std::vector<lint::Finding> findings;
    lint::check_order(plan.list(), findings);
    const auto* guard = find(findings, Code::kNotProved, "guard");
    REQUIRE(guard);
    CHECK(guard->proof == Proof::kUnproved);
    CHECK(guard->text.find("look-ahead") != std::string::npos);
    CHECK(guard->witness.size() == 3);
    // Only strings that the guard leaves are left, and those are emergency numbers here: nothing reaches it that was tried.
    const auto* three = find(findings, Code::kNotProved, "three");
    REQUIRE(three);
    CHECK(three->witness.empty());
    REQUIRE(find(findings, Code::kUnreachable, "twelve"));
    CHECK(find(findings, Code::kUnreachable, "twelve")->others == std::vector<std::string>{"three"});
    // Whatever the look-ahead leaves is three digits.
    REQUIRE(find(findings, Code::kUnreachable, "again"));
    CHECK(find(findings, Code::kUnreachable, "again")->proof == Proof::kProved);
}

TEST_CASE("lint: what can be dialled decides what a rule can match", "[lint]") {
    const OnePlan plan({{"plus", "^\\+1(\\d{10})$", "+1$1"},
                        {"letters", "^ABC$", "+1"},
                        {"long", "^\\d{129}$", "+1"},
                        {"help", "^(?:911|112)$", "+1$0"},
                        {"outside", "^9911$", "+1425555$0"},
                        {"maybe", "^\\+?(\\d{6})$", "+49$1"}}, "US", "9");
    std::vector<lint::Finding> findings;
    lint::check_order(plan.list(), findings);
    for (const auto* name : {"plus", "letters", "long"}) {
        INFO(name);
        const auto* f = find(findings, Code::kNeverMatches, name);
        REQUIRE(f);
        CHECK((std::string_view(name) == "plus") == (f->text.find("with a plus") != std::string::npos));
    }
    REQUIRE(find(findings, Code::kUnreachable, "help"));
    CHECK(find(findings, Code::kUnreachable, "help")->text.find("emergency") != std::string::npos);
    // 9911 is 911 with an outside line; 99911 reaches the rule after all.
    CHECK(find(findings, Code::kUnreachable, "outside") == nullptr);
    number::DialContext dial;
    dial.dial_plan = &plan.topology.dial_plans[0].rules.compiled;
    dial.access_prefix = "9";
    CHECK(number::normalize("9911", dial).emergency);
    CHECK(number::normalize("99911", dial).rule == "outside");
    CHECK(test::codes_of(findings, "maybe").empty());
}

TEST_CASE("lint: results that are no numbers", "[lint]") {
    struct Case {
        const char *pattern, *translation, *country;
        bool internal;
        std::vector<std::string> codes;
    };
    const std::vector<Case> cases{
        {"^(\\d{4})$", "+1425555$1", "US", false, {}},
        {"^(\\d{4})$", "1425555$1", "US", false, {"N06"}},        // no plus
        {"^(\\d{4})$", "$1", "US", true, {}},                      // inside, as it should be
        {"^(\\d{4})$", "+1425555$10", "US", false, {"N06"}},      // there is no group 10
        {"^(\\d{4})$", "+1425555${1}0", "US", false, {"N08"}},    // a digit too many
        {"^00(\\d{16,18})$", "+$1", "DE", false, {"N06"}},        // never 15 digits or fewer
        {"^00([1-9]\\d{6,14})$", "+$1", "DE", false, {"N07"}},
        {"^(\\d{4})$", "+210555$1", "DE", false, {"N07"}},        // 210 is no calling code
        {"^0([1-9]\\d{6,9})$", "+$1", "DE", false, {"N07", "N08"}},  // the country is missing
        {"^0([1-9]\\d{6,9})$", "+49$1", "DE", false, {}},
        {"^011(.*)$", "+$1", "US", false, {"N06", "N07"}},         // numbers are among its strings, however rare
        {"^9(.*)#$", "+$1", "US", false, {"N06", "N07"}},
        {"^77$", "112", "DE", false, {}},                          // leads to a call for help
        {"^(?<a>\\d{2})(\\d{2})$", "+1425555${a}$1", "US", false, {}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.pattern, c.translation);
        const OnePlan plan({{"rule", c.pattern, c.translation, c.internal}}, c.country);
        std::vector<lint::Finding> findings;
        lint::check_results(plan.list(), findings);
        CHECK(test::codes_of(findings, "rule") == c.codes);
    }
    // A few strings are all tried; many are proved by their front or not at all.
    const OnePlan plan({{"few", "^3(\\d{3})$", "+1425555$1"}, {"front", "^4(\\d*)$", "+210$1"}, {"many", "^8(\\d{9})$", "+1425555$1"}});
    std::vector<lint::Finding> findings;
    lint::check_results(plan.list(), findings);
    CHECK(find(findings, Code::kResultInvalid, "few")->proof == Proof::kProved);
    CHECK(find(findings, Code::kResultUnknownCode, "front")->proof == Proof::kProved);
    CHECK(find(findings, Code::kResultNotE164, "many")->proof == Proof::kProved);
}
