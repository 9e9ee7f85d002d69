// Knows: a whole bridge in this process, and a peer that plays the proxy for both legs; media over loopback. Ports 24200-24299.
// Must not know: the real proxy.
// Next: tests/interop/, where proxy and telephones are real.
#include <poll.h>

#include <catch2/catch.hpp>
#include <map>

#include "base/stream.h"
#include "config/topology_file.h"
#include "gw-bridge/service.h"
#include "json/line.h"
#include "media/udp_socket.h"
#include "rtp/g711.h"
#include "rtp/packet.h"
#include "sdp/session.h"
#include "sdp/summary.h"

using namespace tandem;
using namespace tandem::bridge;
using sipua::Headers;
using sipua::LegId;
using sipua::Pending;

namespace {

const net::IpAddress kLoopback = *net::IpAddress::parse("127.0.0.1");
const net::Endpoint kProxy{kLoopback, 24200};
const net::Endpoint kBridge{kLoopback, 24202};
constexpr std::string_view kUuidA = "f81d4fae7dec11d0a76500a0c91e6bf6";
constexpr std::string_view kUuidB = "0123456789abcdef0123456789abcdef";

std::string topology_text(std::string_view desk, std::string_view trunk_media, std::string_view ports) {
    return cat(R"({"version": 1, "domain": "company.example",
      "realms": [
        {"name": "office", "side": "inside", "listen": ["udp:127.0.0.1:24200"], "media_address": "127.0.0.1", "media_ports": ")",
               ports, R"("},
        {"name": "provider", "side": "outside", "listen": ["udp:127.0.0.1:24206"], "media_address": "127.0.0.1", "media_ports": "24260-24299"}],
      "gw_bridge": [{"name": "bridge1", "sip": "udp:127.0.0.1:24202", "realm": "office"}],
      "media_profiles": [{"name": "desk", "codecs": ["PCMA"])",
               desk, R"(}, {"name": "itsp", "codecs": ["PCMU"])", trunk_media, R"(}],
      "trunks": [{"name": "itsp", "kind": "sip", "realm": "provider", "targets": ["udp:127.0.0.1:24208"], "media_profile": "itsp"}],
      "users": [{"name": "alice", "media_profile": "desk", "contacts": [{"target": "udp:127.0.0.1:24209", "realm": "office"}]}],
      "secrets": {"key_file": "key"}})");
}

/// What the proxy hears, "a:" for the leg that it made, "b:" for the one that the bridge made.
struct Proxy : sipua::Listener {
    std::vector<std::string> said;
    LegId leg_a = 0, leg_b = 0;
    sipua::Invite invite;  // of leg B
    std::map<std::string, sipua::Response> responses;
    std::map<std::string, sipua::Request> requests;

    std::string name(LegId leg, std::string_view what) const { return cat(leg == leg_a ? "a:" : "b:", what); }
    void note(std::string text) { said.push_back(std::move(text)); }
    [[nodiscard]] bool heard(std::string_view what) const {
        return std::find(said.begin(), said.end(), what) != said.end();
    }
    [[nodiscard]] std::size_t count(std::string_view what) const {
        return static_cast<std::size_t>(std::count(said.begin(), said.end(), what));
    }
    void keep(LegId leg, std::string what, const sipua::Response& r) {
        responses[name(leg, what)] = r;
        note(name(leg, what));
    }

    void incoming(const sipua::Invite& i) override {
        invite = i;
        leg_b = i.leg;
        note("b:invite");
    }
    unsigned options() override { return 200; }
    void progress(LegId leg, const sipua::Response& r) override { keep(leg, cat(r.status), r); }
    void answered(LegId leg, const sipua::Response& r) override { keep(leg, "200", r); }
    void failed(LegId leg, const sipua::Response& r) override { keep(leg, cat("failed ", r.status), r); }
    void acked(LegId leg, const sipua::Request& r) override {
        requests[name(leg, "ack")] = r;
        note(name(leg, "ack"));
    }
    static std::string_view word(Pending p) {
        return p == Pending::kInfo ? "info" : p == Pending::kUpdate ? "update" : "reinvite";
    }
    void requested(LegId leg, Pending what, const sipua::Request& r) override {
        requests[name(leg, word(what))] = r;
        note(name(leg, word(what)));
    }
    void responded(LegId leg, Pending what, const sipua::Response& r) override {
        keep(leg, cat(word(what), ' ', r.status), r);
    }
    void ended(LegId leg, sipua::EndedBy by, const sipua::Request& r) override {
        const std::string what = by == sipua::EndedBy::kCancel ? "cancel" : "bye";
        requests[name(leg, what)] = r;
        note(name(leg, what));
    }
};

/// One telephone's media.
struct Phone {
    media::UdpSocket socket = std::move(*media::UdpSocket::bind({kLoopback, 0}));
    std::uint16_t sequence = 1;
    std::uint32_t timestamp = 0;

