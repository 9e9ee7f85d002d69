// Knows: which questions lead to which servers (RFC 3263), as a table of zones.
// Must not know: packets.
// Next: server_order_test.cpp.
#include "dns/locate.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/text.h"

using namespace tandem;
using namespace tandem::dns;

namespace {

constexpr Families kBoth{true, true}, kFour{true, false}, kNone{};

struct Zone {
    std::map<Question, Answer> known;
    bool whole = true;  // what is not there is known not to be there

    Zone& a(const std::string& name, std::initializer_list<std::string_view> ips) {
        for (const std::string_view ip : ips) {
            const auto address = *net::IpAddress::parse(ip);
            known[{name, address.is_v4() ? Type::kA : Type::kAaaa}].addresses.push_back(address);
        }
        return *this;
    }
    Zone& srv(const std::string& name, Srv record) {
        known[{name, Type::kSrv}].srv.push_back(std::move(record));
        return *this;
    }
    Zone& naptr(const std::string& name, Naptr record) {
        known[{name, Type::kNaptr}].naptr.push_back(std::move(record));
        return *this;
    }
    Zone& fails(const std::string& name, Type type) {
        known[{name, type}].failed = true;
        return *this;
    }
    [[nodiscard]] Located find(const Wanted& wanted) const {
        static const Answer kNo;
        return locate(wanted, [this](const Question& q) -> const Answer* {
            const auto found = known.find(q);
            return found != known.end() ? &found->second : whole ? &kNo : nullptr;
        });
    }
};

std::string text(const std::vector<Server>& servers) {
    std::string out;
    for (const Server& s : servers) {
        append(out, out.empty() ? "" : " ", s.transport == Transport::kUdp ? "udp:" : s.transport == Transport::kTcp ? "tcp:" : "tls:", s.at.str());
    }
    return out;
}

std::string text(const std::vector<Question>& questions) {
    std::string out;
    for (const Question& q : questions) append(out, out.empty() ? "" : " ", to_string(q.type), '/', q.name);
    return out;
}

Wanted wanted(std::string host, std::uint16_t port = 0, std::optional<Transport> transport = {}, Families udp = kBoth, Families tcp = kBoth,
              Families tls = kBoth) {
    return {std::move(host), port, transport, {udp, tcp, tls}};
}

Zone provider() {
    Zone z;
    z.naptr("p.example", {100, 50, "s", "SIP+D2U", "", "_sip._udp.p.example"})
        .naptr("p.example", {90, 50, "s", "SIP+D2T", "", "_sip._tcp.p.example"})
        .naptr("p.example", {50, 50, "S", "sips+d2t", "", "_sips._tcp.p.example"})
        .naptr("p.example", {1, 1, "u", "E2U+sip", "!.*!sip:x!", ""})
        .srv("_sip._udp.p.example", {1, 0, 5060, "a.p.example"})
        .srv("_sip._tcp.p.example", {1, 0, 5070, "a.p.example"})
        .srv("_sip._tcp.p.example", {0, 0, 5071, "b.p.example"})
        .srv("_sips._tcp.p.example", {1, 0, 5061, "a.p.example"})
        .a("a.p.example", {"192.0.2.1", "2001:db8::1"})
        .a("b.p.example", {"192.0.2.2", "192.0.2.3"});
    return z;
}

}  // namespace

