// Knows: how much time and how many rules imports may cost, whatever the source asks for.
// Must not know: what formats mean.
// Next: ../../../libcommon/exchange/import.h.
#include <catch2/catch.hpp>

#include <ctime>
#include <functional>

#include "base/text.h"
#include "exchange/import.h"

using namespace tandem;
using namespace tandem::exchange;

namespace {

constexpr std::size_t kRules = 50'000;

std::string repeated(std::size_t n, const std::function<std::string(std::size_t)>& one) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += one(i);
    return out;
}

std::string six(std::size_t i) { return cat(i + 100'000); }

Fragment imported(Format format, std::string text) {
    Fragment fragment;
    ImportOptions options;
    options.format = format;
    const Status done = import(Source("x", std::move(text)), options, fragment);
    if (!done) FAIL(done.error().what);
    finish(fragment);
    return fragment;
}

std::size_t rules_of(const Fragment& fragment) {
    std::size_t sum = 0;
    for (const Plan& plan : fragment.dial_plans) sum += plan.rules.size();
    for (const Trunk& trunk : fragment.trunks) sum += trunk.called.size() + trunk.calling.size();
    return sum;
}

std::size_t refused(const Fragment& fragment, std::string_view what) {
    std::size_t sum = 0;
    for (const Finding& one : fragment.findings) sum += one.refused && one.what.find(what) != std::string::npos ? 1U : 0U;
    return sum;
}

}  // namespace

TEST_CASE("import: 50,000 rules of any format take seconds, also on one line", "[exchange][bounds]") {
    struct Case {
        const char* name;
        Format format;
        std::string text;
    };
    const auto rule = [](std::size_t i) { return cat("{\"Pattern\":\"^9(", six(i), ")$\",\"Translation\":\"+1425$1\",\"Name\":\"r", i, "\"}"); };
    const Case cases[] = {
        {"JSON", Format::kPowershell, cat("[{\"Identity\":\"Tag:a\",\"NormalizationRules\":[", repeated(kRules, [&](std::size_t i) { return cat(i == 0 ? "" : ",", rule(i)); }), "]}]")},
        {"JSON, a plan each", Format::kPowershell,
         cat("[", repeated(kRules, [&](std::size_t i) { return cat(i == 0 ? "" : ",", "{\"Identity\":\"Tag:p", i, "\",\"NormalizationRules\":[", rule(i), "]}"); }), "]")},
        {"CLIXML", Format::kPowershell,
         cat("<Objs><Obj><Props><S N=\"Identity\">Tag:a</S><Obj N=\"NormalizationRules\"><LST>",
             repeated(kRules, [&](std::size_t i) { return cat("<Obj><Props><S N=\"Pattern\">^9(", six(i), ")$</S><S N=\"Translation\">+1425$1</S><S N=\"Name\">r", i, "</S></Props></Obj>"); }),
             "</LST></Obj></Props></Obj></Objs>")},
        {"CSV", Format::kPowershell, cat("Identity,Pattern,Translation,IsInternalExtension\n", repeated(kRules, [](std::size_t i) { return cat("Tag:a/r", i, ",^9", six(i), "$,+1,False\n"); }))},
        {"contexts of one", Format::kAsterisk, cat("[a]\n", repeated(kRules, [](std::size_t i) { return cat("exten => _9", six(i), "X,1,Dial(PJSIP/${EXTEN:1}@t)\n"); }))},
        {"sets of one", Format::kCiscoIos, repeated(kRules, [](std::size_t i) { return cat("voice translation-rule ", i, "\n rule 1 /^", six(i), "/ /1/\n"); })},
        {"literal patterns", Format::kCucm, cat("PATTERN,PARTITION,PREFIX DIGITS\n9!,p,1\n", repeated(kRules - 1, [](std::size_t i) { return cat('9', six(i), ",p,1\n"); }))},
        {"open patterns", Format::kCucm, cat("PATTERN,PARTITION,PREFIX DIGITS\n", repeated(kRules, [](std::size_t i) { return cat('9', six(i), "!,p,1\n"); }))},
    };
    for (const Case& one : cases) {
        INFO(one.name);
        const std::clock_t before = std::clock();
        const Fragment fragment = imported(one.format, one.text);
        const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
        CHECK(rules_of(fragment) == kRules);
        CHECK(refused(fragment, "") == 0);
        CHECK(seconds < 8);  // well under one where nothing watches the program
    }
    const std::clock_t before = std::clock();
    const Fragment routes = imported(Format::kPowershell, cat("[", repeated(kRules, [](std::size_t i) {
                                         return cat(i == 0 ? "" : ",", "{\"Name\":\"r\",\"NumberPattern\":\"^", six(i), "\",\"PstnUsages\":[\"u", i, "\"],\"PstnGatewayList\":[\"PstnGateway:gw", i, "\"]}");
                                     }), "]"));
    CHECK(routes.routes.size() == kRules);
    CHECK(routes.routes[1].name == "r-2");
    CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 8);
}

