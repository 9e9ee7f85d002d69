// Knows: the media thread with real sockets on loopback: two peers, one call between them. Ports 24020-24099.
// Must not know: SIP.
// Next: tests/interop/, where telephones are the peers.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "media/engine.h"
#include "rtp/g711.h"
#include "rtp/rtcp.h"
#include "support/own_address.h"

using namespace tandem;
using namespace tandem::media;

namespace {

const net::IpAddress kLoopback = tandem::test::own_address();
const SystemClock kClock;

bool readable(int fd, int ms) {
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, ms) == 1;
}

/// One end of a call.
struct Peer {
    UdpSocket rtp = std::move(*UdpSocket::bind({kLoopback, 0}));
    UdpSocket rtcp = std::move(*UdpSocket::bind({kLoopback, 0}));

    void send(const net::Endpoint& to, const rtp::Header& h, std::vector<std::uint8_t> payload) {
        std::vector<std::uint8_t> out(rtp::kFixedHeaderSize + payload.size());
        rtp::write(h, payload, out);
        REQUIRE(rtp.send(out, to));
    }

    struct Got {
        rtp::Header header;
        std::vector<std::uint8_t> payload;
        net::Endpoint from;
    };

    std::optional<Got> receive(int ms = 2000) {
        if (!readable(rtp.fd(), ms)) return std::nullopt;
        std::uint8_t buffer[2048];
        net::Endpoint from;
        const long n = rtp.receive(buffer, from);
        if (n < 0) return std::nullopt;
        const auto p = rtp::parse(Bytes(buffer, static_cast<std::size_t>(n)));
        REQUIRE(p);
        return Got{*p, {p->payload.begin(), p->payload.end()}, from};
    }
};

struct Bench {
    Engine engine{kClock};
    PortPool pool{kLoopback, 24020, 24099, 5, nanoseconds{0}};
    Peer a, b;
    net::Endpoint port_a, port_b;

    Bench() {
        REQUIRE(engine.start());
        auto pair_a = pool.allocate(kClock.mono());
        auto pair_b = pool.allocate(kClock.mono());
        REQUIRE(pair_a);
        REQUIRE(pair_b);
        port_a = pair_a->rtp.local();
        port_b = pair_b->rtp.local();
        REQUIRE(engine.open(1, std::move(*pair_a), std::move(*pair_b), {port_a, "cname", 1},
                            {port_b, "cname", 2}));
    }

    LegConfig config(const Peer& peer, Payload audio, std::uint8_t pt) const {
        LegConfig c;
        c.remote_rtp = peer.rtp.local();
        c.remote_rtcp = peer.rtcp.local();
        c.receive = c.send = c.rtcp = true;
        c.incoming[0] = Payload::kMu;
        c.incoming[8] = Payload::kA;
        c.audio = audio;
        c.audio_pt = pt;
        return c;
    }

    std::optional<Event> event(int ms = 3000) {
        if (auto e = engine.next_event()) return e;
        if (!readable(engine.event_fd(), ms)) return std::nullopt;
        return engine.next_event();
    }
};

}  // namespace

