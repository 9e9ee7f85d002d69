// Knows: calls to a trunk that is a name: waiting for DNS, failover among its servers, what holds while name servers are silent.
// Must not know: packets of name servers (tests/unit/dns).
// Next: tools/sip-trunk-proxy/names.h.
#include "bench.h"

using namespace tandem;
using namespace tandem::proxy;
using namespace tandem::proxy::test;

namespace {

// The gateway is a name; both of its servers are known only by DNS.
std::string named(std::string_view targets = "\"udp:gw.example\"", std::string_view more = "") {
    std::string out(kTopology);
    const std::string_view from = "\"targets\": [\"udp:10.0.0.30:5060\", \"udp:10.0.0.31:5060\"],\n     \"sources\": [\"10.0.0.30/31\"],";
    out.replace(out.find(from), from.size(), cat("\"targets\": [", targets, "], ", more));
    return out;
}

dns::Answer srv(std::uint32_t ttl, std::initializer_list<dns::Srv> records) {
    dns::Answer a;
    a.srv = records;
    a.ttl_s = ttl;
    return a;
}

dns::Answer addresses(std::uint32_t ttl, std::initializer_list<std::string_view> ips) {
    dns::Answer a;
    for (const std::string_view ip : ips) a.addresses.push_back(*net::IpAddress::parse(ip));
    a.ttl_s = ttl;
    return a;
}

// Gateway first, the spare one behind it.
void answer_all(Bench& b, std::uint32_t ttl = 60) {
    for (int rounds = 0; rounds < 5 && !b.asked.empty(); ++rounds) {
        const auto asked = std::exchange(b.asked, {});
        for (const dns::Question& q : asked) {
            if (q.type == dns::Type::kSrv && q.name == "_sip._udp.gw.example") {
                b.proxy.on_name(q, srv(ttl, {{10, 0, 5060, "a.gw.example"}, {20, 0, 5060, "b.gw.example"}}));
            } else if (q.type == dns::Type::kA && q.name == "a.gw.example") {
                b.proxy.on_name(q, addresses(ttl, {"10.0.0.30"}));
            } else if (q.type == dns::Type::kA && q.name == "b.gw.example") {
                b.proxy.on_name(q, addresses(ttl, {"10.0.0.31"}));
            } else {
                b.proxy.on_name(q, dns::Answer{});
            }
        }
    }
}

void fail_all(Bench& b) {
    for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, fail(Errc::kTimeout, "silence"));
}

void place_call(Bench& b, std::string_view id) {
    const std::string branch = cat("z9hG4bK", id);
    b.in(invite({.call_id = id, .branch = branch}), kAlice);
}

}  // namespace

TEST_CASE("names: a call that comes before the answer waits for it, and the URI names the host", "[proxy][names]") {
    Bench b(named());
    REQUIRE(b.asked == std::vector<dns::Question>{{"_sip._udp.gw.example", dns::Type::kSrv}});
    place_call(b, "one");
    CHECK(b.count_to(kAlice, "SIP/2.0 100") == 1);
    CHECK(b.count_to(kGateway, "INVITE") == 0);
    answer_all(b);
    REQUIRE(b.count_to(kGateway, "INVITE") == 1);
    CHECK(b.last_to(kGateway).starts_with("INVITE sip:+442079460200@gw.example;user=phone SIP/2.0"));
    place_call(b, "two");
    CHECK(b.count_to(kGateway, "INVITE") == 2);
    CHECK(b.proxy.counters().calls_waited == 1);
}

TEST_CASE("names: when the first server is dead the next one of the same name is tried, and the first one last", "[proxy][names]") {
    Bench b(named());
    answer_all(b);
    place_call(b, "one");
    b.proxy.on_undeliverable(b.last_to(kGateway).substr(0, 300));
    REQUIRE(b.count_to(kSpare, "INVITE") == 1);
    place_call(b, "two");
    CHECK(b.count_to(kGateway, "INVITE") == 1);
    CHECK(b.count_to(kSpare, "INVITE") == 2);
    b.in(reply(b.last_to(kSpare), 486), kSpare);
    b.advance(seconds(31));
    place_call(b, "three");
    CHECK(b.count_to(kGateway, "INVITE") == 2);
}

