// Knows: that datagrams go out and come in by loopback sockets, that a bound port is refused, that ICMP comes back.
// Must not know: SIP.
#include <catch2/catch.hpp>

#include "base/clock.h"
#include "sipnet/loop.h"
#include "sipnet/udp_transport.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {
const net::Endpoint kAny = {*net::IpAddress::parse("127.0.0.1"), 0};
}

TEST_CASE("udp: a datagram arrives with its source", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), b = t.open(kAny);
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    CHECK(t.find(t.local(*a)) == *a);
    std::vector<std::string> got;
    Loop loop;
    SystemClock clock;
    loop.watch(t.fd(*b), [&] {
        t.receive(
            *b,
            [&](const Flow& from, std::string_view bytes) {
                CHECK(from.socket == *b);
                CHECK(from.remote == t.local(*a));
                got.emplace_back(bytes);
            },
            [](std::string_view) {});
    });
    CHECK(t.send(Flow{*a, t.local(*b)}, "one"));
    CHECK(t.send(Flow{*a, t.local(*b)}, "two"));
    for (int i = 0; i < 50 && got.size() < 2; ++i) loop.wait(clock.mono(), clock.mono() + milliseconds(100));
    CHECK(got == std::vector<std::string>{"one", "two"});
}

TEST_CASE("udp: a port in use is refused with its address", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny);
    REQUIRE(a.has_value());
    const auto again = t.open(t.local(*a));
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == Errc::kIo);
    CHECK(again.error().what.find(t.local(*a).str()) != std::string::npos);
}

TEST_CASE("udp: what nobody listens for comes back by ICMP", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), gone = t.open(kAny);
    REQUIRE(gone.has_value());
    const net::Endpoint nobody = t.local(*gone);
    t.close(*gone);
    std::string back;
    Loop loop;
    SystemClock clock;
    loop.watch(t.fd(*a), [&] {
        t.receive(
            *a, [](const Flow&, std::string_view) {}, [&](std::string_view head) { back = head; });
    });
    CHECK(t.send(Flow{*a, nobody}, "is anybody there"));
    for (int i = 0; i < 50 && back.empty(); ++i) loop.wait(clock.mono(), clock.mono() + milliseconds(100));
    CHECK(back == "is anybody there");
    CHECK(t.send(Flow{*a, t.local(*a)}, "still works"));
}

TEST_CASE("udp: a socket that is not there sends nothing", "[sipnet][udp]") {
    UdpTransport t;
    CHECK_FALSE(t.send(Flow{9, kAny}, "x"));
    CHECK(t.send_errors() == 1);
}
