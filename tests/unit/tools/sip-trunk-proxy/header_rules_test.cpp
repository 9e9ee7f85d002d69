// Knows: what header rules make of the messages that a peer is sent, next to everything else that is changed in them.
// Must not know: which rules load (tests/unit/config/header_rules_test.cpp).
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

constexpr std::string_view kRules = R"("headers": [
  {"header": "user-agent", "action": "remove"},
  {"header": "P-Asserted-Identity", "action": "remove", "in": "requests"},
  {"header": "X-Account", "action": "set", "value": "4711"},
  {"header": "X-Note", "action": "add", "value": "first", "in": "requests", "methods": ["INVITE"]},
  {"header": "X-Note", "action": "add", "value": "second", "in": "requests", "methods": ["INVITE", "BYE"]},
  {"header": "s", "action": "set", "value": "call", "methods": ["INVITE"]},
  {"header": "Server", "action": "set", "value": "sbc", "in": "responses"},
  {"header": "Privacy", "action": "set", "value": "none", "methods": ["INFO"]}])";

std::string company(std::string_view trunk = kRules, std::string_view user = {}, std::string_view more = {}) {
    std::string text(kTopology);
    const auto put = [&text](std::string_view before, std::string_view what) { text.insert(text.find(before), what); };
    put(R"({"name": "keeps503")", cat(R"({"name": "ruled", )", trunk, more, "}, "));
    if (!user.empty()) put(R"({"name": "keeps503")", cat(R"({"name": "desk", )", user, "}, "));
    put(R"("targets": ["udp:10.0.0.30:5060", )", R"("sip_profile": "ruled", )");
    if (!user.empty()) put(R"("number": "+442079460001")", R"("sip_profile": "desk", )");
    return text;
}

std::vector<std::string> values(const std::string& text, std::string_view name) {
    const Read r(text);
    std::vector<std::string> out;
    const auto id = sip::header_id_from(name);
    for (const sip::Header& h : r.m.headers()) {
        if (id == sip::HeaderId::kOther ? iequals(r.m.name(h), name) : h.id == id) out.emplace_back(r.m.value(h));
    }
    return out;
}
using List = std::vector<std::string>;

constexpr std::string_view kExtra = "User-Agent: phone\r\nX-Account: 1\r\nx-account: 2\r\nX-Note: own\r\nPrivacy: id\r\n";

}  // namespace

TEST_CASE("header rules: the INVITE to a trunk has them applied after everything else", "[proxy][headers]") {
    Bench b(company());
    b.in(invite({.extra = kExtra}), kAlice);
    const std::string sent = b.last_to(kGateway);
    REQUIRE(sent.starts_with("INVITE "));
    CHECK(values(sent, "User-Agent").empty());
    CHECK(values(sent, "P-Asserted-Identity").empty());
    CHECK(values(sent, "X-Account") == List{"4711"});
    CHECK(values(sent, "X-Note") == List{"own", "first", "second"});
    CHECK(values(sent, "Subject") == List{"call"});
    CHECK(values(sent, "Privacy") == List{"id"});  // for INFO alone
    CHECK(values(sent, "Server").empty());
    CHECK(Read(sent).m.body() == kOffer);
    // Responses of the trunk go to alice, for whom there are no rules.
    b.in(reply(sent, 200, "User-Agent: gateway\r\nServer: gateway\r\n"), kGateway);
    CHECK(values(b.last_to(kAlice), "User-Agent") == List{"gateway"});
    CHECK(values(b.last_to(kAlice), "Server") == List{"gateway"});
    const std::string routes = routes_of(b.last_to(kAlice), true);
    for (std::string_view method : {"ACK", "INFO", "BYE"}) {
        b.in(in_dialog(method, "sip:peer@10.0.0.30:5060", routes, 101, cat("z9hG4bK", method), "caller", "callee", "10.0.0.11:5060", "call-1", kExtra), kAlice);
        const std::string got = b.last_to(kGateway);
        CAPTURE(got);
        REQUIRE(got.starts_with(cat(method, " ")));
        CHECK(values(got, "User-Agent").empty());
        CHECK(values(got, "X-Account") == List{"4711"});
        CHECK(values(got, "X-Note") == (method == "BYE" ? List{"own", "second"} : List{"own"}));
        CHECK(values(got, "Privacy") == List{method == "INFO" ? "none" : "id"});
        CHECK(values(got, "Subject").empty());
    }
    CHECK(b.proxy.counters().edits_failed == 0);
}

