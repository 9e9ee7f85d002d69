// Knows: what the provider sees of the caller in every message of a call, not only in its INVITE.
// Must not know: what a policy decides (tests/unit/policy/).
#include "bench.h"
#include "sip-trunk-proxy/identity_edits.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// A provider without a bridge in between, and what a line of its profile or route says.
std::string company(std::string_view route = {}, std::string_view profile = {}) {
    std::string text(kTopology);
    const auto put = [&text](std::string_view before, std::string_view what) { text.insert(text.find(before), what); };
    put("\"auth\": {\"realm\": \"pbx.example\"", "\"domain\": \"itsp.example\", \"sip_profile\": \"itsp\", ");
    put("{\"name\": \"keeps503\"", cat("{\"name\": \"itsp\"", profile, "}, "));
    put("\"pattern\": \"^\\\\+4420794603", route);
    return text;
}

constexpr std::string_view kSecretUser = "P-Asserted-Identity: <sip:+442079469999@company.example>\r\n"
                                         "P-Preferred-Identity: <sip:+442079469999@company.example>\r\n"
                                         "Remote-Party-ID: <sip:+442079469999@company.example>\r\n";

struct Call {
    Bench b;
    std::vector<std::string> at_provider;  // INVITE, its repetition with credentials, ACK, re-INVITE, INFO, BYE
    std::string ok;

    explicit Call(const std::string& topology, std::string_view extra = {}) : b(topology) {
        b.in(invite({.number = "02079460300", .extra = cat(kSecretUser, extra)}), kAlice);
        take("INVITE");
        b.in(reply(at_provider[0], 401, "WWW-Authenticate: Digest realm=\"pbx.example\", nonce=\"x\", qop=\"auth\"\r\n"), kPbx);
        take("INVITE");
        ok = reply(at_provider[1], 200, {}, "10.0.0.40:5060");
        b.in(ok, kPbx);
        std::uint32_t cseq = 100;
        for (std::string_view method : {"ACK", "INVITE", "INFO", "BYE"}) send(method, cseq++, routes_of(ok, true));
    }
    void send(std::string_view method, std::uint32_t cseq, const std::string& routes) {
        b.in(in_dialog(method, "sip:peer@10.0.0.40:5060", routes, cseq, cat("z9hG4bK", method, cseq), "caller", "callee", "10.0.0.11:5060",
                       "call-1", kSecretUser),
             kAlice);
        take(method);
        if (method != "ACK") b.in(reply(at_provider.back(), 200, {}, "10.0.0.40:5060"), kPbx);
    }
    void take(std::string_view method) {
        at_provider.push_back(b.last_to(kPbx));
        INFO(method);
        REQUIRE(at_provider.back().starts_with(cat(method, " ")));
    }
};

}  // namespace

TEST_CASE("identity: an anonymous caller stays anonymous in every message to the provider", "[proxy][identity]") {
    for (const bool suppressed : {false, true}) {
        const Call call(company(suppressed ? "\"suppress_caller_id\": true, " : ""), suppressed ? "" : "Privacy: id\r\n");
        REQUIRE(call.at_provider.size() == 6);
        for (const std::string& text : call.at_provider) {
            const Read r(text);
            INFO(text);
            CHECK(r.m.from().uri_text == "sip:anonymous@anonymous.invalid");
            CHECK(r.m.from_tag() == "caller");
            CHECK(r.m.value(sip::HeaderId::kPrivacy) == "id");
            CHECK(text.find("Identity: ") == std::string::npos);
            CHECK(text.find("Remote-Party-ID") == std::string::npos);
            CHECK(text.find("+4420794600") == std::string::npos);
        }
        // The caller gets back what it wrote.
        CHECK(Read(call.b.last_to(kAlice)).m.from().uri_text == "sip:a@company.example");
    }
}

