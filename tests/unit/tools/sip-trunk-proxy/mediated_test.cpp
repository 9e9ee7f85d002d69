// Knows: the two passes of a mediated call: what the bridge gets, what it may do with the token, what the target gets.
// Must not know: what the bridge does in between.
#include "bench.h"
#include "sip/token.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

constexpr std::string_view kToItsp = "02079460456";

// The Route element of a message that carries the token.
std::string token_route_of(const std::string& text) {
    const Read r(text);
    sip::ValueCursor cursor(r.m, sip::HeaderId::kRoute);
    while (const auto v = cursor.next()) {
        if (v->find(";tk=") != std::string_view::npos) return std::string(*v);
    }
    return {};
}

std::string token_of(const std::string& route) {
    const auto at = route.find(";tk=") + 4;
    return route.substr(at, route.find_first_of(";>", at) - at);
}

// What the bridge sends as leg B: a dialog of its own, with the token's route.
std::string second_pass(const std::string& route, std::string_view branch = "z9hG4bKlegb", std::string_view session = {}) {
    return invite({.number = "+442079460456", .from = "bridge", .call_id = "leg-b", .branch = branch, .cseq = 1,
                   .extra = cat("Route: ", route, "\r\n", session), .via_host = "10.0.0.3:5060"});
}

}  // namespace

TEST_CASE("mediated: the first pass goes to the bridge with the decision sealed in its Route", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = kToItsp}), kAlice);
    CHECK(b.count_to(kItsp, "INVITE") == 0);
    const std::string sent = b.last_to(kBridge);
    const Read out(sent);
    CHECK(b.wire.sent.back().flow.socket == 2);
    sip::ValueCursor routes(out.m, sip::HeaderId::kRoute);
    CHECK(*routes.next() == "<sip:10.0.0.3:5060;lr>");
    CHECK(routes.next()->starts_with("<sip:10.0.0.1:5070;lr;tk="));
    CHECK_FALSE(routes.next().has_value());
    // Two realms, two Record-Route URIs; the one that the bridge sees comes first.
    sip::ValueCursor record(out.m, sip::HeaderId::kRecordRoute);
    CHECK(record.next()->starts_with("<sip:10.0.0.1:5070;lr;ck="));
    CHECK(record.next()->starts_with("<sip:10.0.0.1:5060;lr;ck="));

    const auto token = sip::open_token(*b.snapshot->keyring, token_of(token_route_of(sent)), "bridges", 1'750'000'000);
    REQUIRE(token.has_value());
    CHECK(token->kind == sip::Token::Kind::kTrunk);
    CHECK(token->target == "itsp");
    CHECK(token->called == "+442079460456");
    CHECK(token->calling == "+442079460001");
    CHECK(token->source == "alice");
    CHECK_FALSE(token->from_trunk);
    CHECK(token->source_realm == "inside");
    CHECK(token->target_realm == "outside");
    CHECK(token->profile_a == "default");
    CHECK(token->profile_b == "ulaw");
}

TEST_CASE("mediated: the second pass tries only the token's target, without the token, with the caller's identity", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = kToItsp}), kAlice);
    const std::string route = token_route_of(b.last_to(kBridge));
    b.in(second_pass(route, "z9hG4bKlegb", "Session-ID: 00112233445566778899aabbccddeeff;remote=00000000000000000000000000000000\r\n"), kBridge);
    const Read out(b.last_to(kItsp));
    CHECK(out.m.request_uri() == "sip:+442079460456@itsp.example;user=phone");
    CHECK(out.bytes.find("tk=") == std::string::npos);
    CHECK_FALSE(out.m.has(sip::HeaderId::kRoute));
    CHECK(out.m.from().uri_text == "sip:+442079460001@itsp.example;user=phone");
    CHECK(out.m.from_tag() == "caller");
    CHECK(out.m.value(sip::HeaderId::kPAssertedIdentity) == "<sip:+442079460001@itsp.example;user=phone>");
    CHECK(out.m.value(sip::HeaderId::kSessionId).starts_with("00112233445566778899aabbccddeeff"));
    CHECK(b.wire.sent.back().flow.socket == 1);

    // The provider challenges: answered here, unseen by the bridge.
    b.in(reply(out.bytes, 401, "WWW-Authenticate: Digest realm=\"itsp.example\", nonce=\"x\", qop=\"auth\"\r\n"), kItsp);
    const Read again(b.last_to(kItsp));
    CHECK(again.m.has(sip::HeaderId::kAuthorization));
    b.in(reply(again.bytes, 200, {}, "203.0.113.20:5060"), kItsp);
    const Read ok(b.last_to(kBridge));
    CHECK(ok.m.status() == 200);
    CHECK(ok.m.from().uri_text == "sip:bridge@company.example");  // as the bridge wrote it
    CHECK(b.records.empty());                                     // the first pass writes the record

    // The bridge answers leg A: now the call is up and written.
    const std::string leg_a = [&] {
        for (const auto& s : b.wire.sent) {
            if (s.flow.remote == kBridge && s.bytes.starts_with("INVITE ")) return s.bytes;
        }
        return std::string();
    }();
    b.in(reply(leg_a, 200, {}, "10.0.0.3:5060", "bridge"), kBridge);
    CHECK(b.last_to(kAlice).starts_with("SIP/2.0 200 "));
    REQUIRE(b.records.size() == 1);
    CHECK(b.records[0].find("\"path\":\"mediated\"") != std::string::npos);
    CHECK(b.records[0].find("\"target\":\"itsp\"") != std::string::npos);
    CHECK(b.proxy.counters().invites == 1);
    CHECK(b.proxy.counters().answered == 1);

    // Leg B's BYE has no record of its own; leg A's ends the call.
    b.in(in_dialog("BYE", "sip:peer@203.0.113.20:5060", routes_of(ok.bytes, true), 2, "z9hG4bKb1", "caller", "callee", "10.0.0.3:5060", "leg-b"), kBridge);
    CHECK(b.last_to(kItsp).starts_with("BYE "));
    CHECK(b.records.size() == 1);
    b.in(in_dialog("BYE", "sip:peer@10.0.0.3:5060", routes_of(b.last_to(kAlice), true), 101, "z9hG4bKb2", "caller", "bridge"), kAlice);
    CHECK(b.last_to(kBridge).starts_with("BYE "));
    b.in(reply(b.last_to(kBridge), 200, {}, "10.0.0.3:5060", "bridge"), kBridge);
    CHECK(b.records.size() == 2);
}