TEST_CASE("header rules: a compact form is the same field, of those that have no rules of their own here as well", "[proxy][headers]") {
    Bench b(company(R"("headers": [{"header": "Accept-Contact", "action": "remove"}, {"header": "j", "action": "remove"}])"));
    b.in(invite({.extra = "a: *;audio\r\nReject-Contact: *;video\r\nd: no-fork\r\n"}), kAlice);
    const std::string sent = b.last_to(kGateway);
    INFO(sent);
    REQUIRE(sent.starts_with("INVITE "));
    CHECK(values(sent, "a").empty());
    CHECK(values(sent, "Reject-Contact").empty());
    CHECK(values(sent, "d") == List{"no-fork"});
}

TEST_CASE("header rules: responses and requests that go back to a trunk have theirs", "[proxy][headers]") {
    Bench b(company());
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .extra = "User-Agent: gateway\r\n", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string sent = b.last_to(kAlice);
    REQUIRE(sent.starts_with("INVITE "));
    CHECK(values(sent, "User-Agent") == List{"gateway"});
    CHECK(values(sent, "X-Account").empty());
    for (int status : {180, 200}) {
        b.in(reply(sent, status, "User-Agent: phone\r\nServer: a\r\nServer: b\r\n", "10.0.0.11:5060"), kAlice);
        const std::string got = b.last_to(kGateway);
        CAPTURE(got);
        CHECK(values(got, "User-Agent").empty());
        CHECK(values(got, "Server") == List{"sbc"});
        CHECK(values(got, "X-Account") == List{"4711"});
        CHECK(values(got, "X-Note").empty());
        CHECK(values(got, "Subject") == List{"call"});
    }
    b.in(in_dialog("BYE", "sip:x@10.0.0.30:5060", routes_of(sent, false), 1, "z9hG4bKbye", "callee", "caller", "10.0.0.11:5060", "call-1", kExtra), kAlice);
    CHECK(values(b.last_to(kGateway), "X-Note") == List{"own", "second"});
    CHECK(b.proxy.counters().edits_failed == 0);
}

TEST_CASE("header rules: a user's profile has them too, in the dialog as well", "[proxy][headers]") {
    Bench b(company(R"("refer": true)", R"("headers": [{"header": "Organization", "action": "set", "value": "ours"}])"));
    b.in(invite({.extra = "Organization: mine\r\n"}), kAlice);
    const std::string sent = b.last_to(kGateway);
    CHECK(values(sent, "Organization") == List{"mine"});
    b.in(reply(sent, 200, "Organization: theirs\r\n"), kGateway);
    CHECK(values(b.last_to(kAlice), "Organization") == List{"ours"});
    b.in(in_dialog("INFO", "sip:alice@10.0.0.11:5060", routes_of(sent, false), 5, "z9hG4bKinfo", "callee", "caller", "10.0.0.30:5060"), kGateway);
    const std::string info = b.last_to(kAlice);
    CHECK(values(info, "Organization") == List{"ours"});
    b.in(reply(info, 200, "Organization: mine\r\n"), kAlice);
    CHECK(values(b.last_to(kGateway), "Organization") == List{"mine"});
}

TEST_CASE("header rules: next to hiding, and on a message without its empty line", "[proxy][headers]") {
    Bench b(company(kRules, {}, R"(, "hide_topology": true)"));
    std::string text = invite({.extra = cat(kExtra, "Referred-By: <sip:x@10.0.0.99>\r\nSubject: one\r\n")});
    text.erase(text.find("Content-Type"));  // and no body
    b.in(text, kAlice);
    const std::string sent = b.last_to(kGateway);
    REQUIRE(sent.starts_with("INVITE "));
    CHECK(values(sent, "X-Account") == List{"4711"});
    CHECK(values(sent, "Subject") == List{"call"});
    CHECK(values(sent, "Referred-By") == List{"<sip:x@company.example>"});
    CHECK(b.proxy.counters().edits_failed == 0);
}
