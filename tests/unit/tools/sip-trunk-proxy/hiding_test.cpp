// Knows: what a peer with hide_topology gets to see of a call, message by message, and that the call works all the same.
// Must not know: how it is sealed (tests/unit/sip/sealed_test.cpp).
// Next: tests/interop/hiding_test.py for the same between independent programs.
#include "bench.h"
#include "sip/hidden.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// Inside: a PBX proxy at .50 with a telephone behind it. Edge: a provider's proxy at .20 with a gateway behind it.
const net::Endpoint kPbxProxy = *net::Endpoint::parse("10.0.0.50:5060");
const net::Endpoint kProvider = *net::Endpoint::parse("192.0.2.20:5060");
constexpr std::uint16_t kEdge = 3;

std::string company(std::string_view provider = R"("hide_topology": true)", std::string_view pbx = R"("hide_topology": false)") {
    std::string text(kTopology);
    const auto put = [&text](std::string_view before, std::string_view what) { text.insert(text.find(before), what); };
    put(R"(],
  "gw_bridge")", R"(, {"name": "edge", "side": "inside", "listen": ["udp:192.0.2.1:5060"]})");
    put(R"({"name": "keeps503")", cat(R"({"name": "provider", )", provider, R"(}, {"name": "pbx", )", pbx, "}, "));
    put(R"({"name": "pbx", "kind")", R"({"name": "pbxproxy", "kind": "pbx", "realm": "inside", "targets": ["udp:10.0.0.50:5060"],
     "sources": ["10.0.0.50/32"], "media": "direct", "usages": ["all"], "sip_profile": "pbx", "domain": "pbx.example"},
    {"name": "provider", "kind": "gateway", "realm": "edge", "targets": ["udp:192.0.2.20:5060"], "sources": ["192.0.2.16/28"],
     "media": "direct", "usages": ["all"], "sip_profile": "provider", "domain": "provider.example"}, )");
    put(R"({"name": "to-itsp")", R"({"name": "to-provider", "pattern": "^\\+4420794604", "usages": ["all"], "trunks": ["provider"]},
    {"name": "to-pbxproxy", "pattern": "^\\+4420794605", "usages": ["all"], "trunks": ["pbxproxy"]}, )");
    text.replace(text.find("[23])"), 5, "[2345])");
    return text;
}

constexpr std::string_view kPhoneVias = "Via: SIP/2.0/UDP 10.0.0.50:5060;branch=z9hG4bKproxy;rport\r\n"
                                        "v:  SIP/2.0/UDP 10.0.0.77:5060 ;branch=z9hG4bKphone;received=10.0.0.77, SIP/2.0/TCP 10.0.0.78:5062;branch=z9hG4bKpc\r\n";
constexpr std::string_view kPhoneViasBack = "Via: SIP/2.0/UDP 10.0.0.50:5060;branch=z9hG4bKproxy;received=10.0.0.50;rport=5060\r\n"
                                            "v:  SIP/2.0/UDP 10.0.0.77:5060 ;branch=z9hG4bKphone;received=10.0.0.77, SIP/2.0/TCP 10.0.0.78:5062;branch=z9hG4bKpc\r\n";
constexpr std::string_view kPhoneRoutes = "Record-Route: <sip:10.0.0.50:5060;lr;ftag=phone>\r\nRecord-Route:  <sip:10.0.0.51;lr>, <sip:10.0.0.52;lr>\r\n";
constexpr std::string_view kPhoneContact = "<sip:phone@10.0.0.77:5060;transport=udp>;+sip.instance=\"<urn:uuid:0>\";audio;reg-id=1;expires=60";