TEST_CASE("relay: 500 packets each way, converted by the ITU tables, numbers continuous, one SSRC a leg",
          "[media][relay]") {
    Bench t;
    t.engine.configure(1, Side::kA, t.config(t.a, Payload::kMu, 0));
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kA, 8));
    std::optional<rtp::Header> last_b, last_a;
    for (std::uint16_t i = 0; i < 500; ++i) {
        std::vector<std::uint8_t> mu(160), a(160);
        for (std::size_t k = 0; k < 160; ++k) mu[k] = a[k] = static_cast<std::uint8_t>(i + k);
        t.a.send(t.port_a, {false, 0, static_cast<std::uint16_t>(65'300 + i), i * 160U, 0xa}, mu);
        t.b.send(t.port_b, {false, 8, static_cast<std::uint16_t>(100 + i), 7'000'000 + i * 160U, 0xb}, a);
        const auto at_b = t.b.receive();
        const auto at_a = t.a.receive();
        REQUIRE(at_b);
        REQUIRE(at_a);
        CHECK(at_b->from == t.port_b);
        CHECK(at_b->header.payload_type == 8);
        CHECK(at_a->header.payload_type == 0);
        for (std::size_t k = 0; k < 160; ++k) {
            REQUIRE(at_b->payload[k] == rtp::g711::kMuToA[mu[k]]);
            REQUIRE(at_a->payload[k] == rtp::g711::kAToMu[a[k]]);
        }
        if (last_b) {
            CHECK(at_b->header.sequence == static_cast<std::uint16_t>(last_b->sequence + 1));
            CHECK(at_b->header.timestamp == last_b->timestamp + 160);
            CHECK(at_b->header.ssrc == last_b->ssrc);
            CHECK(at_a->header.sequence == static_cast<std::uint16_t>(last_a->sequence + 1));
        }
        CHECK(at_b->header.ssrc != 0xa);
        last_b = at_b->header;
        last_a = at_a->header;
    }
    t.engine.close(1);
    const auto closed = t.event();
    REQUIRE(closed);
    CHECK(closed->kind == Event::Kind::kClosed);
    for (const auto& leg : closed->legs) {
        CHECK(leg.received == 500);
        CHECK(leg.sent == 500);
        CHECK(leg.lost == 0);
        CHECK(leg.duplicates == 0);
        CHECK(leg.converted == 500);
    }
    CHECK(closed->legs[0].ssrc_in == 0xa);
}

TEST_CASE("relay: a stranger's packets are dropped and counted, and get nothing back", "[media][relay]") {
    Bench t;
    Peer thief;
    t.engine.configure(1, Side::kA, t.config(t.a, Payload::kMu, 0));
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kMu, 0));
    for (std::uint16_t i = 0; i < 20; ++i) thief.send(t.port_a, {false, 0, i, 0, 3}, {1});
    t.a.send(t.port_a, {false, 0, 1, 0, 0xa}, {42});
    const auto got = t.b.receive();
    REQUIRE(got);
    CHECK(got->payload.at(0) == 42);
    CHECK_FALSE(t.b.receive(100));
    CHECK_FALSE(thief.receive(50));
    t.engine.close(1);
    const auto closed = t.event();
    REQUIRE(closed);
    CHECK(closed->legs[0].foreign == 20);
    CHECK(closed->legs[0].received == 1);
}

TEST_CASE("relay: behind NAT the leg follows its peer after three packets, and says so", "[media][relay]") {
    Bench t;
    auto ca = t.config(t.a, Payload::kMu, 0);
    ca.remote_rtp = {kLoopback, 9};  // what the SDP says is wrong
    ca.latch = true;
    t.engine.configure(1, Side::kA, ca);
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kMu, 0));
    for (std::uint16_t i = 0; i < 4; ++i)
        t.a.send(t.port_a, {false, 0, i, i * 160U, 0xa}, {static_cast<std::uint8_t>(i)});
    CHECK(t.b.receive()->payload.at(0) == 2);
    CHECK(t.b.receive()->payload.at(0) == 3);
    const auto latched = t.event();
    REQUIRE(latched);
    CHECK(latched->kind == Event::Kind::kLatched);
    CHECK(latched->side == Side::kA);
    CHECK(latched->peer == t.a.rtp.local());
    t.b.send(t.port_b, {false, 0, 1, 0, 0xb}, {9});
    REQUIRE(t.a.receive());
}

TEST_CASE("relay: silence is told once when media are expected, and not on hold", "[media][relay]") {
    Bench t;
    auto ca = t.config(t.a, Payload::kMu, 0);
    t.engine.configure(1, Side::kA, ca);
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kMu, 0));
    t.engine.watch(1, milliseconds{150}, nanoseconds{0});
    CHECK_FALSE(t.event(400));
    ca.watch = true;
    t.engine.configure(1, Side::kA, ca);
    const auto e = t.event();
    REQUIRE(e);
    CHECK(e->kind == Event::Kind::kMediaTimeout);
    CHECK(e->side == Side::kA);
    CHECK_FALSE(t.event(400));
}

