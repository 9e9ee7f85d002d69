// Knows: one RTP stream as a sender makes it and a network spoils it, and the truth about what arrives.
// Must not know: the analyser: what is true is counted here with sets and sorted lists, not with its code.
// Next: voipgen.cpp, which makes calls of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "net/address.h"
#include "rtp/ntp.h"
#include "rtp/rtcp.h"
#include "support/call_builder.h"

namespace tandem::test {

/// Numbers that are the same with every standard library.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t n) { return engine_() % n; }
    double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    bool chance(double p) { return unit() < p; }
    double exponential(double mean) { return -mean * std::log(1 - unit()); }

private:
    std::mt19937_64 engine_;
};

struct SentPacket {
    std::int64_t ns = 0;
    net::Endpoint source, destination;
    std::string payload;
};

struct StreamPlan {
    net::Endpoint source, destination;
    std::uint32_t ssrc = 0;
    std::uint8_t payload_type = 0;
    std::string codec;
    std::uint32_t clock_hz = 8000;
    std::size_t payload_bytes = 160;
    std::int64_t start_ns = 0;
    std::int64_t end_ns = 0;
};

struct StreamTruth {
    StreamPlan plan;
    std::uint64_t sent = 0, received = 0, lost = 0, lost_tail = 0, duplicate = 0, reordered = 0, events = 0;
    double jitter_max_ms = 0, jitter_mean_ms = 0;
    bool tail_known = false;  ///< two sender reports, the first before the tail and not overtaken
};

