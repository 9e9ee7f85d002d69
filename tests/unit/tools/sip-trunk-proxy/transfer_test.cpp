// Knows: attended transfers past a side from which the topology is hidden, message by message: REFER with Replaces, and the INVITE
//        that follows it.
// Must not know: how a Contact is sealed (tests/unit/sip/sealed_test.cpp).
// Next: tests/interop/hiding_test.py for the same between independent programs.
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// Alice sees nothing of what stands behind us. The provider stands in a realm of its own, and may call nobody but users.
const net::Endpoint kProvider = *net::Endpoint::parse("192.0.2.20:5060");
const net::Endpoint kBobs2nd = *net::Endpoint::parse("10.0.0.12:5064");
constexpr std::uint16_t kEdge = 3;

std::string company(std::string_view provider = R"("hide_topology": false)") {
    std::string text(kTopology);
    const auto put = [&text](std::string_view before, std::string_view what) { text.insert(text.find(before), what); };
    put(R"(],
  "gw_bridge")", R"(, {"name": "edge", "side": "inside", "listen": ["udp:192.0.2.1:5060"]})");
    put(R"({"name": "keeps503")", cat(R"({"name": "hidden", "hide_topology": true}, {"name": "provider", )", provider, "}, "));
    put(R"({"name": "pbx", "kind")", R"({"name": "provider", "kind": "gateway", "realm": "edge", "targets": ["udp:192.0.2.20:5060"],
     "sources": ["192.0.2.16/28"], "media": "direct", "sip_profile": "provider", "domain": "provider.example"}, )");
    put(R"("number": "+442079460001")", R"("sip_profile": "hidden", )");
    put(R"({"name": "to-itsp")", R"({"name": "to-provider", "pattern": "^\\+4420794604", "usages": ["all"], "trunks": ["provider"]}, )");
    text.replace(text.find("[23])"), 5, "[234])");
    return text;
}

std::string contact_uri(const std::string& text) {
    const Read r(text);
    const auto contact = sip::parse_name_addr(r.m.value(sip::HeaderId::kContact));
    REQUIRE(contact);
    return std::string(contact->uri_text);
}

std::string value_of(const std::string& text, sip::HeaderId id) {
    const Read r(text);
    return std::string(r.m.value(id));
}

// Alice talks to the provider in "call-1", and to somebody else in "call-2".
struct TwoCalls {
    Bench b;
    std::string provider_routes, alice_routes, provider_uri, other_uri;  // as alice sees them

    explicit TwoCalls(std::string_view number = "02079460200", const net::Endpoint& other = kGateway, std::string_view contact = "sip:peer@10.0.0.30:5060",
                      std::string_view provider = R"("hide_topology": false)", std::string_view second = "call-2")
        : b(company(provider)) {
        b.in(invite({.number = "02079460400"}), kAlice);
        REQUIRE(b.last_to(kProvider).starts_with("INVITE "));
        b.in(reply(b.last_to(kProvider), 200, {}, "192.0.2.20:5060"), kProvider, kEdge);
        alice_routes = routes_of(b.last_to(kAlice), true);
        provider_uri = contact_uri(b.last_to(kAlice));
        b.in(invite({.number = number, .call_id = second, .branch = "z9hG4bKinvite2"}), kAlice);
        const std::string sent = b.last_to(other);
        REQUIRE(sent.starts_with("INVITE "));
        std::string ok = reply(sent, 200, {}, "CONTACT", "other");
        ok.replace(ok.find("sip:peer@CONTACT"), 16, contact);
        b.in(ok, other);
        other_uri = contact_uri(b.last_to(kAlice));
        REQUIRE(other_uri.ends_with("@10.0.0.1:5060"));
    }
    // Alice tells the provider to go on with somebody else; what the provider reads there.
    std::string referred_to(std::string_view refer_to) {
        b.in(in_dialog("REFER", provider_uri, alice_routes, 101, cat("z9hG4bKrefer", ++refers), "caller", "callee", "10.0.0.11:5060", "call-1",
                       cat("Refer-To: ", refer_to, "\r\nContact: <sip:alice@10.0.0.11:5060>\r\n")),
             kAlice);
        const std::string got = b.last_to(kProvider);
        REQUIRE(got.starts_with("REFER sip:peer@192.0.2.20:5060 "));
        return value_of(got, sip::HeaderId::kReferTo);
    }
    // The provider does so.
    std::string dial(std::string_view uri, std::string_view replaces, std::string_view call_id = "call-3") {
        const std::string text = invite({.number = "N", .from = "+441632960000", .call_id = call_id, .branch = cat("z9hG4bK", call_id),
                                         .extra = replaces.empty() ? std::string() : cat("Require: replaces\r\nReplaces: ", replaces, "\r\n"),
                                         .via_host = "192.0.2.20:5060"});
        const auto begin = text.find("sip:N@company.example");
        b.in(cat(text.substr(0, begin), uri, text.substr(begin + 21)), kProvider, kEdge);
        return b.last_to(kProvider);
    }
    int refers = 0;
};

