// Knows: a proxy on a fake wire with a fake clock, a small company around it, and how its peers write messages.
// Must not know: sockets, files.
// Next: the *_test.cpp beside it.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "config/topology_file.h"
#include "sip-trunk-proxy/proxy.h"
#include "sip/message.h"

namespace tandem::proxy::test {

// Inside: 10.0.0.x by socket 0; outside: 203.0.113.x by socket 1; bridges: socket 2.
inline const net::Endpoint kAlice = *net::Endpoint::parse("10.0.0.11:5060");
inline const net::Endpoint kBob = *net::Endpoint::parse("10.0.0.12:5060");
inline const net::Endpoint kGateway = *net::Endpoint::parse("10.0.0.30:5060");
inline const net::Endpoint kSpare = *net::Endpoint::parse("10.0.0.31:5060");
inline const net::Endpoint kPbx = *net::Endpoint::parse("10.0.0.40:5060");
inline const net::Endpoint kItsp = *net::Endpoint::parse("203.0.113.20:5060");
inline const net::Endpoint kBridge = *net::Endpoint::parse("10.0.0.3:5060");
inline const net::Endpoint kStranger = *net::Endpoint::parse("10.0.0.99:5060");

inline constexpr std::string_view kTopology = R"json({
  "version": 1, "domain": "company.example",
  "realms": [
    {"name": "inside", "side": "inside", "listen": ["udp:10.0.0.1:5060"], "media_address": "10.0.0.3", "media_ports": "40000-40099"},
    {"name": "outside", "side": "outside", "listen": ["udp:203.0.113.1:5060"], "media_address": "203.0.113.3", "media_ports": "41000-41099"},
    {"name": "bridges", "side": "inside", "listen": ["udp:10.0.0.1:5070"]}],
  "gw_bridge": [{"name": "b1", "sip": "udp:10.0.0.3:5060", "realm": "bridges"}],
  "secrets": {"key_file": "unused"},
  "sip_profiles": [{"name": "default"}, {"name": "keeps503", "forward_503": true}],
  "media_profiles": [{"name": "default", "codecs": ["PCMA", "PCMU"]}, {"name": "ulaw", "codecs": ["PCMU"]}],
  "trunks": [
    {"name": "itsp", "kind": "sip", "realm": "outside", "targets": ["udp:203.0.113.20:5060"], "domain": "itsp.example",
     "sources": ["203.0.113.20/32"], "media_profile": "ulaw",
     "auth": {"realm": "itsp.example", "username": "trunk", "password_file": "unused"}},
    {"name": "gateway", "kind": "gateway", "realm": "inside", "targets": ["udp:10.0.0.30:5060", "udp:10.0.0.31:5060"],
     "sources": ["10.0.0.30/31"], "media": "direct", "limits": {"calls": 3}},
    {"name": "pbx", "kind": "pbx", "realm": "inside", "targets": ["udp:10.0.0.40:5060"], "sources": ["10.0.0.40/32"],
     "media": "direct", "auth": {"realm": "pbx.example", "username": "trunk", "password_file": "unused"}}],
  "users": [
    {"name": "alice", "number": "+442079460001", "contacts": [{"target": "udp:10.0.0.11:5060", "realm": "inside"}]},
    {"name": "bob", "number": "+442079460002", "contacts": [{"target": "udp:10.0.0.12:5060", "realm": "inside"}, {"target": "udp:10.0.0.12:5064", "realm": "inside"}]}],
  "did_ranges": [{"name": "main", "from": "+442079460000", "to": "+442079460099"}],
  "dial_plans": [{"name": "gb", "scope": "global", "country": "GB"}],
  "usages": ["all"],
  "routes": [
    {"name": "to-gateway", "pattern": "^\\+4420794602", "usages": ["all"], "trunks": ["gateway"]},
    {"name": "to-pbx", "pattern": "^\\+4420794603", "usages": ["all"], "trunks": ["pbx"]},
    {"name": "to-itsp", "pattern": "^\\+(?!442079460[23])", "usages": ["all"], "trunks": ["itsp"]}],
  "policies": [{"name": "everybody", "scope": "global", "usages": ["all"]}]
})json";

