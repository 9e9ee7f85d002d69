// Knows: media/source_lock.h, tried from outside.
// Must not know: sockets.
// Next: relay_test.cpp.
#include "media/source_lock.h"

#include <catch2/catch.hpp>

using namespace tandem;
using namespace tandem::media;
using Verdict = SourceLock::Verdict;

namespace {

net::Endpoint at(std::string_view text) { return *net::Endpoint::parse(text); }
rtp::Header packet(std::uint16_t sequence, std::uint32_t ssrc = 1) { return {false, 0, sequence, 0, ssrc}; }

const net::Endpoint kSdp = at("192.0.2.1:4000");
const net::Endpoint kNat = at("198.51.100.1:61000");
const net::Endpoint kThief = at("203.0.113.9:4000");

}  // namespace

TEST_CASE("source lock: without latching only the SDP address counts", "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, false, 3);
    for (std::uint16_t i = 0; i < 10; ++i) CHECK(lock.check(kThief, packet(i)) == Verdict::kForeign);
    CHECK(lock.check(at("192.0.2.1:4002"), packet(1)) == Verdict::kForeign);
    CHECK(lock.check(kSdp, packet(1)) == Verdict::kAccept);
    CHECK(lock.peer() == kSdp);
}

TEST_CASE("source lock: latches after N consistent packets and then nobody else gets in",
          "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, true, 3);
    CHECK(lock.check(kNat, packet(1)) == Verdict::kPending);
    CHECK(lock.check(kNat, packet(2)) == Verdict::kPending);
    CHECK(lock.peer() == kSdp);
    CHECK(lock.check(kNat, packet(3)) == Verdict::kLatched);
    CHECK(lock.peer() == kNat);
    CHECK(lock.latched());
    CHECK(lock.check(kNat, packet(4, 99)) == Verdict::kAccept);
    CHECK(lock.check(kThief, packet(5)) == Verdict::kForeign);
    CHECK(lock.check(kSdp, packet(5)) == Verdict::kForeign);
}

TEST_CASE("source lock: inconsistent packets never latch", "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, true, 3);
    for (std::uint16_t i = 0; i < 20; ++i)
        CHECK(lock.check(kThief, packet(i, i)) == Verdict::kPending);  // other SSRCs
    for (std::uint16_t i = 0; i < 20; ++i)
        CHECK(lock.check(kThief, packet(500)) == Verdict::kPending);  // no progress
    for (std::uint16_t i = 0; i < 20; ++i)
        CHECK(lock.check(i % 2 == 0 ? kThief : kNat, packet(i)) == Verdict::kPending);  // two senders
    for (std::uint16_t i = 20; i > 0; --i)
        CHECK(lock.check(kThief, packet(i)) == Verdict::kPending);  // falling
    CHECK(lock.check(kSdp, packet(1)) == Verdict::kAccept);
    CHECK_FALSE(lock.latched());
    CHECK(lock.check(kThief, packet(1)) == Verdict::kForeign);
}

TEST_CASE("source lock: a sprayed range of ports cannot latch while the peer sends", "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, true, 3);
    for (std::uint16_t i = 0; i < 100; ++i) {
        net::Endpoint spray = kThief;
        spray.port = static_cast<std::uint16_t>(1000 + i);
        CHECK(lock.check(spray, packet(i)) == Verdict::kPending);
    }
}

TEST_CASE("source lock: the same description keeps the lock, a new address starts anew",
          "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, true, 1);
    CHECK(lock.check(kNat, packet(1)) == Verdict::kLatched);
    lock.expect(kSdp, true, 1);
    CHECK(lock.check(kThief, packet(2)) == Verdict::kForeign);
    lock.expect(at("192.0.2.1:4010"), true, 1);
    CHECK_FALSE(lock.latched());
    CHECK(lock.check(at("198.51.100.1:61002"), packet(1)) == Verdict::kLatched);
}

TEST_CASE("source lock: a run across the wrap of sequence numbers is consistent", "[media][source_lock]") {
    SourceLock lock;
    lock.expect(kSdp, true, 3);
    CHECK(lock.check(kNat, packet(65'534)) == Verdict::kPending);
    CHECK(lock.check(kNat, packet(65'535)) == Verdict::kPending);
    CHECK(lock.check(kNat, packet(0)) == Verdict::kLatched);
}