constexpr std::string_view kReplaces = "call-2;to-tag=other;from-tag=caller";
constexpr std::string_view kEscaped = "?Replaces=call-2%3Bto-tag%3Dother%3Bfrom-tag%3Dcaller";

std::string uri_of(std::string_view refer_to) { return std::string(refer_to.substr(1, refer_to.find_first_of("?>") - 1)); }

}  // namespace

TEST_CASE("transfer: who is referred to a sealed Contact gets our address on its side, and reaches the party behind it", "[proxy][transfer]") {
    for (const std::string_view provider : {R"("hide_topology": false)", R"("hide_topology": true)"}) {
        TwoCalls calls("02079460200", kGateway, "sip:peer@10.0.0.30:5060", provider);
        const std::string refer_to = calls.referred_to(cat('<', calls.other_uri, kEscaped, ">"));
        CHECK(refer_to == cat('<', calls.other_uri.substr(0, calls.other_uri.find('@')), "@192.0.2.1:5060", kEscaped, '>'));
        const std::string trying = calls.dial(uri_of(refer_to), kReplaces);
        INFO(trying);
        const std::string sent = calls.b.last_to(kGateway);
        REQUIRE(sent.starts_with("INVITE sip:peer@10.0.0.30:5060 SIP/2.0\r\n"));
        CHECK(value_of(sent, sip::HeaderId::kReplaces) == kReplaces);
        CHECK(Read(sent).m.call_id() == "call-3");
        calls.b.in(reply(sent, 200, {}, "10.0.0.30:5060", "third"), kGateway);
        CHECK(calls.b.last_to(kProvider).starts_with("SIP/2.0 200 "));
        CHECK(calls.b.records.back().find("\"target\":\"gateway\"") != std::string::npos);
    }
}

TEST_CASE("transfer: the one machine of a trunk that has the dialog is asked, and only that contact of a user", "[proxy][transfer]") {
    TwoCalls spare("02079460200", kGateway, "sip:peer@10.0.0.31:5060");
    spare.b.wire.sent.clear();
    spare.dial(spare.other_uri, kReplaces);
    CHECK(spare.b.last_to(kSpare).starts_with("INVITE sip:peer@10.0.0.31:5060 "));
    CHECK(spare.b.count_to(kGateway, "INVITE ") == 0);

    TwoCalls bob("02079460002", kBobs2nd, "sip:bob@10.0.0.12:5064;x=1");
    bob.b.wire.sent.clear();
    bob.dial(bob.other_uri, kReplaces);
    CHECK(bob.b.last_to(kBobs2nd).starts_with("INVITE sip:bob@10.0.0.12:5064;x=1 SIP/2.0\r\n"));
    CHECK(bob.b.count_to(kBob, "INVITE ") == 0);
    // Its answer is the new call's; the limits and the record of a usual call hold.
    bob.b.in(reply(bob.b.last_to(kBobs2nd), 486), kBobs2nd);
    CHECK(bob.b.last_to(kProvider).starts_with("SIP/2.0 486 "));
}

TEST_CASE("transfer: whichever side had called", "[proxy][transfer]") {
    Bench b(company());
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .call_id = "call-2", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string sealed = contact_uri(b.last_to(kAlice));
    b.in(reply(b.last_to(kAlice), 200, {}, "10.0.0.11:5060", "alice"), kAlice);
    // The caller of that dialog is the one to be taken over: its own tag is the caller's.
    b.wire.sent.clear();
    const std::string text = invite({.number = "N", .from = "+441632960001", .call_id = "call-3", .branch = "z9hG4bKthird",
                                     .extra = "Replaces: call-2;to-tag=caller;from-tag=alice\r\n", .via_host = "192.0.2.20:5060"});
    const auto begin = text.find("sip:N@company.example");
    b.in(cat(text.substr(0, begin), sealed, text.substr(begin + 21)), kProvider, kEdge);
    CHECK(b.last_to(kGateway).starts_with("INVITE sip:+441632960000@10.0.0.30:5060 "));
}

