// Knows: how many questions a peer may cause, at once, a second, and together with others.
// Must not know: dialogs (names_test.cpp).
#include "sip-trunk-proxy/question_budget.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::proxy;

namespace {

net::IpAddress peer(std::uint32_t n) { return net::IpAddress::v4(0x0a00'0000U + n); }
dns::Question question(std::size_t n) { return {cat('n', n, ".example"), dns::Type::kA}; }

}  // namespace

TEST_CASE("question budget: a peer has so many open, so many a second, and as many at once after a pause", "[proxy][names]") {
    FakeClock clock;
    QuestionBudget b({.open = 100, .open_per_peer = 4, .per_second = 10});
    std::size_t n = 0;
    for (int i = 0; i < 4; ++i) CHECK(b.take(peer(1), question(n++), clock.mono()));
    CHECK_FALSE(b.take(peer(1), question(n), clock.mono()));
    for (std::size_t i = 0; i < 4; ++i) b.done(question(i));
    b.done(question(0));  // once is enough
    CHECK(b.open() == 0);
    for (int i = 0; i < 6; ++i) {
        CHECK(b.take(peer(1), question(n), clock.mono()));
        b.done(question(n++));
    }
    CHECK_FALSE(b.take(peer(1), question(n), clock.mono()));
    CHECK(b.take(peer(2), question(n), clock.mono()));
    CHECK_FALSE(b.take(peer(3), question(n), clock.mono()));  // it is asked already
    b.done(question(n++));
    clock.advance(milliseconds(101));
    CHECK(b.take(peer(1), question(n), clock.mono()));
    b.done(question(n++));
    CHECK_FALSE(b.take(peer(1), question(n), clock.mono()));
    clock.advance(seconds(3600));
    for (int i = 0; i < 10; ++i) {
        CHECK(b.take(peer(1), question(n), clock.mono()));
        b.done(question(n++));
    }
    CHECK_FALSE(b.take(peer(1), question(n), clock.mono()));
}

TEST_CASE("question budget: all peers together leave the resolver room, and are forgotten", "[proxy][names]") {
    FakeClock clock;
    QuestionBudget b({.open = 10, .open_per_peer = 4, .per_second = 10});
    std::size_t taken = 0;
    for (std::size_t n = 0; n < 100; ++n) taken += b.take(peer(static_cast<std::uint32_t>(n)), question(n), clock.mono()) ? 1U : 0U;
    CHECK(taken == 10);
    for (std::size_t n = 0; n < 100; ++n) b.done(question(n));
    CHECK(b.open() == 0);
    for (std::uint32_t n = 0; n < 20'000; ++n) {
        clock.advance(milliseconds(1));
        CHECK(b.take(peer(n), question(n), clock.mono()));
        b.done(question(n));
    }
    CHECK(b.peers() <= 1100);
}

TEST_CASE("question budget: of thousands who ask at once the last ones wait, and memory is bounded", "[proxy][names]") {
    FakeClock clock;
    QuestionBudget b({.open = 10, .open_per_peer = 4, .per_second = 10});
    const auto ask = [&](std::uint32_t n) {
        const bool taken = b.take(peer(n), question(n), clock.mono());
        b.done(question(n));
        return taken;
    };
    unsigned taken = 0;
    for (std::uint32_t n = 0; n < 5000; ++n) taken += ask(n) ? 1U : 0U;
    CHECK(taken == 1024);
    CHECK(b.peers() == 1024);
    CHECK(ask(7));  // who is known already
    clock.advance(milliseconds(50));
    CHECK_FALSE(ask(6000));
    clock.advance(milliseconds(60));
    CHECK(ask(6000));
}