struct Wire final : sipnet::Transport {
    struct Sent {
        sipnet::Flow flow;
        std::string bytes;
    };
    std::vector<Sent> sent;
    bool send(const sipnet::Flow& flow, std::string_view bytes) override {
        sent.push_back({flow, std::string(bytes)});
        return true;
    }
    siptx::Reliability reliability(const sipnet::Flow&) const override { return siptx::Reliability::kUnreliable; }
};

/// A message read for looking at; owns its bytes.
struct Read {
    std::string bytes;
    sip::Message m;
    explicit Read(std::string text) : bytes(std::move(text)) {
        INFO(bytes);
        const auto v = sip::scan(bytes, sip::Strictness::kStrict, m);
        INFO(v.reason);
        REQUIRE(v.ok());
    }
};

/// Real files for the passwords ("secret") and keys that a topology names "unused".
struct Secrets {
    std::string folder = (std::filesystem::temp_directory_path() / "tandem-proxy-test.XXXXXX").string();
    Secrets() {
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        for (const auto& [name, text] : {std::pair{"password", std::string("secret")}, {"key", std::string(64, 'a')}}) {
            std::ofstream(cat(folder, '/', name)) << text << '\n';
            std::filesystem::permissions(cat(folder, '/', name), std::filesystem::perms::owner_read);
        }
    }
    ~Secrets() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
};

inline std::string with_secrets(std::string_view topology) {
    static const Secrets secrets;
    std::string out(topology);
    for (std::string_view name : {"password", "key"}) {
        const std::string from = cat('"', name, "_file\": \"unused\""), to = cat('"', name, "_file\": \"", secrets.folder, '/', name, '"');
        for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size())) out.replace(at, from.size(), to);
    }
    return out;
}

struct Bench {
    Wire wire;
    FakeClock clock;
    Log log;
    std::vector<std::string> records;
    std::vector<std::string> tells;    ///< events
    std::vector<dns::Question> asked;  ///< of name servers, not answered by itself
    Proxy proxy{wire, siptx::Timers{}, clock, log, [this](std::string_view line) { records.emplace_back(line); },
                Proxy::Options{.ask_name = [this](const dns::Question& q) { asked.push_back(q); },
                               .tell = [this](std::string_view name, const std::string& detail) { tells.push_back(cat(name, ' ', detail)); }}};
    std::shared_ptr<Snapshot> snapshot;

    explicit Bench(std::string_view topology = kTopology) { load(topology); }

    void load(std::string_view topology) {
        auto loaded = config::parse_topology(with_secrets(topology), "test.json");
        for (const std::string& e : loaded.errors) UNSCOPED_INFO(e);
        REQUIRE(loaded.ok());
        std::vector<std::string> warnings;
        auto made = make_snapshot(loaded.topology, warnings);
        if (!made) UNSCOPED_INFO(made.error().what);
        REQUIRE(made.has_value());
        snapshot = std::move(*made);
        std::uint16_t socket = 0;
        for (Index i = 0; i < loaded.topology->realms.size(); ++i) {
            snapshot->add_socket(i, Way::kUdp, socket++, loaded.topology->realms[i].listen.front().endpoint);
        }
        // Further addresses come behind, so that the sockets above keep their numbers.
        for (Index i = 0; i < loaded.topology->realms.size(); ++i) {
            const auto& listen = loaded.topology->realms[i].listen;
            for (std::size_t n = 1; n < listen.size(); ++n) snapshot->add_socket(i, Way::kUdp, socket++, listen[n].endpoint);
        }
        proxy.adopt(snapshot);
    }

    /// A message from a peer, by the socket that faces it.
    void in(std::string_view text, const net::Endpoint& from, std::uint16_t socket) {
        proxy.on_message(sipnet::Flow{socket, from}, text);
    }
    void in(std::string_view text, const net::Endpoint& from) { in(text, from, from == kItsp ? 1 : from == kBridge ? 2 : 0); }
    void advance(nanoseconds d) {
        const MonoTime end = clock.mono() + d;
        while (proxy.next_deadline() <= end) {
            if (proxy.next_deadline() > clock.mono()) clock.advance(proxy.next_deadline() - clock.mono());
            proxy.on_time();
        }
        clock.advance(end - clock.mono());
        proxy.on_time();
    }
    /// The last message to that peer; "" when there is none.
    std::string last_to(const net::Endpoint& to) const {
        for (std::size_t i = wire.sent.size(); i-- > 0;) {
            if (wire.sent[i].flow.remote == to) return wire.sent[i].bytes;
        }
        return {};
    }
    std::size_t count_to(const net::Endpoint& to, std::string_view start) const {
        std::size_t n = 0;
        for (const auto& s : wire.sent) n += s.flow.remote == to && s.bytes.starts_with(start) ? 1U : 0U;
        return n;
    }
};