    std::string sdp(std::string_view formats, std::string_view more = {},
                    std::string_view address = "127.0.0.1") const {
        return cat("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 ", address, "\r\nt=0 0\r\nm=audio ",
                   socket.local().port, " RTP/AVP ", formats, "\r\na=rtpmap:101 telephone-event/8000\r\n",
                   more);
    }
    void send(const net::Endpoint& to, std::uint8_t payload_type, std::uint8_t fill) {
        std::vector<std::uint8_t> payload(160, fill);
        std::vector<std::uint8_t> out(rtp::kFixedHeaderSize + payload.size());
        rtp::write({false, payload_type, sequence++, timestamp, 0x77}, payload, out);
        timestamp += 160;
        REQUIRE(socket.send(out, to));
    }
    std::optional<rtp::Packet> receive(int ms = 1000) {
        pollfd p{socket.fd(), POLLIN, 0};
        if (::poll(&p, 1, ms) != 1) return std::nullopt;
        net::Endpoint from;
        const long n = socket.receive(buffer, from);
        if (n <= 0) return std::nullopt;
        auto packet = rtp::parse(Bytes(buffer).first(static_cast<std::size_t>(n)));
        if (!packet) return std::nullopt;
        return *packet;
    }
    std::array<std::uint8_t, 2048> buffer{};
};

struct Scene {
    sipua::Loop loop;
    SystemClock clock;
    Log log;
    StringOutput out;
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<sip::Keyring> keys = std::make_shared<sip::Keyring>(sip::Keyring::random());
    std::unique_ptr<cli::RecordWriter> writer = std::make_unique<cli::RecordWriter>(out);
    std::unique_ptr<Service> service;
    Proxy proxy;
    std::unique_ptr<sipua::UserAgent> ua;
    Phone alice, pstn;

    explicit Scene(std::string_view desk = "", std::string_view itsp = "",
                   std::string_view ports = "24220-24259") {
        auto loaded = config::parse_topology(topology_text(desk, itsp, ports), "test.json");
        for (const auto& e : loaded.errors) UNSCOPED_INFO(e);
        REQUIRE(loaded.ok());
        auto made = Snapshot::make(loaded.topology, "", nullptr);
        REQUIRE(made);
        snapshot = *made;
        service = std::make_unique<Service>(loop, clock, log, *writer);
        REQUIRE(service->open(snapshot, keys, "bridge"));
        ua = agent(kProxy, proxy);
    }
    ~Scene() {
        service->hang_up_all("test", "over");
        loop.run_until([&] { return service->live_calls() == 0; }, seconds{2});
        ua->shutdown(milliseconds{1500});
        service->shutdown(milliseconds{1500});
    }

    std::unique_ptr<sipua::UserAgent> agent(const net::Endpoint& at, sipua::Listener& listener) {
        sipua::Options o;
        o.listen = at;
        o.product = "proxy";
        o.headers = {"P-Asserted-Identity", "Session-ID", "Reason", "Retry-After", "Warning",
                     "Max-Forwards",        "Privacy",    "Contact"};
        auto made = sipua::UserAgent::create(loop, o, listener);
        REQUIRE(made);
        return std::move(*made);
    }

    sip::Token token() const {
        sip::Token t;
        t.expires_s = static_cast<std::uint32_t>(
            std::chrono::duration_cast<seconds>(clock.wall().time_since_epoch()).count() + 60);
        t.kind = sip::Token::Kind::kTrunk;
        t.target = "itsp";
        t.target_uri = "sip:+4930123@itsp.example";
        t.called = "+4930123";
        t.calling = "+4989111";
        t.source = "alice";
        t.source_realm = "office";
        t.target_realm = "provider";
        t.profile_a = "desk";
        t.profile_b = "itsp";
        return t;
    }
    std::string sealed(const sip::Token& t) const { return *sip::seal_token(*keys, t, "office"); }