/// Makes a stream's packets as they pass the point of capture, RTCP included, and tells the truth about them.
inline StreamTruth make_stream(const StreamPlan& plan, Random& random, std::vector<SentPacket>& out, bool clean) {
    struct Arrived {
        std::int64_t ns;
        std::uint64_t index;  // of the packet, counted by the sender
        bool event;
        std::uint32_t timestamp;
    };
    StreamTruth truth{plan, 0, 0, 0, 0, 0, 0, 0, 0, 0, false};
    std::vector<Arrived> arrived;
    const auto first_sequence = static_cast<std::uint16_t>(random.below(65536));
    const auto first_timestamp = static_cast<std::uint32_t>(random.below(std::uint64_t{1} << 32));
    const double loss = !clean && random.chance(0.3) ? 0.005 + random.unit() * 0.04 : 0;
    const double stay = random.unit() * 0.7;  // Gilbert: how likely one loss follows another
    const double copies = !clean && random.chance(0.1) ? 0.02 : 0;
    const double late = !clean && random.chance(0.2) ? 0.02 : 0;
    const double jitter_ms = clean ? 0 : random.chance(0.15) ? 15 : 0.3;
    const bool tail = !clean && random.chance(0.1);
    const std::int64_t event_at = random.chance(0.2) ? plan.start_ns + 1'000'000'000 : 0;
    constexpr std::int64_t kStep = 20'000'000;
    const std::uint32_t step_units = plan.clock_hz / 50;
    const auto count = static_cast<std::uint64_t>((plan.end_ns - plan.start_ns) / kStep);
    std::int64_t next_report = plan.start_ns + 2'500'000'000;
    std::uint32_t reports = 0;
    bool overtaken = false;  // a packet from before the first report came after it
    bool losing = false;
    std::uint32_t event_timestamp = 0;
    int event_left = 0;

    const auto report = [&](std::int64_t at, std::uint64_t so_far) {
        rtp::SenderReport sr;
        sr.ssrc = plan.ssrc;
        sr.ntp = rtp::to_ntp(WallTime{nanoseconds{at}});
        sr.rtp_timestamp = first_timestamp + static_cast<std::uint32_t>(so_far) * step_units;
        sr.packet_count = static_cast<std::uint32_t>(so_far);
        sr.octet_count = static_cast<std::uint32_t>(so_far * plan.payload_bytes);
        ByteWriter bytes;
        static_cast<void>(rtp::append_rtcp(bytes, sr));
        static_cast<void>(rtp::append_rtcp(bytes, rtp::Sdes{{{plan.ssrc, {{rtp::kSdesCname, "voipgen"}}}}}));
        net::Endpoint from = plan.source, to = plan.destination;
        ++from.port;
        ++to.port;
        out.push_back({at, from, to, std::string(as_text(bytes.view()))});
        ++reports;
    };

    for (std::uint64_t i = 0; i < count; ++i) {
        const std::int64_t sent_ns = plan.start_ns + static_cast<std::int64_t>(i) * kStep;
        if (sent_ns >= next_report) {
            report(sent_ns, i);
            next_report += 5'000'000'000;
        }
        std::uint32_t timestamp = first_timestamp + static_cast<std::uint32_t>(i) * step_units;
        bool event = false;
        if (event_at != 0 && sent_ns >= event_at && event_left == 0 && truth.events == 0) {
            event_left = 8;
            event_timestamp = timestamp;
            ++truth.events;
        }
        if (event_left > 0) {
            --event_left;
            event = true;
            timestamp = event_timestamp;
        }
        ++truth.sent;
        // The first packet and, but for a tail, the last arrive: otherwise nobody could know that they are missing.
        const bool in_tail = tail && i + 5 >= count;
        const bool edge = i == 0 || i + 1 == count;
        losing = !edge && (losing ? random.chance(stay) : random.chance(loss));
        if (losing || in_tail) continue;
        rtp::Packet packet;
        packet.marker = i == 0;
        packet.payload_type = event ? std::uint8_t{101} : plan.payload_type;
        packet.sequence = static_cast<std::uint16_t>(first_sequence + i);
        packet.timestamp = timestamp;
        packet.ssrc = plan.ssrc;
        const std::string body(event ? 4 : plan.payload_bytes, static_cast<char>(i));
        packet.payload = as_bytes(body);
        const std::string bytes(as_text(*rtp::build(packet)));
        const double delay_ms = (jitter_ms > 0 ? random.exponential(jitter_ms) : 0) + (!edge && random.chance(late) ? 45 : 0);
        // Microseconds, as most captures count.
        const std::int64_t at = sent_ns + static_cast<std::int64_t>(delay_ms * 1000) * 1000;
        const int times = random.chance(copies) ? 2 : 1;
        for (int n = 0; n < times; ++n) {
            const std::int64_t when = at + n * 200'000;
            out.push_back({when, plan.source, plan.destination, bytes});
            arrived.push_back({when, i, event, timestamp});
            overtaken = overtaken || (sent_ns < next_report && when >= next_report && reports == 0);
        }
    }
    if (reports > 0) report(plan.end_ns + 100'000'000, count);

    std::stable_sort(arrived.begin(), arrived.end(), [](const Arrived& a, const Arrived& b) { return a.ns < b.ns; });
    std::set<std::uint64_t> seen;
    std::optional<Arrived> last;
    double j = 0, sum = 0;
    std::uint64_t samples = 0;
    for (const Arrived& a : arrived) {
        if (seen.count(a.index) != 0) {
            ++truth.duplicate;
            continue;
        }
        if (!seen.empty() && a.index < *seen.rbegin()) ++truth.reordered;
        seen.insert(a.index);
        if (a.event) continue;
        if (last) {
            const double d = static_cast<double>(a.ns - last->ns) / 1e6 -
                             static_cast<double>(static_cast<std::int32_t>(a.timestamp - last->timestamp)) * 1000.0 /
                                 plan.clock_hz;
            j += (std::fabs(d) - j) / 16;
            truth.jitter_max_ms = std::max(truth.jitter_max_ms, j);
            sum += j;
            ++samples;
        }
        last = a;
    }
    truth.received = seen.size();
    truth.lost = *seen.rbegin() - *seen.begin() + 1 - seen.size();
    truth.lost_tail = count - 1 - *seen.rbegin();
    truth.tail_known = reports >= 2 && !overtaken;
    truth.jitter_mean_ms = samples == 0 ? 0 : sum / static_cast<double>(samples);
    return truth;
}

}  // namespace tandem::test
