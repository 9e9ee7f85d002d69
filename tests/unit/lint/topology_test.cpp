#include "base/text.h"
#include "config/topology_file.h"
#include "support.h"
#include "support/topologies.h"

using namespace tandem;
using lint::Code;
using lint::Severity;
using test::find;

namespace {

/// The small topology with pieces of its text replaced, and its findings.
std::vector<lint::Finding> findings_with(std::initializer_list<std::pair<std::string_view, std::string_view>> changes) {
    std::string text(test::kSmallTopology);
    for (const auto& [old_text, new_text] : changes) {
        const std::size_t at = text.find(old_text);
        INFO(old_text);
        REQUIRE(at != std::string::npos);
        text.replace(at, old_text.size(), new_text);
    }
    const config::LoadedTopology loaded = config::parse_topology(std::move(text), "t.json");
    CAPTURE(loaded.errors);
    REQUIRE(loaded.ok());
    return lint::check(*loaded.topology, number::builtin_plan());
}

std::string route(std::string_view name, std::string_view pattern, std::string_view usages, std::string_view trunks) {
    return cat(R"({"name": ")", name, R"(", "pattern": ")", pattern, R"(", "usages": [)", usages, R"(], "trunks": [)", trunks, "]},");
}

}  // namespace

TEST_CASE("lint: the small topology has nothing but notes", "[lint]") {
    for (const lint::Finding& f : findings_with({})) {
        CAPTURE(f.text, f.subject.name);
        CHECK(f.severity == Severity::kNote);
    }
}

TEST_CASE("lint: routes that no number matches, that match too much, that add nothing", "[lint]") {
    const std::string more = cat("\"routes\": [",
        route("ten", "[0-9]{10}", R"("national")", R"("itsp")"),
        route("noplus", "^1\\\\d{10}$", R"("national")", R"("itsp")"),
        route("nocode", "^\\\\+210\\\\d+$", R"("national")", R"("itsp")"),
        route("seattle", "^\\\\+1206\\\\d{7}$", R"("national")", R"("itsp")"),
        route("pbx-too", "^\\\\+1206\\\\d{7}$", R"("national")", R"("itsp", "pbx")"),
        route("ahead", "^(?!\\\\+1900)\\\\+1253\\\\d{7}$", R"("national")", R"("itsp")"),
        route("no-trunk", "^\\\\+1", R"("national")", ""));
    const auto findings = findings_with({{"\"routes\": [", more}});
    REQUIRE(find(findings, Code::kRouteUnanchored, "ten"));
    CHECK(find(findings, Code::kRouteUnanchored, "ten")->witness.size() > 10);
    REQUIRE(find(findings, Code::kRouteNeverMatches, "noplus"));
    CHECK(find(findings, Code::kRouteNeverMatches, "noplus")->text.find("plus") != std::string::npos);
    CHECK(find(findings, Code::kRouteNeverMatches, "nocode") != nullptr);
    REQUIRE(find(findings, Code::kRouteAddsNothing, "seattle"));
    CHECK(find(findings, Code::kRouteAddsNothing, "seattle")->others == std::vector<std::string>{"ten"});
    CHECK(find(findings, Code::kRouteAddsNothing, "pbx-too") == nullptr);
    CHECK(find(findings, Code::kRouteAddsNothing, "ahead") != nullptr);
    CHECK(find(findings, Code::kRouteIncomplete, "no-trunk") != nullptr);
}

TEST_CASE("lint: what nothing leads to", "[lint]") {
    const auto findings = findings_with(
        {{R"("usages": ["national", "emergency"],)", R"("usages": ["spare", "national", "emergency"],)"},
         {"\"routes\": [", cat("\"routes\": [", route("spare", "^\\\\+49", R"("spare")", R"("itsp")"))},
         {"\"dial_plans\": [", R"("dial_plans": [{"name": "unused", "rules": []},)"},
         {"\"policies\": [", R"("policies": [{"name": "nobody", "usages": ["spare"]},)"}});
    for (const auto& [kind, name] : {std::pair("usage", "spare"), std::pair("route", "spare"), std::pair("dial_plan", "unused"), std::pair("policy", "nobody")}) {
        CAPTURE(kind, name);
        bool found = false;
        for (const lint::Finding& f : findings) found = found || (f.code == Code::kUnused && f.subject.kind == kind && f.subject.name == name);
        CHECK(found);
    }
}