    sipua::Call call(std::string body) const {
        sipua::Call c;
        c.request_uri = "sip:030123@company.example";
        c.from = "\"Alice\" <sip:alice@company.example>";
        c.to = "<sip:030123@company.example>";
        c.call_id = "call-a";
        c.next_hop = kBridge;
        c.routes = {"<sip:127.0.0.1:24202;lr>", cat("<sip:127.0.0.1:24200;lr;tk=", sealed(token()), ">")};
        c.headers = {{"P-Asserted-Identity", "<sip:+4989111@company.example>"},
                     {"Session-ID", cat(kUuidA, ";remote=", std::string(32, '0'))}};
        if (!body.empty()) c.body = sipua::sdp_body(std::move(body));
        return c;
    }
    bool wait(std::string_view what, milliseconds limit = seconds{3}) {
        return loop.run_until([&] { return proxy.heard(what); }, limit);
    }
    void settle(milliseconds time = milliseconds{150}) {
        loop.run_until([] { return false; }, time);
    }
    void dial(std::string_view formats = "8 101") {
        proxy.leg_a = ua->invite(call(alice.sdp(formats)));
        REQUIRE(wait("b:invite"));
    }
    /// A call that is up.
    void connect() {
        dial();
        ua->answer(proxy.leg_b, {{"Session-ID", cat(kUuidB, ";remote=", kUuidA)}},
                   sipua::sdp_body(pstn.sdp("0 101")));
        REQUIRE(wait("a:200"));
        ua->ack(proxy.leg_a, {}, {});
        REQUIRE(wait("b:ack"));
        settle(milliseconds{50});
    }
    static net::Endpoint media_of(const std::string& text) {
        const auto s = sdp::parse(text);
        REQUIRE(s);
        return sdp::summarise(*s).audio()->rtp;
    }
    static sdp::Direction direction_of(const std::string& text) {
        const auto s = sdp::parse(text);
        REQUIRE(s);
        return sdp::summarise(*s).audio()->direction;
    }
    net::Endpoint port_a() {
        return media_of(proxy.responses.count("a:183") != 0 ? proxy.responses["a:183"].body.text
                                                            : proxy.responses["a:200"].body.text);
    }
    net::Endpoint port_b() { return media_of(proxy.invite.body.text); }

    /// The call record; streams are counted.
    std::string record() {
        REQUIRE(loop.run_until([&] { return service->live_calls() == 0; }, seconds{3}));
        REQUIRE(writer->finish(seconds{2}));
        std::string found;
        for (const auto line : split(out.text(), '\n'))
            if (line.find("\"type\":\"call\"") != std::string_view::npos) found = line;
        return found;
    }
    static std::string text(const std::string& line, std::string_view path) {
        json::LineParser parser;
        const auto object = parser.parse(line);
        REQUIRE(object);
        const auto raw = (*object)->raw(path);
        REQUIRE(raw);
        if (!*raw) return "absent";
        if (const auto decoded = json::decode_string(**raw)) return *decoded;
        return std::string(**raw);
    }
};

}  // namespace