TEST_CASE("identity: a replaced number is the same in From and P-Asserted-Identity of every message", "[proxy][identity]") {
    const Call call(company("\"alternate_caller_id\": \"+442079460099\", "));
    for (const std::string& text : call.at_provider) {
        const Read r(text);
        INFO(text);
        CHECK(r.m.from().uri_text == "sip:+442079460099@itsp.example;user=phone");
        CHECK(r.m.value(sip::HeaderId::kPAssertedIdentity) == "<sip:+442079460099@itsp.example;user=phone>");
        CHECK(text.find("9469999") == std::string::npos);
    }
}

TEST_CASE("identity: with \"pai\" the number stands there alone; From names the domain", "[proxy][identity]") {
    const Call call(company({}, ", \"identity\": \"pai\""));
    for (const std::string& text : call.at_provider) {
        const Read r(text);
        INFO(text);
        CHECK(r.m.from().uri_text == "sip:itsp.example");
        CHECK(r.m.value(sip::HeaderId::kPAssertedIdentity) == "<sip:+442079460001@itsp.example;user=phone>");
    }
}

TEST_CASE("identity: a caller that leaves the sealed identity out shows nothing by that", "[proxy][identity]") {
    Call call(company());
    std::string routes = routes_of(call.ok, true);
    for (auto at = routes.find(";id="); at != std::string::npos; at = routes.find(";id=")) routes.erase(at, routes.find_first_of(";>", at + 1) - at);
    call.send("INFO", 110, routes);
    CHECK(Read(call.at_provider.back()).m.from().uri_text == "sip:itsp.example");
    CHECK(call.at_provider.back().find("9469999") == std::string::npos);
}

TEST_CASE("identity: a user that was called asserts nothing towards the provider", "[proxy][identity]") {
    Bench b(company());
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .via_host = "10.0.0.40:5060"}), kPbx);
    const std::string sent = b.last_to(kAlice);
    REQUIRE(sent.starts_with("INVITE "));
    b.in(reply(sent, 200, {}, "10.0.0.11:5060"), kAlice);
    b.in(in_dialog("INFO", "sip:x@10.0.0.40:5060", routes_of(sent, false), 1, "z9hG4bKinfo", "callee", "caller", "10.0.0.11:5060", "call-1",
                   kSecretUser),
         kAlice);
    const std::string info = b.last_to(kPbx);
    REQUIRE(info.starts_with("INFO "));
    CHECK(info.find("9469999") == std::string::npos);
}

TEST_CASE("identity: the null UUID is no Session-ID: the call gets one of its own", "[proxy][identity]") {
    Bench b;
    const std::string null(32, '0');
    b.in(invite({.extra = cat("Session-ID: ", null, ";remote=", null, "\r\n")}), kAlice);
    const std::string one(Read(b.last_to(kGateway)).m.value(sip::HeaderId::kSessionId));
    CHECK_FALSE(one.starts_with(null));
    CHECK(one.ends_with(cat(";remote=", null)));
    b.in(invite({.call_id = "call-2", .branch = "z9hG4bKtwo", .extra = cat("Session-ID: ", null, "\r\n")}), kAlice);
    const std::string two(Read(b.last_to(kGateway)).m.value(sip::HeaderId::kSessionId));
    CHECK_FALSE(two.starts_with(null));
    CHECK(one != two);
}