// A request of the telephone, or, in a dialog, of either side.
struct Spec {
    std::string_view method = "INVITE", uri = "sip:02079460400@10.0.0.1", vias = kPhoneVias, routes = {};
    std::string_view from = "<sip:phone@10.0.0.50>;tag=phone", to = "\"Somebody\" <sip:02079460400@10.0.0.1:5060>";
    std::uint32_t cseq = 7;
    std::string_view contact = kPhoneContact, extra = {};
};
std::string request(const Spec& s) {
    return cat(s.method, ' ', s.uri, " SIP/2.0\r\n", s.vias, "Max-Forwards: 70\r\n", s.routes, "From: ", s.from, "\r\nTo: ", s.to,
               "\r\nCall-ID: id@10.0.0.77\r\nCSeq: ", s.cseq, ' ', s.method, "\r\n", s.contact.empty() ? "" : cat("Contact: ", s.contact, "\r\n"),
               s.extra, "Content-Type: application/sdp\r\nContent-Length: ", kOffer.size(), "\r\n\r\n", kOffer);
}
std::string via(std::string_view host, std::string_view branch) {
    return cat("Via: SIP/2.0/UDP ", host, ";branch=z9hG4bK", branch, "\r\n");
}

// Nothing of the inside but in Call-ID and SDP.
void check_hidden(const std::string& text) {
    INFO(text);
    REQUIRE_FALSE(text.empty());
    const Read r(text);
    for (const sip::Header& h : r.m.headers()) {
        if (h.id == sip::HeaderId::kCallId) continue;
        CHECK(r.m.value(h).find("10.0.0.") == std::string_view::npos);
    }
    CHECK(text.substr(0, text.find("\r\n")).find("10.0.0.") == std::string::npos);
}

std::string first_of(const std::string& text, sip::HeaderId id) {
    const Read r(text);
    return std::string(r.m.value(id));
}
std::string contact_uri(const std::string& text) {
    const Read r(text);
    const auto contact = sip::parse_name_addr(r.m.value(sip::HeaderId::kContact));
    REQUIRE(contact);
    return std::string(contact->uri_text);
}

// What the provider's gateway answers, its own proxy having recorded itself.
std::string answer(const std::string& got, int status, std::string_view contact = "192.0.2.21:5060", std::string_view extra = {}) {
    std::string out = reply(got, status, extra, contact, "gateway");
    const auto at = out.find("Record-Route: ");
    if (at != std::string::npos) out.insert(at, "Record-Route: <sip:192.0.2.20;lr;x=1>\r\n");
    return out;
}

struct Outbound {
    Bench b;
    std::string invite, ok, caller_routes, gateway_routes;

    explicit Outbound(std::string_view extra = {}, const std::string& topology = company()) : b(topology) {
        b.in(request({.routes = kPhoneRoutes, .extra = extra}), kPbxProxy);
        invite = b.last_to(kProvider);
        INFO(b.last_to(kPbxProxy));
        REQUIRE(invite.starts_with("INVITE "));
        b.in(answer(invite, 200), kProvider, kEdge);
        ok = b.last_to(kPbxProxy);
        REQUIRE(ok.starts_with("SIP/2.0 200 "));
        // The telephone's own proxies take their elements away on the way here; the gateway's the same.
        const std::string all = routes_of(ok, true);
        caller_routes = all.substr(all.find("Route: <sip:10.0.0.1:5060;lr;ck="));
        gateway_routes = routes_of(answer(invite, 200), false);
        gateway_routes.erase(0, gateway_routes.find("\r\n") + 2);
    }
    std::string from_caller(std::string_view method, std::uint32_t cseq, std::string_view contact = {}) {
        b.in(request({.method = method, .uri = "sip:peer@192.0.2.21:5060", .vias = cat(via("10.0.0.50", cat("p", cseq)), via("10.0.0.77", "t")),
                      .routes = caller_routes, .to = "<sip:02079460400@10.0.0.1>;tag=gateway", .cseq = cseq, .contact = contact}),
             kPbxProxy);
        return b.last_to(kProvider);
    }
    std::string from_gateway(std::string_view method, std::uint32_t cseq, std::string_view uri, std::string_view routes, std::string_view contact = {}) {
        b.in(request({.method = method, .uri = uri, .vias = cat(via("192.0.2.20", cat("q", cseq)), via("192.0.2.21", "g")), .routes = routes,
                      .from = "<sip:02079460400@provider.example>;tag=gateway", .to = "<sip:phone@provider.example>;tag=phone", .cseq = cseq,
                      .contact = contact}),
             kProvider, kEdge);
        return b.last_to(kPbxProxy);
    }
};

}  // namespace

