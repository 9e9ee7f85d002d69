// Knows: how written text becomes digits: extraction, separators, letters of a keypad, extensions, tel-URI parameters.
// Must not know: numbering plans.
// Next: symbols.h (the alphabet of the careful way), phone.h, which gives the digits their meaning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::number {

inline constexpr std::size_t kMaxWritten = 250;   ///< bytes; longer texts are no numbers
inline constexpr std::size_t kMaxExtension = 20;  ///< digits

/// The digits of a written number.
struct Scanned {
    std::string_view digits;  ///< ASCII; part of what was written, or of buffer
    bool plus = false;
    std::uint8_t extension_size = 0;
    std::array<char, kMaxExtension> extension;
    std::array<char, kMaxWritten + 2> buffer;

    Scanned() {}  // NOLINT: the arrays stay as they are, they are written before they are read
    Scanned(const Scanned&) = delete;
    Scanned& operator=(const Scanned&) = delete;
};

/// Reads a written number; false when the text is none. Letters are dropped unless there are at least three of them (then
/// they are keys of a telephone, ITU-T E.161); ";isub=" and what follows is cut, ";phone-context=+…" put in front.
/// Source: RFC 3966 §3; extension spellings as the reference library reads them.
/// Cost: a few ns for digits alone, with or without a plus in front; one pass for digits, blanks and -.()[]/;
/// a careful pass for anything else.
bool scan(std::string_view written, Scanned& out);

}  // namespace tandem::number
