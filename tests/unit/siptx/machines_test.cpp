// Knows: the four transaction machines row by row against the figures of RFC 3261 §17 and RFC 6026.
// Must not know: messages, sockets.
#include <catch2/catch.hpp>

#include "siptx/client_invite.h"
#include "siptx/client_non_invite.h"
#include "siptx/server_invite.h"
#include "siptx/server_non_invite.h"

using namespace tandem;
using namespace tandem::siptx;

namespace {
constexpr MonoTime kStart{seconds{100}};
constexpr Actions kNothing{};
const Timers kTimers;
MonoTime after(nanoseconds d) { return kStart + d; }
using A = Actions;
}  // namespace

TEST_CASE("client INVITE: Timer A doubles, Timer B ends it", "[siptx]") {
    ClientInvite t;
    CHECK(t.start(kTimers, Reliability::kUnreliable, kStart) == A(A::kSend));
    CHECK(t.on_time(kTimers, after(milliseconds(499))) == kNothing);
    nanoseconds at{0};
    int sent = 0;
    for (nanoseconds interval = milliseconds(500); at + interval < kTimers.b(); interval *= 2) {
        at += interval;
        REQUIRE(t.deadline() == after(at));
        CHECK(t.on_time(kTimers, after(at)) == A(A::kSend));
        ++sent;
    }
    CHECK(sent == 6);  // 7 in all within 64*T1
    CHECK(t.deadline() == after(seconds(32)));
    CHECK(t.on_time(kTimers, after(seconds(32))) == (A::kTimeout | A::kTerminate));
    CHECK(t.state() == ClientInvite::State::kTerminated);
    CHECK(t.deadline() == kNever);
    CHECK(t.on_response(200, kTimers, after(seconds(33))) == kNothing);
}

TEST_CASE("client INVITE: over a reliable transport nothing is repeated", "[siptx]") {
    ClientInvite t;
    t.start(kTimers, Reliability::kReliable, kStart);
    CHECK(t.deadline() == after(seconds(32)));
    CHECK(t.on_response(486, kTimers, kStart) == (A(A::kSendAck) | A::kDeliver | A::kTerminate));
}

TEST_CASE("client INVITE: a provisional stops Timers A and B", "[siptx]") {
    ClientInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(100, kTimers, kStart) == A(A::kDeliver));
    CHECK(t.state() == ClientInvite::State::kProceeding);
    CHECK(t.deadline() == kNever);
    CHECK(t.on_response(180, kTimers, kStart) == A(A::kDeliver));
    CHECK(t.on_transport_error() == kNothing);
}

TEST_CASE("client INVITE: a 2xx is delivered, and so are more of them until Timer M", "[siptx]") {
    for (bool provisional : {false, true}) {
        ClientInvite t;
        t.start(kTimers, Reliability::kUnreliable, kStart);
        if (provisional) t.on_response(183, kTimers, kStart);
        CHECK(t.on_response(200, kTimers, kStart) == A(A::kDeliver));
        CHECK(t.state() == ClientInvite::State::kAccepted);
        CHECK(t.on_response(200, kTimers, kStart) == A(A::kDeliver));
        CHECK(t.on_response(180, kTimers, kStart) == kNothing);
        CHECK(t.on_response(500, kTimers, kStart) == kNothing);
        CHECK(t.on_transport_error() == kNothing);
        CHECK(t.deadline() == after(kTimers.m()));
        CHECK(t.on_time(kTimers, after(kTimers.m())) == A(A::kTerminate));
    }
}

TEST_CASE("client INVITE: a failure is acknowledged each time and delivered once", "[siptx]") {
    ClientInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(503, kTimers, kStart) == (A::kSendAck | A::kDeliver));
    CHECK(t.on_response(503, kTimers, kStart) == A(A::kSendAck));
    CHECK(t.on_response(200, kTimers, kStart) == kNothing);
    CHECK(t.on_response(180, kTimers, kStart) == kNothing);
    CHECK(t.deadline() == after(seconds(32)));
    CHECK(t.on_time(kTimers, after(seconds(32))) == A(A::kTerminate));
}

TEST_CASE("client INVITE: Timer D is never below 32 s", "[siptx]") {
    Timers fast;
    fast.t1 = milliseconds(100);
    ClientInvite t;
    t.start(fast, Reliability::kUnreliable, kStart);
    t.on_response(404, fast, kStart);
    CHECK(t.deadline() == after(seconds(32)));
}