TEST_CASE("hiding: the INVITE to the trunk has our Via, our Record-Route, and a Contact of ours", "[proxy][hiding]") {
    const Outbound call("History-Info: <sip:5@10.0.0.9:5061>;index=1\r\nX-Origin: 10.0.0.77\r\nX-Version: 1.2.3.4.5\r\n"
                        "Referred-By: <sip:boss@[2001:db8::1]:5060>\r\nPath: <sip:10.0.0.50;lr>\r\n"
                        "Warning: 399 10.0.0.50:5060 \"odd\", 301 pbx \"too\"\r\nAlert-Info: <http://10.0.0.9/ring>\r\n"
                        "X-Path: SIP/2.0/UDP 10.0.0.9:5060, 10.0.0.8 (10.0.0.7)\r\nX-List: 10.0.0.6,10.0.0.5\r\nX-Release: 1.2.3.4-rc1\r\n");
    check_hidden(call.invite);
    const Read r(call.invite);
    sip::ValueCursor vias(r.m, sip::HeaderId::kVia);
    CHECK(vias.next()->starts_with("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK"));
    CHECK_FALSE(vias.next());
    sip::ValueCursor routes(r.m, sip::HeaderId::kRecordRoute);
    const auto ours = routes.next();
    REQUIRE(ours);
    CHECK(ours->starts_with("<sip:192.0.2.1:5060;lr;ck="));
    CHECK(ours->find(";hr=") != std::string_view::npos);
    CHECK_FALSE(routes.next());
    const auto contact = sip::parse_name_addr(r.m.value(sip::HeaderId::kContact));
    REQUIRE(contact);
    CHECK(contact->params == ";audio;expires=60");
    const auto uri = contact->uri();
    REQUIRE(uri);
    CHECK(uri->host == "192.0.2.1");
    CHECK(uri->port == 5060);
    CHECK(sip::looks_sealed(uri->user));
    CHECK(r.m.value(sip::HeaderId::kTo) == "\"Somebody\" <sip:02079460400@provider.example>");
    CHECK(r.m.value(sip::HeaderId::kHistoryInfo) == "<sip:5@provider.example>;index=1");
    CHECK(r.m.value(sip::HeaderId::kReferredBy) == "<sip:boss@provider.example>");
    CHECK(r.m.value(sip::HeaderId::kWarning) == "399 provider.example \"odd\", 301 provider.example \"too\"");
    CHECK(r.m.value(*r.m.find("Alert-Info")) == "<http://provider.example/ring>");
    CHECK(r.m.value(*r.m.find("X-Origin")) == "provider.example");
    CHECK(r.m.value(*r.m.find("X-Version")) == "1.2.3.4.5");
    CHECK(r.m.value(*r.m.find("X-Path")) == "SIP/2.0/UDP provider.example, provider.example (provider.example)");
    CHECK(r.m.value(*r.m.find("X-List")) == "provider.example,provider.example");
    CHECK(r.m.value(*r.m.find("X-Release")) == "1.2.3.4-rc1");
    CHECK_FALSE(r.m.has(sip::HeaderId::kPath));
    CHECK(r.m.call_id() == "id@10.0.0.77");
    CHECK(r.m.body() == kOffer);
}

TEST_CASE("hiding: what names another call by its Call-ID still names it", "[proxy][hiding]") {
    const std::string names = "In-Reply-To: 1@10.0.0.77, 2@10.0.0.77\r\nJoin: 1@10.0.0.77;from-tag=1;to-tag=2\r\n"
                              "target-dialog: 1@10.0.0.77;local-tag=1;remote-tag=2\r\nReplaces: 1@10.0.0.77;from-tag=1;to-tag=2\r\n";
    CHECK(Outbound(names).invite.find(names) != std::string::npos);
}

TEST_CASE("hiding: a Contact that is no URI is not sealed: it would come back as one", "[proxy][hiding]") {
    Bench b(company());
    b.in(request({.contact = "<sip:phone@10.0.0.77\r\n :5060>"}), kPbxProxy);
    CHECK(first_of(b.last_to(kProvider), sip::HeaderId::kContact) == "<sip:192.0.2.1:5060>");
}

