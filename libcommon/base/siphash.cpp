// Knows: the rounds of SipHash-2-4.
// Must not know: keys, tables.
// Next: sip/keyring.cpp.
#include "base/siphash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace tandem {

namespace {

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }
    void take(std::uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

// Little-endian, whatever the machine is; fewer than 8 bytes fill from below.
std::uint64_t word_of(std::string_view bytes) {
    std::uint64_t word = 0;
    if (bytes.empty()) return word;  // maybe of no memory at all
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&word, bytes.data(), bytes.size());
        return word;
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return word;
}

}  // namespace

std::uint64_t siphash(const SipHashKey& key, std::string_view text) {
    State s{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU, key[0] ^ 0x6c7967656e657261U,
            key[1] ^ 0x7465646279746573U};
    const std::uint64_t size = text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) s.take(word_of(text.substr(0, 8)));
    s.take(size << 56 | word_of(text));
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) s.round();
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace tandem
