#include "number/symbols.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "number/unicode_tables.h"

namespace tandem::number {

namespace {

struct Known {
    std::uint32_t first, last;
    std::uint8_t symbol;
};

// Characters with a part of their own, ascending.
constexpr Known kKnown[] = {
    {0xA0, 0xA0, symbol::kNoBreakSpace}, {0xAD, 0xAD, symbol::kPunctuation},     {0xD3, 0xD3, symbol::kOAcute},
    {0xF3, 0xF3, symbol::kOAcute},       {0x17F, 0x17F, symbol::kLongS},         {0x301, 0x301, symbol::kAcute},
    {0x411, 0x411, symbol::kBe},         {0x414, 0x414, symbol::kDe},            {0x41E, 0x41E, symbol::kO},
    {0x431, 0x431, symbol::kBe},         {0x434, 0x434, symbol::kDe},            {0x43E, 0x43E, symbol::kO},
    {0x1C81, 0x1C81, symbol::kDe},       {0x1C82, 0x1C82, symbol::kO},
    {0x200B, 0x200B, symbol::kPunctuation}, {0x2010, 0x2015, symbol::kPunctuation}, {0x2028, 0x2029, symbol::kLineEnd},
    {0x2053, 0x2053, symbol::kPunctuation}, {0x2060, 0x2060, symbol::kPunctuation}, {0x212A, 0x212A, symbol::kKelvin},
    {0x2212, 0x2212, symbol::kPunctuation}, {0x223C, 0x223C, symbol::kPunctuation}, {0x3000, 0x3000, symbol::kPunctuation},
    {0x30FC, 0x30FC, symbol::kProlonged}, {0xFF03, 0xFF03, symbol::kWideHash},    {0xFF08, 0xFF09, symbol::kPunctuation},
    {0xFF0B, 0xFF0B, '+'},               {0xFF0D, 0xFF0D, symbol::kPunctuation}, {0xFF0E, 0xFF0E, symbol::kFullStop},
    {0xFF0F, 0xFF0F, symbol::kPunctuation}, {0xFF25, 0xFF25, symbol::kWideE},    {0xFF29, 0xFF29, symbol::kWideI},
    {0xFF2E, 0xFF2E, symbol::kWideN},    {0xFF34, 0xFF34, symbol::kWideT},       {0xFF38, 0xFF38, symbol::kWideX},
    {0xFF3B, 0xFF3B, symbol::kPunctuation}, {0xFF3D, 0xFF3D, symbol::kPunctuation}, {0xFF45, 0xFF45, symbol::kWideE},
    {0xFF49, 0xFF49, symbol::kWideI},    {0xFF4E, 0xFF4E, symbol::kWideN},       {0xFF54, 0xFF54, symbol::kWideT},
    {0xFF58, 0xFF58, symbol::kWideX},    {0xFF5E, 0xFF5E, symbol::kWideTilde},
};

std::uint8_t symbol_of(std::uint32_t c) {
    const auto* known = std::lower_bound(std::begin(kKnown), std::end(kKnown), c,
                                         [](const Known& k, std::uint32_t value) { return k.last < value; });
    if (known != std::end(kKnown) && known->first <= c) return known->symbol;
    const auto* run = std::upper_bound(std::begin(kDigitRuns), std::end(kDigitRuns), c);
    if (run != std::begin(kDigitRuns) && c - *(run - 1) < 10) return static_cast<std::uint8_t>(symbol::kDigit + (c - *(run - 1)));
    const auto* range = std::lower_bound(std::begin(kLettersAndNumbers), std::end(kLettersAndNumbers), c,
                                         [](const std::uint32_t(&r)[2], std::uint32_t value) { return r[1] < value; });
    return range != std::end(kLettersAndNumbers) && (*range)[0] <= c ? symbol::kLetter : symbol::kOther;
}

// Controls other than tab, line feed, form feed and carriage return, surrogates and non-characters.
constexpr bool interchange(std::uint32_t c) {
    return !(c <= 0x08 || c == 0x0B || (c >= 0x0E && c <= 0x1F) || (c >= 0x7F && c <= 0x9F) || (c >= 0xD800 && c <= 0xDFFF) ||
             (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE);
}

constexpr std::array<bool, 256> kPlainAscii = [] {
    std::array<bool, 256> plain{};
    for (std::uint32_t c = 0; c < 0x80; ++c) plain[c] = interchange(c);
    return plain;
}();

struct Decoded {
    std::uint32_t c;
    std::size_t length;  // 0: not UTF-8
};

// RFC 3629 §4: shortest forms only, no surrogates, up to U+10FFFF.
Decoded decoded(std::string_view text) {
    const auto lead = static_cast<std::uint8_t>(text[0]);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {0, 0};
    std::uint32_t c = lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
        const auto next = static_cast<std::uint8_t>(text[k]);
        if ((next & 0xC0U) != 0x80) return {0, 0};
        c = c << 6 | (next & 0x3FU);
    }
    constexpr std::uint32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < kShortest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {0, 0};
    return {c, length};
}

}  // namespace

std::size_t to_symbols(std::string_view text, BadText bad, std::uint8_t* out) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        if (kPlainAscii[lead]) {
            out[size++] = lead;
            ++i;
            continue;
        }
        const auto [c, length] = decoded(text.substr(i));
        if (length == 0 || !interchange(c)) {
            if (bad == BadText::kRefuse) return kRefused;
            out[size++] = symbol::kOther;
            i += std::max<std::size_t>(length, 1);
            continue;
        }
        out[size++] = symbol_of(c);
        i += length;
    }
    return size;
}

}  // namespace tandem::number