TEST_CASE("hiding: responses bring back to the caller what the trunk did not get, byte by byte", "[proxy][hiding]") {
    Outbound call;
    const auto check = [](const std::string& text) {
        INFO(text);
        CHECK(text.find(cat("\r\n", kPhoneViasBack)) != std::string::npos);
        CHECK(text.find(kPhoneRoutes) != std::string::npos);
        const Read r(text);
        CHECK(r.m.value(sip::HeaderId::kFrom) == "<sip:phone@10.0.0.50>;tag=phone");
        CHECK(r.m.value(sip::HeaderId::kTo) == "\"Somebody\" <sip:02079460400@10.0.0.1:5060>;tag=gateway");
        CHECK(r.m.value(sip::HeaderId::kContact) == "<sip:peer@192.0.2.21:5060>");
        std::vector<std::string_view> routes;
        sip::ValueCursor cursor(r.m, sip::HeaderId::kRecordRoute);
        while (const auto v = cursor.next()) routes.push_back(*v);
        REQUIRE(routes.size() == 5);
        CHECK(routes[0] == "<sip:192.0.2.20;lr;x=1>");
        CHECK(routes[1].starts_with("<sip:10.0.0.1:5060;lr;ck="));
        CHECK(routes[1].find(";id=") != std::string_view::npos);
        CHECK(routes[1].find(";hr=") == std::string_view::npos);
        CHECK(routes[4] == "<sip:10.0.0.52;lr>");
    };
    check(call.ok);
    // Again, when of the INVITE nothing is left in the transaction.
    call.b.advance(seconds(1));
    call.b.wire.sent.clear();
    call.b.in(answer(call.invite, 200), kProvider, kEdge);
    check(call.b.last_to(kPbxProxy));
}

TEST_CASE("hiding: provisional and failed responses come back as well, and CANCEL shows nothing", "[proxy][hiding]") {
    Bench b(company());
    b.in(request({.routes = kPhoneRoutes}), kPbxProxy);
    const std::string sent = b.last_to(kProvider);
    b.in(answer(sent, 180), kProvider, kEdge);
    const std::string ringing = b.last_to(kPbxProxy);
    CHECK(ringing.starts_with("SIP/2.0 180 "));
    CHECK(ringing.find(kPhoneViasBack) != std::string::npos);
    CHECK(ringing.find(kPhoneRoutes) != std::string::npos);
    b.in(request({.method = "CANCEL", .vias = kPhoneVias, .contact = {}}), kPbxProxy);
    const std::string cancel = b.last_to(kProvider);
    CHECK(cancel.starts_with("CANCEL "));
    check_hidden(cancel);
    b.in(reply(sent, 487, "Warning: 399 192.0.2.21 \"x\"\r\n", "192.0.2.21", "gateway"), kProvider, kEdge);
    check_hidden(b.last_to(kProvider));
    CHECK(b.last_to(kProvider).starts_with("ACK "));
    const std::string gone = b.last_to(kPbxProxy);
    CHECK(gone.starts_with("SIP/2.0 487 "));
    CHECK(gone.find(cat("\r\n", kPhoneViasBack)) != std::string::npos);
}

TEST_CASE("hiding: requests of the caller within the dialog show nothing either", "[proxy][hiding]") {
    Outbound call;
    for (std::string_view method : {"ACK", "INVITE", "UPDATE", "PRACK", "INFO", "BYE"}) {
        static std::uint32_t cseq = 6;
        cseq += 1;
        CAPTURE(method);
        const bool target = method == "INVITE" || method == "UPDATE";
        const std::string got = call.from_caller(method, cseq, target ? kPhoneContact : std::string_view{});
        REQUIRE(got.starts_with(cat(method, " sip:peer@192.0.2.21:5060 ")));
        check_hidden(got);
        CHECK(first_of(got, sip::HeaderId::kRoute) == "<sip:192.0.2.20;lr;x=1>");
        CHECK(first_of(got, sip::HeaderId::kRecordRoute).empty());
        CHECK(Read(got).m.has(sip::HeaderId::kContact) == target);
        if (method == "ACK") continue;
        call.b.in(reply(got, 200, {}, "192.0.2.21:5070"), kProvider, kEdge);
        const std::string back = call.b.last_to(kPbxProxy);
        INFO(back);
        CHECK(back.starts_with("SIP/2.0 200 "));
        CHECK(back.find(cat("Via: SIP/2.0/UDP 10.0.0.50;branch=z9hG4bKp", cseq, "\r\nVia: SIP/2.0/UDP 10.0.0.77;branch=z9hG4bKt\r\n")) != std::string::npos);
        CHECK(first_of(back, sip::HeaderId::kTo) == "<sip:02079460400@10.0.0.1>;tag=gateway");
        CHECK(first_of(back, sip::HeaderId::kContact) == "<sip:peer@192.0.2.21:5070>");
    }
    CHECK(call.b.proxy.live_calls() == 0);
}