TEST_CASE("names: a call waits two seconds at most; then it fails, or the next target is tried", "[proxy][names]") {
    Bench b(named());
    place_call(b, "one");
    b.advance(milliseconds(1900));
    CHECK(b.count_to(kAlice, "SIP/2.0 5") == 0);
    b.advance(milliseconds(200));
    CHECK(b.count_to(kAlice, "SIP/2.0 500") == 1);

    Bench two(named("\"udp:gw.example\", \"udp:10.0.0.31:5060\""));
    place_call(two, "one");
    two.advance(milliseconds(2100));
    CHECK(two.count_to(kSpare, "INVITE") == 1);
    // Once it is known that nobody answers, nobody waits.
    fail_all(two);
    place_call(two, "two");
    two.advance(milliseconds(10));
    CHECK(two.count_to(kSpare, "INVITE") == 2);
}

TEST_CASE("names: a name that is not first keeps nobody waiting", "[proxy][names]") {
    Bench b(named("\"udp:10.0.0.30:5060\", \"udp:gw.example\""));
    place_call(b, "one");
    CHECK(b.count_to(kGateway, "INVITE") == 1);
    for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, srv(60, {{0, 0, 5060, "b.gw.example"}}));
    answer_all(b);
    b.in(reply(b.last_to(kGateway), 503), kGateway);
    CHECK(b.count_to(kSpare, "INVITE") == 1);  // known by the time that its turn came
}

TEST_CASE("names: an answer for one use is asked for by each call", "[proxy][names]") {
    Bench b(named());
    answer_all(b, 0);
    for (std::size_t n = 1; n <= 3; ++n) {
        place_call(b, cat("call", n));
        CHECK(b.count_to(kGateway, "INVITE") == n - 1);
        CHECK_FALSE(b.asked.empty());
        answer_all(b, 0);
        CHECK(b.count_to(kGateway, "INVITE") == n);
    }
    b.advance(seconds(100));
    CHECK(b.asked.empty());  // nobody asks while nobody calls
}

TEST_CASE("names: answers are asked for anew before their time, and the last good one stays while nobody answers", "[proxy][names]") {
    Bench b(named());
    answer_all(b, 60);
    b.advance(seconds(47));
    CHECK(b.asked.empty());
    b.advance(seconds(2));
    CHECK(b.asked.size() == 3);
    fail_all(b);
    for (int i = 0; i < 30; ++i) {
        b.advance(seconds(60));
        fail_all(b);
    }
    place_call(b, "one");
    CHECK(b.count_to(kGateway, "INVITE") == 1);
    b.in(reply(b.last_to(kGateway), 486), kGateway);
    CHECK(b.proxy.counters().calls_waited == 0);
    CHECK(b.proxy.name_counters().last_good > 30);
    // An hour after its time it is not believed any more.
    for (int i = 0; i < 40; ++i) {
        b.advance(seconds(60));
        fail_all(b);
    }
    place_call(b, "two");
    b.advance(milliseconds(2100));
    CHECK(b.count_to(kGateway, "INVITE") == 1);
    CHECK(b.count_to(kAlice, "SIP/2.0 500") >= 1);
    b.advance(seconds(6));
    answer_all(b);
    b.advance(milliseconds(10));  // the addresses, which had failed too
    answer_all(b);
    place_call(b, "three");
    CHECK(b.count_to(kGateway, "INVITE") == 2);
}

