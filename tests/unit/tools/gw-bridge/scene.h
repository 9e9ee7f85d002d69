// Knows: a whole bridge in this process, and a peer that plays the proxy for both legs; media over loopback.
// Must not know: the real proxy.
// Next: bridge_test.cpp, change_test.cpp.
#pragma once

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
#include "support/own_address.h"

namespace tandem::bridge::test {

using sipua::Headers;
using sipua::LegId;
using sipua::Pending;

inline const net::IpAddress kLoopback = tandem::test::own_address();

/// A hundred ports for one scene. The next scene has others: the stack lets go of a port only when its peers have answered.
struct Place {
    std::uint16_t base = next_base();

    enum Port : std::uint16_t {
        kProxy = 0,
        kBridge = 2,
        kElsewhere = 4,
        kOutside = 6,
        kTrunk = 8,
        kUser = 9,
        kStranger = 10
    };
    [[nodiscard]] net::Endpoint at(Port port) const {
        return {kLoopback, static_cast<std::uint16_t>(base + port)};
    }
    [[nodiscard]] std::string text(Port port) const { return at(port).str(); }
    [[nodiscard]] std::string ports(unsigned first, unsigned last) const {
        return cat(base + first, '-', base + last);
    }

private:
    static std::uint16_t next_base() {
        static unsigned count = 0;
        return static_cast<std::uint16_t>(20000 + 100 * (count++ % 100));
    }
};

inline constexpr std::string_view kUuidA = "f81d4fae7dec11d0a76500a0c91e6bf6";
inline constexpr std::string_view kUuidB = "0123456789abcdef0123456789abcdef";

/// pairs: of media ports inside.
inline std::string topology_text(const Place& place, std::string_view desk, std::string_view trunk_media,
                                 unsigned pairs = 20) {
    const std::string ip = kLoopback.str();
    return cat(R"({"version": 1, "domain": "company.example",
      "realms": [
        {"name": "office", "side": "inside", "listen": ["udp:)",
               place.text(Place::kProxy), R"("], "media_address": ")", ip, R"(", "media_ports": ")",
               place.ports(20, 19 + 2 * pairs), R"("},
        {"name": "provider", "side": "outside", "listen": ["udp:)",
               place.text(Place::kOutside), R"("], "media_address": ")", ip, R"(", "media_ports": ")",
               place.ports(60, 99), R"("}],
      "gw_bridge": [{"name": "bridge1", "sip": "udp:)",
               place.text(Place::kBridge), R"(", "realm": "office"}],
      "media_profiles": [{"name": "desk", "codecs": ["PCMA"])",
               desk, R"(}, {"name": "itsp", "codecs": ["PCMU"])", trunk_media, R"(}],
      "trunks": [{"name": "itsp", "kind": "sip", "realm": "provider", "targets": ["udp:)",
               place.text(Place::kTrunk), R"("], "media_profile": "itsp"}],
      "users": [{"name": "alice", "media_profile": "desk", "contacts": [{"target": "udp:)",
               place.text(Place::kUser), R"(", "realm": "office"}]}],
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
    void withdrawn(LegId leg) override { note(name(leg, "withdrawn")); }
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
                    std::string_view address = {}) const {
        return cat("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 ",
                   address.empty() ? kLoopback.str() : std::string(address), "\r\nt=0 0\r\nm=audio ",
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
    std::optional<rtp::Packet> receive(int ms = 3000) {
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
    Place place;
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

    explicit Scene(std::string_view desk = "", std::string_view itsp = "", unsigned pairs = 20) {
        auto loaded = config::parse_topology(topology_text(place, desk, itsp, pairs), "test.json");
        for (const auto& e : loaded.errors) UNSCOPED_INFO(e);
        REQUIRE(loaded.ok());
        auto made = Snapshot::make(loaded.topology, "");
        REQUIRE(made);
        snapshot = *made;
        service = std::make_unique<Service>(loop, clock, log, *writer);
        REQUIRE(service->open(snapshot, keys, "bridge"));
        ua = agent(place.at(Place::kProxy), proxy);
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
    std::string token_route(std::string_view sealed) const {
        return cat("<sip:", place.text(Place::kProxy), ";lr;tk=", sealed, ">");
    }
    std::string sealed(const sip::Token& t) const { return *sip::seal_token(*keys, t, "office"); }

    sipua::Call call(std::string body) const {
        sipua::Call c;
        c.request_uri = "sip:030123@company.example";
        c.from = "\"Alice\" <sip:alice@company.example>";
        c.to = "<sip:030123@company.example>";
        c.call_id = "call-a";
        c.next_hop = place.at(Place::kBridge);
        c.routes = {cat("<sip:", place.text(Place::kBridge), ";lr>"), token_route(sealed(token()))};
        c.headers = {{"P-Asserted-Identity", "<sip:+4989111@company.example>"},
                     {"Session-ID", cat(kUuidA, ";remote=", std::string(32, '0'))}};
        if (!body.empty()) c.body = sipua::sdp_body(std::move(body));
        return c;
    }
    bool wait(std::string_view what, milliseconds limit = seconds{10}) {
        return loop.run_until([&] { return proxy.heard(what); }, limit);
    }
    void settle(milliseconds time = milliseconds{150}) {
        loop.run_until([] { return false; }, time);
    }
    /// Sends, again and again as a telephone does, until the other end hears: what opened the way may still be on its own.
    std::optional<rtp::Packet> pass(Phone& from, const net::Endpoint& to, std::uint8_t payload_type,
                                    std::uint8_t fill, Phone& listener) {
        for (int i = 0; i < 100; ++i) {
            from.send(to, payload_type, fill);
            settle(milliseconds{20});
            if (auto heard = listener.receive(10)) return heard;
        }
        return std::nullopt;
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
        REQUIRE(loop.run_until([&] { return service->live_calls() == 0; }, seconds{10}));
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

}  // namespace tandem::bridge::test
