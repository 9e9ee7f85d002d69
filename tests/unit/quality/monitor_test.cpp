#include "quality/monitor.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/clock.h"
#include "quality/grade.h"

using namespace tandem;
using quality::Monitor;

namespace {

struct Feeder {
    Monitor monitor;
    /// Packet n of a 20 ms G.711 stream, late by so many ms.
    void packet(int n, double late_ms = 0, bool marker = false) {
        monitor.packet({marker, 0, static_cast<std::uint16_t>(n), static_cast<std::uint32_t>(160 * n), 1},
                       milliseconds{20 * n} + nanoseconds{static_cast<std::int64_t>(late_ms * 1e6)}, 8000);
    }
};

}  // namespace

TEST_CASE("monitor: losses, copies and discards decide the fate of each packet once", "[quality][monitor]") {
    Feeder f;
    for (int n = 0; n < 1000; ++n) {
        if (n % 100 == 50) continue;           // 10 lost
        f.packet(n, n % 100 == 70 ? 61 : 0);   // 10 too late
        if (n % 100 == 10) f.packet(n);        // 10 copies
    }
    f.monitor.finish();
    CHECK(f.monitor.stats().sequence().lost() == 10);
    CHECK(f.monitor.stats().sequence().duplicates() == 10);
    CHECK(f.monitor.discarded() == 10);
    CHECK(f.monitor.late() == 0);  // in order, only slow
    CHECK(f.monitor.fates().packets() == 1000);
    CHECK(f.monitor.fates().lost() == 20);
    CHECK(f.monitor.packet_ms() == Approx(20));
}

TEST_CASE("monitor: a reordered packet is late only when playout is over", "[quality][monitor]") {
    Feeder f;
    for (int n = 0; n < 20; ++n)
        if (n != 10 && n != 5) f.packet(n);
    // Both arrive after 19 (at 380 ms): 18 would be in time, 5 and 10 are not.
    f.monitor.packet({false, 0, 10, 1600, 1}, milliseconds{381}, 8000);
    f.monitor.finish();
    CHECK(f.monitor.stats().sequence().reordered() == 1);
    CHECK(f.monitor.late() == 1);
    CHECK(f.monitor.fates().lost() == 2);

    Feeder g;
    g.packet(0);
    g.packet(2);
    g.monitor.packet({false, 0, 1, 160, 1}, milliseconds{45}, 8000);
    g.monitor.finish();
    CHECK(g.monitor.stats().sequence().reordered() == 1);
    CHECK(g.monitor.late() == 0);
    CHECK(g.monitor.fates().lost() == 0);
}

TEST_CASE("monitor: the first packets overtaken still have their fate", "[quality][monitor]") {
    Feeder f;
    f.packet(3);
    f.packet(1, 41);
    f.packet(2, 22);
    f.packet(4);
    f.monitor.finish();
    CHECK(f.monitor.fates().packets() == 4);
    CHECK(f.monitor.fates().lost() == 0);
}

TEST_CASE("monitor: a restart keeps what was decided before", "[quality][monitor]") {
    Feeder f;
    for (int n = 0; n < 10; ++n) f.packet(n);
    for (int n = 30000; n < 30010; ++n) f.packet(n);
    f.monitor.finish();
    CHECK(f.monitor.stats().sequence().restarts() == 1);
    CHECK(f.monitor.fates().packets() == 20);
    CHECK(f.monitor.fates().lost() == 0);
}

TEST_CASE("monitor: a jump of timestamps does not count for the time in a packet", "[quality][monitor]") {
    Feeder f;
    for (int n = 0; n < 10; ++n) f.packet(n);
    f.monitor.packet({false, 0, 10, 7, 1}, milliseconds{200}, 8000);
    f.monitor.packet({false, 0, 11, 167, 1}, milliseconds{220}, 8000);
    CHECK(f.monitor.packet_ms() == Approx(20));
}

TEST_CASE("monitor: fates agree with the counters on random streams", "[quality][monitor]") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        Feeder f;
        int n = static_cast<int>(random() % 65536);
        for (int i = 0; i < 3000; ++i) {
            const auto r = random() % 100;
            if (r < 3) n += static_cast<int>(random() % 40);
            if (r == 99) n += 5000;
            f.packet(r >= 90 && r < 95 ? n - static_cast<int>(random() % 20) : n);
            ++n;
        }
        f.monitor.finish();
        const auto& s = f.monitor.stats().sequence();
        INFO(round);
        REQUIRE(s.received() + s.duplicates() + s.outside() == s.packets());
        REQUIRE(f.monitor.fates().packets() == s.expected());
        REQUIRE(f.monitor.fates().lost() >= s.lost());
        REQUIRE(f.monitor.fates().lost() <= s.lost() + f.monitor.discarded());
    }
}

TEST_CASE("playout: exactly the depth is in time, more is not", "[quality][playout]") {
    quality::Playout p(60);
    CHECK(p.in_time(0, false, milliseconds{0}, 8000));
    CHECK(p.in_time(160, false, milliseconds{80}, 8000));
    CHECK_FALSE(p.in_time(320, false, milliseconds{101}, 8000));
    CHECK(p.in_time(480, false, milliseconds{60}, 8000));
}

