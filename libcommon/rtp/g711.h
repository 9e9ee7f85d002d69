// Knows: the two companding laws of telephony, µ-law and A-law, and the tables from one to the other (ITU-T G.711).
// Must not know: RTP, sampling clocks.
// Next: media/, which converts legs with it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tandem::rtp::g711 {

enum class Law : std::uint8_t { kMu, kA };

/// A linear sample of 16 bits (14 bits of µ-law or 13 of A-law, left-justified) as a code byte as it goes on the wire:
/// A-law with its even bits inverted, µ-law with all bits inverted.
/// Source: ITU-T G.711 Tables 1 and 2.
std::uint8_t encode_mu(std::int16_t sample);
std::uint8_t encode_a(std::int16_t sample);

/// The linear sample of a code byte, left-justified in 16 bits. Source: ITU-T G.711 Tables 1 and 2, column 7.
std::int16_t decode_mu(std::uint8_t code);
std::int16_t decode_a(std::uint8_t code);

inline std::uint8_t encode(Law law, std::int16_t s) { return law == Law::kMu ? encode_mu(s) : encode_a(s); }
inline std::int16_t decode(Law law, std::uint8_t c) { return law == Law::kMu ? decode_mu(c) : decode_a(c); }

/// µ-law to A-law and back, code byte to code byte. Source: ITU-T G.711 Tables 3 and 4.
extern const std::array<std::uint8_t, 256> kMuToA;
extern const std::array<std::uint8_t, 256> kAToMu;

/// Converts in place.
inline void convert(std::span<std::uint8_t> codes, const std::array<std::uint8_t, 256>& table) {
    for (auto& code : codes) code = table[code];
}

/// The code byte of silence.
inline constexpr std::uint8_t silence(Law law) { return law == Law::kMu ? 0xff : 0xd5; }

}  // namespace tandem::rtp::g711