TEST_CASE("identity: what a phone asserts of itself in a response goes nowhere", "[proxy][identity]") {
    Bench b;
    b.in(invite({.number = "+442079460001", .from = "x", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string at_alice = b.last_to(kAlice);
    REQUIRE(at_alice.starts_with("INVITE "));
    for (const int status : {180, 200}) {
        b.in(reply(at_alice, status, kSecretUser, "10.0.0.11:5060"), kAlice);
        const std::string got = b.last_to(kGateway);
        INFO(got);
        CHECK(got.starts_with(cat("SIP/2.0 ", status)));
        CHECK(got.find("+442079469999") == std::string::npos);
    }
    const std::string routes = routes_of(b.last_to(kGateway), true);
    b.in(in_dialog("INFO", "sip:peer@10.0.0.11:5060", routes, 101, "z9hG4bKinfo", "caller", "callee", "10.0.0.30:5060"), kGateway);
    REQUIRE(b.last_to(kAlice).starts_with("INFO "));
    b.in(reply(b.last_to(kAlice), 200, kSecretUser, "10.0.0.11:5060"), kAlice);
    CHECK(b.last_to(kGateway).starts_with("SIP/2.0 200"));
    CHECK(b.last_to(kGateway).find("+442079469999") == std::string::npos);
}

TEST_CASE("identity: a trunk's word of who answers is told to a phone, unless privacy is asked for", "[proxy][identity]") {
    constexpr std::string_view kWord = "P-Asserted-Identity: <sip:+442079460200@gateway.example>\r\n";
    for (const std::string_view privacy : {"", "Privacy: id\r\n"}) {
        Bench b;
        b.in(invite(), kAlice);
        b.in(reply(b.last_to(kGateway), 180, cat(kWord, privacy)), kGateway);
        const std::string ringing = b.last_to(kAlice);
        INFO(ringing);
        REQUIRE(ringing.starts_with("SIP/2.0 180"));
        CHECK((ringing.find(kWord) != std::string::npos) == privacy.empty());
    }
}

TEST_CASE("identity: an anonymous From hides nothing of who answers; only a Privacy of the callee's own does", "[proxy][identity]") {
    constexpr std::string_view kWord = "P-Asserted-Identity: <sip:+442079460200@gateway.example>\r\n";
    // In a response From is the caller's: alice calls anonymously, and may know whom she got. In a request of the callee it is what
    // she had called.
    Bench b;
    b.in(invite({.from = "anonymous"}), kAlice);
    const std::string sent = b.last_to(kGateway);
    b.in(reply(sent, 200, kWord), kGateway);
    CHECK(b.last_to(kAlice).find(kWord) != std::string::npos);
    const auto request = [&](std::string_view privacy, std::string_view branch) {
        std::string text = in_dialog("UPDATE", "sip:anonymous@10.0.0.11:5060", routes_of(sent, false), 5, branch, "callee", "caller", "10.0.0.30:5060", "call-1",
                                     cat(kWord, privacy));
        text.replace(text.find("sip:a@company.example"), 21, "sip:anonymous@anonymous.invalid");
        b.in(text, kGateway);
        REQUIRE(b.last_to(kAlice).starts_with("UPDATE "));
        return b.last_to(kAlice).find(kWord) != std::string::npos;
    };
    CHECK(request("", "z9hG4bKu1"));
    CHECK(request("Privacy: none\r\n", "z9hG4bKu2"));
    CHECK_FALSE(request("Privacy: id\r\n", "z9hG4bKu3"));
}

TEST_CASE("identity: who gets the callee's own word is the same in requests and responses", "[proxy][identity]") {
    std::string trusted(kTopology);
    trusted.replace(trusted.find("{\"name\": \"default\"}"), 19, "{\"name\": \"default\", \"forward_pai\": true}");
    const Bench b, c(trusted);
    const topology::Topology& t = *b.snapshot->topology;
    const topology::Topology& trusting = *c.snapshot->topology;
    const IdentityParty user, bridge{true, kNoIndex}, gateway{false, t.find_trunk("gateway")};
    REQUIRE_FALSE(t.sip_of(t.trunks[gateway.trunk]).forward_pai);
    const Read open(in_dialog("INFO", "sip:x@10.0.0.11", "", 1, "z9hG4bKa")), closed(in_dialog("INFO", "sip:x@10.0.0.11", "", 1, "z9hG4bKa", "a", "b", "10.0.0.11", "c", "Privacy: id\r\n"));
    for (const IdentityParty& to : {user, bridge, gateway}) CHECK_FALSE(passes_callee_identity(trusting, user, to, open.m));  // a phone's word is a wish
    for (const IdentityParty& from : {bridge, gateway}) {
        CHECK(passes_callee_identity(t, from, user, open.m));
        CHECK_FALSE(passes_callee_identity(t, from, user, closed.m));
        CHECK(passes_callee_identity(t, from, bridge, closed.m));  // its other leg passes here again
        CHECK_FALSE(passes_callee_identity(t, from, gateway, open.m));
        CHECK(passes_callee_identity(trusting, from, gateway, closed.m));  // RFC 3325 §5: a trusted one keeps it
    }
}