TEST_CASE("client INVITE: a transport error is told and ends it", "[siptx]") {
    ClientInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_transport_error() == (A::kTransportError | A::kTerminate));
    ClientInvite u;
    u.start(kTimers, Reliability::kUnreliable, kStart);
    u.on_response(404, kTimers, kStart);
    CHECK(u.on_transport_error() == (A::kTransportError | A::kTerminate));
}

TEST_CASE("client non-INVITE: Timer E doubles up to T2, Timer F ends it", "[siptx]") {
    ClientNonInvite t;
    CHECK(t.start(kTimers, Reliability::kUnreliable, kStart) == A(A::kSend));
    const int expected_ms[] = {500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500};
    for (int ms : expected_ms) {
        REQUIRE(t.deadline() == after(milliseconds(ms)));
        CHECK(t.on_time(kTimers, after(milliseconds(ms))) == A(A::kSend));
    }
    CHECK(t.on_time(kTimers, after(seconds(32))) == (A::kTimeout | A::kTerminate));
}

TEST_CASE("client non-INVITE: after a provisional it is repeated every T2, Timer F still runs", "[siptx]") {
    ClientNonInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(100, kTimers, kStart) == A(A::kDeliver));
    CHECK(t.on_time(kTimers, after(milliseconds(500))) == A(A::kSend));
    CHECK(t.deadline() == after(milliseconds(4500)));
    CHECK(t.on_time(kTimers, after(seconds(32))) == (A::kTimeout | A::kTerminate));
}

TEST_CASE("client non-INVITE: a final response is delivered once, Timer K absorbs the rest", "[siptx]") {
    ClientNonInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(200, kTimers, kStart) == A(A::kDeliver));
    CHECK(t.on_response(200, kTimers, kStart) == kNothing);
    CHECK(t.on_transport_error() == kNothing);
    CHECK(t.deadline() == after(seconds(5)));
    CHECK(t.on_time(kTimers, after(seconds(5))) == A(A::kTerminate));
    ClientNonInvite r;
    r.start(kTimers, Reliability::kReliable, kStart);
    CHECK(r.on_response(200, kTimers, kStart) == (A::kDeliver | A::kTerminate));
    ClientNonInvite e;
    e.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(e.on_transport_error() == (A::kTransportError | A::kTerminate));
}

TEST_CASE("server INVITE: a 100 goes out by itself after 200 ms unless the user answered", "[siptx]") {
    ServerInvite t;
    CHECK(t.start(kTimers, Reliability::kUnreliable, kStart) == A(A::kDeliver));
    CHECK(t.on_request() == kNothing);  // nothing to repeat yet
    CHECK(t.deadline() == after(milliseconds(200)));
    CHECK(t.on_time(kTimers, after(milliseconds(200))) == A(A::kSendTrying));
    CHECK(t.on_request() == A(A::kSend));
    CHECK(t.deadline() == kNever);
    ServerInvite u;
    u.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(u.on_response(100, kTimers, kStart) == A(A::kSend));
    CHECK(u.deadline() == kNever);
}

TEST_CASE("server INVITE: a failure is repeated by Timer G until the ACK, Timer H gives up", "[siptx]") {
    ServerInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(486, kTimers, kStart) == A(A::kSend));
    CHECK(t.state() == ServerInvite::State::kCompleted);
    for (int ms : {500, 1500, 3500, 7500, 11500}) {
        REQUIRE(t.deadline() == after(milliseconds(ms)));
        CHECK(t.on_time(kTimers, after(milliseconds(ms))) == A(A::kSend));
    }
    CHECK(t.on_request() == A(A::kSend));
    CHECK(t.on_response(200, kTimers, kStart) == kNothing);
    CHECK(t.on_time(kTimers, after(seconds(32))) == (A::kTimeout | A::kTerminate));
}

TEST_CASE("server INVITE: the ACK confirms, Timer I absorbs more of them", "[siptx]") {
    ServerInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    t.on_response(404, kTimers, kStart);
    CHECK(t.on_ack(kTimers, kStart) == kNothing);
    CHECK(t.state() == ServerInvite::State::kConfirmed);
    CHECK(t.on_ack(kTimers, kStart) == kNothing);
    CHECK(t.on_request() == kNothing);
    CHECK(t.on_time(kTimers, after(seconds(5))) == A(A::kTerminate));
    ServerInvite r;
    r.start(kTimers, Reliability::kReliable, kStart);
    r.on_response(404, kTimers, kStart);
    CHECK(r.deadline() == after(seconds(32)));
    CHECK(r.on_ack(kTimers, kStart) == A(A::kTerminate));
}

