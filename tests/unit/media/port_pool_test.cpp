// Knows: media/port_pool.h and rtcp_schedule.h, tried from outside. Uses ports 24000-24019 of loopback.
// Must not know: calls.
// Next: relay_test.cpp.
#include "media/port_pool.h"

#include <catch2/catch.hpp>
#include <set>

#include "media/rtcp_schedule.h"
#include "support/own_address.h"

using namespace tandem;
using namespace tandem::media;

namespace {
const net::IpAddress kLoopback = tandem::test::own_address();
constexpr MonoTime kNow{seconds{1000}};
}  // namespace

TEST_CASE("port pool: every pair once, even for RTP and the next odd for RTCP", "[media][port_pool]") {
    PortPool pool(kLoopback, 24000, 24019, 1);
    CHECK(pool.pairs() == 10);
    std::vector<PortPair> held;
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 10; ++i) {
        auto pair = pool.allocate(kNow);
        REQUIRE(pair);
        const auto port = pair->rtp.local().port;
        CHECK(port % 2 == 0);
        CHECK(port >= 24000);
        CHECK(pair->rtcp.local().port == port + 1);
        CHECK(pair->rtcp.local().port <= 24019);
        CHECK(seen.insert(port).second);
        held.push_back(std::move(*pair));
    }
    CHECK(pool.in_use() == 10);
    const auto none = pool.allocate(kNow);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::kMissing);
}

TEST_CASE("port pool: the order is not the order of the ports", "[media][port_pool]") {
    PortPool pool(kLoopback, 24000, 24019, 7);
    std::set<std::uint16_t> first;
    for (int i = 0; i < 12; ++i) {
        auto pair = pool.allocate(kNow + seconds{100 * i});
        REQUIRE(pair);
        first.insert(pair->rtp.local().port);
        pool.release(pair->rtp.local().port, kNow + seconds{100 * i});
    }
    CHECK(first.size() >= 4);
}

TEST_CASE("port pool: a returned pair rests before it is used again", "[media][port_pool]") {
    PortPool pool(kLoopback, 24010, 24011, 1);
    REQUIRE(pool.pairs() == 1);
    std::uint16_t port = 0;
    {
        auto pair = pool.allocate(kNow);
        REQUIRE(pair);
        port = pair->rtp.local().port;
    }
    pool.release(port, kNow);
    CHECK(pool.in_use() == 0);
    CHECK_FALSE(pool.allocate(kNow + seconds{7}));
    CHECK(pool.allocate(kNow + seconds{8}));
}

TEST_CASE("port pool: a pair that another program holds is passed over, and one half is enough",
          "[media][port_pool]") {
    const auto taken = UdpSocket::bind({kLoopback, 24013});
    REQUIRE(taken);
    PortPool pool(kLoopback, 24012, 24015, 3);
    for (int i = 0; i < 4; ++i) {
        auto pair = pool.allocate(kNow);
        REQUIRE(pair);
        CHECK(pair->rtp.local().port == 24014);
        pool.release(24014, kNow - seconds{60});
    }
    const auto both = UdpSocket::bind({kLoopback, 24014});
    REQUIRE(both);
    const auto none = pool.allocate(kNow);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::kIo);
    CHECK(none.error().what.find(cat(kLoopback.str(), ":2401")) != std::string::npos);
}

TEST_CASE("port pool: odd ends of a range are left out, and releasing nonsense does nothing",
          "[media][port_pool]") {
    CHECK(PortPool(kLoopback, 24001, 24004, 1).pairs() == 1);
    CHECK(PortPool(kLoopback, 24000, 24000, 1).pairs() == 0);
    CHECK(PortPool(kLoopback, 0, 0, 1).pairs() == 0);
    CHECK(PortPool(kLoopback, 65534, 65535, 1).pairs() == 1);
    PortPool pool(kLoopback, 24000, 24003, 1);
    pool.release(1, kNow);
    pool.release(60000, kNow);
    pool.release(24000, kNow);
    CHECK(pool.in_use() == 0);
}

TEST_CASE("rtcp schedule: 2.05 to 6.16 s, half of it before the first report, spread out", "[media][rtcp]") {
    std::mt19937_64 random(42);
    nanoseconds least{seconds{100}};
    nanoseconds most{0};
    for (int i = 0; i < 2000; ++i) {
        const auto d = rtcp_interval(false, random);
        least = std::min(least, d);
        most = std::max(most, d);
        const auto first = rtcp_interval(true, random);
        CHECK(first >= milliseconds{1026});
        CHECK(first <= milliseconds{3079});
    }
    CHECK(least >= milliseconds{2052});
    CHECK(least < milliseconds{2100});
    CHECK(most <= milliseconds{6157});
    CHECK(most > milliseconds{6100});
}