TEST_CASE("transfer: nothing is opened by another dialog's name, without one, or when it is changed", "[proxy][transfer]") {
    TwoCalls calls;
    calls.b.wire.sent.clear();
    std::string changed = calls.other_uri;
    changed[20] = changed[20] == 'x' ? 'y' : 'x';
    int n = 0;
    for (const auto& [uri, replaces] : {std::pair<std::string, std::string_view>{calls.other_uri, ""},
                                        {calls.other_uri, "call-1;to-tag=callee;from-tag=caller2"},
                                        {calls.other_uri, "call-2;to-tag=other;from-tag=x"},
                                        {calls.other_uri, "call-2;from-tag=caller"},
                                        {changed, kReplaces}}) {
        CAPTURE(uri, replaces);
        const std::string answer = calls.dial(uri, replaces, cat("other-", ++n));
        CHECK(answer.starts_with("SIP/2.0 404 "));
        CHECK(calls.b.count_to(kGateway, "INVITE ") == 0);
    }
    // Nor is a Refer-To changed that is not for us to open.
    for (const std::string_view refer_to : {"<sip:other@10.0.0.77:5060?Replaces=call-2%3Bto-tag%3Dother%3Bfrom-tag%3Dcaller>", "<sip:+442079460200@company.example>",
                                            "\"X\" <tel:+15551234>"}) {
        CHECK(calls.referred_to(refer_to) == refer_to);
    }
    const std::string blind = cat('<', calls.other_uri, '>');
    CHECK(calls.referred_to(blind) == blind);
}

TEST_CASE("transfer: a Contact that names a machine of somebody else leads to its owner all the same", "[proxy][transfer]") {
    TwoCalls calls("02079460002", kBobs2nd, "sip:+4490012345@203.0.113.20");
    calls.b.wire.sent.clear();
    calls.dial(calls.other_uri, kReplaces);
    CHECK(calls.b.last_to(kItsp).empty());
    CHECK(calls.b.last_to(kBridge).empty());
    CHECK(calls.b.last_to(kBobs2nd).starts_with("INVITE sip:+4490012345@203.0.113.20 "));
}

TEST_CASE("transfer: a drained node, and a trunk at its limit, take no such call either", "[proxy][transfer]") {
    TwoCalls calls;
    // The gateway takes three calls: one is up.
    for (const char* id : {"a", "b"}) calls.dial(calls.other_uri, kReplaces, id);
    const std::string third = calls.dial(calls.other_uri, kReplaces, "c");
    INFO(third);
    CHECK(third.starts_with("SIP/2.0 503 "));
    calls.b.proxy.drain();
    CHECK(calls.dial(calls.other_uri, kReplaces, "d").starts_with("SIP/2.0 503 "));
}

TEST_CASE("transfer: a dialog whose Call-ID begins as an address is named as it is towards a hidden side", "[proxy][transfer]") {
    TwoCalls calls("02079460200", kGateway, "sip:peer@10.0.0.30:5060", R"("hide_topology": true)", "10.0.0.11");
    constexpr std::string_view kName = "Replaces=10.0.0.11%3Bto-tag%3Dother%3Bfrom-tag%3Dcaller";
    CHECK(calls.referred_to(cat("<sip:x@10.0.0.77?", kName, "&Subject=10.0.0.78>")) == cat("<sip:x@provider.example?", kName, "&Subject=provider.example>"));
    const std::string sealed = calls.referred_to(cat("\"B\" <", calls.other_uri, ";transport=udp;method=INVITE?", kName, ">;x=1"));
    CHECK(sealed == cat("\"B\" <", calls.other_uri.substr(0, calls.other_uri.find('@')), "@192.0.2.1:5060;method=INVITE?", kName, ">;x=1"));
}

