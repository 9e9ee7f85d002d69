// Knows: the private alphabet of the careful scanner: one byte for each kind of character that matters in a written number.
// Must not know: the grammar of numbers.
// Next: scan.cpp; unicode_tables.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::number {

/// ASCII stands for itself; other characters become one of these.
namespace symbol {
inline constexpr std::uint8_t kDigit = 0x80;        ///< kDigit + value: a decimal digit of another script
inline constexpr std::uint8_t kPunctuation = 0x8A;  ///< written between digits, says nothing
inline constexpr std::uint8_t kNoBreakSpace = 0x8B;
inline constexpr std::uint8_t kFullStop = 0x8C;     ///< U+FF0E
inline constexpr std::uint8_t kLongS = 0x8D;        ///< U+017F, a case of s
inline constexpr std::uint8_t kKelvin = 0x8E;       ///< U+212A, a case of k
inline constexpr std::uint8_t kWideX = 0x8F;        ///< U+FF58 and its capital; the same for the next four
inline constexpr std::uint8_t kWideE = 0x90;
inline constexpr std::uint8_t kWideT = 0x91;
inline constexpr std::uint8_t kWideN = 0x92;
inline constexpr std::uint8_t kWideI = 0x93;
inline constexpr std::uint8_t kOAcute = 0x94;
inline constexpr std::uint8_t kAcute = 0x95;        ///< U+0301, combining
inline constexpr std::uint8_t kDe = 0x96;           ///< Cyrillic letters of the word for extension
inline constexpr std::uint8_t kO = 0x97;
inline constexpr std::uint8_t kBe = 0x98;
inline constexpr std::uint8_t kWideHash = 0x99;
inline constexpr std::uint8_t kWideTilde = 0x9A;
inline constexpr std::uint8_t kLetter = 0x9B;       ///< any other letter or number
inline constexpr std::uint8_t kLineEnd = 0x9C;      ///< U+2028, U+2029
inline constexpr std::uint8_t kProlonged = 0x9D;    ///< U+30FC, written as a hyphen though it is a letter
inline constexpr std::uint8_t kOther = 0x9E;
}  // namespace symbol

/// What to_symbols() makes of bytes that are not UTF-8 and of characters that no text interchange should have (controls other
/// than blanks, non-characters).
enum class BadText { kRefuse, kOther };
inline constexpr std::size_t kRefused = static_cast<std::size_t>(-1);

/// Turns UTF-8 into symbols, one a character, and gives their number. out has room for text.size() symbols.
std::size_t to_symbols(std::string_view text, BadText bad, std::uint8_t* out);

}  // namespace tandem::number
