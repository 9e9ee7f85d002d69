#include <catch2/catch.hpp>

#include "base/text.h"
#include "exchange/import.h"
#include "exchange/node.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::exchange;

namespace {
Fragment imported(std::string text) {
    Fragment fragment;
    const Status done = import_powershell(Source("dump.txt", std::move(text)), "dump", fragment);
    if (!done) FAIL(done.error().what);
    finish(fragment);
    return fragment;
}

std::string refusals(const Fragment& fragment) {
    std::string out;
    for (const Finding& one : fragment.findings)
        if (one.refused) append(out, one.where, ": ", one.what, '\n');
    return out;
}

const char* const kClixml =
    "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><Obj RefId=\"0\"><TN RefId=\"0\"><T>X.LocationProfile</T></TN>"
    "<Props><S N=\"Identity\">Tag:A_x0020_B</S><Obj N=\"NormalizationRules\" RefId=\"1\"><LST><Obj RefId=\"2\"><Props><S N=\"Pattern\">^(\\d{4})$</S>"
    "<S N=\"Translation\">+1425555$1</S><S N=\"Name\">a &amp; b</S><B N=\"IsInternalExtension\">true</B><Nil N=\"Description\"/></Props></Obj>"
    "<Ref RefId=\"2\"/></LST></Obj></Props></Obj></Objs>";
}  // namespace

TEST_CASE("powershell: CLIXML with escapes, nil and references back", "[exchange][powershell]") {
    const Fragment fragment = imported(kClixml);
    CHECK(refusals(fragment).empty());
    REQUIRE(fragment.dial_plans.size() == 1);
    CHECK(fragment.dial_plans[0].name == "A-B");
    REQUIRE(fragment.dial_plans[0].rules.size() == 2);
    const number::Rule& rule = fragment.dial_plans[0].rules[0];
    CHECK(rule.name == "a & b");
    CHECK(rule.pattern == "^(\\d{4})$");
    CHECK(rule.translation == "+1425555$1");
    CHECK(rule.internal);
    CHECK(rule.description == "from dump.txt:1");
    CHECK(fragment.dial_plans[0].rules[1].name == "a & b-2");
}

TEST_CASE("powershell: what the source tells apart stays apart, though our names would be the same", "[exchange][powershell]") {
    const Fragment fragment = imported(
        R"([{"Identity":"Tag:Site A/a","Pattern":"^1$","Translation":"1","Name":"a","IsInternalExtension":false},
            {"Identity":"Tag:Site-A/b","Pattern":"^2$","Translation":"2","Name":"b","IsInternalExtension":false},
            {"Identity":"Tag:Site A/c","Pattern":"^3$","Translation":"3","Name":"c","IsInternalExtension":false},
            {"Name":"out","NumberPattern":"^2","Priority":5,"PstnUsages":["x"],"PstnGatewayList":["PstnGateway:gw 1","PstnGateway:gw-1"]}])");
    REQUIRE(fragment.dial_plans.size() == 2);
    CHECK(fragment.dial_plans[0].name == "Site-A");
    CHECK(fragment.dial_plans[0].rules.size() == 2);
    CHECK(fragment.dial_plans[1].name == "Site-A-2");
    CHECK(fragment.dial_plans[1].rules.size() == 1);
    REQUIRE(fragment.routes.size() == 1);
    CHECK(fragment.routes[0].trunks == std::vector<std::string>{"gw-1", "gw-1-2"});
}

TEST_CASE("powershell: rules and routes of their own are put in the order of their priority", "[exchange][powershell]") {
    const Fragment fragment = imported(
        R"([{"Identity":"Global/b","Priority":1,"Pattern":"^2$","Translation":"2","Name":"b","IsInternalExtension":false},
            {"Identity":"Global/a","Priority":0,"Pattern":"^1$","Translation":"1","Name":"a","IsInternalExtension":false},
            {"Name":"second","NumberPattern":"^2","Priority":5,"PstnUsages":["x"],"PstnGatewayList":[]},
            {"Name":"first","NumberPattern":"^1","Priority":3,"PstnUsages":["x"],"PstnGatewayList":[]}])");
    REQUIRE(fragment.dial_plans.size() == 1);
    CHECK(fragment.dial_plans[0].scope == "global");
    CHECK(fragment.dial_plans[0].rules[0].name == "a");
    CHECK(fragment.dial_plans[0].rules[1].name == "b");
    CHECK(fragment.routes[0].name == "first");
    CHECK(fragment.usages == std::vector<std::string>{"x"});
}

