// Knows: questions that go out by real sockets on the loopback, and what comes back, or does not.
// Must not know: what answers mean (tests/unit/dns).
// Next: tests/interop/resolver_test.py for real name servers, and TCP.
#include "sipnet/resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "unit/dns/packet.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {

// A name server on a port of the moment.
struct Server {
    int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    net::Endpoint at;
    Server() {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0);
        socklen_t size = sizeof a;
        REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) == 0);
        at = {net::IpAddress::v4(INADDR_LOOPBACK), ntohs(a.sin_port)};
    }
    ~Server() { ::close(fd); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    // Answers one question, which must be there.
    void answer(dns::test::Packet packet) const {
        std::array<std::uint8_t, 512> query;
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const auto got = ::recvfrom(fd, query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        REQUIRE(got > 12);
        packet.w.patch_u16(0, load_be16(query.data()));
        const Bytes bytes = packet.bytes();
        REQUIRE(::sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&from), size) > 0);
    }
};

struct Asked {
    Loop loop;
    SystemClock clock;
    std::vector<std::pair<dns::Question, Result<dns::Answer>>> done;
    Resolver resolver;
    explicit Asked(ResolverOptions options)
        : resolver(loop, clock, std::move(options), [this](const dns::Question& q, Result<dns::Answer> a) { done.emplace_back(q, std::move(a)); }) {}
    void run(std::size_t wanted) {
        const MonoTime end = clock.mono() + seconds(5);
        while (done.size() < wanted && clock.mono() < end) {
            loop.wait(clock.mono(), std::min(end, resolver.next_deadline()));
            resolver.on_time();
        }
        REQUIRE(done.size() == wanted);
    }
};

const dns::Question kQuestion{"a.example", dns::Type::kA};

}  // namespace

TEST_CASE("resolver: an answer comes back by the loop, a no too", "[sipnet][resolver]") {
    const Server server;
    Asked a({.servers = {server.at}});
    CHECK(a.resolver.next_deadline() == MonoTime::max());
    a.resolver.ask(kQuestion);
    CHECK(a.done.empty());
    CHECK(a.resolver.next_deadline() <= a.clock.mono() + seconds(2));
    dns::test::Packet yes("a.example", 1, 1);
    yes.a("a.example", 60, 0x0a000001);
    server.answer(yes);
    a.run(1);
    CHECK(a.done[0].first == kQuestion);
    REQUIRE(a.done[0].second.has_value());
    CHECK(a.done[0].second->addresses.at(0).str() == "10.0.0.1");

    a.resolver.ask(kQuestion);
    dns::test::Packet no("a.example", 1, 0, 1, 0, 0x8183);
    no.soa("example", 30, 30);
    server.answer(no);
    a.run(2);
    REQUIRE(a.done[1].second.has_value());
    CHECK_FALSE(a.done[1].second->exists);
    CHECK(a.resolver.counters().failed == 0);
}

TEST_CASE("resolver: silence ends after its tries, and blocks nobody meanwhile", "[sipnet][resolver]") {
    const Server server;
    Asked a({.servers = {server.at}, .timeout = milliseconds(50), .tries = 2});
    const MonoTime begin = a.clock.mono();
    a.resolver.ask(kQuestion);
    CHECK(a.clock.mono() - begin < milliseconds(40));
    a.run(1);
    CHECK_FALSE(a.done[0].second.has_value());
    CHECK(a.done[0].second.error().code == Errc::kTimeout);
    CHECK(a.clock.mono() - begin >= milliseconds(140));
    CHECK(a.clock.mono() - begin < seconds(2));
    CHECK(a.resolver.counters().failed == 1);
}

TEST_CASE("resolver: too many open questions fail at once, but not from within ask", "[sipnet][resolver]") {
    const Server server;
    Asked a({.servers = {server.at}, .timeout = milliseconds(50), .tries = 1, .most = 1});
    a.resolver.ask(kQuestion);
    a.resolver.ask({"b.example", dns::Type::kA});
    CHECK(a.done.empty());
    a.run(1);
    CHECK(a.done[0].first.name == "b.example");
    CHECK(a.done[0].second.error().code == Errc::kRange);
    a.run(2);
    CHECK(a.resolver.counters().refused == 1);
}

TEST_CASE("resolver: it may end while questions are open", "[sipnet][resolver]") {
    const Server server;
    Asked a({.servers = {server.at}});
    for (int i = 0; i < 10; ++i) a.resolver.ask({cat('n', i, ".example"), dns::Type::kSrv});
    CHECK(a.done.empty());
}