TEST_CASE("relay: the longest duration is told once", "[media][relay]") {
    Bench t;
    t.engine.watch(1, nanoseconds{0}, milliseconds{100});
    const auto e = t.event();
    REQUIRE(e);
    CHECK(e->kind == Event::Kind::kMaxDuration);
    CHECK_FALSE(t.event(300));
}

TEST_CASE("relay: reports come within seconds, and BYE at the end", "[media][relay]") {
    Bench t;
    t.engine.configure(1, Side::kA, t.config(t.a, Payload::kMu, 0));
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kMu, 0));
    t.a.send(t.port_a, {false, 0, 1, 0, 0xa}, {1});
    REQUIRE(t.b.receive());
    std::uint8_t buffer[2048];
    net::Endpoint from;
    REQUIRE(readable(t.b.rtcp.fd(), 4000));
    long n = t.b.rtcp.receive(buffer, from);
    REQUIRE(n > 0);
    CHECK(from.port == t.port_b.port + 1);
    auto packets = rtp::parse_rtcp(Bytes(buffer, static_cast<std::size_t>(n)));
    REQUIRE(packets);
    CHECK(std::get<rtp::SenderReport>(packets->at(0)).packet_count == 1);
    t.engine.close(1);
    REQUIRE(readable(t.b.rtcp.fd(), 2000));
    n = t.b.rtcp.receive(buffer, from);
    REQUIRE(n > 0);
    packets = rtp::parse_rtcp(Bytes(buffer, static_cast<std::size_t>(n)));
    REQUIRE(packets);
    CHECK(std::holds_alternative<rtp::Bye>(packets->back()));
}

TEST_CASE("relay: garbage on either port changes nothing", "[media][relay]") {
    Bench t;
    t.engine.configure(1, Side::kA, t.config(t.a, Payload::kMu, 0));
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kMu, 0));
    std::mt19937 random(9);
    std::vector<std::uint8_t> junk(3000);
    for (auto& byte : junk) byte = static_cast<std::uint8_t>(random());
    const net::Endpoint rtcp_a{kLoopback, static_cast<std::uint16_t>(t.port_a.port + 1)};
    for (std::size_t n = 0; n < 200; ++n) {
        junk[0] = static_cast<std::uint8_t>(n);  // every kind of first byte
        REQUIRE(t.a.rtp.send(Bytes(junk).first(n), t.port_a));
        REQUIRE(t.a.rtp.send(Bytes(junk).first(n), rtcp_a));
    }
    REQUIRE(t.a.rtp.send(junk, t.port_a));
    t.a.send(t.port_a, {false, 0, 1, 0, 0xa}, {42});
    std::optional<Peer::Got> got;
    do got = t.b.receive();
    while (got && got->payload != std::vector<std::uint8_t>{42});
    REQUIRE(got);
    t.engine.close(1);
    const auto closed = t.event();
    REQUIRE(closed);
    CHECK(closed->legs[0].malformed > 100);
}

TEST_CASE("relay: calls are opened, fed and closed while packets fly", "[media][relay]") {
    Engine engine(kClock);
    REQUIRE(engine.start());
    PortPool pool(kLoopback, 24020, 24099, 5, nanoseconds{0});
    Peer noise;
    std::atomic<bool> stop{false};
    std::thread sender([&] {
        std::uint16_t i = 0;
        std::vector<std::uint8_t> out(rtp::kFixedHeaderSize + 160);
        while (!stop.load()) {
            rtp::write({false, 0, ++i, i * 160U, 1}, Bytes(out).subspan(12), out);
            (void)noise.rtp.send(out, {kLoopback, static_cast<std::uint16_t>(24020 + i % 80)});
        }
    });
    std::size_t closed = 0;
    for (CallId id = 1; id <= 200; ++id) {
        auto a = pool.allocate(kClock.mono());
        auto b = pool.allocate(kClock.mono());
        REQUIRE(a);
        REQUIRE(b);
        const auto pa = a->rtp.local();
        const auto pb = b->rtp.local();
        REQUIRE(engine.open(id, std::move(*a), std::move(*b), {pa, "c", id}, {pb, "c", id + 1}));
        LegConfig c;
        c.remote_rtp = noise.rtp.local();
        c.remote_rtcp = noise.rtcp.local();
        c.receive = c.send = true;
        c.incoming[0] = Payload::kMu;
        engine.configure(id, Side::kA, c);
        engine.configure(id, Side::kB, c);
        engine.close(id);
        while (closed < id) {
            if (!readable(engine.event_fd(), 2000)) break;
            while (const auto e = engine.next_event()) closed += e->kind == Event::Kind::kClosed;
        }
        pool.release(pa.port, kClock.mono());
        pool.release(pb.port, kClock.mono());
    }
    stop = true;
    sender.join();
    CHECK(closed == 200);
    CHECK(pool.in_use() == 0);
}

