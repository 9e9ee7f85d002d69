// Knows: how a header field's name in the bytes of a message is found in the table of known ones: three words compared, wherever it stands.
// Must not know: which names there are (header_id.cpp), what comes of them.
// Next: scan.cpp, which asks for each field's name.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sip/header_id.h"

namespace tandem::sip::detail {

inline constexpr std::size_t kLongestName = 20;   // P-Preferred-Identity
inline constexpr std::size_t kNameRoom = 24;      ///< bytes from a name's begin that known_name() may read
inline constexpr unsigned kNameSlotBits = 8;

/// Eight bytes, the first of them lowest on every machine.
inline std::uint64_t word_at(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// A name in lower case as its first eight bytes, its last eight, and those from the eighth on when it has more than 16; zeros where it
/// has fewer. What may be in upper case has bit 5 in the masks: other bytes are compared as they are.
struct KnownName {
    std::uint64_t first = 0, first_case = 0, last = 0, last_case = 0, middle = 0, middle_case = 0;
    HeaderId id = HeaderId::kOther;
    std::uint8_t size = 0;
};

/// Row 0 is no name. The slot of each name is its own.
struct KnownNames {
    std::array<KnownName, 96> rows{};
    std::array<std::uint8_t, 1U << kNameSlotBits> row_of_slot{};
};
extern const KnownNames kKnownNames;

/// All ones in the bytes that a name of that size has in its first word.
inline constexpr std::array<std::uint64_t, kLongestName + 1> kFirstBytes = [] {
    std::array<std::uint64_t, kLongestName + 1> masks{};
    for (std::size_t n = 0; n < masks.size(); ++n) masks[n] = n < 8 ? (std::uint64_t{1} << (8 * n)) - 1 : ~std::uint64_t{0};
    return masks;
}();

/// A product whose highest bits differ for all names (found by trying; header_id.cpp holds it to that).
constexpr std::size_t name_slot(std::uint64_t first, std::size_t size) {
    constexpr std::uint64_t kCase = 0x2020'2020'2020'2020U, kFactor = 0xcc6f'fabb'be47'68c5U;
    return static_cast<std::size_t>(((first | kCase) + size) * kFactor >> (64 - kNameSlotBits));
}

/// What the name of 1 to kLongestName bytes at p means; kNameRoom bytes can be read there.
inline HeaderId known_name(const char* p, std::size_t size) {
    const std::uint64_t mask = kFirstBytes[size];
    const std::uint64_t first = word_at(p) & mask;
    const std::uint64_t last = word_at(p + (size < 8 ? 8 : size) - 8) & mask;
    const KnownName& known = kKnownNames.rows.data()[kKnownNames.row_of_slot[name_slot(first, size)]];
    std::uint64_t differs = ((first | known.first_case) ^ known.first) | ((last | known.last_case) ^ known.last);
    if (size > 16) differs |= (word_at(p + 8) | known.middle_case) ^ known.middle;
    return differs == 0 && known.size == size ? known.id : HeaderId::kOther;
}

}  // namespace tandem::sip::detail