TEST_CASE("hiding: requests of the trunk come back to the Contact and by the routes that it never saw", "[proxy][hiding]") {
    Outbound call;
    const std::string target = contact_uri(call.invite);
    const std::string invite = call.from_gateway("INVITE", 1, target, call.gateway_routes, "<sip:gateway@192.0.2.21>");
    INFO(invite);
    REQUIRE(invite.starts_with("INVITE sip:phone@10.0.0.77:5060;transport=udp SIP/2.0\r\n"));
    CHECK(first_of(invite, sip::HeaderId::kRoute) == "<sip:10.0.0.50:5060;lr;ftag=phone>, <sip:10.0.0.51;lr>, <sip:10.0.0.52;lr>");
    CHECK(first_of(invite, sip::HeaderId::kContact) == "<sip:gateway@192.0.2.21>");
    sip::ValueCursor vias(Read(invite).m, sip::HeaderId::kVia);
    // The telephone answers with another Contact: that one is sealed anew.
    call.b.in(reply(invite, 200, "Warning: 399 10.0.0.77 \"x\"\r\n", "10.0.0.79:5060"), kPbxProxy);
    const std::string ok = call.b.last_to(kProvider);
    REQUIRE(ok.starts_with("SIP/2.0 200 "));
    check_hidden(ok);
    CHECK(ok.find("Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKq1;received=") == std::string::npos);
    CHECK(ok.find("Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKq1\r\nVia: SIP/2.0/UDP 192.0.2.21;branch=z9hG4bKg\r\n") != std::string::npos);
    const std::string refreshed = contact_uri(ok);
    CHECK(refreshed != target);
    CHECK(call.from_gateway("ACK", 1, refreshed, call.gateway_routes).starts_with("ACK sip:peer@10.0.0.79:5060 SIP/2.0\r\n"));
    const std::string bye = call.from_gateway("BYE", 2, refreshed, call.gateway_routes);
    CHECK(bye.starts_with("BYE sip:peer@10.0.0.79:5060 SIP/2.0\r\n"));
    call.b.in(reply(bye, 200, {}, "10.0.0.79"), kPbxProxy);
    check_hidden(call.b.last_to(kProvider));
    CHECK(call.b.proxy.live_calls() == 0);
}

TEST_CASE("hiding: what was sealed for another dialog, or changed, leads nowhere", "[proxy][hiding]") {
    Outbound call;
    const std::string target = contact_uri(call.invite);
    const auto refused = [&](const std::string& uri, const std::string& routes) {
        static std::uint32_t cseq = 10;
        call.b.wire.sent.clear();
        call.from_gateway("INFO", ++cseq, uri, routes);
        INFO(uri << '\n' << routes);
        CHECK(call.b.last_to(kPbxProxy).empty());
        CHECK(call.b.last_to(kProvider).starts_with("SIP/2.0 481 "));
    };
    for (std::size_t i = 4; i < target.find('@'); i += 7) {
        std::string other = target;
        other[i] = other[i] == 'x' ? 'y' : 'x';
        refused(other, call.gateway_routes);
    }
    const auto hr = call.gateway_routes.find(";hr=") + 4;
    for (std::size_t i = hr; i < call.gateway_routes.find('>', hr); i += 13) {
        std::string other = call.gateway_routes;
        other[i] = other[i] == 'x' ? 'y' : 'x';
        refused(target, other);
    }
    // Sealed by us, but as something else, or for another call.
    const auto cookie = call.gateway_routes.find(";ck=") + 4;
    const std::string sealed = call.gateway_routes.substr(cookie, call.gateway_routes.find(';', cookie) - cookie);
    refused(cat("sip:", sealed, "@192.0.2.1:5060"), call.gateway_routes);
    const std::string elsewhere = *sip::seal_contact(*call.b.snapshot->keyring, "sip:phone@10.0.0.77", {"another@10.0.0.77", "phone"});
    refused(cat("sip:", elsewhere, "@192.0.2.1:5060"), call.gateway_routes);
}