inline constexpr std::string_view kOffer =
    "v=0\r\no=- 1 1 IN IP4 10.0.0.11\r\ns=-\r\nc=IN IP4 10.0.0.11\r\nt=0 0\r\nm=audio 20000 RTP/AVP 8 0 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n";

struct InviteSpec {
    std::string_view number = "02079460200";
    std::string_view from = "alice";
    std::string_view call_id = "call-1";
    std::string_view branch = "z9hG4bKinvite1";
    std::uint32_t cseq = 100;
    std::string_view extra = {};
    std::string_view via_host = "10.0.0.11:5060";
};

inline std::string invite(const InviteSpec& s = {}) {
    return cat("INVITE sip:", s.number, "@company.example SIP/2.0\r\nVia: SIP/2.0/UDP ", s.via_host, ";rport;branch=", s.branch,
               "\r\nMax-Forwards: 70\r\nFrom: <sip:", s.from, "@company.example>;tag=caller\r\nTo: <sip:", s.number,
               "@company.example>\r\nCall-ID: ", s.call_id, "\r\nCSeq: ", s.cseq, " INVITE\r\nContact: <sip:", s.from, "@", s.via_host,
               ">\r\n", s.extra, "Content-Type: application/sdp\r\nContent-Length: ", kOffer.size(), "\r\n\r\n", kOffer);
}

/// What a peer answers to a request that it got.
inline std::string reply(const std::string& request_text, int status, std::string_view extra = {}, std::string_view contact = "10.0.0.30:5060",
                         std::string_view to_tag = "callee") {
    const Read r(request_text);
    std::string out = cat("SIP/2.0 ", status, " Reply\r\n");
    for (const sip::Header& h : r.m.headers()) {
        using enum sip::HeaderId;
        if (h.id == kVia || h.id == kFrom || h.id == kCallId || h.id == kCSeq || h.id == kRecordRoute) {
            append(out, r.m.name(h), ": ", r.m.value(h), "\r\n");
        }
        if (h.id == kTo) append(out, "To: ", r.m.value(h), r.m.to_tag().empty() ? cat(";tag=", to_tag) : std::string(), "\r\n");
    }
    append(out, "Contact: <sip:peer@", contact, ">\r\n", extra, "Content-Length: 0\r\n\r\n");
    return out;
}

/// The route set of a side: in order as received by the callee, reversed at the caller.
inline std::string routes_of(const std::string& text, bool caller) {
    const Read r(text);
    std::vector<std::string> list;
    sip::ValueCursor cursor(r.m, sip::HeaderId::kRecordRoute);
    while (const auto v = cursor.next()) list.emplace_back(*v);
    if (caller) std::reverse(list.begin(), list.end());
    std::string out;
    for (const std::string& v : list) append(out, "Route: ", v, "\r\n");
    return out;
}

/// An in-dialog request. From the caller's side unless the tags are turned round.
inline std::string in_dialog(std::string_view method, std::string_view uri, const std::string& routes, std::uint32_t cseq,
                             std::string_view branch, std::string_view from_tag = "caller", std::string_view to_tag = "callee",
                             std::string_view via_host = "10.0.0.11:5060", std::string_view call_id = "call-1",
                             std::string_view extra = {}) {
    return cat(method, " ", uri, " SIP/2.0\r\nVia: SIP/2.0/UDP ", via_host, ";rport;branch=", branch, "\r\nMax-Forwards: 70\r\n",
               routes, "From: <sip:a@company.example>;tag=", from_tag, "\r\nTo: <sip:b@company.example>;tag=", to_tag,
               "\r\nCall-ID: ", call_id, "\r\nCSeq: ", cseq, " ", method, "\r\n", extra, "Content-Length: 0\r\n\r\n");
}

}  // namespace tandem::proxy::test
