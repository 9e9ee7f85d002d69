// Knows: which deadline of a connection comes when, on a clock of the test's own.
// Must not know: sockets.
#include "sipnet/stream_times.h"

#include <catch2/catch.hpp>

using namespace tandem;
using namespace tandem::sipnet;
using Due = StreamTimes::Due;

namespace {
const StreamTimeouts kTimeouts;
const MonoTime kStart{seconds{1000}};
}  // namespace

TEST_CASE("times: an accepted connection must say something, and end what it begins", "[sipnet][stream]") {
    StreamTimes t;
    t.open(kTimeouts, true, kStart);
    CHECK(t.deadline() == kStart + seconds(32));
    CHECK(t.due(kStart + seconds(31)) == Due::kNothing);
    CHECK(t.due(kStart + seconds(32)) == Due::kMessage);

    // A byte a second does not help: what counts is when the message began.
    MonoTime now = kStart + seconds(30);
    t.received(kTimeouts, true, true, now);
    for (int i = 0; i < 31; ++i) {
        now += seconds(1);
        t.received(kTimeouts, true, false, now);
        CHECK(t.due(now) == Due::kNothing);
    }
    now += seconds(1);
    t.received(kTimeouts, true, false, now);
    CHECK(t.due(now) == Due::kMessage);

    // A whole message, and the next one has its own time.
    t.received(kTimeouts, true, true, now);
    CHECK(t.due(now) == Due::kNothing);
    t.received(kTimeouts, false, true, now);
    CHECK(t.deadline() == now + seconds(1800));
    CHECK(t.due(now + seconds(1800)) == Due::kIdle);
}

TEST_CASE("times: connecting and handshaking end whatever comes", "[sipnet][stream]") {
    StreamTimes t;
    t.connecting(kTimeouts, kStart);
    CHECK(t.due(kStart + seconds(4)) == Due::kConnect);
    t.handshaking(kTimeouts, kStart);
    t.received(kTimeouts, true, true, kStart + seconds(9));
    CHECK(t.due(kStart + seconds(10)) == Due::kHandshake);
    t.open(kTimeouts, false, kStart + seconds(10));
    CHECK(t.due(kStart + seconds(100)) == Due::kNothing);  // one of ours may be silent
    t.lingering(kTimeouts, kStart);
    t.received(kTimeouts, true, true, kStart + seconds(1));
    CHECK(t.due(kStart + seconds(2)) == Due::kLingered);
}

TEST_CASE("times: a peer that does not read has its time too, from the last byte that it took", "[sipnet][stream]") {
    StreamTimes t;
    t.open(kTimeouts, false, kStart);
    t.waiting(kTimeouts, false, kStart);
    t.waiting(kTimeouts, false, kStart + seconds(20));
    CHECK(t.due(kStart + seconds(32)) == Due::kWrite);
    t.waiting(kTimeouts, true, kStart + seconds(20));
    CHECK(t.due(kStart + seconds(51)) == Due::kNothing);
    CHECK(t.due(kStart + seconds(52)) == Due::kWrite);
    t.nothing_waits();
    CHECK(t.due(kStart + seconds(100)) == Due::kNothing);
}

TEST_CASE("times: a pong is demanded of a peer that has sent one before, and of no other", "[sipnet][stream]") {
    StreamTimes t;
    t.open(kTimeouts, false, kStart);
    t.ping_at(kStart + seconds(100));
    CHECK(t.due(kStart + seconds(100)) == Due::kPing);
    t.pinged(kTimeouts, kStart + seconds(100));
    t.ping_at(kStart + seconds(200));
    CHECK(t.due(kStart + seconds(120)) == Due::kNothing);
    t.ponged();
    t.pinged(kTimeouts, kStart + seconds(200));
    t.ping_at(kStart + seconds(300));
    CHECK(t.due(kStart + seconds(209)) == Due::kNothing);
    CHECK(t.due(kStart + seconds(210)) == Due::kPong);
    t.ponged();
    CHECK(t.due(kStart + seconds(210)) == Due::kNothing);
}