namespace {

/// A clock that stops the media thread, which asks it on every turn.
class Gate final : public Clock {
public:
    [[nodiscard]] MonoTime mono() const override {
        if (std::this_thread::get_id() != control_) std::lock_guard hold(shut);
        return kClock.mono();
    }
    [[nodiscard]] WallTime wall() const override { return kClock.wall(); }
    mutable std::mutex shut;

private:
    std::thread::id control_ = std::this_thread::get_id();
};

}  // namespace

TEST_CASE("relay: more calls are closed at once than the queue of orders holds, and none is forgotten",
          "[media][relay]") {
    constexpr CallId kCalls = 5000;
    Gate gate;
    Engine engine(gate);
    REQUIRE(engine.start());
    // Without sockets: what counts here are orders.
    for (CallId id = 1; id <= kCalls; ++id)
        while (!engine.open(id, {}, {}, {}, {})) std::this_thread::yield();
    LegConfig c;
    std::set<CallId> closed;
    {
        std::lock_guard stopped(gate.shut);
        for (CallId id = 1; id <= kCalls; ++id) {
            engine.configure(id, Side::kA, c);
            engine.close(id);
        }
        CHECK_FALSE(engine.open(kCalls + 1, {}, {}, {}, {}));  // no new call overtakes what waits
    }
    while (closed.size() < kCalls && readable(engine.event_fd(), 3000))
        while (const auto e = engine.next_event())
            if (e->kind == Event::Kind::kClosed) closed.insert(e->call);
    CHECK(closed.size() == kCalls);
    CHECK(engine.open(kCalls + 1, {}, {}, {}, {}));
}

TEST_CASE("relay: of orders that wait the last of a kind counts, and all are carried out in their order",
          "[media][relay]") {
    Gate gate;
    Engine engine(gate);
    PortPool pool(kLoopback, 24020, 24099, 5, nanoseconds{0});
    REQUIRE(engine.start());
    Peer a, b;
    auto pair_a = pool.allocate(kClock.mono());
    auto pair_b = pool.allocate(kClock.mono());
    REQUIRE(pair_a);
    REQUIRE(pair_b);
    const auto port_a = pair_a->rtp.local();
    REQUIRE(engine.open(1, std::move(*pair_a), std::move(*pair_b), {port_a, "c", 1}, {port_a, "c", 2}));
    LegConfig c;
    c.remote_rtp = b.rtp.local();
    c.send = c.receive = true;
    c.incoming[0] = Payload::kMu;
    {
        std::lock_guard stopped(gate.shut);
        for (int i = 0; i < 3000; ++i) {  // the last one is the one that opens the way
            c.audio_pt = static_cast<std::uint8_t>(i == 2999 ? 0 : 99);
            c.remote_rtp = b.rtp.local();
            engine.configure(1, Side::kB, c);
            c.remote_rtp = a.rtp.local();
            engine.configure(1, Side::kA, c);
        }
    }
    for (int i = 0; i < 50; ++i) {
        (void)readable(engine.event_fd(), 20);
        (void)engine.next_event();
    }
    a.send(port_a, {false, 0, 1, 0, 0xa}, {42});
    const auto got = b.receive();
    REQUIRE(got);
    CHECK(got->header.payload_type == 0);
    engine.close(1);
    REQUIRE(readable(engine.event_fd(), 2000));
    const auto closed = engine.next_event();
    REQUIRE(closed);
    CHECK(closed->kind == Event::Kind::kClosed);
}