TEST_CASE(
    "bridge: a call goes through with identity, Session-ID, early media, converted audio, and leaves its "
    "records",
    "[bridge]") {
    Scene t;
    t.dial();
    const auto& invite = t.proxy.invite;
    CHECK(invite.request_uri == "sip:+4930123@itsp.example");
    REQUIRE(invite.routes.size() == 1);
    CHECK(invite.routes[0].find("<sip:127.0.0.1:24200;lr;tk=") == 0);
    CHECK(invite.from.find("\"Alice\" <sip:alice@company.example>;tag=") == 0);
    CHECK(sipua::find(invite.headers, "P-Asserted-Identity") == "<sip:+4989111@company.example>");
    CHECK(sipua::find(invite.headers, "Session-ID") == cat(kUuidA, ";remote=", std::string(32, '0')));
    CHECK(sipua::find(invite.headers, "Max-Forwards") == "69");
    const auto offer = sdp::summarise(*sdp::parse_strict(invite.body.text));
    REQUIRE(offer.audio()->codecs.size() == 1);
    CHECK(offer.audio()->codecs[0].name == "PCMU");

    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    CHECK(t.proxy.responses["a:180"].body.empty());
    t.ua->progress(t.proxy.leg_b, 183, {{"Session-ID", cat(kUuidB, ";remote=", kUuidA)}},
                   sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(sipua::find(t.proxy.responses["a:183"].headers, "Session-ID") == cat(kUuidB, ";remote=", kUuidA));
    const auto answer = sdp::summarise(*sdp::parse_strict(t.proxy.responses["a:183"].body.text));
    CHECK(answer.audio()->codecs.at(0).name == "PCMA");

    // Early media, both ways.
    t.pstn.send(t.port_b(), 0, 0x12);
    const auto early = t.alice.receive();
    REQUIRE(early);
    CHECK(early->payload_type == 8);
    CHECK(early->payload[0] == rtp::g711::kMuToA[0x12]);

    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    CHECK(t.proxy.responses["a:200"].body.text == t.proxy.responses["a:183"].body.text);
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.wait("b:ack"));
    for (int i = 0; i < 20; ++i) {
        t.alice.send(t.port_a(), 8, 0x34);
        const auto heard = t.pstn.receive();
        REQUIRE(heard);
        CHECK(heard->payload_type == 0);
        CHECK(heard->payload[5] == rtp::g711::kAToMu[0x34]);
    }
    t.ua->bye(t.proxy.leg_a, {{"Reason", "Q.850;cause=16;text=\"bye\""}});
    REQUIRE(t.wait("b:bye"));
    CHECK(sipua::find(t.proxy.requests["b:bye"].headers, "Reason") == "Q.850;cause=16;text=\"bye\"");
    CHECK(sipua::find(t.proxy.requests["b:bye"].headers, "Session-ID") == cat(kUuidA, ";remote=", kUuidB));

    const std::string record = t.record();
    CHECK(Scene::text(record, "call.call_id") == "call-a");
    CHECK(Scene::text(record, "call.session_id") == kUuidA);
    CHECK(Scene::text(record, "call.outcome") == "answered");
    CHECK(Scene::text(record, "call.status") == "200");
    CHECK(Scene::text(record, "call.ended_by") == "caller");
    CHECK(Scene::text(record, "call.q850") == "16");
    CHECK(Scene::text(record, "call.direction") == "outbound");
    CHECK(Scene::text(record, "call.source") == "alice");
    CHECK(Scene::text(record, "call.target") == "itsp");
    const std::string legs = Scene::text(record, "call.legs");
    CHECK(legs.find("\"peer\":\"alice\"") != std::string::npos);
    CHECK(legs.find("\"codec\":\"PCMA\",\"received\":20,\"lost\":0") != std::string::npos);
    CHECK(legs.find("\"sent\":20,\"converted\":20") != std::string::npos);
    CHECK(t.out.text().find("\"type\":\"stream\"") != std::string::npos);
    CHECK(t.snapshot->setup(t.token())->a.ports->in_use() == 0);
    CHECK(t.snapshot->setup(t.token())->b.ports->in_use() == 0);
}

TEST_CASE("bridge: INVITEs without a valid token are refused with 403, and nobody is called", "[bridge]") {
    Scene t;
    auto plain = t.call(t.alice.sdp("8 101"));
    plain.routes = {"<sip:127.0.0.1:24202;lr>"};
    auto forged = t.call(t.alice.sdp("8 101"));
    forged.routes = {"<sip:127.0.0.1:24202;lr>",
                     "<sip:127.0.0.1:24200;lr;tk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA>"};
    auto expired = t.call(t.alice.sdp("8 101"));
    sip::Token old = t.token();
    old.expires_s = 1000;
    expired.routes = {cat("<sip:127.0.0.1:24200;lr;tk=", t.sealed(old), ">")};
    auto elsewhere = t.call(t.alice.sdp("8 101"));
    elsewhere.routes = {
        cat("<sip:127.0.0.1:24200;lr;tk=", *sip::seal_token(*t.keys, t.token(), "provider"), ">")};
    std::size_t n = 0;
    for (const auto& call : {plain, forged, expired, elsewhere}) {
        t.proxy.leg_a = t.ua->invite(call);
        ++n;
        REQUIRE(t.loop.run_until([&] { return t.proxy.count("a:failed 403") == n; }, seconds{3}));
    }
    CHECK_FALSE(t.proxy.heard("b:invite"));
    CHECK(t.service->counters().bad_token == 4);
    REQUIRE(t.writer->finish(seconds{1}));
    CHECK(t.out.text().empty());  // no record of a call that never was
}

