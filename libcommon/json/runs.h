// Knows: how to go over bytes of JSON text many at a time: up to the end of a string, up to the end of a line.
// Must not know: what the bytes mean to whoever asks.
// Next: scanner.h and reader.cpp, which use it. SSE2 is part of every x86-64; anything else takes eight bytes a step.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tandem::json {

/// Bytes that must be readable behind a text that is gone over with these functions.
inline constexpr std::size_t kRunPadding = 16;

namespace portable {

inline constexpr std::uint64_t kOnes = 0x0101010101010101U, kTops = 0x8080808080808080U;

inline std::uint64_t word_at(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}
/// The top bit of each byte that is zero, exact for every byte: no borrow runs into the next one.
inline std::uint64_t zeros(std::uint64_t word) { return ~(((word & ~kTops) + ~kTops) | word) & kTops; }
inline std::uint64_t equal(std::uint64_t word, char c) { return zeros(word ^ kOnes * static_cast<std::uint8_t>(c)); }
inline std::size_t first(std::uint64_t tops) { return static_cast<std::size_t>(std::countr_zero(tops)) / 8; }

/// As string_run() below.
inline const char* string_run(const char* at, bool& high) {
    std::uint64_t seen = 0;
    for (;; at += 8) {
        const std::uint64_t word = word_at(at);
        // A byte below 0x20 has its three upper bits clear.
        const std::uint64_t stop = equal(word, '"') | equal(word, '\\') | zeros(word & kOnes * 0xE0U);
        if (stop != 0) {
            seen |= word & ((stop & (~stop + 1)) - 1);
            high = high || (seen & kTops) != 0;
            return at + first(stop);
        }
        seen |= word;
    }
}

/// As line_run() below.
inline const char* line_run(const char* at, const char* end, bool& suspect) {
    std::uint64_t seen = 0;
    for (; at < end; at += 8) {
        const std::uint64_t word = word_at(at);
        const std::uint64_t odd = (word & kTops) | zeros(word);
        std::uint64_t stop = equal(word, '\n');
        if (end - at < 8) stop |= std::uint64_t{0x80} << 8 * static_cast<unsigned>(end - at);
        if (stop != 0) {
            suspect = suspect || ((seen | (odd & ((stop & (~stop + 1)) - 1))) != 0);
            return at + first(stop);
        }
        seen |= odd;
    }
    suspect = suspect || seen != 0;
    return end;
}

}  // namespace portable

#if defined(__SSE2__)

inline __m128i block_at(const char* at) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    return block;
}
inline unsigned mask_of(__m128i flags) { return static_cast<unsigned>(_mm_movemask_epi8(flags)); }

/// Where the first quote, backslash or byte below 0x20 stands, of which one must come. Sets high when a byte before it is not ASCII.
inline const char* string_run(const char* at, bool& high) {
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
    unsigned seen = 0;
    for (;; at += 16) {
        const __m128i block = block_at(at);
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
        const unsigned stop = mask_of(_mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)), control));
        const unsigned tops = mask_of(block);
        if (stop != 0) {
            if ((seen | (tops & ((stop & (~stop + 1)) - 1))) != 0) high = true;
            return at + std::countr_zero(stop);
        }
        seen |= tops;
    }
}

/// Where the first line feed stands, `end` when there is none. Sets suspect when a byte before it is NUL or not ASCII.
inline const char* line_run(const char* at, const char* end, bool& suspect) {
    const __m128i feed = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    unsigned seen = 0;
    for (; at < end; at += 16) {
        const __m128i block = block_at(at);
        const unsigned odd = mask_of(_mm_cmpgt_epi8(block, zero)) ^ 0xFFFFU;  // as signed numbers: zero and what is not ASCII
        unsigned stop = mask_of(_mm_cmpeq_epi8(block, feed));
        if (end - at < 16) stop |= 1U << static_cast<unsigned>(end - at);
        if (stop != 0) {
            if ((seen | (odd & ((stop & (~stop + 1)) - 1))) != 0) suspect = true;
            return at + std::countr_zero(stop);
        }
        seen |= odd;
    }
    if (seen != 0) suspect = true;
    return end;
}

#else
using portable::line_run;
using portable::string_run;
#endif

}  // namespace tandem::json
