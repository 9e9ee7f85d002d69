// Knows: whose challenge is answered, with which CSeq, and that the numbers fit on both sides for the rest of the dialog.
// Must not know: how credentials are made (sip/digest.h).
#include "bench.h"
#include "sip/digest.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// The PBX stands inside and asks for digest: a direct call with a challenge.
constexpr std::string_view kToPbx = "02079460300";
constexpr std::string_view kChallenge =
    "Proxy-Authenticate: Digest realm=\"pbx.example\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"\r\n"
    "Proxy-Authenticate: Digest realm=\"pbx.example\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"\r\n";

// A call through the challenge, up to the 200; gives the last INVITE that the PBX got.
std::string answered_call(Bench& b) {
    b.in(invite({.number = kToPbx}), kAlice);
    b.in(reply(b.last_to(kPbx), 407, kChallenge), kPbx);
    const std::string second = b.last_to(kPbx);
    b.in(reply(second, 200, {}, "10.0.0.40:5060"), kPbx);
    return second;
}

}  // namespace

TEST_CASE("challenge: the trunk's own is answered, and the caller sees nothing of it", "[proxy][digest]") {
    Bench b;
    b.in(invite({.number = kToPbx}), kAlice);
    const std::string first = b.last_to(kPbx);
    REQUIRE(first.starts_with("INVITE "));
    b.in(reply(first, 407, kChallenge), kPbx);
    REQUIRE(b.wire.sent.size() == 4);
    CHECK(b.wire.sent[2].bytes.starts_with("ACK "));
    const Read second(b.wire.sent[3].bytes);
    CHECK(second.m.method() == sip::Method::kInvite);
    CHECK(second.m.cseq().number == 101);
    CHECK(second.m.top_via().branch() != Read(first).m.top_via().branch());
    const std::string_view credentials = second.m.value(sip::HeaderId::kProxyAuthorization);
    CHECK(sip::auth_param(credentials, "username") == "trunk");
    CHECK(sip::auth_param(credentials, "algorithm") == "SHA-256");  // the topmost that we know (RFC 8760 §2.4)
    CHECK(sip::auth_param(credentials, "uri") == second.m.request_uri());
    // The password itself appears nowhere.
    CHECK(second.bytes.find("secret") == std::string::npos);

    b.in(reply(second.bytes, 200), kPbx);
    const Read ok(b.last_to(kAlice));
    CHECK(ok.m.status() == 200);
    CHECK(ok.m.cseq().number == 100);
    CHECK(b.count_to(kAlice, "SIP/2.0 407") == 0);
    CHECK(b.proxy.counters().challenges_answered == 1);
}

TEST_CASE("challenge: ACK, PRACK and BYE of the dialog are mapped to the other side's numbers", "[proxy][digest]") {
    Bench b;
    answered_call(b);
    const std::string routes = routes_of(b.last_to(kAlice), true);
    b.in(in_dialog("ACK", "sip:peer@10.0.0.40:5060", routes, 100, "z9hG4bKack"), kAlice);
    CHECK(Read(b.last_to(kPbx)).m.cseq().number == 101);  // that of the INVITE which was answered
    b.in(in_dialog("PRACK", "sip:peer@10.0.0.40:5060", routes, 101, "z9hG4bKprack", "caller", "callee", "10.0.0.11:5060", "call-1",
                   "RAck: 1 100 INVITE\r\n"),
         kAlice);
    {
        const Read prack(b.last_to(kPbx));
        CHECK(prack.m.cseq().number == 108);
        CHECK(prack.m.value(sip::HeaderId::kRAck) == "1 101 INVITE");
        b.in(reply(prack.bytes, 200), kPbx);
        CHECK(Read(b.last_to(kAlice)).m.cseq().number == 101);
    }
    b.in(in_dialog("BYE", "sip:peer@10.0.0.40:5060", routes, 102, "z9hG4bKbye"), kAlice);
    const std::string bye = b.last_to(kPbx);
    CHECK(Read(bye).m.cseq().number == 116);
    // The BYE is challenged as well: the answer has a higher number, and the caller gets its own back.
    b.in(reply(bye, 407, kChallenge), kPbx);
    const Read again(b.last_to(kPbx));
    CHECK(again.m.method() == sip::Method::kBye);
    CHECK(again.m.cseq().number == 117);
    CHECK(again.m.has(sip::HeaderId::kProxyAuthorization));
    b.in(reply(again.bytes, 200), kPbx);
    const Read done(b.last_to(kAlice));
    CHECK(done.m.status() == 200);
    CHECK(done.m.cseq().number == 102);
}

