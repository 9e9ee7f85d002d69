#include "quality/burst.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace tandem::quality;

namespace {

BurstGap feed(std::string_view pattern) {
    BurstGap b;
    for (char c : pattern) b.feed(c != '1');
    b.finish();
    return b;
}

/// The definition of RFC 3611 §4.7.2 taken word for word over a whole pattern: losses nearer than kGapMin played packets
/// belong together; two or more of them are a burst.
struct Reference {
    std::uint64_t bursts = 0, packets = 0, lost = 0;
};
Reference reference(const std::string& pattern) {
    Reference out;
    std::vector<std::size_t> losses;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] != '1') losses.push_back(i);
    for (std::size_t i = 0; i < losses.size();) {
        std::size_t j = i;
        while (j + 1 < losses.size() && losses[j + 1] - losses[j] - 1 < kGapMin) ++j;
        if (j > i) {
            ++out.bursts;
            out.packets += losses[j] - losses[i] + 1;
            out.lost += j - i + 1;
        }
        i = j + 1;
    }
    return out;
}

}  // namespace

TEST_CASE("burst: the worked example of RFC 3611", "[quality][burst]") {
    // As printed, with the 64th packet that the text counts and the figure leaves out.
    const auto b = feed("11110111111111111111111X111X1011110111111111111111111X1111111111");
    CHECK(b.packets() == 64);
    CHECK(b.bursts() == 1);
    CHECK(b.burst_packets() == 12);  // 120 ms at 10 ms a packet
    CHECK(b.burst_lost() == 4);
    CHECK(b.burst_density() == Approx(0.3333).margin(0.0001));
    CHECK(b.gap_packets() == 52);    // 520 ms
    CHECK(b.gap_lost() == 2);
    CHECK(b.gap_density() == Approx(2.0 / 52));
    CHECK(static_cast<int>(b.burst_density() * 256) == 85);
    CHECK(static_cast<int>(b.gap_density() * 256) == 9);
    CHECK(static_cast<int>(b.loss_ratio() * 256) == 24);
}

TEST_CASE("burst: sixteen played packets part two losses, fifteen do not", "[quality][burst]") {
    CHECK(feed("0" + std::string(16, '1') + "0").bursts() == 0);
    CHECK(feed("0" + std::string(15, '1') + "0").bursts() == 1);
    CHECK(feed("0" + std::string(15, '1') + "0").burst_packets() == 17);
    CHECK(feed("").loss_ratio() == 0);
    CHECK(feed("1111").burst_ratio() == 1);
    CHECK(feed("0000").burst_packets() == 4);
}

TEST_CASE("burst: streaming gives what the definition gives", "[quality][burst]") {
    std::mt19937 random(20261122);
    for (int round = 0; round < 500; ++round) {
        std::string pattern(200, '1');
        const auto every = 2 + random() % 40;
        for (char& c : pattern)
            if (random() % every == 0) c = '0';
        const auto b = feed(pattern);
        const Reference r = reference(pattern);
        INFO(pattern);
        REQUIRE(b.bursts() == r.bursts);
        REQUIRE(b.burst_packets() == r.packets);
        REQUIRE(b.burst_lost() == r.lost);
    }
}

TEST_CASE("burst: the ratio is the mean run over that of random loss", "[quality][burst]") {
    // 4 losses in 2 runs of 2, in 100 packets: 2 * (1 - 0.04).
    const auto b = feed("00" + std::string(48, '1') + "00" + std::string(48, '1'));
    CHECK(b.burst_ratio() == Approx(1.92));
    CHECK(feed("0" + std::string(99, '1')).burst_ratio() == 1);
}