TEST_CASE("mediated: the second pass hands the target's own code back and tries nobody else", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = kToItsp}), kAlice);
    b.in(second_pass(token_route_of(b.last_to(kBridge))), kBridge);
    b.in(reply(b.last_to(kItsp), 503, "Retry-After: 9\r\n"), kItsp);
    CHECK(Read(b.last_to(kBridge)).m.status() == 503);
    CHECK(b.count_to(kAlice, "SIP/2.0 5") == 0);
    CHECK(b.records.empty());
}

TEST_CASE("mediated: a token is worth nothing elsewhere, later, or changed", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = kToItsp}), kAlice);
    const std::string route = token_route_of(b.last_to(kBridge));

    b.in(second_pass(route, "z9hG4bKs1"), kStranger);  // not from a bridge
    CHECK(Read(b.last_to(kStranger)).m.status() == 403);
    b.in(second_pass(route, "z9hG4bKs2"), kAlice);  // a user who got hold of it: her own call, decided anew
    CHECK(b.count_to(kBridge, "INVITE") == 2);
    std::string changed = route;
    changed[route.find(";tk=") + 30] ^= 1;
    b.in(second_pass(changed, "z9hG4bKs3"), kBridge);
    CHECK(Read(b.last_to(kBridge)).m.status() == 403);
    b.in(second_pass("<sip:10.0.0.1:5070;lr>", "z9hG4bKs4"), kBridge);  // a bridge without one
    CHECK(Read(b.last_to(kBridge)).m.status() == 403);
    b.advance(seconds(181));
    b.in(second_pass(route, "z9hG4bKs5"), kBridge);
    CHECK(Read(b.last_to(kBridge)).m.status() == 403);
    CHECK(b.count_to(kItsp, "INVITE") == 0);
}

TEST_CASE("mediated: an inbound call reaches its user by the bridge as well", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "203.0.113.20:5060"}), kItsp);
    const std::string sent = b.last_to(kBridge);
    REQUIRE(sent.starts_with("INVITE "));
    const auto token = sip::open_token(*b.snapshot->keyring, token_of(token_route_of(sent)), "bridges", 1'750'000'000);
    REQUIRE(token.has_value());
    CHECK(token->kind == sip::Token::Kind::kUser);
    CHECK(token->target == "alice");
    CHECK(token->from_trunk);
    CHECK(token->profile_a == "ulaw");
    CHECK(token->profile_b == "default");
    b.in(second_pass(token_route_of(sent)), kBridge);
    CHECK(Read(b.last_to(kAlice)).m.request_uri() == "sip:alice@10.0.0.11");
    CHECK(Read(b.last_to(kAlice)).m.from().uri_text == "sip:+441632960000@company.example;user=phone");
}

TEST_CASE("mediated: when to come again reaches the caller of a bridge that is full", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = kToItsp}), kAlice);
    b.in(reply(b.last_to(kBridge), 503, "Retry-After: 5\r\n"), kBridge);
    const Read told(b.last_to(kAlice));
    CHECK(told.m.status() == 500);
    CHECK(told.m.value(sip::HeaderId::kRetryAfter) == "5");
}

TEST_CASE("mediated: what a phone asserts of itself does not become the bridge's word", "[proxy][mediated]") {
    Bench b;
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .call_id = "in-1", .via_host = "203.0.113.20:5060"}), kItsp);
    const std::string leg_a = b.last_to(kBridge);
    REQUIRE(leg_a.starts_with("INVITE "));
    b.in(second_pass(token_route_of(leg_a), "z9hG4bKlegb"), kBridge);
    const std::string at_alice = b.last_to(kAlice);
    REQUIRE(at_alice.starts_with("INVITE "));
    b.in(reply(at_alice, 180, "P-Asserted-Identity: <sip:+442079469999@company.example>\r\n", "10.0.0.11:5060"), kAlice);
    REQUIRE(b.last_to(kBridge).starts_with("SIP/2.0 180 "));
    CHECK(b.last_to(kBridge).find("9469999") == std::string::npos);
}
