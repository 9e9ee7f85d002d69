// Knows: the two clocks of the house: one that only runs forward (durations) and one that shows the time of day (stamps).
// Must not know: timers, event loops.
// Next: siptx/ and sipnet/, which turn these times into timers.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

/// Monotonic time for durations. Units: ns since an arbitrary start.
struct MonoClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonoClock>;
    static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

/// Time of day for stamps. Units: ns since 1970-01-01T00:00:00Z, as captures and records carry it.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// What tells the time. A tool gets one in its Context; tests give a FakeClock.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonoTime mono() const = 0;
    [[nodiscard]] virtual WallTime wall() const = 0;
};

/// The machine's clocks (CLOCK_MONOTONIC and CLOCK_REALTIME).
class SystemClock final : public Clock {
public:
    [[nodiscard]] MonoTime mono() const override;
    [[nodiscard]] WallTime wall() const override;
};

/// A clock that stands still until it is told to go on.
class FakeClock final : public Clock {
public:
    explicit FakeClock(WallTime start = WallTime{std::chrono::seconds{1'750'000'000}}) : wall_(start) {}
    [[nodiscard]] MonoTime mono() const override { return mono_; }
    [[nodiscard]] WallTime wall() const override { return wall_; }
    void advance(nanoseconds d) {
        mono_ += d;
        wall_ += d;
    }

private:
    MonoTime mono_{std::chrono::seconds{1}};
    WallTime wall_;
};

/// Digits after the full stop of a stamp: microseconds, or nanoseconds where the source has them.
enum class StampDigits { kMicro = 6, kNano = 9 };

/// The text of a stamp, without a block of memory.
struct StampText {
    std::array<char, 32> text;
    std::uint8_t size;
    operator std::string_view() const { return {text.data(), size}; }  // it is its text
};

/// RFC 3339 stamp in UTC, "2026-11-22T12:00:00.000000Z". Years 0 to 9999.
StampText rfc3339(WallTime t, StampDigits digits = StampDigits::kMicro);
inline std::string to_rfc3339(WallTime t, StampDigits digits = StampDigits::kMicro) { return std::string(std::string_view(rfc3339(t, digits))); }

/// Reads an RFC 3339 stamp with a "Z" or "+hh:mm" offset; nothing when it is not one.
std::optional<WallTime> from_rfc3339(std::string_view text);

}  // namespace tandem
