// Knows: how to go over bytes of JSON text many at a time: from sign to sign in strings, up to the end of a line.
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
inline constexpr std::size_t kRunPadding = 64;

/// White space between values (RFC 8259 §2).
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// What of 64 bytes matters to whoever cuts lines; bit n is byte n.
struct LineMarks {
    std::uint64_t feeds = 0;  ///< line feeds
    std::uint64_t odd = 0;    ///< NUL and what is not ASCII
};

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
/// One bit a byte, the first byte's lowest: the product brings the eight marks together in its highest byte.
inline std::uint64_t gathered(std::uint64_t tops) { return ((tops >> 7) * 0x0102040810204080U) >> 56; }

/// As stops_of() below.
inline std::uint64_t stops_of(const char* at, bool& high) {
    std::uint64_t stops = 0, seen = 0;
    for (unsigned i = 0; i < 8; ++i) {
        const std::uint64_t word = word_at(at + 8 * std::size_t{i});
        // A byte below 0x20 has its three upper bits clear.
        const std::uint64_t tops = equal(word, '"') | equal(word, '\\') | zeros(word & kOnes * 0xE0U);
        stops |= gathered(tops) << 8 * i;
        seen |= word;
    }
    high = high || (seen & kTops) != 0;
    return stops;
}

/// As line_marks_of() below.
inline LineMarks line_marks_of(const char* at) {
    LineMarks marks;
    for (unsigned i = 0; i < 8; ++i) {
        const std::uint64_t word = word_at(at + 8 * std::size_t{i});
        marks.feeds |= gathered(equal(word, '\n')) << 8 * i;
        marks.odd |= gathered((word & kTops) | zeros(word)) << 8 * i;
    }
    return marks;
}

}  // namespace portable

#if defined(__SSE2__)

inline __m128i block_at(const char* at) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    return block;
}
inline unsigned mask_of(__m128i flags) { return static_cast<unsigned>(_mm_movemask_epi8(flags)); }

/// Bit n: byte n of the 64 is a quote, a backslash or below 0x20. Sets high when one of them is not ASCII.
inline std::uint64_t stops_of(const char* at, bool& high) {
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
    __m128i seen = _mm_setzero_si128();
    std::uint64_t stops = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const __m128i block = block_at(at + 16 * std::size_t{i});
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
        const __m128i signs = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
        stops |= std::uint64_t{mask_of(_mm_or_si128(signs, control))} << 16 * i;
        seen = _mm_or_si128(seen, block);
    }
    if (mask_of(seen) != 0) high = true;
    return stops;
}

inline LineMarks line_marks_of(const char* at) {
    const __m128i feed = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    LineMarks marks;
    for (unsigned i = 0; i < 4; ++i) {
        const __m128i block = block_at(at + 16 * std::size_t{i});
        marks.feeds |= std::uint64_t{mask_of(_mm_cmpeq_epi8(block, feed))} << 16 * i;
        // As signed numbers what is not ASCII is below zero.
        marks.odd |= std::uint64_t{mask_of(_mm_cmpgt_epi8(block, zero)) ^ 0xFFFFU} << 16 * i;
    }
    return marks;
}

#else
using portable::line_marks_of;
using portable::stops_of;
#endif

/// Where the first line feed stands, `end` when there is none. Sets suspect when a byte before it is NUL or not ASCII.
inline const char* line_run(const char* at, const char* end, bool& suspect) {
    std::uint64_t seen = 0;
    for (; at < end; at += 64) {
        LineMarks marks = line_marks_of(at);
        if (end - at < 64) marks.feeds |= std::uint64_t{1} << static_cast<unsigned>(end - at);
        if (marks.feeds != 0) {
            // Only what stands before the lowest mark counts.
            if ((seen | (marks.odd & ((marks.feeds & (~marks.feeds + 1)) - 1))) != 0) suspect = true;
            return at + std::countr_zero(marks.feeds);
        }
        seen |= marks.odd;
    }
    if (seen != 0) suspect = true;
    return end;
}

/// Gives the quotes, backslashes and bytes below 0x20 of a text one after the other. Where the next one stands does not wait for what
/// was done with the last one, which is why this is quicker than a search from each opening quote on.
class Stops {
public:
    /// Behind the text stands a NUL (which is a stop) and then as many readable bytes as make kRunPadding.
    explicit Stops(const char* begin) : base_(begin), bits_(stops_of(begin, high_)) {}

    /// The next one. Not to be asked again once the NUL behind the text was given.
    const char* next() {
        while (bits_ == 0) {
            base_ += 64;
            bits_ = stops_of(base_, high_);
        }
        const char* const at = base_ + std::countr_zero(bits_);
        bits_ &= bits_ - 1;
        return at;
    }
    /// Leaves out those before `at`, which is not beyond the NUL.
    void skip_to(const char* at) {
        while (at - base_ >= 64) {
            base_ += 64;
            bits_ = stops_of(base_, high_);
        }
        if (at > base_) bits_ &= ~std::uint64_t{0} << static_cast<unsigned>(at - base_);
    }
    /// True when what was gone over is not all ASCII.
    [[nodiscard]] bool high() const { return high_; }

private:
    bool high_ = false;
    const char* base_;
    std::uint64_t bits_;
};

}  // namespace tandem::json
