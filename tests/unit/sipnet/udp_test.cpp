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

void nobody_told(std::string_view head) { FAIL("refused: " << head); }

// What waits in a socket's buffer, as it comes.
std::vector<std::string> received(UdpTransport& t, std::uint16_t socket, std::size_t wanted) {
    std::vector<std::string> got;
    Loop loop;
    SystemClock clock;
    loop.watch(t.fd(socket), [&] {
        t.receive(socket, [&](const Flow&, std::string_view bytes) { got.emplace_back(bytes); }, nobody_told);
    });
    for (int i = 0; i < 50 && got.size() < wanted; ++i) loop.wait(clock.mono(), clock.mono() + milliseconds(100));
    return got;
}
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
    t.flush(nobody_told);
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
    t.flush(nobody_told);
    for (int i = 0; i < 50 && back.empty(); ++i) loop.wait(clock.mono(), clock.mono() + milliseconds(100));
    CHECK(back == "is anybody there");
    CHECK(t.send(Flow{*a, t.local(*a)}, "still works"));
    t.flush(nobody_told);
    CHECK(received(t, *a, 1) == std::vector<std::string>{"still works"});
}

TEST_CASE("udp: a batch keeps the order of each socket, and more than a batch leaves by itself", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), b = t.open(kAny), c = t.open(kAny);
    std::vector<std::string> from_a, from_b;
    const auto sorted = [](const std::vector<std::string>& all, char who) {
        std::vector<std::string> out;
        for (const std::string& text : all) {
            if (text.back() == who) out.push_back(text);
        }
        return out;
    };
    for (std::size_t i = 0; i < UdpTransport::kOutbox + 10; ++i) {
        const bool by_b = i % 3 == 0;
        (by_b ? from_b : from_a).push_back(std::to_string(i) + (by_b ? "b" : "a"));
        CHECK(t.send(Flow{by_b ? *b : *a, t.local(*c)}, (by_b ? from_b : from_a).back()));
    }
    std::vector<std::string> got = received(t, *c, UdpTransport::kOutbox);
    CHECK(got.size() == UdpTransport::kOutbox);
    t.flush(nobody_told);
    for (std::string& text : received(t, *c, 10)) got.push_back(std::move(text));
    CHECK(sorted(got, 'a') == from_a);
    CHECK(sorted(got, 'b') == from_b);
}

TEST_CASE("udp: what the system refuses is told at the next flush, the rest of the batch leaves", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), b = t.open(kAny);
    const std::string huge(70'000, 'x');  // more than a datagram holds
    CHECK(t.send(Flow{*a, t.local(*b)}, "first"));
    CHECK(t.send(Flow{*a, t.local(*b)}, huge));
    CHECK(t.send(Flow{*a, t.local(*b)}, "last"));
    std::vector<std::string> refused;
    t.flush([&](std::string_view head) { refused.emplace_back(head); });
    CHECK(refused == std::vector<std::string>{huge.substr(0, 512)});
    CHECK(t.send_errors() == 1);
    CHECK(received(t, *b, 2) == std::vector<std::string>{"first", "last"});
    t.flush(nobody_told);
}

TEST_CASE("udp: what is sent when a refusal is told leaves by the same flush, and refusals without end do not hold it", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), b = t.open(kAny);
    const std::string huge(70'000, 'x');
    CHECK(t.send(Flow{*a, t.local(*b)}, huge));
    t.flush([&](std::string_view) { CHECK(t.send(Flow{*a, t.local(*b)}, "another way")); });
    CHECK(received(t, *b, 1) == std::vector<std::string>{"another way"});
    CHECK(t.send(Flow{*a, t.local(*b)}, huge));
    int told = 0;
    t.flush([&](std::string_view) {
        ++told;
        CHECK(t.send(Flow{*a, t.local(*b)}, huge));
    });
    CHECK(told >= 1);
    CHECK(told < 100);
}

TEST_CASE("udp: a socket that is closed sends what waits before", "[sipnet][udp]") {
    UdpTransport t;
    const auto a = t.open(kAny), b = t.open(kAny);
    CHECK(t.send(Flow{*a, t.local(*b)}, "goodbye"));
    t.close(*a);
    CHECK(received(t, *b, 1) == std::vector<std::string>{"goodbye"});
}

TEST_CASE("udp: a socket that is not there sends nothing", "[sipnet][udp]") {
    UdpTransport t;
    CHECK_FALSE(t.send(Flow{9, kAny}, "x"));
    CHECK(t.send_errors() == 1);
}
