// Knows: what was counted on one leg, from both ends of its wire.
// Must not know: grades, records.
// Next: tools/gw-bridge/call_record.h, which writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "media/leg_config.h"
#include "net/address.h"
#include "quality/monitor.h"

namespace tandem::media {

/// One SSRC that a peer sent to us.
struct StreamReport {
    std::uint32_t ssrc = 0;
    net::Endpoint source;
    MonoTime first{};
    MonoTime last{};
    Payload kind = Payload::kNone;  ///< last audio payload, kNone when there was none
    std::uint8_t payload_type = 0;
    quality::Monitor monitor;  ///< finished
};

/// Streams of a leg that are reported one by one; those beyond count in the sums only.
inline constexpr std::size_t kMaxStreamReports = 8;

/// Figures of one leg. "in" is what the peer sent to us, "out" what we sent to the peer.
struct LegReport {
    net::Endpoint local;
    net::Endpoint remote;  ///< where our packets went: latched, else the SDP's
    bool latched = false;

    std::uint32_t ssrc_in = 0;  ///< the last one
    std::uint32_t ssrc_changes = 0;
    std::uint64_t received = 0;  ///< unique packets, over all SSRCs
    std::uint64_t lost = 0;
    std::uint64_t lost_tail = 0;  ///< sent after the last one that came, by the peer's last sender report
    std::uint64_t duplicates = 0;
    std::uint64_t reordered = 0;
    double jitter_max_ms = 0;
    double jitter_mean_ms = 0;
    std::uint64_t foreign = 0;    ///< from strangers: dropped
    std::uint64_t pending = 0;    ///< before a latch was confirmed: dropped
    std::uint64_t malformed = 0;  ///< no RTP or RTCP, or broken: dropped
    std::uint64_t oversized = 0;  ///< longer than any datagram of telephony media: dropped
    std::uint64_t unmapped =
        0;  ///< payload type that was not agreed on, or that the other leg has no use for: dropped
    std::uint64_t unwanted = 0;  ///< while the direction did not allow it: dropped

    std::uint32_t ssrc_out = 0;
    std::uint64_t sent = 0;
    std::uint64_t sent_bytes = 0;   ///< payload
    std::uint64_t send_failed = 0;  ///< RTP and RTCP that the system did not take
    std::uint64_t converted = 0;    ///< payloads changed between µ-law and A-law

    std::uint64_t rtcp_in = 0;
    std::uint64_t rtcp_out = 0;
    std::optional<double> rtt_ms;  ///< last measured
    std::optional<double> rtt_max_ms;
    std::optional<double> rtt_mean_ms;
    std::optional<std::int32_t> remote_lost;  ///< of our packets, by the peer's last report block
    std::optional<double> remote_jitter_ms;
    std::optional<double> remote_loss_max_ratio;  ///< worst interval
    bool rtcp_bye = false;                        ///< the peer said BYE

    std::vector<StreamReport> streams;  ///< in order of appearance
};

}  // namespace tandem::media
