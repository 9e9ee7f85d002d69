// Knows: that messages go over TCP by loopback sockets, whatever the segments, and that floods and silence are bounded.
// Must not know: SIP beyond what frames a message.
#include "sipnet/stream_transport.h"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "net/sockaddr.h"

using namespace tandem;
using namespace tandem::sipnet;

namespace {

const net::Endpoint kAny = {*net::IpAddress::parse("127.0.0.1"), 0};

std::string message(std::string_view call_id, std::string_view body = {}) {
    return cat("INFO sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nCall-ID: ", call_id,
               "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}

// A transport on the real loop, with a clock that the test sets.
struct Side {
    FakeClock clock;
    Loop loop;
    StreamTransport t;
    std::uint16_t socket = 0;
    std::vector<std::string> messages, lost;
    std::vector<Flow> from;
    std::string answer_to_broken;
    bool known = true;

    explicit Side(const StreamLimits& limits = {}) : t(loop, clock, limits) {
        t.set_events({[this](const Flow& f, std::string_view m) {
                          from.push_back(f);
                          messages.emplace_back(m);
                      },
                      [this](const Flow& f, std::string_view head, FramingFault fault) {
                          from.push_back(f);
                          messages.push_back(cat("broken: ", to_string(fault), ": ", head.substr(0, 4)));
                          if (!answer_to_broken.empty()) t.send(f, answer_to_broken);
                      },
                      [this](const Flow& f, std::string_view why) { lost.push_back(cat(f.remote.port, ' ', why)); },
                      {},
                      {},
                      [this](const Flow&) { return known; }});
        const auto opened = t.open(TransportKind::kTcp, kAny);
        REQUIRE(opened.has_value());
        socket = *opened;
    }
    // Real time passes for the sockets only.
    void run(int rounds = 1) {
        for (int i = 0; i < rounds; ++i) {
            t.flush();
            loop.wait(clock.mono(), clock.mono() + milliseconds(2));
            t.on_time();
        }
        t.flush();
    }
    template <class F>
    bool until(F condition) {
        for (int i = 0; i < 1000; ++i) {
            if (condition()) return true;
            run();
        }
        return false;
    }
    Flow to(const net::Endpoint& there) const { return Flow{socket, there, TransportKind::kTcp, true, 0}; }
};

// A peer that does by hand what we would not.
struct Raw {
    int fd = -1;
    explicit Raw(const net::Endpoint& to) : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
        net::SocketAddress address(to);
        REQUIRE(::connect(fd, address.get(), address.size) == 0);
    }
    ~Raw() { ::close(fd); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    void say(std::string_view text) const { REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())); }
    // What has come by now; "EOF" behind it when the other side has closed.
    std::string hear() const {
        std::string out;
        char buffer[4096];
        for (;;) {
            const auto n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
            if (n == 0) return out + "EOF";
            if (n < 0) return errno == EAGAIN ? out : out + "RESET";
            out.append(buffer, static_cast<std::size_t>(n));
        }
    }
};

}  // namespace