TEST_CASE("names: what a name leads to is a source of its trunk, unless sources are written", "[proxy][names]") {
    const auto from_gateway = invite({.number = "+442079460001", .from = "x", .call_id = "in", .branch = "z9hG4bKin", .via_host = "10.0.0.30:5060"});
    Bench b(named());
    b.in(from_gateway, kGateway);
    CHECK(b.count_to(kGateway, "SIP/2.0 403") == 1);
    answer_all(b);
    b.in(from_gateway, kGateway);
    CHECK(b.count_to(kAlice, "INVITE") == 1);
    // It follows DNS.
    b.advance(seconds(49));
    for (int i = 0; i < 3; ++i) {
        for (const dns::Question& q : std::exchange(b.asked, {})) {
            b.proxy.on_name(q, q.type == dns::Type::kSrv ? srv(60, {{0, 0, 5060, "c.gw.example"}}) : addresses(60, {"10.0.0.77"}));
        }
    }
    const auto moved = invite({.number = "+442079460001", .from = "x", .call_id = "in2", .branch = "z9hG4bKin2", .via_host = "10.0.0.30:5060"});
    b.in(moved, kGateway);
    CHECK(b.count_to(kGateway, "SIP/2.0 403") == 2);

    Bench other(named("\"udp:gw.example\"", "\"sources\": [\"10.0.0.99/32\"],"));
    answer_all(other);
    other.in(from_gateway, kGateway);
    CHECK(other.count_to(kGateway, "SIP/2.0 403") == 1);
    Bench both(named("\"udp:gw.example\"", "\"sources\": [\"10.0.0.99/32\"], \"resolved_sources\": true,"));
    answer_all(both);
    both.in(from_gateway, kGateway);
    CHECK(both.count_to(kAlice, "INVITE") == 1);
}

TEST_CASE("names: of several users behind one name the port tells which it is, and without it nobody is meant", "[proxy][names]") {
    std::string text(kTopology);
    for (const auto& [from, to] : {std::pair{"udp:10.0.0.11:5060", "udp:dect.example:5060"}, {"udp:10.0.0.12:5060", "udp:dect.example:5070"}}) {
        text.replace(text.find(from), std::string_view(from).size(), to);
    }
    Bench b(text);
    b.in(invite({.number = "+442079460001", .from = "x", .via_host = "10.0.0.30:5060"}), kGateway);
    for (int rounds = 0; rounds < 3; ++rounds) {
        for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, q.type == dns::Type::kA ? addresses(60, {"10.0.0.77"}) : dns::Answer{});
    }
    const auto user_at = [&](std::string_view at) { return b.snapshot->user_by_source(0, *net::Endpoint::parse(at)); };
    CHECK(user_at("10.0.0.77:5060") == b.snapshot->topology->find_user("alice"));
    CHECK(user_at("10.0.0.77:5070") == b.snapshot->topology->find_user("bob"));
    CHECK(user_at("10.0.0.77:49152") == kNoIndex);
    CHECK(user_at("10.0.0.78:5060") == kNoIndex);
    CHECK(user_at("10.0.0.12:49152") == b.snapshot->topology->find_user("bob"));  // his second contact is an address
}

TEST_CASE("names: a call that waits can be cancelled", "[proxy][names]") {
    Bench b(named());
    place_call(b, "one");
    b.in(cat("CANCEL sip:02079460200@company.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.11:5060;rport;branch=z9hG4bKone\r\nMax-Forwards: 70\r\n"
             "From: <sip:alice@company.example>;tag=caller\r\nTo: <sip:02079460200@company.example>\r\nCall-ID: one\r\nCSeq: 100 CANCEL\r\n"
             "Content-Length: 0\r\n\r\n"), kAlice);
    CHECK(b.count_to(kAlice, "SIP/2.0 487") == 1);
    answer_all(b);
    b.advance(seconds(3));
    CHECK(b.count_to(kGateway, "INVITE") == 0);
    CHECK(b.records.size() == 1);
}

