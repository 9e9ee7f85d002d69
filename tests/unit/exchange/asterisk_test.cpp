#include <catch2/catch.hpp>

#include "base/text.h"
#include "exchange/asterisk_dial.h"
#include "exchange/asterisk_pattern.h"
#include "exchange/import.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::exchange;

namespace {
std::string translated(std::string_view extension, std::string_view number) {
    const auto steps = asterisk_steps(extension);
    if (!steps) return cat("error: ", steps.error().what);
    const auto pieces = asterisk_pieces(number, *steps);
    if (!pieces) return cat("error: ", pieces.error().what);
    const number::Rule rule = rule_of(*steps, *pieces);
    return cat(rule.pattern, " -> ", rule.translation);
}

std::string refusals(const Fragment& fragment) {
    std::string out;
    for (const Finding& one : fragment.findings)
        if (one.refused) append(out, one.where, ": ", one.what, '\n');
    return out;
}

Fragment imported(std::string text) {
    Fragment fragment;
    REQUIRE(import_asterisk(Source("x.conf", std::move(text)), fragment));
    return fragment;
}

std::vector<std::string> rule_names(const Fragment& fragment, std::size_t plan = 0) {
    std::vector<std::string> out;
    if (plan < fragment.dial_plans.size())
        for (const number::Rule& rule : fragment.dial_plans[plan].rules) out.push_back(rule.name);
    return out;
}
}  // namespace

TEST_CASE("asterisk: patterns and slices of the dialled string become rules", "[exchange][asterisk]") {
    struct Case {
        const char *extension, *number, *rule;
    };
    const Case cases[] = {
        {"911", "${EXTEN}", "^(911)$ -> $1"},
        {"0", "+14255550100", "^0$ -> +14255550100"},
        {"_9NXXXXXX", "+1425${EXTEN:1}", "^9([2-9]\\d{6})$ -> +1425$1"},
        {"_9-NXX-XXXX", "${EXTEN:1}", "^9([2-9]\\d{6})$ -> $1"},
        {"_zxn", "${EXTEN}", "^([1-9]\\d[2-9])$ -> $1"},
        {"_9011.", "+${EXTEN:4}", "^9011(.+)$ -> +$1"},
        {"_X!", "00${EXTEN}", "^(\\d.*)$ -> 00$1"},
        {"_X.", "${EXTEN:1}", "^\\d(.+)$ -> $1"},
        {"_[1-468]X", "${EXTEN}", "^([1-468]\\d)$ -> $1"},
        {"_[-+]X", "${EXTEN:1}", "^[+\\-](\\d)$ -> $1"},
        {"_*9X", "${EXTEN:2}1", "^\\*9(\\d)$ -> ${1}1"},
        {"_XXXXXX", "${EXTEN:-4}", "^\\d{2}(\\d{4})$ -> $1"},
        {"_XXXXXX", "${EXTEN:1:3}9", "^\\d(\\d{3})\\d{2}$ -> ${1}9"},
        {"_XXXX", "${EXTEN:0:-1}", "^(\\d{3})\\d$ -> $1"},
        {"_XXXX", "${EXTEN:-3:-1}", "^\\d(\\d{2})\\d$ -> $1"},
        {"_XXXX", "${EXTEN:2}${EXTEN:0:2}", "^(\\d{2})(\\d{2})$ -> $2$1"},
        {"_XXXX", "${EXTEN:1}${EXTEN:0:3}", "^(\\d)(\\d{2})(\\d)$ -> $2$3$1$2"},
        {"_XX.", "${EXTEN:0:2}", "^(\\d{2}).+$ -> $1"},
        {"_X.", "${EXTEN:-4}", "error: ${EXTEN:-4} depends on how long the dialled string is, which this pattern leaves open"},
        {"_X.", "${EXTEN:3}", "error: ${EXTEN:3} depends on how long the dialled string is, which this pattern leaves open"},
        {"_X.", "${EXTEN:0:4}", "error: ${EXTEN:0:4} depends on how long the dialled string is, which this pattern leaves open"},
        {"_X", "${EXTEN:a}", "error: ${EXTEN:a} is no slice"},
        {"_[12", "${EXTEN}", "error: \"[\" without \"]\""},
        {"_[5-2]", "${EXTEN}", "error: a range that runs backwards"},
    };
    for (const Case& one : cases) {
        INFO(one.extension << ' ' << one.number);
        CHECK(translated(one.extension, one.number) == one.rule);
    }
}

TEST_CASE("asterisk: the number is found in the dial strings of the usual channels", "[exchange][asterisk]") {
    const std::pair<const char*, const char*> cases[] = {
        {"PJSIP/${EXTEN:1}@itsp,60,tT", "${EXTEN:1}"},
        {"PJSIP/itsp/sip:+1${EXTEN}@sip.example.net", "+1${EXTEN}"},
        {"SIP/itsp/${EXTEN}", "${EXTEN}"},
        {"${TRUNK}/9${EXTEN:2:4}", "9${EXTEN:2:4}"},
        {"DAHDI/g1/${EXTEN}", "${EXTEN}"},
        {"IAX2/guest:secret@host/${EXTEN}", "${EXTEN}"},
        {"PJSIP/+14255550100@itsp", "+14255550100"},
    };
    for (const auto& [dial, number] : cases) {
        INFO(dial);
        const auto found = asterisk_number(dial);
        REQUIRE(found);
        CHECK(found->text == number);
        CHECK_FALSE(found->extension);
    }
    // Without a trunk behind it the name is a device's, and what was dialled is an extension.
    for (const auto& [dial, number] : {std::pair{"PJSIP/${EXTEN}", "${EXTEN}"}, {"SIP/${EXTEN},20,tr", "${EXTEN}"}, {"IAX2/${EXTEN:1}", "${EXTEN:1}"}, {"pjsip/2${EXTEN}", "2${EXTEN}"}, {"PJSIP/100", "100"}}) {
        INFO(dial);
        const auto found = asterisk_number(dial);
        REQUIRE(found);
        CHECK(found->text == number);
        CHECK(found->extension);
    }
    for (const char* dial : {"PJSIP/alice", "SIP/100&SIP/101", "Local/${EXTEN}@other", "DAHDI/g1/w${EXTEN}", "PJSIP/${NUMBER}@itsp", "SIP/${EXTEN}/${EXTEN}",
                             "PJSIP/1@trunk${EXTEN}", "", "PJSIP", "PJSIP/${EXTEN", "DAHDI/${EXTEN}", "PJSIP/${EXTEN}@", "Console/${EXTEN}"}) {
        INFO(dial);
        CHECK_FALSE(asterisk_number(dial));
    }
}