TEST_CASE("bridge: calls from elsewhere than the proxy are refused and counted", "[bridge]") {
    Scene t;
    Proxy stranger;
    auto ua = t.agent({kLoopback, 24210}, stranger);
    stranger.leg_a = ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.loop.run_until([&] { return stranger.heard("a:failed 403"); }, seconds{3}));
    CHECK(t.service->refused_sources() == 1);
    CHECK(t.service->counters().invites == 0);
    ua->shutdown(seconds{1});
}

TEST_CASE("bridge: status, phrase, Reason and Retry-After of the callee are handed back unchanged",
          "[bridge]") {
    struct Row {
        unsigned status;
        std::string_view phrase;
        Headers headers;
        std::string_view outcome;
    };
    const Row rows[] = {{486, "Busy Here", {{"Reason", "Q.850;cause=17"}}, "busy"},
                        {503, "Trunk down", {{"Retry-After", "30"}}, "failed"},
                        {404, "Not Found", {}, "rejected"},
                        {302, "Moved", {{"Contact", "<sip:x@y.example>"}}, "redirected"},
                        {603, "Decline", {}, "rejected"}};
    for (const auto& row : rows) {
        CAPTURE(row.status);
        Scene t;
        t.dial();
        t.ua->reject(t.proxy.leg_b, row.status, std::string(row.phrase), row.headers);
        REQUIRE(t.wait(cat("a:failed ", row.status)));
        const auto& r = t.proxy.responses[cat("a:failed ", row.status)];
        CHECK(r.phrase == row.phrase);
        for (const auto& h : row.headers) CHECK(sipua::find(r.headers, h.name) == h.value);
        const auto record = t.record();
        CHECK(Scene::text(record, "call.status") == cat(row.status));
        CHECK(Scene::text(record, "call.outcome") == row.outcome);
    }
}

TEST_CASE("bridge: a caller that gives up cancels leg B", "[bridge]") {
    Scene t;
    t.dial();
    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    t.ua->cancel(t.proxy.leg_a, {{"Reason", "SIP;cause=200"}});
    REQUIRE(t.wait("b:cancel"));
    CHECK(sipua::find(t.proxy.requests["b:cancel"].headers, "Reason") == "SIP;cause=200");
    const auto record = t.record();
    CHECK(Scene::text(record, "call.outcome") == "cancelled");
    CHECK(Scene::text(record, "call.ended_by") == "caller");
}

TEST_CASE("bridge: offers that cannot be served are refused before anybody is called", "[bridge]") {
    struct Row {
        std::string_view desk, itsp;
        std::string body;
        std::string_view type;
        unsigned status;
    };
    const Phone phone;
    const Row rows[] = {
        {"", "", phone.sdp("9 101"), "application/sdp", 488},
        {"", "", "v=0\r\nnonsense", "application/sdp", 400},
        {"", "", "hello", "text/plain", 415},
        {"", "",
         "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/SAVP 8\r\n",
         "application/sdp", 488},
        {"", R"(, "srtp": "required")", phone.sdp("8 101"), "application/sdp", 488},
        {R"(, "delayed_offer": "refuse")", "", "", "", 488},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body, row.status);
        Scene t(row.desk, row.itsp);
        auto call = t.call({});
        call.body = {std::string(row.type), row.body};
        t.proxy.leg_a = t.ua->invite(call);
        REQUIRE(t.wait(cat("a:failed ", row.status)));
        CHECK_FALSE(t.proxy.heard("b:invite"));
        CHECK(Scene::text(t.record(), "call.status") == cat(row.status));
        CHECK(t.snapshot->setup(t.token())->a.ports->in_use() == 0);
    }
}

TEST_CASE("bridge: a call that has passed too many hops is refused", "[bridge]") {
    Scene t;
    auto call = t.call(t.alice.sdp("8 101"));
    call.headers.push_back({"Max-Forwards", "0"});
    t.proxy.leg_a = t.ua->invite(call);
    REQUIRE(t.wait("a:failed 483"));
    CHECK_FALSE(t.proxy.heard("b:invite"));
}