TEST_CASE("hiding: a Contact that names a stranger is opened, and yet the stranger gets nothing", "[proxy][hiding]") {
    Outbound call;
    const std::string got = call.from_caller("UPDATE", 8, "<sip:x@10.0.0.99>");
    call.from_gateway("INFO", 3, contact_uri(got), "Route: <sip:192.0.2.1:5060;lr;ck=none>\r\n");  // no cookie: no way
    CHECK(call.b.last_to(kStranger).empty());
    std::string direct = call.gateway_routes;
    direct.erase(direct.find(";hr="), direct.find('>') - direct.find(";hr="));
    const std::string info = call.from_gateway("INFO", 4, contact_uri(got), direct);
    CHECK(info.starts_with("INFO sip:x@10.0.0.99 SIP/2.0\r\n"));
    CHECK(call.b.last_to(kStranger).empty());
}

TEST_CASE("hiding: an inbound call shows the provider nothing of who answers", "[proxy][hiding]") {
    Bench b(company());
    const auto from_provider = [&](std::string_view method, std::string_view uri, std::uint32_t cseq, std::string_view routes, std::string_view to) {
        b.in(request({.method = method, .uri = uri, .vias = cat(via("192.0.2.20", cat("i", cseq, method)), via("192.0.2.21", "g")),
                      .routes = routes, .from = "<sip:+441632960000@provider.example>;tag=phone", .to = to, .cseq = cseq,
                      .contact = "<sip:gateway@192.0.2.21>"}),
             kProvider, kEdge);
    };
    from_provider("INVITE", "sip:+442079460500@192.0.2.1", 1, "Record-Route: <sip:192.0.2.20;lr>\r\n", "<sip:+442079460500@192.0.2.1>");
    const std::string invite = b.last_to(kPbxProxy);
    REQUIRE(invite.starts_with("INVITE "));
    CHECK(first_of(invite, sip::HeaderId::kContact) == "<sip:gateway@192.0.2.21>");  // hidden from the provider, not from the PBX
    // The PBX's proxies, the one next to the telephone on top.
    const auto pbx_answer = [&](int status, std::string_view extra) {
        std::string out = reply(invite, status, extra, "10.0.0.77:5060");
        out.insert(out.find("Record-Route: "), "Record-Route: <sip:10.0.0.51;lr>, <sip:10.0.0.50;lr;r2=on>\r\n");
        return out;
    };
    b.in(pbx_answer(183, "P-Asserted-Identity: <sip:77@10.0.0.50>\r\n"), kPbxProxy);
    check_hidden(b.last_to(kProvider));
    b.in(pbx_answer(200, "Reply-To: <sip:77@10.0.0.50:5080;transport=tcp>\r\n"), kPbxProxy);
    const std::string ok = b.last_to(kProvider);
    check_hidden(ok);
    CHECK(first_of(ok, sip::HeaderId::kTo) == "<sip:+442079460500@192.0.2.1>;tag=callee");
    std::vector<std::string> routes;
    {
        const Read r(ok);
        sip::ValueCursor cursor(r.m, sip::HeaderId::kRecordRoute);
        while (const auto v = cursor.next()) routes.emplace_back(*v);
    }
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].starts_with("<sip:192.0.2.1:5060;lr;ck="));
    CHECK(routes[1] == "<sip:192.0.2.20;lr>");
    // The provider's requests find the way; those of the PBX show nothing.
    for (std::string_view method : {"ACK", "INVITE", "BYE"}) {
        static std::uint32_t cseq = 0;
        from_provider(method, contact_uri(ok), ++cseq, cat("Route: ", routes[0], "\r\n"), "<sip:+442079460500@192.0.2.1>;tag=callee");
        const std::string got = b.last_to(kPbxProxy);
        INFO(got);
        REQUIRE(got.starts_with(cat(method, " sip:peer@10.0.0.77:5060 SIP/2.0\r\n")));
        CHECK(first_of(got, sip::HeaderId::kRoute) == "<sip:10.0.0.50;lr;r2=on>, <sip:10.0.0.51;lr>");
        if (method == "INVITE") {
            b.in(reply(got, 200, {}, "10.0.0.77"), kPbxProxy);
            check_hidden(b.last_to(kProvider));
        }
    }
    std::string ours = routes_of(invite, false);
    ours.erase(ours.find("Route: <sip:192.0.2.20"));
    b.in(request({.method = "BYE", .uri = "sip:gateway@192.0.2.21", .vias = via("10.0.0.50", "bye"), .routes = cat(ours, "Route: <sip:192.0.2.20;lr>\r\n"),
                  .from = "<sip:77@10.0.0.50>;tag=callee", .to = "<sip:+441632960000@provider.example>;tag=phone", .cseq = 1, .contact = {}}),
         kPbxProxy);
    const std::string bye = b.last_to(kProvider);
    REQUIRE(bye.starts_with("BYE sip:gateway@192.0.2.21 "));
    check_hidden(bye);
    CHECK(first_of(bye, sip::HeaderId::kRoute) == "<sip:192.0.2.20;lr>");
    CHECK(first_of(bye, sip::HeaderId::kFrom) == "<sip:77@provider.example>;tag=callee");
}

