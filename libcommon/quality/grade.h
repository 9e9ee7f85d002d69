// Knows: scores of a measured stream, and its grade against the two threshold sets that are in use.
// Must not know: packets, calls.
// Next: record/stream.h, which prints it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "quality/monitor.h"

namespace tandem::quality {

/// Scores of a stream. Nothing where a codec has no figures; mos_cq only when the one-way delay is known.
struct Scores {
    std::optional<double> mos_lq;         ///< listening quality, receiver conceals losses
    std::optional<double> mos_lq_no_plc;  ///< the same for a receiver that does not
    std::optional<double> mos_cq;         ///< conversational quality: with delay
    bool estimated = false;               ///< the codec's figures are none of the ITU's
    double degradation = 0;               ///< best score of the codec less mos_lq
};

/// Scores by the E-model from losses and playout discards. finish() must have been called on the monitor.
Scores score(const Monitor& monitor, std::string_view encoding, std::optional<double> one_way_ms = {});

/// Against planning targets: kMet when all that could be measured is within them.
enum class Planning : std::uint8_t { kMet, kMissed, kUnknown };
/// Against the thresholds by which streams are classified in operation.
enum class Class : std::uint8_t { kGood, kPoor, kUnclassified };

std::string_view to_string(Planning p);  ///< "met", "missed", "unknown"
std::string_view to_string(Class c);     ///< "good", "poor", "unclassified"

/// Both grades, and which figures decided ("loss", "jitter", "reorder", "degradation", "rtt", "concealed", "no_rtcp", "short").
struct Grade {
    Planning planning = Planning::kUnknown;
    Class classification = Class::kUnclassified;
    std::vector<std::string_view> missed;   ///< planning targets that were missed
    std::vector<std::string_view> reasons;  ///< why poor or unclassified
};

/// What is known of a stream besides what its packets tell.
struct Path {
    std::optional<double> rtt_ms;  ///< mean round-trip time of its media path, from reports; nothing when none told it
    bool rtcp_expected = true;     ///< false: the peer is known to send no RTCP, so that its absence says nothing
};

/// Planning targets (client to edge, whole stream): loss < 1 %, highest jitter < 30 ms, reordered < 0.05 %.
/// Classes: poor when degradation > 1.0, round trip > 500 ms, loss > 10 %, mean jitter > 30 ms or concealed > 7 %; unclassified when
/// it is not poor and no sender report was seen although one is expected, or the stream is shorter than kShortPackets.
Grade grade(const Monitor& monitor, const Scores& scores, const Path& path = {});

inline constexpr std::uint64_t kShortPackets = 50;

}  // namespace tandem::quality