TEST_CASE("bridge: an INVITE without an offer gets ours in the 200, and its answer is taken from the ACK",
          "[bridge]") {
    Scene t;
    t.proxy.leg_a = t.ua->invite(t.call({}));
    REQUIRE(t.wait("b:invite"));
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(t.proxy.responses["a:183"].body.empty());
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    CHECK(sdp::summarise(*sdp::parse(t.proxy.responses["a:200"].body.text)).audio()->codecs.at(0).name ==
          "PCMA");
    t.ua->ack(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101")));
    t.settle();
    t.proxy.responses.erase("a:183");
    t.alice.send(t.port_a(), 8, 0x34);
    const auto heard = t.pstn.receive();
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kAToMu[0x34]);
}

TEST_CASE("bridge: an ACK that should have brought the answer and did not ends the call", "[bridge]") {
    Scene t;
    t.proxy.leg_a = t.ua->invite(t.call({}));
    REQUIRE(t.wait("b:invite"));
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.wait("a:bye"));
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.ended_by") == "answer_not_acceptable");
}

TEST_CASE("bridge: an answer without a usable description ends leg B with BYE and the caller with 488",
          "[bridge]") {
    for (const std::string& body :
         {std::string(), Phone().sdp("18 101"), std::string("v=0\r\nm=audio 0 RTP/AVP 0\r\n")}) {
        CAPTURE(body);
        Scene t;
        t.dial();
        t.ua->answer(t.proxy.leg_b, {}, body.empty() ? sipua::Body{} : sipua::sdp_body(body));
        REQUIRE(t.wait("a:failed 488"));
        REQUIRE(t.wait("b:bye"));
        CHECK(Scene::text(t.record(), "call.reason") == "answer_not_acceptable");
    }
}

TEST_CASE("bridge: hold and resume go through in the other leg's form, and media stop and go on",
          "[bridge]") {
    Scene t("", R"(, "hold": "sendonly")");
    t.connect();
    t.alice.send(t.port_a(), 8, 1);
    REQUIRE(t.pstn.receive());

    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=inactive\r\n")));
    REQUIRE(t.wait("b:reinvite"));
    CHECK(Scene::direction_of(t.proxy.requests["b:reinvite"].body.text) == sdp::Direction::kSendOnly);
    CHECK_FALSE(t.proxy.heard("a:reinvite 200"));  // not before the other end has answered
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {},
                  sipua::sdp_body(t.pstn.sdp("0 101", "a=recvonly\r\n")));
    REQUIRE(t.wait("a:reinvite 200"));
    CHECK(Scene::direction_of(t.proxy.responses["a:reinvite 200"].body.text) == sdp::Direction::kInactive);
    t.ua->ack(t.proxy.leg_a, {}, {});
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:ack") == 2; }, seconds{3}));
    t.settle();
    t.alice.send(t.port_a(), 8, 2);
    t.pstn.send(t.port_b(), 0, 2);
    CHECK_FALSE(t.pstn.receive(150));
    CHECK_FALSE(t.alice.receive(150));

    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101", "a=sendrecv\r\n")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("b:reinvite") == 2; }, seconds{3}));
    CHECK(Scene::direction_of(t.proxy.requests["b:reinvite"].body.text) == sdp::Direction::kSendRecv);
    t.ua->respond(t.proxy.leg_b, Pending::kReinvite, 200, {}, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.loop.run_until([&] { return t.proxy.count("a:reinvite 200") == 2; }, seconds{3}));
    t.ua->ack(t.proxy.leg_a, {}, {});
    t.settle();
    t.alice.send(t.port_a(), 8, 0x34);
    const auto heard = t.pstn.receive();
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kAToMu[0x34]);
}