TEST_CASE("relay: an order that was given before a packet was sent is carried out before it is taken",
          "[media][relay]") {
    Gate gate;
    Engine engine(gate);
    PortPool pool(kLoopback, 24020, 24099, 5, nanoseconds{0});
    REQUIRE(engine.start());
    Peer a, b;
    auto pair_a = pool.allocate(kClock.mono());
    auto pair_b = pool.allocate(kClock.mono());
    REQUIRE(pair_a);
    REQUIRE(pair_b);
    const auto port_a = pair_a->rtp.local();
    REQUIRE(engine.open(1, std::move(*pair_a), std::move(*pair_b), {port_a, "c", 1}, {port_a, "c", 2}));
    LegConfig c;
    c.send = c.receive = true;
    c.incoming[0] = Payload::kMu;
    for (std::uint16_t i = 0; i < 20; ++i) {
        c.audio_pt = static_cast<std::uint8_t>(100 + i);
        std::unique_lock stopped(gate.shut);
        std::this_thread::sleep_for(
            milliseconds{60});  // longer than a tick: the thread stands before the gate
        c.remote_rtp = b.rtp.local();
        engine.configure(1, Side::kB, c);
        c.remote_rtp = a.rtp.local();
        engine.configure(1, Side::kA, c);
        a.send(port_a, {false, 0, i, i * 160U, 0xa}, {42});
        stopped.unlock();
        const auto got = b.receive();
        REQUIRE(got);
        CHECK(got->header.payload_type == c.audio_pt);
    }
}

TEST_CASE("relay: datagrams longer than any of telephony are dropped and counted, on both ports of a leg",
          "[media][relay]") {
    Bench t;
    t.engine.configure(1, Side::kA, t.config(t.a, Payload::kMu, 0));
    t.engine.configure(1, Side::kB, t.config(t.b, Payload::kA, 8));
    const std::vector<std::uint8_t> big(2049, 0x80);
    for (int i = 0; i < 3; ++i) REQUIRE(t.a.rtp.send(big, t.port_a));
    REQUIRE(t.a.rtcp.send(big, {t.port_a.ip, static_cast<std::uint16_t>(t.port_a.port + 1)}));
    t.a.send(t.port_a, {false, 0, 1, 160, 0xa}, {1, 2, 3});
    REQUIRE(t.b.receive());
    t.engine.close(1);
    const auto closed = t.event();
    REQUIRE(closed);
    CHECK(closed->legs[0].oversized == 4);
    CHECK(closed->legs[0].received == 1);
    CHECK(closed->legs[1].oversized == 0);
}

TEST_CASE("relay: a socket that cannot be watched refuses its call, and leaves nothing behind",
          "[media][relay]") {
    Engine engine(kClock);
    REQUIRE(engine.start());
    PortPool pool(kLoopback, 24020, 24023, 5, nanoseconds{0});
    const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);  // a regular file cannot be watched
    REQUIRE(file >= 0);
    for (int socket = 0; socket < 2; ++socket) {
        auto a = pool.allocate(kClock.mono());
        auto b = pool.allocate(kClock.mono());
        REQUIRE(a);
        REQUIRE(b);
        const auto port_a = a->rtp.local().port, port_b = b->rtp.local().port;
        REQUIRE(::dup2(file, socket == 0 ? a->rtp.fd() : b->rtcp.fd()) >= 0);
        const auto opened = engine.open(1, std::move(*a), std::move(*b), {}, {});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::kIo);
        pool.release(port_a, kClock.mono());
        pool.release(port_b, kClock.mono());
    }
    ::close(file);
    auto a = pool.allocate(kClock.mono());
    auto b = pool.allocate(kClock.mono());
    REQUIRE(a);
    REQUIRE(b);
    CHECK(engine.open(1, std::move(*a), std::move(*b), {}, {}));
}