TEST_CASE("asterisk: contexts that include each other are bounded, by name", "[exchange][bounds]") {
    constexpr std::size_t kContexts = 3000;
    const Fragment fragment = imported(Format::kAsterisk, repeated(kContexts, [](std::size_t i) {
                                           return cat("[c", i, "]\nexten => ", six(i), ",1,Dial(PJSIP/${EXTEN}@t)\ninclude => c", (i + 1) % kContexts, "\n");
                                       }));
    CHECK(refused(fragment, "it includes more than 128 contexts") == kContexts);
    CHECK(refused(fragment, "what is included in all would be more than") > 0);
    CHECK(rules_of(fragment) <= kContexts + kMaxCopiedRules);
    CHECK(fragment.dial_plans[0].rules.size() == 128);
}

TEST_CASE("powershell: objects that refer to the same ones again and again are bounded, by name", "[exchange][bounds]") {
    const std::string rule = "<Obj RefId=\"r\"><Props><S N=\"Pattern\">^1$</S><S N=\"Translation\">2</S><S N=\"Name\">n</S></Props></Obj>";
    const Fragment fragment = imported(Format::kPowershell, cat("<Objs><Obj RefId=\"p\"><Props><S N=\"Identity\">Tag:a</S><Obj N=\"NormalizationRules\"><LST>", rule,
                                                                repeated(3000, [](std::size_t) { return std::string("<Ref RefId=\"r\"/>"); }), "</LST></Obj></Props></Obj>",
                                                                repeated(3000, [](std::size_t) { return std::string("<Ref RefId=\"p\"/>"); }), "</Objs>"));
    CHECK(refused(fragment, "more objects than a text of this size has") == 1);
    CHECK(rules_of(fragment) < 40'000);
}

TEST_CASE("powershell: rules of all trunks are handed out only as far as there is room", "[exchange][bounds]") {
    const auto dump = [](std::size_t rules, std::size_t trunks) {
        return cat("[{\"Identity\":\"Global\",\"OutboundTranslationRulesList\":[",
                   repeated(rules, [](std::size_t i) { return cat(i == 0 ? "" : ",", "{\"Pattern\":\"^", i, "$\",\"Translation\":\"1\",\"Name\":\"r", i, "\"}"); }),
                   "]},{\"Name\":\"all\",\"NumberPattern\":\"^1\",\"PstnUsages\":[\"u\"],\"PstnGatewayList\":[",
                   repeated(trunks, [](std::size_t i) { return cat(i == 0 ? "" : ",", "\"gw", i, "\""); }), "]}]");
    };
    CHECK(rules_of(imported(Format::kPowershell, dump(20, 30))) == 600);
    const Fragment many = imported(Format::kPowershell, dump(2000, 1000));
    CHECK(rules_of(many) == 0);
    CHECK(refused(many, "2000 rules hold for all trunks, which are 1000") == 1);
}

TEST_CASE("cucm: patterns that all meet each other are bounded, by name", "[exchange][bounds]") {
    const Fragment fragment = imported(Format::kCucm, cat("PATTERN,PARTITION,PREFIX DIGITS\n", repeated(5000, [](std::size_t i) { return cat("9!", six(i), ",p,1\n"); })));
    CHECK(refused(fragment, "may meet too many others") + rules_of(fragment) + refused(fragment, "neither is always the closer one") == 5000);
    CHECK(refused(fragment, "may meet too many others") > 0);
}
