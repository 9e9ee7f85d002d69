// Knows: what comes of responses that others than the asked peer write: nothing.
// Must not know: how transactions are found (the tests of sipnet).
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string branch_of(const std::string& text) { return std::string(Read(text).m.top_via().branch()); }

constexpr std::string_view kChallenge = "Proxy-Authenticate: Digest realm=\"itsp.example\", nonce=\"n\", algorithm=MD5\r\n";

}  // namespace

TEST_CASE("forged: a response from elsewhere changes nothing, whoever has seen the branch", "[proxy]") {
    // A stranger, a user, a trunk of the same realm, and a trunk of another realm.
    for (const net::Endpoint& from : {kStranger, kBob, kPbx, kItsp}) {
        INFO(from.str());
        Bench b;
        b.in(invite(), kAlice);
        const std::string sent = b.last_to(kGateway);
        b.in(reply(sent, 180), kGateway);
        const std::size_t before = b.wire.sent.size();
        for (const int status : {183, 200, 407, 486, 503, 603}) b.in(reply(sent, status, status == 407 ? kChallenge : ""), from);
        CHECK(b.wire.sent.size() == before);
        CHECK(b.records.empty());
        CHECK(b.proxy.counters().stray_responses == 6);
        b.in(reply(sent, 200), kGateway);
        CHECK(b.count_to(kAlice, "SIP/2.0 200 ") == 1);

        // In the dialog too.
        b.in(in_dialog("BYE", "sip:peer@10.0.0.30:5060", routes_of(b.last_to(kAlice), true), 101, "z9hG4bKbye"), kAlice);
        const std::string bye = b.last_to(kGateway);
        REQUIRE(bye.starts_with("BYE "));
        b.in(reply(bye, 200), from);
        CHECK(b.count_to(kAlice, "SIP/2.0 200 ") == 1);
        CHECK(b.records.size() == 1);
        b.in(reply(bye, 200), kGateway);
        CHECK(b.count_to(kAlice, "SIP/2.0 200 ") == 2);
        CHECK(b.records.size() == 2);
    }
}

TEST_CASE("forged: who was asked in one call cannot write the branch of another", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    const std::string victim = b.last_to(kGateway);
    b.in(invite({.call_id = "call-2", .branch = "z9hG4bKinvite2"}), kAlice);
    const std::string own = b.last_to(kGateway);
    REQUIRE(branch_of(victim) != branch_of(own));
    const std::size_t before = b.wire.sent.size();
    // It knows everything of the other request but its check value, and puts its own there: index and generation are guessed.
    const std::string forged = branch_of(victim).substr(0, 24) + branch_of(own).substr(24);
    b.in(replaced(reply(victim, 603), branch_of(victim), forged), kGateway);
    // A branch of its own with another's Call-ID, and the reverse.
    b.in(replaced(reply(own, 603), "Call-ID: call-2", "Call-ID: call-1"), kGateway);
    b.in(replaced(reply(victim, 603), "Call-ID: call-1", "Call-ID: call-2"), kGateway);
    CHECK(b.wire.sent.size() == before);
    CHECK(b.proxy.counters().stray_responses == 3);
}

TEST_CASE("forged: another address of the trunk that was asked may answer", "[proxy]") {
    Bench b;
    b.in(invite(), kAlice);
    b.in(reply(b.last_to(kGateway), 180), kSpare);
    CHECK(b.count_to(kAlice, "SIP/2.0 180 ") == 1);
    CHECK(b.proxy.counters().stray_responses == 0);
}