TEST_CASE("names: a reload keeps what is known; a refused answer leads nowhere", "[proxy][names]") {
    Bench b(named());
    answer_all(b);
    b.load(named());
    CHECK(b.asked.empty());
    place_call(b, "one");
    CHECK(b.count_to(kGateway, "INVITE") == 1);

    Bench off(named());
    off.proxy.on_name({"_sip._udp.gw.example", dns::Type::kSrv}, srv(60, {{0, 0, 0, ""}}));
    off.asked.clear();
    place_call(off, "one");
    off.advance(milliseconds(10));
    CHECK(off.count_to(kAlice, "SIP/2.0 500") == 1);
    CHECK(off.proxy.name_counters().nowhere == 1);
}

TEST_CASE("names: a Contact that is a name is looked up; until it is known, requests go where the INVITE went", "[proxy][names]") {
    Bench b(named());
    answer_all(b);
    place_call(b, "one");
    const std::string at_gateway = b.last_to(kGateway);
    b.in(reply(at_gateway, 200, {}, "media.gw.example"), kGateway);
    const std::string routes = routes_of(b.last_to(kAlice), true);
    b.in(in_dialog("INFO", "sip:peer@media.gw.example", routes, 101, "z9hG4bKinfo", "caller", "callee", "10.0.0.11:5060", "one"), kAlice);
    CHECK(b.count_to(kGateway, "INFO") == 1);
    // Asked as RFC 3263 says: here SRV gives another port of the same host.
    REQUIRE(b.asked == std::vector<dns::Question>{{"media.gw.example", dns::Type::kNaptr}});
    b.proxy.on_name(std::exchange(b.asked, {})[0], dns::Answer{});
    b.in(in_dialog("INFO", "sip:peer@media.gw.example", routes, 102, "z9hG4bKinfo2", "caller", "callee", "10.0.0.11:5060", "one"), kAlice);
    REQUIRE(b.asked.size() == 1);
    b.proxy.on_name(std::exchange(b.asked, {})[0], srv(60, {{0, 0, 5062, "a.gw.example"}, {0, 0, 5064, "x.example"}}));
    b.in(in_dialog("INFO", "sip:peer@media.gw.example", routes, 103, "z9hG4bKinfo3", "caller", "callee", "10.0.0.11:5060", "one"), kAlice);
    CHECK(b.count_to(*net::Endpoint::parse("10.0.0.30:5062"), "INFO") == 1);
    // An address that is not the party's is not followed, whatever DNS says.
    for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, addresses(60, {"10.0.0.99"}));
    CHECK(b.count_to(*net::Endpoint::parse("10.0.0.99:5064"), "INFO") == 0);
}

TEST_CASE("names: who writes ever new names into a dialog causes few questions, and neither the topology nor others have fewer", "[proxy][names]") {
    Bench b(named());
    answer_all(b);
    place_call(b, "one");
    const std::string at_gateway = b.last_to(kGateway);
    b.in(reply(at_gateway, 200, {}, "10.0.0.30"), kGateway);
    const std::string routes = routes_of(b.last_to(kAlice), true);
    unsigned cseq = 100;
    const auto send_from_alice = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            ++cseq;
            b.in(in_dialog("INFO", cat("sip:peer@n", cseq, ".example"), routes, cseq, cat("z9hG4bKinfo", cseq), "caller", "callee", "10.0.0.11:5060", "one"), kAlice);
        }
    };
    send_from_alice(100);
    CHECK(b.count_to(kGateway, "INFO") == 100);  // each goes where the INVITE went
    CHECK(b.asked.size() == 16);
    CHECK(b.proxy.name_counters().limited == 84);
    // Answers make room, the rate holds; what was not asked is not remembered as asked.
    for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, dns::Answer{});
    send_from_alice(100);
    CHECK(b.asked.size() == 4);
    for (const dns::Question& q : std::exchange(b.asked, {})) b.proxy.on_name(q, dns::Answer{});
    b.advance(milliseconds(500));
    b.asked.clear();
    send_from_alice(100);
    CHECK(b.asked.size() == 10);
    b.asked.clear();
    send_from_alice(5);
    CHECK(b.asked.empty());
    // The other side of the call has questions of its own.
    b.in(in_dialog("INFO", "sip:alice@elsewhere.example", routes_of(at_gateway, false), 7, "z9hG4bKback", "callee", "caller", "10.0.0.30:5060", "one"), kGateway);
    CHECK(b.asked.size() == 1);
    // Names of the topology are asked for whatever others caused.
    b.asked.clear();
    b.advance(seconds(50));
    CHECK(std::find(b.asked.begin(), b.asked.end(), dns::Question{"_sip._udp.gw.example", dns::Type::kSrv}) != b.asked.end());
}