TEST_CASE("locate: the way that the host, port and transport of a URI lead", "[dns][locate]") {
    Zone z = provider();
    z.a("bare.example", {"198.51.100.1"});
    z.srv("_sip._tcp.t.example", {0, 0, 5080, "b.p.example"}).a("t.example", {"198.51.100.9"});
    z.srv("_sip._udp.off.example", {0, 0, 0, ""}).a("off.example", {"198.51.100.9"});
    z.naptr("lost.example", {1, 1, "s", "SIP+D2U", "", "_sip._udp.gone.example"}).naptr("lost.example", {2, 1, "s", "SIP+D2T", "", "_sip._tcp.p.example"});
    z.naptr("sctp.example", {1, 1, "s", "SIP+D2S", "", "_sip._sctp.p.example"}).a("sctp.example", {"198.51.100.9"});
    z.naptr("host.example", {1, 1, "A", "SIP+D2T", "", "b.p.example"}).naptr("host.example", {2, 1, "s", "SIP+D2U", "", "_sip._udp.p.example"});
    z.naptr("gonehost.example", {1, 1, "a", "SIPS+D2T", "", "gone.example"}).naptr("gonehost.example", {2, 1, "a", "SIP+D2U", "", "b.p.example"});
    z.naptr("deadhost.example", {1, 1, "a", "SIP+D2T", "", "dead.example"}).naptr("deadhost.example", {2, 1, "a", "SIP+D2U", "", "b.p.example"});
    z.fails("dead.example", Type::kA);
    z.naptr("flags.example", {1, 1, "u", "SIP+D2T", "!.*!sip:x!", ""}).naptr("flags.example", {2, 1, "p", "SIP+D2T", "", "a.p.example"})
        .naptr("flags.example", {3, 1, "x", "SIP+D2T", "", "a.p.example"}).naptr("flags.example", {4, 1, "", "SIP+D2T", "", "p.example"})
        .naptr("flags.example", {5, 1, "a", "SIP+D2T", "!.*!a.p.example!", "a.p.example"}).naptr("flags.example", {9, 1, "s", "SIP+D2U", "", "_sip._udp.p.example"});
    z.naptr("only-u.example", {1, 1, "u", "SIP+D2U", "!.*!sip:x!", ""}).a("only-u.example", {"198.51.100.9"});
    z.naptr("others.example", {1, 1, "s", "x-eduroam:radius.tls", "", "_radsec._tcp.p.example"}).naptr("others.example", {1, 1, "u", "E2U+sip", "!.*!sip:x!", ""});
    z.srv("_sip._tcp.others.example", {0, 0, 5080, "b.p.example"});
    struct Row {
        const char* name;
        Wanted wanted;
        const char* servers;
    };
    const Row rows[] = {
        {"an address needs nothing", wanted("192.0.2.9"), "udp:192.0.2.9:5060"},
        {"an address with transport", wanted("192.0.2.9", 0, Transport::kTls), "tls:192.0.2.9:5061"},
        {"an IPv6 address", wanted("2001:db8::9", 5070), "udp:[2001:db8::9]:5070"},
        {"a port: addresses only", wanted("a.p.example", 5090), "udp:[2001:db8::1]:5090 udp:192.0.2.1:5090"},
        {"a port with transport", wanted("a.p.example", 5090, Transport::kTcp, kBoth, kFour), "tcp:192.0.2.1:5090"},
        {"a transport: its SRV, no NAPTR", wanted("p.example", 0, Transport::kTcp, kFour, kFour),
         "tcp:192.0.2.2:5071 tcp:192.0.2.3:5071 tcp:192.0.2.1:5070"},
        {"a transport without SRV", wanted("bare.example", 0, Transport::kTls), "tls:198.51.100.1:5061"},
        {"NAPTR: the lowest order that we can", wanted("p.example"), "tls:[2001:db8::1]:5061 tls:192.0.2.1:5061"},
        {"NAPTR without TLS of ours", wanted("p.example", 0, {}, kFour, kFour, kNone), "tcp:192.0.2.2:5071 tcp:192.0.2.3:5071 tcp:192.0.2.1:5070"},
        {"NAPTR with UDP only", wanted("p.example", 0, {}, kFour, kNone, kNone), "udp:192.0.2.1:5060"},
        {"NAPTR to an SRV that is not there: the next", wanted("lost.example", 0, {}, kFour, kFour, kNone),
         "tcp:192.0.2.2:5071 tcp:192.0.2.3:5071 tcp:192.0.2.1:5070"},
        {"NAPTR of other transports only", wanted("sctp.example"), ""},
        {"NAPTR to a host: its addresses, the transport's port", wanted("host.example"), "tcp:192.0.2.2:5060 tcp:192.0.2.3:5060"},
        {"the same, by a transport that we do not have: the next", wanted("host.example", 0, {}, kFour, kNone, kNone), "udp:192.0.2.1:5060"},
        {"NAPTR to a host that is not there: the next", wanted("gonehost.example"), "udp:192.0.2.2:5060 udp:192.0.2.3:5060"},
        {"NAPTR to a host of which nobody answers: no other way", wanted("deadhost.example"), ""},
        {"NAPTR with other flags, or with both parts, is not there", wanted("flags.example", 0, {}, kFour), "udp:192.0.2.1:5060"},
        {"NAPTR of SIP with other flags only", wanted("only-u.example"), ""},
        {"NAPTR of other applications only: as without", wanted("others.example"), "tcp:192.0.2.2:5080 tcp:192.0.2.3:5080"},
        {"no NAPTR: SRV by transport", wanted("t.example"), "tcp:192.0.2.2:5080 tcp:192.0.2.3:5080"},
        {"no SRV either", wanted("bare.example"), "udp:198.51.100.1:5060"},
        {"SRV says that it is not there", wanted("off.example"), ""},
        {"the same with a transport", wanted("off.example", 0, Transport::kUdp), ""},
        {"no such name", wanted("nowhere.example"), ""},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Located found = z.find(row.wanted);
        CHECK(text(found.servers) == row.servers);
        CHECK(found.complete());
    }
}