TEST_CASE("hiding: two sides that are hidden from each other still talk", "[proxy][hiding]") {
    Outbound call({}, company(R"("hide_topology": true)", R"("hide_topology": true)"));
    check_hidden(call.invite);
    CHECK(call.ok.find("192.0.2.2") == std::string::npos);
    CHECK(call.ok.find(kPhoneRoutes) != std::string::npos);
    const std::string target = contact_uri(call.ok);
    call.b.in(request({.method = "BYE", .uri = target, .vias = kPhoneVias, .routes = call.caller_routes, .to = "<sip:02079460400@10.0.0.1>;tag=gateway",
                       .cseq = 8, .contact = {}}),
              kPbxProxy);
    const std::string bye = call.b.last_to(kProvider);
    CHECK(bye.starts_with("BYE sip:peer@192.0.2.21:5060 SIP/2.0\r\n"));
    CHECK(first_of(bye, sip::HeaderId::kRoute) == "<sip:192.0.2.20;lr;x=1>");
    check_hidden(bye);
    const std::string info = call.from_gateway("INFO", 1, contact_uri(call.invite), call.gateway_routes);
    CHECK(info.starts_with("INFO sip:phone@10.0.0.77:5060;transport=udp "));
    CHECK(info.find("192.0.2.2") == std::string::npos);
}

TEST_CASE("hiding: what does not fit is refused and counted, never shown", "[proxy][hiding]") {
    Bench b(company());
    const std::string long_route = cat("Record-Route: <sip:10.0.0.50;lr;x=", std::string(sip::kMaxHiddenRoutes, 'x'), ">\r\n");
    const std::string long_contact = cat("<sip:phone@10.0.0.77;x=", std::string(sip::kMaxHiddenContact, 'x'), ">");
    b.in(request({.routes = long_route}), kPbxProxy);
    b.advance(milliseconds(10));
    CHECK(b.last_to(kPbxProxy).starts_with("SIP/2.0 500 "));
    CHECK(b.proxy.counters().hiding_failed == 1);
    CHECK(b.last_to(kProvider).empty());
    CHECK(b.proxy.asked() == 0);  // no place of a transaction is kept for what was never sent

    Outbound call;
    const std::string before = call.b.last_to(kProvider);
    call.from_caller("UPDATE", 8, long_contact);
    CHECK(call.b.last_to(kPbxProxy).starts_with("SIP/2.0 500 "));
    CHECK(call.b.last_to(kProvider) == before);
    CHECK(call.b.proxy.counters().hiding_failed == 1);
    CHECK(call.b.proxy.asked() == 1);  // the INVITE, until Timer M
    // Nor in a response.
    const std::string info = call.from_gateway("UPDATE", 1, contact_uri(call.invite), call.gateway_routes);
    std::string back = reply(info, 200, {}, "10.0.0.77");
    back.replace(back.find("<sip:peer@10.0.0.77>"), 20, long_contact);
    call.b.in(back, kPbxProxy);
    CHECK(call.b.last_to(kProvider).starts_with("SIP/2.0 500 "));
    check_hidden(call.b.last_to(kProvider));
    CHECK(call.b.proxy.counters().hiding_failed == 2);
}

