// Knows: questions that go out by real sockets on the loopback, and what comes back, or does not.
// Must not know: what answers mean (tests/unit/dns).
// Next: tests/interop/resolver_test.py for real name servers, and TCP.
#include "sipnet/resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "unit/dns/packet.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {

// A name server on a port of the moment.
struct Server {
    int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    net::Endpoint at;
    explicit Server(std::uint32_t ip = INADDR_LOOPBACK, std::uint16_t port = 0) {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(ip);
        a.sin_port = htons(port);
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0);
        socklen_t size = sizeof a;
        REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) == 0);
        at = {net::IpAddress::v4(ip), ntohs(a.sin_port)};
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

// The two files of a machine, in a folder of their own.
struct Machine {
    std::string folder = (std::filesystem::temp_directory_path() / "tandem-resolver-test.XXXXXX").string();
    Machine() { REQUIRE(::mkdtemp(folder.data()) != nullptr); }
    ~Machine() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    [[nodiscard]] std::string path(std::string_view name) const { return cat(folder, '/', name); }
    // At once, as good editors do.
    void write(std::string_view name, std::string_view text) const {
        std::ofstream(path("new")) << text;
        std::filesystem::rename(path("new"), path(name));
    }
    [[nodiscard]] ResolverOptions options(milliseconds look_every = milliseconds(20)) const {
        return {.servers = {}, .timeout = milliseconds(50), .tries = 1, .hosts_file = path("hosts"), .resolv_conf = path("resolv.conf"), .look_every = look_every};
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

TEST_CASE("resolver: /etc/hosts comes first, and what changes there holds soon", "[sipnet][resolver]") {
    const Machine machine;
    machine.write("hosts", "192.0.2.1 a.example\n");
    machine.write("resolv.conf", "nameserver 127.0.0.1\n");
    Asked a(machine.options());
    a.resolver.ask(kQuestion);
    CHECK(a.done.empty());
    a.run(1);
    REQUIRE(a.done[0].second.has_value());
    CHECK(a.done[0].second->addresses == std::vector{*net::IpAddress::parse("192.0.2.1")});
    CHECK(a.done[0].second->ttl_s == 60);
    machine.write("hosts", "192.0.2.22 a.example\n");
    const MonoTime end = a.clock.mono() + seconds(5);
    net::IpAddress now;
    while (now.str() != "192.0.2.22" && a.clock.mono() < end) {
        a.loop.wait(a.clock.mono(), a.clock.mono() + milliseconds(10));
        a.resolver.on_time();
        a.resolver.ask(kQuestion);
        a.run(a.done.size() + 1);
        REQUIRE(a.done.back().second.has_value());
        now = a.done.back().second->addresses.at(0);
    }
    CHECK(now.str() == "192.0.2.22");
}

TEST_CASE("resolver: a hosts file that would hang holds nobody up, neither at the begin nor later", "[sipnet][resolver]") {
    const Machine machine;
    machine.write("resolv.conf", "nameserver 127.0.0.1\n");
    REQUIRE(::mkfifo(machine.path("hosts").c_str(), 0600) == 0);
    const SystemClock clock;
    const MonoTime begin = clock.mono();
    {
        Asked a(machine.options());
        a.resolver.ask({"a.example", dns::Type::kA});
        a.resolver.restart();
        a.run(1);
        machine.write("hosts", "192.0.2.1 a.example\n");
        a.resolver.restart();
        a.resolver.ask({"a.example", dns::Type::kA});
        a.run(2);
        REQUIRE(a.done[1].second.has_value());
        CHECK(a.done[1].second->addresses.size() == 1);
    }
    CHECK(clock.mono() - begin < seconds(3));
}

TEST_CASE("resolver: after restart() questions go to the new servers, open ones stay with the old", "[sipnet][resolver]") {
    if (::geteuid() != 0) {
        WARN("SKIP: port 53 is not ours to open");
        return;
    }
    const Server old_one(0x7f1d'0701, 53), new_one(0x7f1d'0702, 53);
    const Machine machine;
    machine.write("hosts", "");
    machine.write("resolv.conf", "nameserver 127.29.7.1\n");
    ResolverOptions options = machine.options(seconds(60));
    options.timeout = seconds(3);
    Asked a(std::move(options));
    a.resolver.ask(kQuestion);
    machine.write("resolv.conf", "nameserver 127.29.7.2\n");
    a.resolver.restart();
    a.resolver.ask({"b.example", dns::Type::kA});
    const auto answer = [](const char* name) {
        dns::test::Packet yes(name, 1, 1);
        yes.a(name, 60, 0x0a000001);
        return yes;
    };
    old_one.answer(answer("a.example"));
    a.run(1);
    CHECK(a.done[0].first.name == "a.example");
    CHECK(a.done[0].second.has_value());
    const MonoTime soon = a.clock.mono() + milliseconds(700);
    while (a.clock.mono() < soon) {
        a.loop.wait(a.clock.mono(), std::min(soon, a.resolver.next_deadline()));
        a.resolver.on_time();
    }
    new_one.answer(answer("b.example"));
    a.run(2);
    CHECK(a.done[1].first.name == "b.example");
    CHECK(a.done[1].second.has_value());
}
