// Knows: when the next RTCP report of a two-party session is due (RFC 3550 §6.2, §6.3.1, §6.3.5).
// Must not know: sockets, what is in a report.
// Next: leg.h.
#pragma once

#include <cstdint>
#include <random>

#include "base/clock.h"

namespace tandem::media {

/// Deterministic minimum of 5 s, halved before the first report, times 0.5 to 1.5, divided by 1.21828. With
/// two members the bandwidth share never asks for longer, so the minimum is the interval. Units: ns.
/// Source: RFC 3550 §6.2, §6.3.1.
nanoseconds rtcp_interval(bool first, std::mt19937_64& random);

}  // namespace tandem::media