TEST_CASE("challenge: a re-INVITE that is challenged in mid-dialog gets its ACK with the right number", "[proxy][digest]") {
    Bench b;
    answered_call(b);
    const std::string routes = routes_of(b.last_to(kAlice), true);
    b.in(in_dialog("INVITE", "sip:peer@10.0.0.40:5060", routes, 101, "z9hG4bKre"), kAlice);
    b.in(reply(b.last_to(kPbx), 407, kChallenge), kPbx);
    const Read second(b.last_to(kPbx));
    CHECK(second.m.cseq().number == 109);
    b.in(reply(second.bytes, 200), kPbx);
    CHECK(Read(b.last_to(kAlice)).m.cseq().number == 101);
    b.in(in_dialog("ACK", "sip:peer@10.0.0.40:5060", routes, 101, "z9hG4bKreack"), kAlice);
    CHECK(Read(b.last_to(kPbx)).m.cseq().number == 109);
}

TEST_CASE("challenge: requests towards a trunk that called are stretched from the start, so it may challenge them too", "[proxy][digest]") {
    Bench b;
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "10.0.0.40:5060"}), kPbx);
    const std::string sent = b.last_to(kAlice);
    REQUIRE(sent.starts_with("INVITE "));
    b.in(reply(sent, 200, {}, "10.0.0.11:5060"), kAlice);
    const std::string routes = routes_of(sent, false);
    b.in(in_dialog("BYE", "sip:+441632960000@10.0.0.40:5060", routes, 3, "z9hG4bKbye", "callee", "caller"), kAlice);
    const std::string bye = b.last_to(kPbx);
    CHECK(Read(bye).m.cseq().number == 24);
    b.in(reply(bye, 407, kChallenge), kPbx);
    CHECK(Read(b.last_to(kPbx)).m.cseq().number == 25);
    b.in(reply(b.last_to(kPbx), 200), kPbx);
    CHECK(Read(b.last_to(kAlice)).m.cseq().number == 3);
}

TEST_CASE("challenge: wrong credentials are given once, a stale nonce is answered once more", "[proxy][digest]") {
    Bench b;
    b.in(invite({.number = kToPbx}), kAlice);
    b.in(reply(b.last_to(kPbx), 407, kChallenge), kPbx);
    b.in(reply(b.last_to(kPbx), 407, "Proxy-Authenticate: Digest realm=\"pbx.example\", nonce=\"n2\", qop=\"auth\", stale=true\r\n"), kPbx);
    const Read third(b.last_to(kPbx));
    CHECK(third.m.cseq().number == 102);
    CHECK(sip::auth_param(third.m.value(sip::HeaderId::kProxyAuthorization), "nonce") == "n2");
    const auto invites = b.count_to(kPbx, "INVITE");
    b.in(reply(third.bytes, 407, kChallenge), kPbx);
    CHECK(b.count_to(kPbx, "INVITE") == invites);
    CHECK(Read(b.last_to(kAlice)).m.status() == 500);  // the caller could not answer it either

    Bench c;
    c.in(invite({.number = kToPbx}), kAlice);
    c.in(reply(c.last_to(kPbx), 407, kChallenge), kPbx);
    c.in(reply(c.last_to(kPbx), 407, kChallenge), kPbx);
    CHECK(c.count_to(kPbx, "INVITE") == 2);
}

TEST_CASE("challenge: a stranger's passes untouched", "[proxy][digest]") {
    constexpr std::string_view kForeign = "WWW-Authenticate: Digest realm=\"phishing.example\", nonce=\"n1\"\r\n";
    Bench b;
    b.in(invite({.number = kToPbx}), kAlice);
    b.in(reply(b.last_to(kPbx), 401, kForeign), kPbx);
    CHECK(b.count_to(kPbx, "INVITE") == 1);
    const Read passed(b.last_to(kAlice));
    CHECK(passed.m.status() == 401);
    CHECK(passed.m.value(sip::HeaderId::kWwwAuthenticate) == "Digest realm=\"phishing.example\", nonce=\"n1\"");
    CHECK(b.proxy.counters().challenges_passed == 1);

    // The right realm from an address that is not the trunk's.
    Bench c;
    c.in(invite({.number = kToPbx}), kAlice);
    c.in(reply(c.last_to(kPbx), 407, kChallenge), kStranger);
    CHECK(c.count_to(kPbx, "INVITE") == 1);
    CHECK(c.proxy.counters().challenges_answered == 0);

    // A user's agent that challenges: not for us, whatever the realm.
    Bench d;
    d.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    d.in(reply(d.last_to(kAlice), 407, kChallenge), kAlice);
    CHECK(d.count_to(kAlice, "INVITE") == 1);
    CHECK(Read(d.last_to(kGateway)).m.status() == 407);

    // In a dialog: the BYE's challenge by the other realm goes to who sent the BYE.
    Bench e;
    answered_call(e);
    const std::string routes = routes_of(e.last_to(kAlice), true);
    e.in(in_dialog("BYE", "sip:peer@10.0.0.40:5060", routes, 101, "z9hG4bKbye"), kAlice);
    e.in(reply(e.last_to(kPbx), 401, kForeign), kPbx);
    CHECK(Read(e.last_to(kAlice)).m.status() == 401);
    CHECK(e.count_to(kPbx, "BYE") == 1);
}