TEST_CASE("tcp: a request opens a connection, the response comes back by it, the next request uses it again", "[sipnet][stream]") {
    Side a, b;
    const net::Endpoint at_b = b.t.local(b.socket);
    REQUIRE(a.t.send(a.to(at_b), message("c1", "one")));
    REQUIRE(a.t.send(a.to(at_b), message("c2")));
    CHECK(a.t.connected(a.to(at_b)));
    for (int i = 0; i < 200 && b.messages.size() < 2; ++i) {
        a.run();
        b.run();
    }
    REQUIRE(b.messages == std::vector<std::string>{message("c1", "one"), message("c2")});
    CHECK(b.from[0].kind == TransportKind::kTcp);
    CHECK(b.from[0].socket == b.socket);
    CHECK_FALSE(b.from[0].may_connect);
    CHECK(b.t.counters().accepted == 1);
    REQUIRE(b.t.send(b.from[0], "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    b.run(2);
    REQUIRE(a.until([&] { return a.messages.size() == 1; }));
    CHECK(a.from[0].remote == at_b);
    REQUIRE(a.t.send(a.to(at_b), message("c3")));
    a.run(2);
    REQUIRE(b.until([&] { return b.messages.size() == 3; }));
    CHECK(b.t.counters().accepted == 1);
    CHECK(a.t.counters().connected == 1);
}

TEST_CASE("tcp: one byte a segment, and a hundred messages in one, are the same to us", "[sipnet][stream]") {
    Side s;
    Raw peer(s.t.local(s.socket));
    std::string all;
    for (int i = 0; i < 100; ++i) all += message(cat("c", i), "body");
    peer.say(all);
    REQUIRE(s.until([&] { return s.messages.size() == 100; }));
    CHECK(s.messages[99] == message("c99", "body"));
    for (const char c : message("slow", "x")) {
        peer.say(std::string_view(&c, 1));
        s.run();
    }
    REQUIRE(s.until([&] { return s.messages.size() == 101; }));
    CHECK(s.messages.back() == message("slow", "x"));
}

TEST_CASE("tcp: a ping is answered by a pong", "[sipnet][stream]") {
    Side s;
    Raw peer(s.t.local(s.socket));
    peer.say("\r\n\r\n");
    std::string heard;
    CHECK(s.until([&] { return (heard += peer.hear()) == "\r\n"; }));
}

TEST_CASE("tcp: an ambiguous stream is answered, then closed; what follows in it is not looked at", "[sipnet][stream]") {
    Side s;
    s.answer_to_broken = "SIP/2.0 400 Missing Content-Length\r\nContent-Length: 0\r\n\r\n";
    Raw peer(s.t.local(s.socket));
    peer.say(cat(message("c1"), "INFO sip:x SIP/2.0\r\n\r\n", message("c2")));
    REQUIRE(s.until([&] { return s.messages.size() >= 2; }));
    std::string heard;
    CHECK(s.until([&] { return (heard += peer.hear()) == s.answer_to_broken + "EOF"; }));
    CHECK(s.messages == std::vector<std::string>{message("c1"), "broken: Missing Content-Length: INFO"});
    CHECK(s.t.connections() == 1);  // it lingers until the peer closes too, or two seconds
    s.clock.advance(seconds(2));
    s.run();
    CHECK(s.t.connections() == 0);
    CHECK(s.t.counters().broken == 1);
}

TEST_CASE("tcp: who is not there is told as lost; who refuses at once too", "[sipnet][stream]") {
    Side s;
    net::Endpoint nobody;
    {
        Side gone;
        nobody = gone.t.local(gone.socket);
    }
    REQUIRE(s.t.send(s.to(nobody), message("c1")));
    REQUIRE(s.until([&] { return s.lost.size() == 1; }));
    CHECK(s.lost[0] == cat(nobody.port, " Connection refused"));
    CHECK(s.t.connections() == 0);
    // No connection, and no leave to open one.
    Flow flow = s.to(nobody);
    flow.may_connect = false;
    CHECK_FALSE(s.t.send(flow, message("c2")));
    CHECK(s.t.counters().send_failures == 1);
}

TEST_CASE("tcp: a connection that a request went by is told when it goes, one of responses is not", "[sipnet][stream]") {
    Side s;
    {
        Raw first(s.t.local(s.socket)), second(s.t.local(s.socket));
        first.say(message("c1"));
        second.say(message("c2"));
        REQUIRE(s.until([&] { return s.messages.size() == 2; }));
        s.t.send(s.from[0], "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        s.t.send(s.from[1], message("back"));
        s.run(3);
    }
    REQUIRE(s.until([&] { return s.t.connections() == 0; }));
    CHECK(s.lost.size() == 1);
}

TEST_CASE("tcp: silence and a byte a second have their time", "[sipnet][stream]") {
    Side s;
    Raw silent(s.t.local(s.socket)), dripping(s.t.local(s.socket)), busy(s.t.local(s.socket));
    REQUIRE(s.until([&] { return s.t.connections() == 3; }));
    const std::string slow = message("slow");
    for (std::size_t i = 0; i < 31; ++i) {
        dripping.say(slow.substr(i, 1));
        if (i % 10 == 0) busy.say(message("busy"));
        s.run(2);
        s.clock.advance(seconds(1));
    }
    CHECK(s.t.connections() == 3);
    s.clock.advance(seconds(1));
    REQUIRE(s.until([&] { return s.t.connections() == 1; }));
    CHECK(silent.hear() == "EOF");
    CHECK(s.t.counters().timed_out == 2);
    s.clock.advance(seconds(1800));
    REQUIRE(s.until([&] { return s.t.connections() == 0; }));
}

TEST_CASE("tcp: what waits for a peer that does not read is bounded, then the connection ends", "[sipnet][stream]") {
    StreamLimits limits;
    limits.queue_bytes = 100'000;
    Side s(limits);
    Raw peer(s.t.local(s.socket));
    peer.say(message("c1"));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
    const std::string big = message("big", std::string(10'000, 'x'));
    int sent = 0;
    while (sent < 100'000 && s.t.send(s.from[0], big)) {
        ++sent;
        s.run();
    }
    CHECK(sent < 100'000);
    CHECK(s.t.counters().send_failures == 1);
    CHECK(s.t.connections() == 1);
    s.clock.advance(seconds(32));
    REQUIRE(s.until([&] { return s.t.connections() == 0; }));
    CHECK(s.t.counters().timed_out == 1);
}

TEST_CASE("tcp: of half-open connections each address has its share, and silent ones give way", "[sipnet][stream]") {
    StreamLimits limits;
    limits.caps = {.total = 20, .per_peer = 15};
    Side s(limits);
    const net::Endpoint at = s.t.local(s.socket);
    Raw good(at);
    good.say(message("good"));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
    std::vector<std::unique_ptr<Raw>> flood;
    for (int i = 0; i < 200; ++i) {
        flood.push_back(std::make_unique<Raw>(at));
        s.run();
        CHECK(s.t.connections() <= 15);
    }
    CHECK(s.t.counters().refused_full == 200 - 14);
    good.say(message("still here"));
    REQUIRE(s.until([&] { return s.messages.size() == 2; }));
}

TEST_CASE("tcp: when all places are taken, who has said nothing gives way to who comes", "[sipnet][stream]") {
    StreamLimits limits;
    limits.caps = {.total = 10, .per_peer = 1000};
    Side s(limits);
    const net::Endpoint at = s.t.local(s.socket);
    Raw good(at);
    good.say(message("good"));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
    std::vector<std::unique_ptr<Raw>> flood;
    for (int i = 0; i < 50; ++i) {
        flood.push_back(std::make_unique<Raw>(at));
        s.run();
    }
    Raw late(at);
    late.say(message("late"));
    REQUIRE(s.until([&] { return s.messages.size() == 2; }));
    CHECK(s.t.connections() == 10);
    CHECK(s.t.counters().evicted == 42);
    good.say(message("still here"));
    REQUIRE(s.until([&] { return s.messages.size() == 3; }));
}

TEST_CASE("tcp: a stranger that speaks gives way all the same, and has little room", "[sipnet][stream]") {
    StreamLimits limits;
    limits.caps = {.total = 10, .per_peer = 1000};
    Side s(limits);
    const net::Endpoint at = s.t.local(s.socket);
    Raw good(at);
    good.say(message("good"));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
    s.known = false;
    std::vector<std::unique_ptr<Raw>> flood;
    for (std::size_t i = 0; i < 20; ++i) {
        flood.push_back(std::make_unique<Raw>(at));
        flood.back()->say(message("stranger"));
        REQUIRE(s.until([&] { return s.messages.size() == 2 + i; }));
    }
    CHECK(s.t.connections() == 10);
    CHECK(s.t.counters().evicted == 11);
    s.messages.clear();
    Raw large(at);
    large.say(message("large", std::string(9000, 'x')));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
    CHECK(s.messages[0] == "broken: Message Too Large: INFO");
    // The topology knows him by now: nothing of that holds any more.
    flood.back()->say(message("again"));
    REQUIRE(s.until([&] { return s.messages.size() == 2; }));
    s.known = true;
    flood.back()->say(message("first"));
    REQUIRE(s.until([&] { return s.messages.size() == 3; }));
    flood.back()->say(message("second", std::string(9000, 'x')));
    REQUIRE(s.until([&] { return s.messages.size() == 4; }));
    CHECK(s.messages[3].size() > 9000);
}

TEST_CASE("tcp: without descriptors accepting pauses, and goes on when there are some again", "[sipnet][stream]") {
    Side s;
    const net::Endpoint at = s.t.local(s.socket);
    Raw waiting(at);  // its descriptor is ours already, the accepted one is not there yet
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
    const int next = ::dup(0);
    ::close(next);
    const rlimit tight{static_cast<rlim_t>(next), old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    for (int i = 0; i < 20; ++i) s.run();
    const auto paused = s.t.counters().accept_pauses;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &old) == 0);
    CHECK(paused == 1);  // not once a round
    CHECK(s.t.connections() == 0);
    s.clock.advance(milliseconds(250));
    waiting.say(message("c1"));
    REQUIRE(s.until([&] { return s.messages.size() == 1; }));
}

TEST_CASE("tcp: a flow with keep-alive pings between 95 and 120 s, and fails without the pong that came before", "[sipnet][stream]") {
    Side a;
    Side b;
    const std::uint32_t keep = a.t.peer({.keepalive = true, .tls = {}});
    CHECK(a.t.peer({.keepalive = true, .tls = {}}) == keep);
    CHECK(a.t.peer({}) == 0);
    Flow flow = a.to(b.t.local(b.socket));
    flow.peer = keep;
    REQUIRE(a.t.send(flow, message("c1")));
    for (int i = 0; i < 200 && b.messages.empty(); ++i) {
        a.run();
        b.run();
    }
    for (int round = 0; round < 3; ++round) {
        a.clock.advance(seconds(120));
        for (int i = 0; i < 10; ++i) {
            a.run();
            b.run();
        }
    }
    for (const std::string& why : a.lost) UNSCOPED_INFO(why);
    REQUIRE(a.t.connections() == 1);
    a.clock.advance(seconds(120));
    a.run();  // the ping leaves, and nobody answers
    a.clock.advance(seconds(10));
    REQUIRE(a.until([&] { return a.t.connections() == 0; }));
    CHECK(a.lost.size() == 1);
    CHECK(a.lost[0].ends_with("no pong (RFC 5626 §4.4.1)"));
}

TEST_CASE("tcp: IPv6 speaks with IPv6", "[sipnet][stream]") {
    Side a, b;
    const net::Endpoint any6{*net::IpAddress::parse("::1"), 0};
    const auto at_a = a.t.open(TransportKind::kTcp, any6), at_b = b.t.open(TransportKind::kTcp, any6);
    if (!at_a || !at_b) {
        WARN("no IPv6 here");
        return;
    }
    CHECK_FALSE(a.t.send(Flow{a.socket, b.t.local(*at_b), TransportKind::kTcp, true, 0}, message("c1")));  // the other family's socket
    REQUIRE(a.t.send(Flow{*at_a, b.t.local(*at_b), TransportKind::kTcp, true, 0}, message("c1")));
    for (int i = 0; i < 200 && b.messages.empty(); ++i) {
        a.run();
        b.run();
    }
    REQUIRE(b.messages.size() == 1);
    CHECK(b.from[0].remote.ip == any6.ip);
    CHECK(b.from[0].socket == *at_b);
}