TEST_CASE("playout: the fastest packet sets the buffer, not the first", "[quality][playout]") {
    quality::Playout p(60);
    CHECK(p.in_time(0, false, milliseconds{50}, 8000));
    CHECK(p.in_time(160, false, milliseconds{20}, 8000));
    CHECK_FALSE(p.in_time(320, false, milliseconds{105}, 8000));
}

TEST_CASE("playout: half a second of late packets sets the buffer anew", "[quality][playout]") {
    quality::Playout p(60);
    int late = 0;
    for (int n = 0; n < 200; ++n)
        late += p.in_time(static_cast<std::uint32_t>(160 * n), false, milliseconds{20 * n + (n >= 50 ? 200 : 0)}, 8000)
                    ? 0
                    : 1;
    CHECK(late == 25);
}

TEST_CASE("playout: a talkspurt after a pause sets the buffer anew, a marker on each packet does not",
          "[quality][playout]") {
    quality::Playout p(60);
    CHECK(p.in_time(0, true, milliseconds{0}, 8000));
    CHECK(p.in_time(16000, true, milliseconds{2070}, 8000));
    CHECK_FALSE(p.in_time(16160, true, milliseconds{2160}, 8000));
    CHECK(p.in_time(0, false, milliseconds{99999}, 0));  // unknown clock: not judged
}

TEST_CASE("monitor: what is missing at the end is known from the growth of the sender's count", "[quality][monitor]") {
    Feeder f;
    const auto report = [&](std::uint32_t count) { f.monitor.sender_report({1, 0, 0, count, 0, {}}, milliseconds{0}); };
    for (int n = 100; n < 200; ++n) f.packet(n);
    CHECK_FALSE(f.monitor.lost_tail());
    report(1100);  // the capture began after 1000 packets
    CHECK_FALSE(f.monitor.lost_tail());
    for (int n = 200; n < 250; ++n) f.packet(n);
    report(1150);
    CHECK(f.monitor.lost_tail() == 0U);
    report(1157);
    CHECK(f.monitor.lost_tail() == 7U);
    for (int n = 250; n < 260; ++n) f.packet(n);
    CHECK(f.monitor.lost_tail() == 0U);
}

TEST_CASE("grade: both threshold sets, and unclassified without RTCP", "[quality][grade]") {
    using quality::Class;
    using quality::Planning;
    const auto judged = [](int every_lost, int every_slow, bool rtcp, int packets = 1000,
                           const quality::Path& path = {}) {
        Feeder f;
        for (int n = 0; n < packets; ++n) {
            if (every_lost != 0 && n % every_lost == 1) continue;
            f.packet(n, every_slow != 0 && n % every_slow == 2 ? 100 : 0);
        }
        if (rtcp) f.monitor.sender_report({}, milliseconds{0});
        f.monitor.finish();
        return quality::grade(f.monitor, quality::score(f.monitor, "PCMU"), path);
    };
    const auto clean = judged(0, 0, true);
    CHECK(clean.planning == Planning::kMet);
    CHECK(clean.classification == Class::kGood);
    const auto silent = judged(0, 0, false);
    CHECK(silent.classification == Class::kUnclassified);
    CHECK(silent.reasons == std::vector<std::string_view>{"no_rtcp"});
    CHECK(judged(0, 0, true, 20).reasons == std::vector<std::string_view>{"short"});
    const auto one_percent = judged(50, 0, true);
    CHECK(one_percent.planning == Planning::kMissed);
    CHECK(one_percent.missed == std::vector<std::string_view>{"loss"});
    CHECK(one_percent.classification == Class::kGood);
    const auto bad = judged(5, 0, false);
    CHECK(bad.classification == Class::kPoor);
    CHECK(bad.reasons == std::vector<std::string_view>{"degradation", "loss", "concealed"});
    const auto slow = judged(0, 10, true);  // every tenth comes 100 ms late: discarded, nothing lost
    CHECK(slow.classification == Class::kPoor);
    CHECK(slow.reasons == std::vector<std::string_view>{"concealed"});
    const auto far = judged(0, 0, true, 1000, {500.1, true});
    CHECK(far.classification == Class::kPoor);
    CHECK(far.reasons == std::vector<std::string_view>{"rtt"});
    CHECK(far.planning == Planning::kMet);
    CHECK(judged(0, 0, true, 1000, {500.0, true}).classification == Class::kGood);
    CHECK(judged(0, 0, false, 1000, {{}, false}).classification == Class::kGood);  // the peer sends no RTCP, it is known
}

TEST_CASE("score: jitter without loss lowers the score through the playout buffer", "[quality][grade]") {
    std::mt19937 random(15);
    std::exponential_distribution<double> delay(1.0 / 15);
    Feeder f;
    for (int n = 0; n < 5000; ++n) f.packet(n, delay(random));
    f.monitor.finish();
    CHECK(f.monitor.stats().sequence().lost() == 0);
    CHECK(f.monitor.fates().loss_ratio() == Approx(0.018).margin(0.006));  // e^-4
    const auto s = quality::score(f.monitor, "PCMA");
    CHECK(*s.mos_lq < 4.35);
    CHECK(*s.mos_lq_no_plc < *s.mos_lq);
    CHECK_FALSE(s.mos_cq);
    CHECK(*quality::score(f.monitor, "PCMA", 300).mos_cq < *s.mos_lq);
    CHECK_FALSE(quality::score(f.monitor, "L16").mos_lq);
}
