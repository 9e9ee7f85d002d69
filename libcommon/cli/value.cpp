// Knows: how the written form of each kind of value is read; the same for command line, environment and file.
// Must not know: which options there are.
// Next: options.h.
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "cli/options.h"

namespace tandem::cli {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr std::array kSizeUnits{Unit{"", 1},          Unit{"B", 1},         Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20},
                                Unit{"GiB", 1 << 30}, Unit{"kB", 1'000},    Unit{"MB", 1'000'000}, Unit{"GB", 1'000'000'000}};
constexpr std::array kDurationUnits{Unit{"ns", 1},
                                    Unit{"us", 1'000},
                                    Unit{"ms", 1'000'000},
                                    Unit{"s", 1'000'000'000},
                                    Unit{"min", 60'000'000'000},
                                    Unit{"h", 3'600'000'000'000}};

template <std::size_t N>
std::optional<std::int64_t> scaled(std::string_view text, const std::array<Unit, N>& units) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    auto value = to_number<std::uint64_t>(text.substr(0, digits));
    if (!value) return std::nullopt;
    for (const Unit& unit : units) {
        if (unit.name != text.substr(digits)) continue;
        if (*value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / unit.factor)) return std::nullopt;
        return static_cast<std::int64_t>(*value) * unit.factor;
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return value;
}

std::optional<double> parse_real(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || stop != end || text.empty() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// A number in the written form of its kind, for messages about limits.
std::string write(Kind kind, std::int64_t value) {
    if (kind == Kind::kSize) {
        for (const Unit& unit : {kSizeUnits[4], kSizeUnits[3], kSizeUnits[2]})
            if (value >= unit.factor && value % unit.factor == 0) return cat(value / unit.factor, unit.name);
    }
    if (kind == Kind::kDuration) {
        for (auto unit = kDurationUnits.rbegin(); unit != kDurationUnits.rend(); ++unit)
            if (value >= unit->factor && value % unit->factor == 0) return cat(value / unit->factor, unit->name);
        return cat(value, "ns");
    }
    return std::to_string(value);
}

Status check_range(const Option& option, std::string_view text, std::int64_t value) {
    if (value >= option.min && value <= option.max) return {};
    constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
    std::string limits = option.max == kHighest  ? cat("at least ", write(option.kind, option.min))
                         : option.min == kLowest ? cat("at most ", write(option.kind, option.max))
                                                 : cat("from ", write(option.kind, option.min), " to ", write(option.kind, option.max));
    return fail(Errc::kRange, cat('"', text, "\" is out of range; write a value ", limits));
}

Status bad(std::string_view text, std::string_view is_not, std::string_view instead) {
    return fail(Errc::kSyntax, cat('"', text, "\" is no ", is_not, "; write ", instead));
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) { return scaled(text, kSizeUnits); }

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    auto value = scaled(text, kDurationUnits);
    if (!value) return std::nullopt;
    return std::chrono::nanoseconds{*value};
}

Status check_value(const Option& option, std::string_view text) {
    switch (option.kind) {
        case Kind::kFlag:
            if (text == "true" || text == "false") return {};
            return bad(text, "flag value", "true or false");
        case Kind::kText:
        case Kind::kFile:
            if (text.empty()) return fail(Errc::kSyntax, "is empty; leave it out or give a value");
            if (text.find('\0') != std::string_view::npos) return fail(Errc::kSyntax, "holds a NUL byte");
            if (!is_utf8(text)) return fail(Errc::kSyntax, "is not UTF-8");
            return {};
        case Kind::kInteger: {
            auto value = parse_integer(text);
            return value ? check_range(option, text, *value) : bad(text, "whole number", "digits such as 5");
        }
        case Kind::kReal: return parse_real(text) ? Status{} : bad(text, "number", "digits such as 0.5");
        case Kind::kSize: {
            auto value = parse_size(text);
            return value ? check_range(option, text, *value) : bad(text, "size", "64KiB, 1MiB or a number of bytes");
        }
        case Kind::kDuration: {
            auto value = parse_duration(text);
            return value ? check_range(option, text, value->count()) : bad(text, "duration", "500ms, 10s, 2min or 1h");
        }
        case Kind::kChoice: {
            std::string all;
            for (const std::string& choice : option.choices) {
                if (choice == text) return {};
                append(all, all.empty() ? "" : &choice == &option.choices.back() ? " or " : ", ", choice);
            }
            return bad(text, "choice here", all);
        }
        case Kind::kEndpoint:
            return net::Endpoint::parse(text) ? Status{} : bad(text, "endpoint", "192.0.2.1:5060 or [2001:db8::1]:5060");
    }
    return {};
}

std::string environment_name(std::string_view option) {
    std::string name = "TANDEM_";
    for (char c : option) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return name;
}

}  // namespace tandem::cli
