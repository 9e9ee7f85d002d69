#include <catch2/catch.hpp>

#include "base/text.h"
#include "exchange/cucm_pattern.h"
#include "exchange/import.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::exchange;

namespace {
std::string refusals(const Fragment& fragment) {
    std::string out;
    for (const Finding& one : fragment.findings)
        if (one.refused) append(out, one.where, ": ", one.what, '\n');
    return out;
}

Fragment ios(std::string text) {
    Fragment fragment;
    REQUIRE(import_cisco_ios(Source("r.cfg", std::move(text)), fragment));
    return fragment;
}

std::string translated(std::string_view pattern, std::string_view discard, std::string_view mask, std::string_view prefix) {
    const auto parsed = cucm_pattern(pattern);
    if (!parsed) return cat("error: ", parsed.error().what);
    const auto pieces = cucm_pieces(*parsed, discard, mask, prefix);
    if (!pieces) return cat("error: ", pieces.error().what);
    const number::Rule rule = rule_of(parsed->steps, *pieces);
    return cat(rule.pattern, " -> ", rule.translation);
}

std::string applied(const Fragment& fragment, std::string_view dialled) {
    REQUIRE(fragment.dial_plans.size() == 1);
    const auto set = number::RuleSet::compile("x", fragment.dial_plans[0].rules);
    REQUIRE(set);
    const auto result = set->apply(dialled);
    return result ? result->text : "none";
}
}  // namespace

TEST_CASE("cisco ios: the examples of the vendor's document give what its test command prints", "[exchange][cisco]") {
    struct Case {
        const char *rule, *dialled, *result;
    };
    // Source: Cisco document 61083, "Number Translation using Voice Translation Profiles".
    const Case cases[] = {
        {"/123/ /456/", "123", "456"},
        {"/123/ /456/", "1234", "4564"},
        {"/123/ /456/", "6123", "6456"},
        {"/123/ /456/", "6123123", "6456123"},
        {"/^123/ /456/", "1234", "4564"},
        {"/^123/ /456/", "6123", "none"},
        {"/^123$/ /456/", "123", "456"},
        {"/^123$/ /456/", "1234", "none"},
        {"/^\\(12\\)3\\(45\\)$/ /6\\1\\2/", "12345", "61245"},
        {"/^9\\(.*\\)/ /\\1/", "95550100", "5550100"},
        {"/^26\\(....\\)/ /\\1/", "261234", "1234"},
        {"/.*/ /8208/", "77", "8208"},
        {"/^\\(.*\\)/ /7\\1/", "55", "755"},
        {"/90/ /0/", "1290", "120"},
        {"/^\\([0-9]...\\)/ /9\\1/", "12345", "912345"},
        {"/\\(..\\)$/ /x\\1/", "12345", "123x45"},
        {"/^\\+\\(.*\\)$/ /00\\1/", "+4930", "004930"},
        {"/^$/ /0/", "", "0"},
    };
    for (const Case& one : cases) {
        INFO(one.rule << ' ' << one.dialled);
        const Fragment fragment = ios(cat("voice translation-rule 1\n rule 1 ", one.rule, "\n"));
        CHECK(refusals(fragment).empty());
        CHECK(applied(fragment, one.dialled) == one.result);
    }
}

TEST_CASE("cisco ios: rules are tried by their number; sets are dial plans of their own", "[exchange][cisco]") {
    const Fragment fragment = ios("hostname a\nvoice translation-rule 7\n rule 20 /^1/ /2/\n rule 3 /^11/ /3/\n!\nvoice translation-rule 8\n rule 1 /^9$/ /8/\nend\n");
    CHECK(refusals(fragment).empty());
    REQUIRE(fragment.dial_plans.size() == 2);
    CHECK(fragment.dial_plans[0].name == "translation-rule-7");
    CHECK(fragment.dial_plans[0].rules[0].name == "rule 3");
    CHECK(fragment.dial_plans[0].rules[1].name == "rule 20");
    CHECK(fragment.dial_plans[0].rules[1].description == "/^1/ /2/ (r.cfg:3)");
}

TEST_CASE("cisco ios: what is no pure number rule is refused with its line", "[exchange][cisco]") {
    const Fragment fragment = ios(
        "voice translation-rule 1\n rule 1 reject /^900/\n rule 2 /^0/ /44/ type any national\n rule 3 /\\(1\\)*/ /2/\n rule 4 /(1)/ /2/\n rule 5 /1/ /&/\n"
        " rule 6 /1/ /\\1/\n rule 7 /^1 /2\n rule 8 /^1/ /2/\n rule 8 /^2/ /3/\n rule x /1/ /2/\n!\ndial-peer voice 1 voip\n destination-pattern 9T\n");
    CHECK(refusals(fragment) ==
          "r.cfg:11:2: rule x /1/ /2/: a rule has a number from 1 on\n"
          "r.cfg:2:2: rule 1 of translation-rule 1: it rejects calls\n"
          "r.cfg:3:2: rule 2 of translation-rule 1: \"type any national\": numbers here have no type and plan\n"
          "r.cfg:4:2: rule 3 of translation-rule 1: a set that is repeated\n"
          "r.cfg:5:2: rule 4 of translation-rule 1: \"(\" without \"\\\"\n"
          "r.cfg:6:2: rule 5 of translation-rule 1: \"&\" in the replacement\n"
          "r.cfg:7:2: rule 6 of translation-rule 1: \"\\1\" names a set that the match does not have\n"
          "r.cfg:8:2: rule 7 of translation-rule 1: not \"/match/ /replacement/\"\n"
          "r.cfg:9:2: rule 8 stands again further down, which replaces it\n"
          "r.cfg:14:2: destination-pattern 9T: only \"voice translation-rule\" sets are taken\n");
    REQUIRE(fragment.dial_plans.size() == 1);
    CHECK(fragment.dial_plans[0].rules.size() == 1);
}

