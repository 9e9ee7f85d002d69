// Knows: plain ASCII text: trimming, splitting, numbers, hex, UTF-8 checks, spelling suggestions. No locale anywhere.
// Must not know: what a text means.
// Next: json/writer.h for building records; log.h, which redacts.
#pragma once

#include <bit>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Equal but for ASCII case.
bool iequals(std::string_view a, std::string_view b);
/// Starts with prefix, but for ASCII case.
bool istarts_with(std::string_view text, std::string_view prefix);
/// Lower-case copy (ASCII only).
std::string lower(std::string_view text);
/// Without blanks and tabs (and CR, LF) at both ends.
std::string_view trim(std::string_view text);
/// Parts between separators; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
/// First part and the rest after the first separator; rest is empty when there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator);

/// Whole text as a decimal number; nothing for an empty text, a sign, a blank or an overflow.
template <std::unsigned_integral T>
std::optional<T> to_number(std::string_view text) {
    if (text.empty()) return std::nullopt;
    T value = 0;
    for (const char c : text) {
        if (!is_digit(c) || __builtin_mul_overflow(value, T{10}, &value) || __builtin_add_overflow(value, static_cast<T>(c - '0'), &value))
            return std::nullopt;
    }
    return value;
}

/// Bytes as lower-case hexadecimal digits.
std::string to_hex(std::span<const std::uint8_t> bytes);
/// Appends the lowest digits of a number in lower-case hexadecimal, at most 16.
void append_hex(std::string& out, std::uint64_t value, unsigned digits = 16);
/// Hexadecimal digits as bytes; nothing when the length is odd or a character is no hex digit.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// True when the bytes are well-formed UTF-8 (RFC 3629: no overlong form, no surrogate).
bool is_utf8(std::string_view text);
/// Bytes at the front that are well-formed UTF-8: text.size() when all are.
std::size_t utf8_prefix(std::string_view text);
/// Appends text to out with every ill-formed sequence replaced by U+FFFD; true when one was replaced.
bool append_utf8_repaired(std::string& out, std::string_view text);
/// Appends a character (a scalar value: at most U+10FFFF, no surrogate) as UTF-8. Source: RFC 3629 §3.
void append_utf8(std::string& out, char32_t c);

/// Appends text as it may be shown to a person, on a terminal too: a control character (C0, DEL, C1) becomes \xNN, ill-formed UTF-8
/// U+FFFD, and what goes beyond `limit` bytes of the original is cut at a character with "…" in its place.
/// Source: ECMA-48 §5.2 and §5.3 (the control sets).
void append_shown(std::string& out, std::string_view text, std::size_t limit = std::string_view::npos);
/// The same as a copy.
std::string shown(std::string_view text, std::size_t limit = std::string_view::npos);

/// The candidate nearest to word in spelling, for "did you mean"; empty when none is near.
/// Cost: length of word times total length of the candidates.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

namespace detail {
inline void append_one(std::string& out, std::string_view v) { out.append(v); }
inline void append_one(std::string& out, char v) { out.push_back(v); }
template <std::integral T>
    requires(!std::same_as<T, char> && !std::same_as<T, bool>)
void append_one(std::string& out, T v) {
    char buffer[24];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, v);
    out.append(buffer, end);
}

constexpr std::size_t room_of(std::string_view v) { return v.size(); }
constexpr std::size_t room_of(char) { return 1; }
// Decimal digits, and one for a sign: log10(2) is about 1233 / 4096.
template <std::integral T>
    requires(!std::same_as<T, char> && !std::same_as<T, bool>)
constexpr std::size_t room_of(T v) {
    const auto magnitude = v < 0 ? ~static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v);
    return (static_cast<std::size_t>(std::bit_width(magnitude)) * 1233 >> 12) + 2;
}
}  // namespace detail

/// Appends texts, characters and integers to out.
template <class... Parts>
void append(std::string& out, const Parts&... parts) {
    // Room for all of them at once, rather than growing by each.
    const std::size_t wanted = out.size() + (detail::room_of(parts) + ... + 0);
    const std::size_t twice = 2 * out.capacity();
    if (wanted > out.capacity()) out.reserve(wanted > twice ? wanted : twice);
    (detail::append_one(out, parts), ...);
}

/// Joins texts, characters and integers into one string.
template <class... Parts>
std::string cat(const Parts&... parts) {
    std::string out;
    append(out, parts...);
    return out;
}

}  // namespace tandem