TEST_CASE("locate: what is not known yet is asked for, in as few rounds as it goes", "[dns][locate]") {
    Zone z;
    z.whole = false;
    const Wanted w = wanted("p.example", 0, {}, kFour, kFour, kNone);
    CHECK(text(z.find(w).missing) == "NAPTR/p.example");
    z.known[{"p.example", Type::kNaptr}] = {};
    CHECK(text(z.find(w).missing) == "SRV/_sip._udp.p.example SRV/_sip._tcp.p.example");
    z.known[{"_sip._tcp.p.example", Type::kSrv}].srv = {{0, 0, 5060, "a.example"}};
    CHECK(text(z.find(w).missing) == "SRV/_sip._udp.p.example");
    z.known[{"_sip._udp.p.example", Type::kSrv}].srv = {{0, 0, 5060, "a.example"}, {1, 0, 5060, "b.example"}};
    CHECK(text(z.find(w).missing) == "A/a.example A/b.example");
    z.a("b.example", {"192.0.2.2"});
    const Located some = z.find(w);
    CHECK(text(some.servers) == "udp:192.0.2.2:5060");
    CHECK(text(some.missing) == "A/a.example");
    CHECK(text(some.read) == "NAPTR/p.example SRV/_sip._udp.p.example A/b.example");
}

TEST_CASE("locate: Additional spares the questions", "[dns][locate]") {
    Zone z;
    z.whole = false;
    z.srv("_sip._udp.p.example", {0, 0, 5060, "a.example"});
    z.known[{"_sip._udp.p.example", Type::kSrv}].additional = {{"a.example", *net::IpAddress::parse("192.0.2.1")}};
    const Located four = z.find(wanted("p.example", 0, Transport::kUdp, kFour));
    CHECK(text(four.servers) == "udp:192.0.2.1:5060");
    CHECK(four.complete());
    CHECK(text(z.find(wanted("p.example", 0, Transport::kUdp, kBoth)).missing) == "AAAA/a.example");
}

TEST_CASE("locate: a question that failed is not a no", "[dns][locate]") {
    Zone z = provider();
    z.a("p.example", {"198.51.100.1"});
    z.known.erase({"p.example", Type::kNaptr});
    z.fails("p.example", Type::kNaptr);
    CHECK(z.find(wanted("p.example")).servers.empty());
    Zone srv = provider();
    srv.a("p.example", {"198.51.100.1"});
    srv.known.erase({"_sip._udp.p.example", Type::kSrv});
    srv.fails("_sip._udp.p.example", Type::kSrv);
    CHECK(srv.find(wanted("p.example", 0, Transport::kUdp)).servers.empty());
    // One of the two families is enough.
    Zone half = provider();
    half.known.erase({"a.p.example", Type::kAaaa});
    half.fails("a.p.example", Type::kAaaa);
    CHECK(text(half.find(wanted("a.p.example", 5060)).servers) == "udp:192.0.2.1:5060");
}

TEST_CASE("locate: of very many servers only so many are kept", "[dns][locate]") {
    Zone z;
    for (int i = 0; i < 100; ++i) {
        z.srv("_sip._udp.p.example", {0, 0, 5060, cat('h', i, ".example")});
        z.a(cat('h', i, ".example"), {"192.0.2.1", "192.0.2.2"});
    }
    CHECK(z.find(wanted("p.example", 0, Transport::kUdp)).servers.size() == kMaxServers);
}
