// Knows: NTP timestamps as RTCP carries them, 64 bits and the compact 32 bits (RFC 3550 §4).
// Must not know: clocks in use.
// Next: rtcp.h, whose reports carry them.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace tandem::rtp {

/// Seconds from the NTP epoch (1900) to the Unix epoch.
inline constexpr std::int64_t kNtpUnixOffset_s = 2'208'988'800;

/// 64-bit NTP timestamp (era 0): seconds since 1900 in the upper half, fraction in the lower.
/// Source: RFC 3550 §4.
inline std::uint64_t to_ntp(WallTime t) {
    const std::int64_t ns = t.time_since_epoch().count();
    std::int64_t s = ns / 1'000'000'000;
    std::int64_t rest = ns % 1'000'000'000;
    if (rest < 0) {
        rest += 1'000'000'000;
        --s;
    }
    const auto fraction = (static_cast<std::uint64_t>(rest) << 32) / 1'000'000'000U;
    return (static_cast<std::uint64_t>(s + kNtpUnixOffset_s) << 32) | fraction;
}

/// The time of day that a 64-bit NTP timestamp of era 0 says, to the nanosecond below.
inline WallTime from_ntp(std::uint64_t ntp) {
    const std::int64_t s = static_cast<std::int64_t>(ntp >> 32) - kNtpUnixOffset_s;
    const auto ns = static_cast<std::int64_t>(((ntp & 0xffffffffU) * 1'000'000'000U) >> 32);
    return WallTime{seconds{s} + nanoseconds{ns}};
}

/// The middle 32 bits of an NTP timestamp, as LSR carries them. Units: 1/65536 s.
inline std::uint32_t compact_ntp(std::uint64_t ntp) { return static_cast<std::uint32_t>(ntp >> 16); }

/// A duration in compact NTP units, as DLSR carries it; capped at the largest value. Units: 1/65536 s.
inline std::uint32_t to_compact(nanoseconds d) {
    if (d.count() <= 0) return 0;
    if (d >= seconds{65536}) return 0xffffffffU;
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(d.count()) << 16) / 1'000'000'000U);
}

/// A duration given in compact NTP units.
inline nanoseconds from_compact(std::uint32_t units) {
    return nanoseconds{static_cast<std::int64_t>((std::uint64_t{units} * 1'000'000'000U) >> 16)};
}

/// Round-trip time from a report block: A − LSR − DLSR, 0 when the clocks make it negative.
/// arrival is the compact NTP time at which the report came. Source: RFC 3550 §6.4.1.
inline nanoseconds round_trip(std::uint32_t arrival, std::uint32_t last_sr, std::uint32_t delay_since) {
    const auto units = static_cast<std::int32_t>(arrival - last_sr - delay_since);
    return units <= 0 ? nanoseconds{0} : from_compact(static_cast<std::uint32_t>(units));
}

}  // namespace tandem::rtp