TEST_CASE(
    "bridge: the callee may hold, too, with a zero address, and a leg that does not follow leaves the hold "
    "standing",
    "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, sipua::sdp_body(t.pstn.sdp("0 101", {}, "0.0.0.0")));
    REQUIRE(t.wait("a:reinvite"));
    CHECK(Scene::direction_of(t.proxy.requests["a:reinvite"].body.text) == sdp::Direction::kInactive);
    t.ua->respond(t.proxy.leg_a, Pending::kReinvite, 488, {}, {}, {});
    REQUIRE(t.wait("b:reinvite 200"));
    t.ua->ack(t.proxy.leg_b, {}, {});
    t.settle();
    t.alice.send(t.port_a(), 8, 1);
    CHECK_FALSE(t.pstn.receive(150));
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a session refresh with the same description touches nothing", "[bridge]") {
    Scene t;
    t.connect();
    for (int i = 1; i <= 2; ++i) {
        t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(t.alice.sdp("8 101")));
        REQUIRE(t.loop.run_until(
            [&] { return t.proxy.count("a:reinvite 200") == static_cast<std::size_t>(i); }, seconds{3}));
        t.ua->ack(t.proxy.leg_a, {}, {});
        t.settle(milliseconds{50});
    }
    CHECK(t.proxy.responses["a:reinvite 200"].body.text == t.proxy.responses["a:200"].body.text);
    t.ua->update(t.proxy.leg_b, {}, {});
    REQUIRE(t.wait("b:update 200"));
    CHECK_FALSE(t.proxy.heard("b:reinvite"));
    CHECK_FALSE(t.proxy.heard("a:reinvite"));
}

TEST_CASE("bridge: a new address of one end is answered at once and media follow it", "[bridge]") {
    Scene t;
    t.connect();
    Phone moved;
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(moved.sdp("8 101")));
    REQUIRE(t.wait("a:reinvite 200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    t.settle();
    CHECK_FALSE(t.proxy.heard("b:reinvite"));
    t.pstn.send(t.port_b(), 0, 0x12);
    const auto heard = moved.receive();
    REQUIRE(heard);
    CHECK(heard->payload[0] == rtp::g711::kMuToA[0x12]);
    t.ua->reinvite(t.proxy.leg_a, {}, sipua::sdp_body(moved.sdp("9 101")));
    REQUIRE(t.wait("a:reinvite 488"));  // the call goes on as it was
    CHECK(t.service->live_calls() == 1);
}

TEST_CASE("bridge: a re-INVITE without an offer gets ours again", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->reinvite(t.proxy.leg_b, {}, {});
    REQUIRE(t.wait("b:reinvite 200"));
    CHECK(Scene::media_of(t.proxy.responses["b:reinvite 200"].body.text) == t.port_b());
    Phone moved;
    t.ua->ack(t.proxy.leg_b, {}, sipua::sdp_body(moved.sdp("0 101")));
    t.settle();
    t.alice.send(t.port_a(), 8, 0x34);
    REQUIRE(moved.receive());
}

TEST_CASE("bridge: INFO goes through, and its answer back", "[bridge]") {
    Scene t;
    t.connect();
    t.ua->info(t.proxy.leg_a, {}, {"application/dtmf-relay", "Signal=5\r\nDuration=100\r\n"});
    REQUIRE(t.wait("b:info"));
    CHECK(t.proxy.requests["b:info"].body.text == "Signal=5\r\nDuration=100\r\n");
    t.ua->respond(t.proxy.leg_b, Pending::kInfo, 415, "Cannot", {}, {});
    REQUIRE(t.wait("a:info 415"));
    CHECK(t.proxy.responses["a:info 415"].phrase == "Cannot");
}

TEST_CASE("bridge: digits pass with each leg's own payload type", "[bridge]") {
    Scene t(R"(, "dtmf_payload_type": 96)", "");
    t.dial();
    auto answer = t.pstn.sdp("0 100");
    answer.replace(answer.find("rtpmap:101"), 10, "rtpmap:100");
    t.ua->answer(t.proxy.leg_b, {}, sipua::sdp_body(answer));
    REQUIRE(t.wait("a:200"));
    t.ua->ack(t.proxy.leg_a, {}, {});
    t.settle();
    t.alice.send(t.port_a(), 101, 5);
    const auto heard = t.pstn.receive();
    REQUIRE(heard);
    CHECK(heard->payload_type == 100);
}

TEST_CASE(
    "bridge: without media an answered call is ended on both legs, with the reason in Reason and record",
    "[bridge]") {
    Scene t(R"(, "media_timeout_s": 1)", "");
    t.connect();
    REQUIRE(t.wait("a:bye", seconds{4}));
    REQUIRE(t.wait("b:bye"));
    CHECK(sipua::find(t.proxy.requests["a:bye"].headers, "Reason") ==
          "Q.850;cause=102;text=\"media timeout\"");
    CHECK(Scene::text(t.record(), "call.ended_by") == "media_timeout");
}

TEST_CASE("bridge: the longest duration ends a call", "[bridge]") {
    Scene t("", R"(, "max_duration_s": 1)");
    t.connect();
    for (int i = 0; i < 60 && !t.proxy.heard("a:bye"); ++i) {
        t.alice.send(t.port_a(), 8, 1);
        t.pstn.send(t.port_b(), 0, 1);
        t.settle(milliseconds{50});
    }
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.ended_by") == "max_duration");
}

TEST_CASE("bridge: when every media port is taken a call gets 503 with Retry-After, and works again later",
          "[bridge]") {
    Scene t("", "", "24220-24221");
    t.connect();
    Proxy second;
    t.proxy.said.clear();
    const LegId first = t.proxy.leg_a;
    t.proxy.leg_a = t.ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.wait("a:failed 503"));
    CHECK(sipua::find(t.proxy.responses["a:failed 503"].headers, "Retry-After") == "5");
    CHECK(t.service->live_calls() == 1);
    t.ua->bye(first, {});
    REQUIRE(t.loop.run_until([&] { return t.service->live_calls() == 0; }, seconds{3}));
    CHECK(t.snapshot->setup(t.token())->b.ports->in_use() == 0);
}