TEST_CASE("names: the second pass of a mediated call goes to the server that the first chose", "[proxy][names]") {
    std::string topology(kTopology);
    const std::string_view from = "\"targets\": [\"udp:203.0.113.20:5060\"], \"domain\": \"itsp.example\",\n     \"sources\": [\"203.0.113.20/32\"],";
    topology.replace(topology.find(from), from.size(), "\"targets\": [\"udp:itsp.example\"],");
    for (std::uint16_t n = 0; n < 6; ++n) {
        Bench b(topology);
        for (int i = 0; i < 3; ++i) {
            for (const dns::Question& q : std::exchange(b.asked, {})) {
                b.proxy.on_name(q, q.type == dns::Type::kSrv ? srv(60, {{0, 1, 5060, "a.itsp.example"}, {0, 1, 5062, "a.itsp.example"}})
                                                             : addresses(60, {"203.0.113.20"}));
            }
        }
        b.in(invite({.number = "02079111111"}), kAlice);
        const std::string first = b.last_to(kBridge);
        REQUIRE(first.starts_with("INVITE "));
        const Read r(first);
        // The bridge's second leg: by the Route behind its own.
        std::string route;
        sip::ValueCursor cursor(r.m, sip::HeaderId::kRoute);
        while (const auto v = cursor.next()) route = *v;
        std::vector<net::Endpoint> places;
        for (int pass = 0; pass < 8; ++pass) {
            const std::string branch = cat("z9hG4bKsecond", pass), call_id = cat("bridge-", pass);
            b.in(invite({.number = "02079111111", .from = "bridge", .call_id = call_id, .branch = branch, .extra = cat("Route: ", route, "\r\n"),
                         .via_host = "10.0.0.3:5060"}),
                 kBridge);
            for (std::size_t i = b.wire.sent.size(); i-- > 0;) {
                if (b.wire.sent[i].flow.remote.ip == kItsp.ip && b.wire.sent[i].bytes.starts_with("INVITE")) {
                    places.push_back(b.wire.sent[i].flow.remote);
                    break;
                }
            }
        }
        REQUIRE(places.size() == 8);
        for (const net::Endpoint& place : places) CHECK(place == places[0]);
    }
}

TEST_CASE("names: among servers of one priority the weights decide", "[proxy][names]") {
    Bench b(named());
    b.proxy.on_name({"_sip._udp.gw.example", dns::Type::kSrv}, srv(60, {{0, 10, 5060, "a.gw.example"}, {0, 90, 5060, "b.gw.example"}}));
    b.asked.erase(b.asked.begin());
    answer_all(b);
    for (int n = 0; n < 1000; ++n) {
        const std::string id = cat("w", n);
        place_call(b, id);
        const Wire::Sent sent = b.wire.sent.back();
        REQUIRE(sent.bytes.starts_with("INVITE "));
        b.in(reply(sent.bytes, 486), sent.flow.remote);
    }
    const auto first = b.count_to(kGateway, "INVITE");
    CHECK(first + b.count_to(kSpare, "INVITE") == 1000);
    CHECK(first > 55);
    CHECK(first < 150);
}