TEST_CASE("powershell: what a dump lost by its depth is refused, or read from its text", "[exchange][powershell]") {
    const Fragment fragment = imported(
        R"([{"Identity":"Tag:a","NormalizationRules":"System.Collections.Generic.List`1[NormalizationRule]"},
            {"Identity":"Tag:b","NormalizationRules":["Description=x;y;Pattern=^1;$;Translation=2;Name=n;IsInternalExtension=True", "Rule"]},
            "Description=;Pattern=^3$;Translation=4;Name=m;IsInternalExtension=False", 7])");
    CHECK(refusals(fragment) ==
          "dump.txt:1:43: NormalizationRules: the dump has System.Collections.Generic.List`1[NormalizationRule] instead of the rules\n"
          "dump.txt:2:133: NormalizationRules: an element is no rule\n"
          "dump.txt:3:88: not an object: 7\n");
    REQUIRE(fragment.dial_plans.size() == 3);
    CHECK(fragment.dial_plans[1].rules[0].pattern == "^1;$");
    CHECK(fragment.dial_plans[1].rules[0].internal);
    CHECK(fragment.dial_plans[1].rules[0].description == "x;y (dump.txt:2)");
    CHECK(fragment.dial_plans[2].name == "dump");
    CHECK(fragment.dial_plans[2].rules[0].translation == "4");
}

TEST_CASE("powershell: texts in UTF-16 are read, halves of characters are not", "[exchange][powershell]") {
    CHECK(to_utf8(std::string_view("\xFF\xFE" "a\0\xE9\0\x3D\xD8\0\xDE", 10)) == "a\xC3\xA9\xF0\x9F\x98\x80");
    CHECK(to_utf8(std::string_view("\xFE\xFF\0a", 4)) == "a");
    CHECK(to_utf8("\xEF\xBB\xBF" "x") == "x");
    for (const std::string_view bad : {std::string_view("\xFF\xFE" "a", 3), std::string_view("\xFF\xFE\x3D\xD8", 4), std::string_view("\xFF\xFE\0\xDE", 4),
                                       std::string_view("\x80", 1), std::string_view("a\0b", 3), std::string_view("\xFF\xFE\0\0", 4)})
        CHECK_FALSE(to_utf8(bad));
}

TEST_CASE("powershell: XML that nests too deep, or is not PowerShell's, is refused", "[exchange][powershell]") {
    std::string deep = "<Objs>";
    for (int i = 0; i < 100; ++i) deep += "<Obj><Props><Obj N=\"x\">";
    Fragment fragment;
    CHECK_FALSE(import_powershell(Source("x", deep), "x", fragment));  // not closed
    deep = "<Objs>";
    for (int i = 0; i < 100; ++i) deep += "<Obj N=\"x\"><Props>";
    for (int i = 0; i < 100; ++i) deep += "</Props></Obj>";
    const Status done = import_powershell(Source("x", deep + "</Objs>"), "x", fragment);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::kRange);
    CHECK_FALSE(import_powershell(Source("x", "<html></html>"), "x", fragment));
    CHECK(fragment.empty());
}

TEST_CASE("powershell: a document type is refused, whatever it declares", "[exchange][powershell]") {
    for (const char* text : {"<!DOCTYPE Objs [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Objs></Objs>", "<?xml version=\"1.0\"?>\n<!DOCTYPE Objs SYSTEM \"file:///etc/passwd\"><Objs></Objs>",
                             "<!DOCTYPE Objs>"}) {
        INFO(text);
        Fragment fragment;
        const Status done = import_powershell(Source("x", text), "x", fragment);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::kUnsupported);
        CHECK(done.error().what.find("document type") != std::string::npos);
    }
}

TEST_CASE("powershell: trunk rules of their own are put in the order of their priority; a configuration without rules is one all the same", "[exchange][powershell]") {
    const Fragment fragment = imported(
        R"([{"Identity":"Global/b","Priority":1,"Pattern":"^2$","Translation":"2","Name":"b"},
            {"Identity":"Global/a","Priority":0,"Pattern":"^1$","Translation":"1","Name":"a"},
            {"Identity":"Service:PstnGateway:gw1/z","Priority":7,"Pattern":"^3$","Translation":"3","Name":"z"},
            {"Identity":"Service:PstnGateway:gw1/y","Priority":6,"Pattern":"^4$","Translation":"4","Name":"y"},
            {"Identity":"Service:PstnGateway:gw2","OutboundTranslationRulesList":[],"RemovePlusFromUri":false,"PstnUsages":["x","y"]},
            {"Name":"r","NumberPattern":"^2","PstnUsages":["x"],"PstnGatewayList":["PstnGateway:gw1","PstnGateway:gw2","PstnGateway:gw3"]}])");
    CHECK(refusals(fragment).empty());
    REQUIRE(fragment.trunks.size() == 3);
    REQUIRE(fragment.trunks[0].called.size() == 2);
    CHECK(fragment.trunks[0].called[0].name == "y");
    CHECK(fragment.trunks[1].called.empty());
    CHECK(fragment.trunks[1].usages == std::vector<std::string>{"x", "y"});
    REQUIRE(fragment.trunks[2].called.size() == 2);
    CHECK(fragment.trunks[2].called[0].name == "a");
    CHECK(fragment.usages == std::vector<std::string>{"x", "y"});
}

