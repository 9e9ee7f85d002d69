// Knows: base64url without padding (RFC 4648 §5).
// Must not know: what the bytes are.
// Next: crypto.h.
#include "crypto/crypto.h"

namespace tandem::crypto {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

}  // namespace

std::string to_base64url(Bytes bytes) {
    std::string out((bytes.size() * 4 + 2) / 3, '\0');
    char* to = out.data();
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t three = std::uint32_t{bytes[i]} << 16 | std::uint32_t{bytes[i + 1]} << 8 | bytes[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) *to++ = kAlphabet[three >> shift & 63];
    }
    if (i < bytes.size()) {
        const bool two = i + 2 == bytes.size();
        const std::uint32_t left = std::uint32_t{bytes[i]} << 16 | (two ? std::uint32_t{bytes[i + 1]} << 8 : 0);
        *to++ = kAlphabet[left >> 18];
        *to++ = kAlphabet[left >> 12 & 63];
        if (two) *to++ = kAlphabet[left >> 6 & 63];
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::vector<std::uint8_t> out(text.size() * 3 / 4);
    std::uint8_t* to = out.data();
    const auto value = [text](std::size_t i) { return kValues[static_cast<std::uint8_t>(text[i])]; };
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        const int a = value(i), b = value(i + 1), c = value(i + 2), d = value(i + 3);
        if ((a | b | c | d) < 0) return std::nullopt;
        const auto four = static_cast<std::uint32_t>(a << 18 | b << 12 | c << 6 | d);
        *to++ = static_cast<std::uint8_t>(four >> 16);
        *to++ = static_cast<std::uint8_t>(four >> 8);
        *to++ = static_cast<std::uint8_t>(four);
    }
    if (i < text.size()) {
        const bool three = i + 3 == text.size();
        const int a = value(i), b = value(i + 1), c = three ? value(i + 2) : 0;
        if ((a | b | c) < 0) return std::nullopt;
        const auto left = static_cast<std::uint32_t>(a << 12 | b << 6 | c);
        // Two texts must never stand for the same bytes: a changed last letter would pass as unchanged.
        if ((left & (three ? 0x3U : 0x3FFU)) != 0) return std::nullopt;
        *to++ = static_cast<std::uint8_t>(left >> 10);
        if (three) *to++ = static_cast<std::uint8_t>(left >> 2);
    }
    return out;
}

}  // namespace tandem::crypto
