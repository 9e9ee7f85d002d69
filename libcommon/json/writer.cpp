#include "json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "json/runs.h"

namespace tandem::json {

namespace {

// 1 where a byte cannot stand in a JSON string as it is, or may be part of ill-formed UTF-8.
constexpr std::array<bool, 256> make_special() {
    std::array<bool, 256> special{};
    for (std::size_t i = 0; i < 0x20; ++i) special[i] = true;
    for (std::size_t i = 0x7F; i < 256; ++i) special[i] = true;
    special['"'] = special['\\'] = true;
    return special;
}
constexpr auto kSpecial = make_special();

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: {
            auto byte = static_cast<std::uint8_t>(c);
            append(out, "\\u00", kHex[byte >> 4], kHex[byte & 15]);
        }
    }
}

using portable::word_at;

// Top bits of bytes that are special; a byte behind a special one may be marked too, which changes nothing.
std::uint64_t special_of(std::uint64_t word) {
    using namespace portable;
    return (word | (word - kOnes * 0x20) | ((word ^ kOnes * '"') - kOnes) | ((word ^ kOnes * '\\') - kOnes) | (word + kOnes)) & kTops;
}

// Copies a text and tells whether it is plain; eight bytes a step, the last step over some of those before it.
bool copy_plain(char* to, std::string_view text) {
    const char* const from = text.data();
    const std::size_t n = text.size();
    if (n >= 8) {
        std::uint64_t seen = 0;
        for (std::size_t i = 0;; i += 8) {
            if (i + 8 > n) i = n - 8;
            std::memcpy(to + i, from + i, 8);
            seen |= special_of(word_at(from + i));
            if (i + 8 == n) return seen == 0;
        }
    }
    bool special = false;
    for (std::size_t i = 0; i < n; ++i) {
        to[i] = from[i];
        special = special || kSpecial[static_cast<std::uint8_t>(from[i])];
    }
    return !special;
}

}  // namespace

bool is_plain(std::string_view text) {
    const char* const data = text.data();
    if (text.size() >= 8) {
        std::uint64_t seen = special_of(word_at(data + text.size() - 8));
        for (std::size_t i = 0; i + 8 < text.size(); i += 8) seen |= special_of(word_at(data + i));
        return seen == 0;
    }
    for (char c : text)
        if (kSpecial[static_cast<std::uint8_t>(c)]) return false;
    return true;
}

Writer& Writer::member(const Key& name, std::string_view value) {
    // Name and value put together aside cost one append.
    constexpr std::size_t kShort = 80;
    if (name.size_ == 0 || value.size() > kShort) return key(name).string(value);
    std::array<char, Key::kReady + kShort + 2> aside;
    std::memcpy(aside.data(), name.ready_.data(), Key::kReady);
    char* at = aside.data() + name.size_;
    *at++ = '"';
    if (!copy_plain(at, value)) return key(name).string(value);
    at += value.size();
    *at++ = '"';
    const char* const from = aside.data() + (comma_ ? 0 : 1);
    out_.append(from, static_cast<std::size_t>(at - from));
    comma_ = true;
    return *this;
}

void Writer::quoted(std::string_view text, bool is_key) {
    // Most texts are short and plain: put together aside, they cost one append.
    constexpr std::size_t kShort = 60;
    if (text.size() <= kShort) {
        std::array<char, kShort + 4> aside;
        char* at = aside.data();
        if (comma_) *at++ = ',';
        *at++ = '"';
        if (copy_plain(at, text)) {
            at += text.size();
            *at++ = '"';
            if (is_key) *at++ = ':';
            out_.append(aside.data(), static_cast<std::size_t>(at - aside.data()));
            comma_ = true;
            return;
        }
    }
    const bool plain_text = text.size() > kShort && is_plain(text);
    if (plain_text) {
        // Room for all of it first, so that what is appended then is only copied.
        const std::size_t at = out_.size();
        if (out_.capacity() - at < text.size() + 4) out_.reserve(std::max(out_.capacity() * 2, at + text.size() + 4));
        out_.append(comma_ ? ",\"" : "\"");
        out_.append(text).append(is_key ? "\":" : "\"");
        comma_ = true;
        return;
    }
    separate();
    out_ += '"';
    while (!text.empty()) {
        auto plain = std::find_if(text.begin(), text.end(),
                                  [](char c) { return kSpecial[static_cast<std::uint8_t>(c)]; });
        auto n = static_cast<std::size_t>(plain - text.begin());
        out_ += text.substr(0, n);
        text.remove_prefix(n);
        if (text.empty()) break;
        auto is_high = [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; };
        if (is_high(text.front())) {
            auto end = std::find_if_not(text.begin(), text.end(), is_high);
            n = static_cast<std::size_t>(end - text.begin());
            if (append_utf8_repaired(out_, text.substr(0, n))) lossy_ = true;
            text.remove_prefix(n);
        } else {
            append_escaped(out_, text.front());
            text.remove_prefix(1);
        }
    }
    out_ += is_key ? "\":" : "\"";
}

Writer& Writer::real(double value, int max_decimals) {
    if (!std::isfinite(value)) return null();
    separate();
    // Times in milliseconds and the like: an integer of thousandths and a point in it cost a tenth of the general way. Where the
    // product lies so near a half that its own rounding could decide, the general way tells.
    if (max_decimals == 3 && std::fabs(value) < 1e9) {
        const double scaled = std::fabs(value) * 1000, whole = std::floor(scaled), left = scaled - whole;
        if (std::fabs(left - 0.5) > 1e-3) {
            const auto n = static_cast<std::uint64_t>(whole) + (left > 0.5 ? 1U : 0U);
            if (value < 0 && n != 0) out_ += '-';
            append(out_, n / 1000);
            if (const auto part = static_cast<unsigned>(n % 1000); part != 0) {
                const char digits[4] = {'.', static_cast<char>('0' + part / 100), static_cast<char>('0' + part / 10 % 10),
                                        static_cast<char>('0' + part % 10)};
                out_.append(digits, part % 10 != 0 ? 4 : part % 100 != 0 ? 3 : 2);
            }
            return *this;
        }
    }
    // The longest double has 309 digits before the point.
    std::array<char, 400> buffer;
    auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed,
                                      std::clamp(max_decimals, 0, 17));
    std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    if (text.find('.') != std::string_view::npos) {
        text = text.substr(0, text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.remove_suffix(1);
    }
    if (text == "-0") text = "0";
    out_ += text;
    return *this;
}

}  // namespace tandem::json