TEST_CASE("challenge: a CSeq too high for the stride is left alone", "[proxy][digest]") {
    Bench b;
    b.in(invite({.number = kToPbx, .cseq = 2147483600}), kAlice);
    CHECK(Read(b.last_to(kPbx)).m.cseq().number == 2147483600);
    b.in(reply(b.last_to(kPbx), 407, kChallenge), kPbx);
    CHECK(b.count_to(kPbx, "INVITE") == 1);
}

TEST_CASE("challenge: those of all forks reach the caller with the one that is chosen", "[proxy][digest]") {
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    constexpr std::string_view kOne = "Digest realm=\"one\", nonce=\"a,b\", qop=\"auth\"", kTwo = "Digest realm=\"two\", nonce=\"c\"", kThree = "Basic realm=\"three\"";
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    b.in(reply(to_first, 401, cat("WWW-Authenticate: ", kOne, "\r\nProxy-Authenticate: ", kThree, "\r\n")), kBob);
    CHECK(b.count_to(kGateway, "SIP/2.0 4") == 0);
    b.in(reply(to_second, 407, cat("Proxy-Authenticate: ", kTwo, "\r\n")), second);
    const Read got(b.last_to(kGateway));
    REQUIRE(got.m.status() == 407);
    std::vector<std::string> www, proxy;
    for (auto& [id, list] : {std::pair<sip::HeaderId, std::vector<std::string>*>{sip::HeaderId::kWwwAuthenticate, &www}, {sip::HeaderId::kProxyAuthenticate, &proxy}}) {
        for (const sip::Header* h = got.m.first(id); h != nullptr; h = got.m.next(*h)) list->emplace_back(got.m.value(*h));
    }
    CHECK(www == std::vector<std::string>{std::string(kOne)});
    CHECK(proxy == std::vector<std::string>{std::string(kTwo), std::string(kThree)});
}

TEST_CASE("challenge: one fork's refusal brings no challenge of another, nor does a trunk's own reach the caller", "[proxy][digest]") {
    const net::Endpoint second = *net::Endpoint::parse("10.0.0.12:5064");
    Bench b;
    b.in(invite({.number = "+442079460002", .from = "+441632960000", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string to_first = b.last_to(kBob), to_second = b.last_to(second);
    b.in(reply(to_first, 401, "WWW-Authenticate: Digest realm=\"one\", nonce=\"a\"\r\n"), kBob);
    b.in(reply(to_second, 603), second);
    CHECK(Read(b.last_to(kGateway)).m.status() == 603);
    CHECK(b.last_to(kGateway).find("Authenticate") == std::string::npos);

    // The PBX's own challenge is for us, that of somebody behind it for the caller: the latter goes on alone.
    std::string text(kTopology);
    text.replace(text.find("\"trunks\": [\"gateway\"]}"), 22, "\"trunks\": [\"pbx\", \"gateway\"]}");
    text.insert(text.find("\"realm\": \"inside\", \"targets\": [\"udp:10.0.0.40:5060\"]"), "\"retry\": {\"codes\": [407]}, ");
    Bench c(text);
    c.in(invite(), kAlice);
    const std::string to_pbx = c.last_to(kPbx);
    REQUIRE(to_pbx.starts_with("INVITE "));
    c.in(reply(to_pbx, 407, kChallenge), kPbx);
    c.in(reply(c.last_to(kPbx), 407, kChallenge), kPbx);  // not satisfied with our answer
    REQUIRE(c.last_to(kGateway).starts_with("INVITE "));
    c.in(reply(c.last_to(kGateway), 407, "Proxy-Authenticate: Digest realm=\"behind\", nonce=\"x\"\r\n"), kGateway);
    const std::string told = c.last_to(kAlice);
    INFO(told);
    REQUIRE(Read(told).m.status() == 407);
    CHECK(told.find("realm=\"behind\"") != std::string::npos);
    CHECK(told.find("pbx.example") == std::string::npos);
}