TEST_CASE("bridge: draining refuses new calls with 503 and leaves live ones up until they are hung up",
          "[bridge]") {
    Scene t;
    t.connect();
    t.service->drain();
    CHECK(t.service->options() == 503);
    const LegId first = t.proxy.leg_a;
    t.proxy.leg_a = t.ua->invite(t.call(t.alice.sdp("8 101")));
    REQUIRE(t.wait("a:failed 503"));
    CHECK_FALSE(sipua::find(t.proxy.responses["a:failed 503"].headers, "Retry-After").empty());
    t.proxy.leg_a = first;
    CHECK(t.service->live_calls() == 1);
    t.service->hang_up_all("drain", "drain timeout");
    REQUIRE(t.wait("a:bye"));
    REQUIRE(t.wait("b:bye"));
    CHECK(Scene::text(t.record(), "call.ended_by") == "drain");
}

TEST_CASE("bridge: a call that is hung up before its answer gets 503 and CANCEL", "[bridge]") {
    Scene t;
    t.dial();
    t.ua->progress(t.proxy.leg_b, 180, {}, {});
    REQUIRE(t.wait("a:180"));
    t.service->hang_up_all("drain", "drain timeout");
    REQUIRE(t.wait("a:failed 503"));
    REQUIRE(t.wait("b:cancel"));
}

TEST_CASE("bridge: early media is kept from the caller when the profile says so", "[bridge]") {
    Scene t("", R"(, "early_media": "off")");
    t.dial();
    t.ua->progress(t.proxy.leg_b, 183, {}, sipua::sdp_body(t.pstn.sdp("0 101")));
    REQUIRE(t.wait("a:183"));
    CHECK(t.proxy.responses["a:183"].body.empty());
    t.pstn.send(t.port_b(), 0, 1);
    CHECK_FALSE(t.alice.receive(150));
}

TEST_CASE("bridge: another topology serves new calls, live calls keep theirs, another address is refused",
          "[bridge]") {
    Scene t;
    t.connect();
    auto other =
        config::parse_topology(topology_text("", R"(, "max_duration_s": 7)", "24220-24259"), "new.json");
    REQUIRE(other.ok());
    auto next = Snapshot::make(other.topology, "", t.snapshot.get());
    REQUIRE(next);
    CHECK((*next)->setup(t.token())->a.ports == t.snapshot->setup(t.token())->a.ports);
    CHECK((*next)->setup(t.token())->max_duration == seconds{7});
    REQUIRE(t.service->adopt(*next, t.keys));
    CHECK(t.service->live_calls() == 1);
    std::string text = topology_text("", "", "24220-24259");
    text.replace(text.find("127.0.0.1:24202"), 15, "127.0.0.1:24204");
    auto moved = config::parse_topology(text, "moved.json");
    REQUIRE(moved.ok());
    CHECK_FALSE(t.service->adopt(*Snapshot::make(moved.topology, "", nullptr), t.keys));
}
