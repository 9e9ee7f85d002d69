// Knows: how many handshakes each may have under way, and what becomes of those beyond.
// Must not know: certificates' contents (tests/unit/tls).
// Next: tests/interop/tls_test.py for how long they take in a flood.
#include "sipnet/handshakes.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <deque>
#include <optional>

#include "sipnet/loop.h"
#include "unit/tls/certificates.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {

// Connections that say nothing, until their peer closes.
struct Silent {
    test::Certificates files;
    std::shared_ptr<const tls::Context> context;
    Loop loop;
    SystemClock clock;
    std::deque<std::array<int, 2>> pairs;
    std::optional<Handshakes> helpers;
    Handshakes& handshakes;

    explicit Silent(const HandshakeLimits& limits)
        : helpers(std::in_place, limits, [this] { loop.wake(); }), handshakes(*helpers) {
        files.leaf("server", "DNS:server.example");
        std::vector<std::string> warnings;
        auto made = tls::Context::load({{{files.path("server.pem"), files.path("server.key")}}, files.path("ca.pem"), tls::ClientCertificates::kNone}, warnings);
        REQUIRE(made.has_value());
        context = *made;
    }
    ~Silent() {
        helpers.reset();  // the descriptors are theirs until then
        for (const auto& pair : pairs) {
            for (const int fd : pair) ::close(fd);
        }
    }
    Silent(const Silent&) = delete;
    Silent& operator=(const Silent&) = delete;

    bool start(std::string_view ip, bool known, bool ours = false) {
        auto& pair = pairs.emplace_back();
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()) == 0);
        HandshakeJob job;
        job.connection = {static_cast<std::uint32_t>(pairs.size()), 1};
        job.fd = pair[0];
        job.remote = *net::IpAddress::parse(ip);
        job.known = known;
        job.context = context;
        if (ours) job.expected = tls::Expected{"server.example", tls::NameProfile::kRfc5922};
        job.limit = seconds(30);
        return handshakes.start(std::move(job));
    }
    // The peer of a connection goes away; its result comes.
    HandshakeResult give_up(std::size_t number) {
        ::shutdown(pairs.at(number - 1)[1], SHUT_RDWR);
        HandshakeResult out;
        const MonoTime until = clock.mono() + seconds(20);
        while (!handshakes.take(out)) {
            REQUIRE(clock.mono() < until);
            loop.wait(clock.mono(), clock.mono() + milliseconds(100));
        }
        return out;
    }
};

}  // namespace

TEST_CASE("handshakes: strangers have few places, each of them fewer; a place is free again when its handshake ends", "[sipnet][tls]") {
    if (!test::have_openssl()) return;
    Silent b({.strangers = 3, .per_address = 2});
    CHECK(b.start("192.0.2.1", false));
    CHECK(b.start("192.0.2.1", false));
    CHECK_FALSE(b.start("192.0.2.1", false));
    CHECK(b.start("192.0.2.2", false));
    CHECK_FALSE(b.start("192.0.2.3", false));
    CHECK(b.handshakes.counters().refused == 2);
    CHECK(b.start("198.51.100.1", true));  // whoever is known does not see that
    const HandshakeResult gone = b.give_up(1);
    CHECK(gone.connection.index == 1);
    CHECK_FALSE(gone.engine);
    CHECK(gone.place.behind);
    CHECK(b.start("192.0.2.1", false));
    CHECK_FALSE(b.start("192.0.2.3", false));
}

TEST_CASE("handshakes: a known address with many has the rest done behind, and nobody else has", "[sipnet][tls]") {
    if (!test::have_openssl()) return;
    Silent b({.strangers = 1, .per_address = 2});
    for (int i = 0; i < 4; ++i) CHECK(b.start("198.51.100.1", true));
    CHECK(b.handshakes.counters().behind == 2);
    CHECK(b.start("198.51.100.2", true));
    for (int i = 0; i < 4; ++i) CHECK(b.start("198.51.100.1", true, true));  // those that we open are not his doing
    CHECK(b.handshakes.counters().behind == 2);
    CHECK(b.handshakes.counters().refused == 0);
    CHECK(b.start("192.0.2.1", false));  // nor do they take strangers' places
    CHECK(b.give_up(4).place.behind);
    CHECK_FALSE(b.give_up(5).place.behind);
    CHECK_FALSE(b.give_up(6).place.behind);
    CHECK_FALSE(b.give_up(1).place.behind);
    CHECK(b.start("198.51.100.1", true));  // three are left: behind again
    CHECK(b.handshakes.counters().behind == 3);
}

TEST_CASE("handshakes: each helper has 1024 at most, 128 of them for connections that we open, and they end with it", "[sipnet][tls]") {
    if (!test::have_openssl()) return;
    Silent b({.strangers = 4096, .per_address = 4096});
    for (int i = 0; i < 1024 - 128; ++i) REQUIRE(b.start("192.0.2.1", false));
    CHECK_FALSE(b.start("192.0.2.1", false));
    CHECK(b.start("198.51.100.1", true));
    CHECK(b.handshakes.counters().refused == 1);
}