TEST_CASE("hiding: a redirection leads a hidden caller back to us by the number", "[proxy][hiding]") {
    Bench b(company());
    b.in(request({.uri = "sip:+442079460500@192.0.2.1", .vias = via("192.0.2.20", "r"), .from = "<sip:+441632960000@provider.example>;tag=phone",
                  .to = "<sip:+442079460500@192.0.2.1>", .contact = "<sip:gateway@192.0.2.20>"}),
         kProvider, kEdge);
    const std::string invite = b.last_to(kPbxProxy);
    std::string moved = reply(invite, 302, {}, "10.0.0.77");
    moved.replace(moved.find("<sip:peer@10.0.0.77>"), 20, "<sip:+442079460501@10.0.0.50:5061;transport=tcp>;q=0.5, tel:+15551234, <sip:10.0.0.9>");
    b.in(moved, kPbxProxy);
    const std::string got = b.last_to(kProvider);
    REQUIRE(got.starts_with("SIP/2.0 302 "));
    check_hidden(got);
    CHECK(first_of(got, sip::HeaderId::kContact) == "<sip:+442079460501@192.0.2.1:5060>;q=0.5, <tel:+15551234>, <sip:192.0.2.1:5060>");
}

TEST_CASE("hiding: lasts as long as the dialog, whatever the topology says by then", "[proxy][hiding]") {
    Outbound call;
    call.b.load(company(R"("hide_topology": false)"));
    check_hidden(call.from_caller("INFO", 9));
    const std::string bye = call.from_gateway("BYE", 2, contact_uri(call.invite), call.gateway_routes);
    CHECK(bye.starts_with("BYE sip:phone@10.0.0.77:5060;transport=udp SIP/2.0\r\n"));
}

TEST_CASE("hiding: a user's profile hides as well", "[proxy][hiding]") {
    std::string text = company();
    text.insert(text.find("\"number\": \"+442079460001\""), "\"sip_profile\": \"provider\", ");
    Bench b(text);
    b.in(request({.uri = "sip:+442079460001@192.0.2.1", .from = "<sip:+441632960000@x.example>;tag=phone", .to = "<sip:+442079460001@192.0.2.1>"}),
         kPbxProxy);
    const std::string invite = b.last_to(kAlice);
    REQUIRE(invite.starts_with("INVITE "));
    CHECK(invite.find("10.0.0.7") == invite.find("10.0.0.77\r\nCSeq"));  // Call-ID alone
    CHECK(invite.find("10.0.0.50") == std::string::npos);
    b.in(reply(invite, 200, {}, "10.0.0.11:5060"), kAlice);
    const std::string ok = b.last_to(kPbxProxy);
    REQUIRE(ok.starts_with("SIP/2.0 200 "));
    CHECK(ok.find(kPhoneViasBack) != std::string::npos);
    b.in(request({.method = "BYE", .uri = contact_uri(invite), .vias = via("10.0.0.11", "u"), .routes = routes_of(invite, false),
                  .from = "<sip:a@x.example>;tag=callee", .to = "<sip:+441632960000@x.example>;tag=phone", .cseq = 1, .contact = {}}),
         kAlice);
    CHECK(b.last_to(kPbxProxy).starts_with("BYE sip:phone@10.0.0.77:5060;transport=udp SIP/2.0\r\n"));
}
