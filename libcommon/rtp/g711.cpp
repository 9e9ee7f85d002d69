// Knows: segments and steps of µ-law and A-law, and the standard's conversion between their value numbers.
// Must not know: RTP.
// Next: media/, which converts legs with it.
#include "rtp/g711.h"

#include <bit>

namespace tandem::rtp::g711 {

namespace {

// ITU-T G.711 Table 3: for the µ-law decoder output value number (index, from 0) the A-law one (counted from 1).
constexpr std::array<std::uint8_t, 128> kValueMuToA = {
    1,   1,   2,   2,   3,   3,   4,   4,   5,   5,   6,   6,   7,   7,   8,   8,    //
    9,   10,  11,  12,  13,  14,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,   //
    25,  27,  29,  31,  33,  34,  35,  36,  37,  38,  39,  40,  41,  42,  43,  44,   //
    46,  48,  49,  50,  51,  52,  53,  54,  55,  56,  57,  58,  59,  60,  61,  62,   //
    64,  65,  66,  67,  68,  69,  70,  71,  72,  73,  74,  75,  76,  77,  78,  79,   //
    80,  82,  83,  84,  85,  86,  87,  88,  89,  90,  91,  92,  93,  94,  95,  96,   //
    97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112,  //
    113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128};

// ITU-T G.711 Table 4: for the A-law decoder output value number (index, from 0 here) the µ-law one (from 0).
constexpr std::array<std::uint8_t, 128> kValueAToMu = {
    1,   3,   5,   7,   9,   11,  13,  15,  16,  17,  18,  19,  20,  21,  22,  23,   //
    24,  25,  26,  27,  28,  29,  30,  31,  32,  32,  33,  33,  34,  34,  35,  35,   //
    36,  37,  38,  39,  40,  41,  42,  43,  44,  45,  46,  47,  48,  48,  49,  49,   //
    50,  51,  52,  53,  54,  55,  56,  57,  58,  59,  60,  61,  62,  63,  64,  64,   //
    65,  66,  67,  68,  69,  70,  71,  72,  73,  74,  75,  76,  77,  78,  79,  80,   //
    80,  81,  82,  83,  84,  85,  86,  87,  88,  89,  90,  91,  92,  93,  94,  95,   //
    96,  97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,  //
    112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127};

constexpr std::uint8_t kSign = 0x80;
constexpr std::uint8_t kEvenBits = 0x55;

// On the wire a µ-law code is inverted whole (value 0 is 0xff), an A-law code in its even bits (value 0 is 0xd5).
constexpr std::array<std::uint8_t, 256> make_mu_to_a() {
    std::array<std::uint8_t, 256> table{};
    for (unsigned code = 0; code < 256; ++code) {
        const unsigned value = ~code & 0x7fU;
        const unsigned a = kValueMuToA[value] - 1U;
        table[code] = static_cast<std::uint8_t>((code & kSign) | (a ^ kEvenBits));
    }
    return table;
}

constexpr std::array<std::uint8_t, 256> make_a_to_mu() {
    std::array<std::uint8_t, 256> table{};
    for (unsigned code = 0; code < 256; ++code) {
        const unsigned value = (code ^ kEvenBits) & 0x7fU;
        table[code] = static_cast<std::uint8_t>((code & kSign) | (~unsigned{kValueAToMu[value]} & 0x7fU));
    }
    return table;
}

// A negative sample is taken by its one's complement, so that both signs have intervals of the same size.
constexpr unsigned magnitude(std::int16_t sample) {
    return static_cast<unsigned>(sample < 0 ? ~sample : sample);
}

constexpr unsigned kMuBias = 33;  // of 14-bit values: makes every segment start at a power of two

}  // namespace

const std::array<std::uint8_t, 256> kMuToA = make_mu_to_a();
const std::array<std::uint8_t, 256> kAToMu = make_a_to_mu();

std::uint8_t encode_mu(std::int16_t sample) {
    unsigned m = (magnitude(sample) >> 2) + kMuBias;
    if (m > 0x1fff) m = 0x1fff;
    const auto segment = static_cast<unsigned>(std::bit_width(m)) - 6;
    const unsigned code = (segment << 4) | ((m >> (segment + 1)) & 0x0f);
    return static_cast<std::uint8_t>((sample < 0 ? 0U : unsigned{kSign}) | (~code & 0x7fU));
}

std::uint8_t encode_a(std::int16_t sample) {
    const unsigned m = magnitude(sample) >> 4;
    unsigned code = m;
    if (m >= 32) {
        const auto segment = static_cast<unsigned>(std::bit_width(m)) - 4;
        code = (segment << 4) | ((m >> (segment - 1)) & 0x0f);
    }
    return static_cast<std::uint8_t>((sample < 0 ? 0U : unsigned{kSign}) | (code ^ kEvenBits));
}

std::int16_t decode_mu(std::uint8_t code) {
    const unsigned value = ~unsigned{code} & 0x7fU;
    const unsigned segment = value >> 4;
    const unsigned m = ((((value & 0x0f) << 1) | 0x21U) << segment) - kMuBias;
    const int linear = static_cast<int>(m << 2);
    return static_cast<std::int16_t>((code & kSign) != 0 ? linear : -linear);
}

std::int16_t decode_a(std::uint8_t code) {
    const unsigned value = (code ^ kEvenBits) & 0x7fU;
    const unsigned segment = value >> 4;
    unsigned m = ((value & 0x0f) << 1) | 1U;
    if (segment > 0) m = (m | 0x20U) << (segment - 1);
    const int linear = static_cast<int>(m << 3);
    return static_cast<std::int16_t>((code & kSign) != 0 ? linear : -linear);
}

}  // namespace tandem::rtp::g711
