// Knows: a keyed hash of bytes for tables that hold what comes from the network.
// Must not know: where the key comes from (crypto::random_bytes), what is hashed.
// Next: sip/keyring.h, which has the process's own key.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tandem {

using SipHashKey = std::array<std::uint64_t, 2>;

/// SipHash-2-4: whoever does not know the key cannot choose texts that collide. No signature: 64 bits are for tables.
/// Source: Aumasson, Bernstein: "SipHash: a fast short-input PRF" (2012). Cost: about 1 ns a byte.
std::uint64_t siphash(const SipHashKey& key, std::string_view text);

}  // namespace tandem