TEST_CASE("server INVITE: after a 2xx more 2xx pass, INVITEs are absorbed, the ACK is delivered", "[siptx]") {
    ServerInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(180, kTimers, kStart) == A(A::kSend));
    CHECK(t.on_response(200, kTimers, kStart) == A(A::kSend));
    CHECK(t.state() == ServerInvite::State::kAccepted);
    CHECK(t.on_request() == kNothing);
    CHECK(t.on_response(200, kTimers, kStart) == A(A::kSend));
    CHECK(t.on_response(500, kTimers, kStart) == kNothing);
    CHECK(t.on_ack(kTimers, kStart) == A(A::kDeliver));
    CHECK(t.deadline() == after(kTimers.l()));
    CHECK(t.on_time(kTimers, after(kTimers.l())) == A(A::kTerminate));
}

TEST_CASE("server INVITE: a transport error is told and does not end it", "[siptx]") {
    ServerInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_transport_error() == A(A::kTransportError));
    CHECK(t.state() == ServerInvite::State::kProceeding);
    t.on_response(500, kTimers, kStart);
    CHECK(t.on_transport_error() == A(A::kTransportError));
    CHECK(t.state() == ServerInvite::State::kCompleted);
}

TEST_CASE("server non-INVITE: a 100 only once the client's Timer E has reached T2", "[siptx]") {
    ServerNonInvite t;
    CHECK(t.start(kTimers, Reliability::kUnreliable, kStart) == A(A::kDeliver));
    CHECK(t.on_request() == kNothing);
    CHECK(t.on_response(180, kTimers, kStart) == kNothing);  // RFC 4320 §4.1
    CHECK(t.deadline() == after(milliseconds(3500)));
    CHECK(t.on_time(kTimers, after(milliseconds(3500))) == A(A::kSendTrying));
    CHECK(t.on_request() == A(A::kSend));
    CHECK(t.on_response(200, kTimers, after(seconds(4))) == A(A::kSend));
    CHECK(t.on_request() == A(A::kSend));
    CHECK(t.on_response(500, kTimers, after(seconds(4))) == kNothing);
    CHECK(t.deadline() == after(seconds(36)));
    CHECK(t.on_time(kTimers, after(seconds(36))) == A(A::kTerminate));
}

TEST_CASE("server non-INVITE: over a reliable transport too a 100 is due when Timer E would have reached T2", "[siptx]") {
    ServerNonInvite t;
    CHECK(t.start(kTimers, Reliability::kReliable, kStart) == A(A::kDeliver));
    CHECK(t.on_time(kTimers, after(milliseconds(3499))) == kNothing);
    CHECK(t.on_time(kTimers, after(milliseconds(3500))) == A(A::kSendTrying));
    CHECK(t.on_response(200, kTimers, after(seconds(4))) == (A::kSend | A::kTerminate));
}

TEST_CASE("server non-INVITE: 408 never goes out, silence ends it quietly", "[siptx]") {
    ServerNonInvite t;
    t.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(t.on_response(408, kTimers, kStart) == A(A::kTerminate));
    ServerNonInvite u;
    u.start(kTimers, Reliability::kUnreliable, kStart);
    u.on_time(kTimers, after(milliseconds(3500)));
    CHECK(u.on_time(kTimers, after(seconds(32))) == A(A::kTerminate));
}

TEST_CASE("server non-INVITE: reliable transports keep nothing", "[siptx]") {
    ServerNonInvite t;
    t.start(kTimers, Reliability::kReliable, kStart);
    CHECK(t.on_response(200, kTimers, kStart) == (A::kSend | A::kTerminate));
    ServerNonInvite u;
    u.start(kTimers, Reliability::kUnreliable, kStart);
    CHECK(u.on_transport_error() == kNothing);
    u.on_response(200, kTimers, kStart);
    CHECK(u.on_transport_error() == A(A::kTransportError));
    CHECK(u.on_request() == A(A::kSend));
}