TEST_CASE("powershell: names that a topology cannot have are told or kept apart", "[exchange][powershell]") {
    const std::string longer(80, 'n');
    const Fragment fragment = imported(cat(R"([{"Identity":"Site:A B","PstnUsages":["x"]},{"Identity":"Site:A-B","PstnUsages":["x"]},{"Identity":"Global","PstnUsages":[]},
{"Identity":"GLOBAL","OnlinePstnUsages":["y"]},{"Name":")", longer, R"(","NumberPattern":"^2","PstnUsages":["x"],"PstnGatewayList":["sbc..example.com","192.0.2.1","10.1","2001:db8::1","a_b.example"]},
{"Name":")", longer, R"(","NumberPattern":"^2","PstnUsages":["x"],"PstnGatewayList":[]}])"));
    CHECK(fragment.sites == std::vector<std::string>{"A-B", "A-B-2"});
    CHECK(fragment.policies.size() == 3);
    REQUIRE(fragment.routes.size() == 2);
    CHECK(fragment.routes[0].name.size() <= 64);
    CHECK(fragment.routes[1].name.size() <= 64);
    CHECK(fragment.routes[0].name != fragment.routes[1].name);
    std::string hosts;
    for (const Trunk& one : fragment.trunks) append(hosts, one.host, ' ');
    CHECK(hosts == "sbc.example.com 192.0.2.1 gateway-10.1 2001:db8::1 a-b.example ");
    CHECK(refusals(fragment) ==
          "dump.txt:2:1: policy \"GLOBAL\": one with this scope is there already\n"
          "dump.txt:2:48: gateway \"sbc..example.com\" is no host's name: the target of its trunk is written as sbc.example.com\n"
          "dump.txt:2:48: gateway \"10.1\" is no host's name: the target of its trunk is written as gateway-10.1\n"
          "dump.txt:2:48: gateway \"a_b.example\" is no host's name: the target of its trunk is written as a-b.example\n");
}

TEST_CASE("powershell: usages with a control character are refused", "[exchange][powershell]") {
    const Fragment fragment = imported(R"([{"Identity":"Global","Usage":["a\u0001b","c"]}])");
    CHECK(refusals(fragment).find("holds a control character") != std::string::npos);
    CHECK(fragment.usages == std::vector<std::string>{"c"});
}

TEST_CASE("powershell: truncated at every byte", "[exchange][powershell]") {
    for (const std::string_view text : {std::string_view(kClixml), std::string_view("#TYPE X\r\n\"Name\",\"Pattern\",\"Translation\"\r\n\"a\",\"^1$\",\"2\"\r\n"),
                                        std::string_view("<Objects><Object><Property Name=\"NormalizationRules\"><Property>Description=;Pattern=1;Translation=2</Property></Property></Object></Objects>")}) {
        test::for_each_truncation(text, [](const test::ExactBuffer& cut) {
            Fragment fragment;
            const Source source("x", std::string(cut.text()));
            static_cast<void>(import_powershell(source, "x", fragment));
            static_cast<void>(detect(source));
        });
    }
}

TEST_CASE("import: the format is told from the text", "[exchange]") {
    const std::pair<const char*, std::optional<Format>> cases[] = {
        {"<Objs/>", Format::kPowershell},
        {"[{\"a\":1}]", Format::kPowershell},
        {"[\n1]", Format::kPowershell},
        {"[true]", Format::kPowershell},
        {"#TYPE x\n", Format::kPowershell},
        {"Name,Pattern,Translation\n", Format::kPowershell},
        {"; c\n[general]\n", Format::kAsterisk},
        {"[from-internal]\nexten => 1,1,NoOp", Format::kAsterisk},
        {"!\nversion 15\nhostname x\nvoice translation-rule 1\n", Format::kCiscoIos},
        {"TRANSLATION PATTERN,ROUTE PARTITION\n", Format::kCucm},
        {"hello", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [text, format] : cases) {
        INFO(text);
        const bool same = detect(Source("x", text)) == format;
        CHECK(same);
    }
}