TEST_CASE("cucm: patterns, PreDot, masks and prefixes become rules", "[exchange][cisco]") {
    struct Case {
        const char *pattern, *discard, *mask, *prefix, *rule;
    };
    const Case cases[] = {
        {"9.1[2-9]XXXXXXXXX", "PreDot", "", "+", "^9(1[2-9]\\d{9})$ -> +$1"},
        {"9.011!", "PreDot", "", "+", "^9(011\\d+)$ -> +$1"},
        {"\\+.1!", "PreDot", "", "", "^\\+(1\\d+)$ -> $1"},
        {"5XXXX", "", "+1425555XXXX", "", "^5(\\d{4})$ -> +1425555$1"},
        {"XXXX", "", "4085551XXX", "", "^\\d(\\d{3})$ -> 4085551$1"},
        {"XXXX", "", "X1X", "", "^\\d(\\d)\\d(\\d)$ -> ${1}1$2"},
        {"91X?", "", "", "", "^(91\\d*)$ -> $1"},
        {"91X+", "", "", "0", "^(91\\d+)$ -> 0$1"},
        {"813510[^0-5]", "", "", "", "^(813510[6-9])$ -> $1"},
        {"*33#", "", "", "", "^(\\*33#)$ -> $1"},
        {"9!", "", "100", "", "^9\\d+$ -> 100"},
        {"!5XX", "", "7XX", "", "^\\d+5(\\d{2})$ -> 7$1"},
        {"9.@", "PreDot", "", "", "error: \"@\" stands for the numbers of a numbering plan that is installed there, cut down by a route filter; neither is in the table"},
        {"9!", "", "XXXX", "", "error: mask XXXX reaches into the part of the pattern whose length is open"},
        {"9X", "", "1XXX", "", "error: mask 1XXX has more X than the pattern has digits"},
        {"9X", "PreDot", "", "", "error: PreDot, but the pattern has no \".\""},
        {"9.X", "10-10-Dialing", "", "", "error: discard instruction 10-10-Dialing needs a numbering plan"},
        {"9!X+", "", "", "", "error: two places that are repeated"},
        {"9.1.2", "", "", "", "error: a second \".\""},
        {"", "", "", "", "error: an empty pattern"},
        {"9E", "", "", "", "error: \"E\" in a pattern"},
        {"?", "", "", "", "error: \"?\" with nothing to repeat before it"},
        {"[9-2]", "", "", "", "error: a range that is none"},
    };
    for (const Case& one : cases) {
        INFO(one.pattern << ' ' << one.mask);
        CHECK(translated(one.pattern, one.discard, one.mask, one.prefix) == one.rule);
    }
}

TEST_CASE("cucm: the closer match comes first, whatever the file's order; what has no closer one is refused", "[exchange][cisco]") {
    Fragment fragment;
    REQUIRE(import_cucm(Source("t.csv", "PATTERN;PARTITION;PREFIX DIGITS;CSS\n9!;;1;x\n9XXX;;2;\n91XX;;3;\n9[1-4]XX;P;4;\n9.@;;5;\n8X!;;6;\n8XX;;7;\n"), "t", fragment));
    REQUIRE(fragment.dial_plans.size() == 2);
    std::string names;
    for (const number::Rule& rule : fragment.dial_plans[0].rules) append(names, rule.name, ' ');
    CHECK(fragment.dial_plans[0].name == "t");
    CHECK(names == "91XX 9! 8X! ");
    CHECK(fragment.dial_plans[1].rules[0].name == "9[1-4]XX");
    CHECK(refusals(fragment) ==
          "t.csv:6:1: pattern 9.@: \"@\" stands for the numbers of a numbering plan that is installed there, cut down by a route filter; neither is in the table\n"
          "t.csv:3:1: pattern 9XXX and 9! match the same strings, and neither is always the closer one\n"
          "t.csv:8:1: pattern 8XX and 8X! match the same strings, and neither is always the closer one\n");
}

TEST_CASE("cisco: truncated at every byte", "[exchange][cisco]") {
    test::for_each_truncation("voice translation-rule 1\n rule 1 /^\\(9[0-9]\\)\\+.*$/ /\\1\\/0/ type any any\n!\n", [](const test::ExactBuffer& cut) {
        Fragment fragment;
        CHECK(import_cisco_ios(Source("x", std::string(cut.text())), fragment));
    });
    test::for_each_truncation("PATTERN,DISCARD DIGITS,CALLED PARTY TRANSFORM MASK\n9.[^0-5]\\+X?,PreDot,12XX\n\"8.!\",,\n", [](const test::ExactBuffer& cut) {
        Fragment fragment;
        static_cast<void>(import_cucm(Source("x", std::string(cut.text())), "x", fragment));
        static_cast<void>(cucm_pattern(cut.text()));
    });
}
