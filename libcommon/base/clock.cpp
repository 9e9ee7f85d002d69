#include "base/clock.h"

#include <ctime>

#include "base/text.h"

namespace tandem {

namespace {
nanoseconds read_clock(clockid_t id) {
    timespec t{};
    clock_gettime(id, &t);
    return std::chrono::seconds{t.tv_sec} + nanoseconds{t.tv_nsec};
}
}  // namespace

MonoTime SystemClock::mono() const { return MonoTime{read_clock(CLOCK_MONOTONIC)}; }
WallTime SystemClock::wall() const { return WallTime{read_clock(CLOCK_REALTIME)}; }

namespace {
// Decimal digits with leading zeros; a larger number loses its highest ones.
char* write_padded(char* to, std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}
}  // namespace

StampText rfc3339(WallTime t, StampDigits digits) {
    using namespace std::chrono;
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const auto in_day = t - day;
    const auto whole = floor<seconds>(in_day);
    auto fraction = static_cast<std::uint64_t>((in_day - whole).count());
    const auto s = static_cast<std::uint32_t>(whole.count());
    StampText out;
    char* at = write_padded(out.text.data(), static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    *at++ = '-';
    at = write_padded(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = write_padded(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = write_padded(at, s / 3600, 2);
    *at++ = ':';
    at = write_padded(at, s / 60 % 60, 2);
    *at++ = ':';
    at = write_padded(at, s % 60, 2);
    *at++ = '.';
    if (digits == StampDigits::kMicro) fraction /= 1000;
    at = write_padded(at, fraction, static_cast<std::size_t>(digits));
    *at++ = 'Z';
    out.size = static_cast<std::uint8_t>(at - out.text.data());
    return out;
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
    // "YYYY-MM-DDThh:mm:ss" then an optional fraction, then "Z" or an offset (RFC 3339 §5.6).
    auto number = [&](std::size_t at, std::size_t width) -> std::optional<unsigned> {
        if (text.size() < at + width) return std::nullopt;
        return to_number<unsigned>(text.substr(at, width));
    };
    auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
    auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || to_lower(text[10]) != 't' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                     std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) return std::nullopt;
    text.remove_prefix(19);
    nanoseconds fraction{0};
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        std::int64_t scale = 100'000'000;
        std::size_t n = 0;
        for (; n < text.size() && is_digit(text[n]); ++n, scale /= 10)
            fraction += nanoseconds{(text[n] - '0') * scale};
        if (n == 0) return std::nullopt;
        text.remove_prefix(n);
    }
    std::chrono::minutes offset{0};
    if (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':') {
        auto h = to_number<unsigned>(text.substr(1, 2));
        auto m = to_number<unsigned>(text.substr(4, 2));
        if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
        offset = std::chrono::minutes{*h * 60 + *m};
        if (text[0] == '-') offset = -offset;
    } else if (text.size() != 1 || to_lower(text[0]) != 'z') {
        return std::nullopt;
    }
    return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second} + fraction - offset;
}

}  // namespace tandem
