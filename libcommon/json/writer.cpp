#include "json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

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

}  // namespace

void Writer::quoted(std::string_view text) {
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
    out_ += '"';
}

Writer& Writer::real(double value, int max_decimals) {
    if (!std::isfinite(value)) return null();
    separate();
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