TEST_CASE("asterisk: extensions are tried in the order of main/pbx.c", "[exchange][asterisk]") {
    // Each before the next.
    const char* const order[] = {"100", "_9[1]1X", "_911", "_9[12]", "_9[13]", "_9NX", "_9N", "_9ZXX", "_9X", "_9.", "_9!", "_9", "_N", "_X.", "_.", "_!"};
    for (std::size_t i = 0; i < std::size(order); ++i) {
        for (std::size_t k = 0; k < std::size(order); ++k) {
            INFO(order[i] << " against " << order[k]);
            const bool before = asterisk_order(order[i], order[k]) < 0;
            const bool after = asterisk_order(order[i], order[k]) > 0;
            CHECK(before == (i < k));
            CHECK(after == (i > k));
        }
    }
    const bool same = asterisk_order("_[3-4]X", "_[34]X") == 0;
    CHECK(same);
}

TEST_CASE("asterisk: contexts become dial plans, their own extensions before included ones", "[exchange][asterisk]") {
    const Fragment fragment = imported(
        "[globals]\nT=PJSIP/x\n[out]\n; a comment\nexten => _X.,1,Dial(PJSIP/${EXTEN}@t) ; another\n;-- gone\nexten => 1,1,Goto(x)\n--;\n"
        "exten => _9.,1,NoOp()\n same => n(dial),Dial(${T}/${EXTEN:1}@t)\n same => n,Hangup()\ninclude => in\n[in]\nexten = _1XX,1,Dial(SIP/t/+1${EXTEN})\n"
        "include => out\n");
    CHECK(refusals(fragment).empty());
    REQUIRE(fragment.dial_plans.size() == 2);
    CHECK(rule_names(fragment) == std::vector<std::string>{"out/_9.", "out/_X.", "in/_1XX"});
    CHECK(rule_names(fragment, 1) == std::vector<std::string>{"in/_1XX", "out/_9.", "out/_X."});
    CHECK(fragment.dial_plans[0].rules[0].description == "_9. => ${EXTEN:1} (x.conf:9)");
}

TEST_CASE("asterisk: \"same\" behind a hint goes on with the hint's extension", "[exchange][asterisk]") {
    const Fragment fragment = imported("[a]\nexten => _1XX,1,Dial(SIP/t/${EXTEN})\nexten => 100,hint,SIP/100\nsame => 1,Dial(SIP/t/+1425${EXTEN})\n");
    CHECK(refusals(fragment).empty());
    CHECK(rule_names(fragment) == std::vector<std::string>{"a/100", "a/_1XX"});
}

TEST_CASE("asterisk: what is no number rule is refused with its line, once", "[exchange][asterisk]") {
    const Fragment fragment = imported(
        "#include \"other.conf\"\n[a]\nexten => 1,1,Macro(x)\nexten => 2/555,1,Dial(SIP/t/${EXTEN})\nexten => 3,1,Dial(SIP/t/${EXTEN})\nsame => n,Dial(SIP/t/9${EXTEN})\n"
        "include => b,09:00-17:00,mon-fri,*,*\ninclude => nowhere\nswitch => Realtime\nexten => 4,1,Playback(x)\nexten => 5,hint,SIP/5\n[b]\ninclude => a\n");
    CHECK(refusals(fragment) ==
          "x.conf:1:1: #include \"other.conf\": other files are not read\n"
          "x.conf:3:1: extension 1: Macro(x) is no number rule\n"
          "x.conf:4:1: extension 2/555 depends on the caller's number\n"
          "x.conf:6:1: extension 3: Dial() of 9${EXTEN} after one of ${EXTEN}\n"
          "x.conf:7:1: include of b at certain times only\n"
          "x.conf:9:1: switch => Realtime is not understood\n"
          "x.conf:10:1: extension 4 sends no number\n"
          "x.conf:8:1: include of nowhere, which is not in this file\n");
    CHECK(fragment.dial_plans.empty());
}

TEST_CASE("asterisk: truncated at every byte", "[exchange][asterisk]") {
    test::for_each_truncation("[a]\nexten => _9[2-9]X.,1,Dial(PJSIP/+1${EXTEN:1:-2}@t)\n same => n,Hangup()\ninclude => b\n;-- x --;\n[b](+)\n", [](const test::ExactBuffer& cut) {
        Fragment fragment;
        CHECK(import_asterisk(Source("x", std::string(cut.text())), fragment));
        static_cast<void>(asterisk_steps(cut.text()));
        static_cast<void>(asterisk_number(cut.text()));
    });
}