TEST_CASE("lint: an extension that reaches something else when it is dialled", "[lint]") {
    // The dial plan takes 555… numbers of seven digits for local ones.
    const auto taken = findings_with({{R"("extension": "121")", R"("extension": "5551212")"}});
    const auto* carol = find(taken, Code::kExtension, "carol");
    REQUIRE(carol);
    CHECK(carol->severity == Severity::kWarning);
    CHECK(carol->others == std::vector<std::string>{"local"});

    const auto help = findings_with({{R"("extension": "121")", R"("extension": "9911")"}});
    REQUIRE(find(help, Code::kExtension, "carol"));
    CHECK(find(help, Code::kExtension, "carol")->severity == Severity::kError);

    const auto begins = findings_with({{R"("extension": "121")", R"("extension": "1122")"}});
    REQUIRE(find(begins, Code::kExtension, "carol"));
    CHECK(find(begins, Code::kExtension, "carol")->severity == Severity::kNote);
}

TEST_CASE("lint: a number that a range gives to another extension", "[lint]") {
    const auto findings = findings_with({{R"("number": "+14255550121")", R"("number": "+14255550114")"}});
    const auto* carol = find(findings, Code::kDidClaim, "carol");
    REQUIRE(carol);
    CHECK(carol->others == std::vector<std::string>{"bob", "main"});
}

TEST_CASE("lint: a shared number that is nobody's by itself", "[lint]") {
    const auto findings = findings_with({{R"("number": "+14255550112")", R"("number": "+14255550111;ext=2")"}, {R"("number": "+14255550111")", R"("number": "+14255550111;ext=1")"}});
    const auto* alice = find(findings, Code::kDidClaim, "alice");
    REQUIRE(alice);
    CHECK(alice->others == std::vector<std::string>{"bob"});
    CHECK(find(findings, Code::kDidClaim, "bob") == nullptr);
    // One of them has it without an extension: that is the one who is called.
    CHECK(find(findings_with({{R"("number": "+14255550112")", R"("number": "+14255550111;ext=2")"}}), Code::kDidClaim, "alice") == nullptr);
}

TEST_CASE("lint: an emergency number without a route", "[lint]") {
    CHECK(find(findings_with({}), Code::kNoEmergencyRoute, "911") == nullptr);
    const auto findings = findings_with({{R"("pattern": "^911$")", R"("pattern": "^912$")"}});
    REQUIRE(find(findings, Code::kNoEmergencyRoute, "911"));
    CHECK(find(findings, Code::kNoEmergencyRoute, "911")->severity == Severity::kError);
    CHECK(find(findings, Code::kRouteNeverMatches, "help") != nullptr);
}

TEST_CASE("lint: rules of trunks are looked at like those of dial plans", "[lint]") {
    const auto findings = findings_with(
        {{R"("called": [)", R"("called": [{"name": "idd", "pattern": "^00(\\d+)$", "translation": "$1"}, {"name": "us", "pattern": "^\\+1(\\d*)$", "translation": "$1"},)"},
         {R"("calling": [)", R"("calling": [{"name": "evil", "pattern": "^(\\d+)+$", "translation": "$1"},)"}});
    CHECK(find(findings, Code::kNeverMatches, "idd") != nullptr);
    REQUIRE(find(findings, Code::kUnreachable, "strip"));
    CHECK(find(findings, Code::kUnreachable, "strip")->others == std::vector<std::string>{"us"});
    REQUIRE(find(findings, Code::kCatastrophic, "evil"));
    CHECK(find(findings, Code::kCatastrophic, "evil")->subject.in == "calling rules of trunk pbx");
}
