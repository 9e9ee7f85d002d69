// Knows: which header rules of a SIP profile load, and what is said of the others.
// Must not know: what a rule does to a message (tests/unit/tools/sip-trunk-proxy/header_rules_test.cpp).
#include <catch2/catch.hpp>

#include "base/text.h"
#include "config/topology_file.h"

using namespace tandem;
using tandem::topology::HeaderRule;

namespace {

config::LoadedTopology load(std::string_view rules) {
    return config::parse_topology(cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}],
        "sip_profiles": [{"name": "p", "headers": [)", rules, "]}]}"), "t");
}

}  // namespace

TEST_CASE("header rules: are read in order with what they say", "[config][headers]") {
    const auto file = load(R"({"header": "User-Agent", "action": "remove"},
        {"header": "x-account", "action": "set", "value": "4711; \"gold\"", "in": "requests", "methods": ["INVITE", "REFER"]},
        {"header": "P-Preferred-Service", "action": "add", "value": "", "in": "responses"})");
    CAPTURE(file.errors);
    REQUIRE(file.ok());
    CHECK(file.warnings.empty());
    const auto& rules = file.topology->sip_profiles.front().headers;
    REQUIRE(rules.size() == 3);
    CHECK(rules[0].header == "User-Agent");
    CHECK(rules[0].action == HeaderRule::Action::kRemove);
    CHECK(rules[0].in == HeaderRule::In::kBoth);
    CHECK(rules[0].methods.empty());
    CHECK(rules[1].action == HeaderRule::Action::kSet);
    CHECK(rules[1].value == "4711; \"gold\"");
    CHECK(rules[1].in == HeaderRule::In::kRequests);
    CHECK(rules[1].methods == std::vector<std::string>{"INVITE", "REFER"});
    CHECK(rules[2].action == HeaderRule::Action::kAdd);
    CHECK(rules[2].in == HeaderRule::In::kResponses);
}

TEST_CASE("header rules: what routing, dialogs and framing live on is refused with the reason", "[config][headers]") {
    for (std::string_view name : {"Via", "v", "ROUTE", "Record-Route", "Path", "From", "f", "to", "Call-ID", "i", "CSeq", "Max-Forwards", "Contact", "M",
                                  "Content-Length", "l", "Content-Type", "c", "Session-ID", "RAck", "RSeq", "Authorization", "Proxy-Authenticate"}) {
        CAPTURE(name);
        const auto file = load(cat(R"({"header": ")", name, R"(", "action": "remove"})"));
        REQUIRE(file.errors.size() == 1);
        CHECK(file.errors[0].find("no rule may change ") != std::string::npos);
    }
}

TEST_CASE("header rules: values that would not stay in their line, and rules that say too little or too much, are refused", "[config][headers]") {
    const std::pair<std::string, std::string_view> rows[] = {
        {R"({"header": "X A", "action": "remove"})", "is no name of a header field"},
        {R"({"header": "X:", "action": "remove"})", "is no name of a header field"},
        {R"({"header": "", "action": "remove"})", ""},
        {R"({"header": "X", "action": "set"})", "\"value\" is missing"},
        {R"({"header": "X", "action": "remove", "value": "y"})", "takes no \"value\""},
        {R"({"header": "X", "action": "set", "value": "a\r\nVia: b"})", "control character"},
        {R"({"header": "X", "action": "set", "value": "a\nb"})", "control character"},
        {R"({"header": "X", "action": "add", "value": "a\u0000"})", ""},
        {R"({"header": "X", "action": "add", "value": " a"})", "blanks"},
        {cat(R"({"header": "X", "action": "add", "value": ")", std::string(513, 'x'), "\"}"), "512"},
        {R"({"header": "X", "action": "remove", "methods": ["IN VITE"]})", "is no method"},
        {R"({"header": "X", "action": "replace", "value": "y"})", ""},
        {R"({"action": "remove"})", "header"},
        {R"({"header": "X"})", "action"},
    };
    for (const auto& [rule, what] : rows) {
        CAPTURE(rule);
        const auto file = load(rule);
        REQUIRE_FALSE(file.errors.empty());
        CHECK(file.errors[0].find(what) != std::string::npos);
    }
    std::string many;
    for (int i = 0; i < 33; ++i) append(many, i == 0 ? "" : ", ", R"({"header": "X", "action": "remove"})");
    CHECK(load(many).errors.size() == 1);
}
