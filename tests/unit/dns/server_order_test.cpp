// Knows: how often each server comes first (RFC 2782).
// Must not know: DNS.
// Next: locate_test.cpp.
#include "dns/server_order.h"

#include <catch2/catch.hpp>
#include <map>

using namespace tandem;
using namespace tandem::dns;

namespace {

Server server(std::uint32_t last, std::uint16_t priority, std::uint16_t weight, std::uint16_t record) {
    return {{net::IpAddress::v4(0x0a000000U + last), 5060}, Transport::kUdp, priority, weight, record};
}

std::uint32_t last(const Server& s) { return s.at.ip.bytes()[3]; }

}  // namespace

TEST_CASE("server order: priorities first, every server once, addresses of a record together", "[dns][order]") {
    const std::vector<Server> servers{server(1, 1, 5, 0), server(2, 1, 5, 0), server(3, 1, 50, 1), server(4, 2, 0, 2), server(5, 2, 7, 3)};
    for (std::uint64_t dice = 0; dice < 500; ++dice) {
        const auto order = in_order(servers, dice);
        REQUIRE(order.size() == 5);
        std::map<std::uint32_t, std::size_t> place;
        for (std::size_t i = 0; i < order.size(); ++i) place[last(order[i])] = i;
        REQUIRE(place.size() == 5);
        CHECK(place[2] == place[1] + 1);
        CHECK(std::min(place[4], place[5]) == 3);
        CHECK(order == in_order(servers, dice));
    }
    CHECK(in_order({}, 1).empty());
}

TEST_CASE("server order: weights decide how often one comes first, over 1,000 choices", "[dns][order]") {
    const std::vector<Server> servers{server(1, 0, 10, 0), server(2, 0, 30, 1), server(3, 0, 60, 2)};
    std::map<std::uint32_t, int> first, second;
    for (std::uint64_t dice = 0; dice < 1000; ++dice) {
        const auto order = in_order(servers, dice);
        ++first[last(order[0])];
        ++second[last(order[1])];
    }
    // Four standard deviations of a binomial distribution: 38, 58, 62.
    CHECK(std::abs(first[1] - 100) < 45);
    CHECK(std::abs(first[2] - 300) < 62);
    CHECK(std::abs(first[3] - 600) < 68);
    CHECK(second[1] > first[1]);
}

TEST_CASE("server order: weight 0 beside others is chosen seldom, alone among its like evenly", "[dns][order]") {
    std::map<std::uint32_t, int> first, even;
    for (std::uint64_t dice = 0; dice < 1000; ++dice) {
        ++first[last(in_order(std::vector<Server>{server(1, 0, 99, 0), server(2, 0, 0, 1)}, dice)[0])];
        ++even[last(in_order(std::vector<Server>{server(1, 0, 0, 0), server(2, 0, 0, 1)}, dice)[0])];
    }
    CHECK(first[2] > 0);
    CHECK(first[2] < 40);
    // RFC 2782: without weights no selection is to be done; the order of the answer stays.
    CHECK(even[1] == 1000);
}
