// Knows: how long who offered at the same moment as its peer waits before it offers again.
// Must not know: timers, calls.
// Next: call_change.cpp, which waits.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace tandem::bridge {

/// How often a peer that always answers 491 is asked again.
inline constexpr unsigned kMaxGlares = 5;

/// The wait after a 491 to a re-INVITE: 2.1 to 4 s for the side that chose the Call-ID, 0 to 2 s for the other, both in
/// steps of 10 ms. random: any number. Source: RFC 3261 §14.1.
constexpr milliseconds glare_delay(bool call_id_is_ours, std::uint64_t random) {
    constexpr std::uint64_t kStep_ms = 10;
    const std::uint64_t from = call_id_is_ours ? 2100 : 0;
    const std::uint64_t to = call_id_is_ours ? 4000 : 2000;
    return milliseconds{static_cast<std::int64_t>(from + random % ((to - from) / kStep_ms + 1) * kStep_ms)};
}

}  // namespace tandem::bridge