TEST_CASE("transfer: a Contact that was seen is no ticket: the dialog must be up, with both its tags", "[proxy][transfer]") {
    const auto stays_out = [](TwoCalls& calls, std::string_view replaces, std::string_view id) {
        calls.b.wire.sent.clear();
        CHECK(calls.dial(calls.other_uri, replaces, id).starts_with("SIP/2.0 481 "));
        CHECK(calls.b.count_to(kGateway, "INVITE ") == 0);
        CHECK(calls.b.records.back().find("\"reason\":\"dialog_gone\"") != std::string::npos);
    };
    TwoCalls calls;
    stays_out(calls, "call-2;to-tag=invented;from-tag=caller", "a");
    stays_out(calls, "call-2;to-tag=caller;from-tag=invented", "b");
    calls.dial(calls.other_uri, kReplaces, "c");
    CHECK(calls.b.count_to(kGateway, "INVITE ") == 1);
    CHECK(value_of(calls.b.last_to(kGateway), sip::HeaderId::kRequire) == "replaces");

    // A call that was only offered, and one that has ended.
    Bench b(company());
    b.in(invite({.number = "+442079460001", .from = "+441632960000", .call_id = "call-2", .via_host = "10.0.0.30:5060"}), kGateway);
    const std::string sealed = contact_uri(b.last_to(kAlice));
    const auto dial = [&](std::string_view id) {
        const std::string text = invite({.number = "N", .from = "+441632960001", .call_id = id, .branch = cat("z9hG4bK", id),
                                         .extra = "Replaces: call-2;to-tag=caller;from-tag=alice\r\n", .via_host = "192.0.2.20:5060"});
        const auto begin = text.find("sip:N@company.example");
        b.wire.sent.clear();
        b.in(cat(text.substr(0, begin), sealed, text.substr(begin + 21)), kProvider, kEdge);
        return b.last_to(kProvider).substr(0, 12);
    };
    const std::string offered = b.last_to(kAlice);
    CHECK(dial("early") == "SIP/2.0 481 ");
    b.in(reply(offered, 200, {}, "10.0.0.11:5060", "alice"), kAlice);
    CHECK(dial("up") != "SIP/2.0 481 ");
    b.proxy.write_off_calls("test");
    CHECK(dial("over") == "SIP/2.0 481 ");
}

TEST_CASE("transfer: what else a Refer-To shows towards a hidden side is scrubbed beside the sealed URI", "[proxy][transfer]") {
    TwoCalls calls("02079460200", kGateway, "sip:peer@10.0.0.30:5060", R"("hide_topology": true)");
    const std::string user = calls.other_uri.substr(0, calls.other_uri.find('@'));
    CHECK(calls.referred_to(cat("\"10.0.0.5\" <", calls.other_uri, kEscaped, "&Subject=10.0.0.78>")) ==
          cat("\"provider.example\" <", user, "@192.0.2.1:5060", kEscaped, "&Subject=provider.example>"));
}

TEST_CASE("transfer: a Refer-To without brackets gets some, or parameters of our URI would be the field's", "[proxy][transfer]") {
    TwoCalls calls;
    const std::string user = calls.other_uri.substr(0, calls.other_uri.find('@'));
    CHECK(calls.referred_to(cat(calls.other_uri, kEscaped)) == cat('<', user, "@192.0.2.1:5060", kEscaped, '>'));
}

TEST_CASE("transfer: a telephone behind its trunk is reached by the trunk; one whose trunk is gone by nobody", "[proxy][transfer]") {
    TwoCalls calls("02079460200", kGateway, "sip:phone@10.0.0.77:5060");
    calls.b.wire.sent.clear();
    calls.dial(calls.other_uri, kReplaces);
    CHECK(calls.b.last_to(kGateway).starts_with("INVITE sip:phone@10.0.0.77:5060 SIP/2.0\r\n"));
    // The next machine of the trunk is tried as for any call.
    calls.b.in(reply(calls.b.last_to(kGateway), 503), kGateway);
    CHECK(calls.b.last_to(kSpare).starts_with("INVITE sip:phone@10.0.0.77:5060 SIP/2.0\r\n"));

    std::string without = company();
    for (auto at = without.find("\"gateway\""); at != std::string::npos; at = without.find("\"gateway\"", at)) {
        // Its kind stays, its name is another.
        if (without.substr(at - 8, 6) == "\"kind\"") {
            at += 9;
        } else {
            without.replace(at, 9, "\"another\"");
        }
    }
    calls.b.load(without);
    calls.b.wire.sent.clear();
    CHECK(calls.dial(calls.other_uri, kReplaces, "call-4").starts_with("SIP/2.0 404 "));
    CHECK(calls.b.last_to(kGateway).empty());
}
