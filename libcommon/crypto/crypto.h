// Knows: the few cryptographic operations the house needs; the one door to OpenSSL's libcrypto.
// Must not know: what is hashed, sealed or keyed, nor any protocol.
// Next: sip/digest.h, sip/cookie.h and sip/token.h, which are written on these.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tandem::crypto {

using Md5 = std::array<std::uint8_t, 16>;
using Sha256 = std::array<std::uint8_t, 32>;

/// MD5, for SIP digest only (RFC 7616 keeps it for old peers). Source: RFC 1321.
Md5 md5(std::string_view data);
/// SHA-256. Source: FIPS 180-4.
Sha256 sha256(std::string_view data);
/// HMAC with SHA-256. Source: RFC 2104.
Sha256 hmac_sha256(Bytes key, std::string_view data);

/// Cryptographically strong random bytes. A machine that cannot give them is a bug, not an error: throws.
void random_bytes(std::span<std::uint8_t> out);
/// n random bytes as 2n lower-case hex digits, for tags, branches, nonces and Session-IDs.
std::string random_hex(std::size_t n);
/// A random number, each of the 2^64 as likely as any other.
std::uint64_t random_u64();

/// Equal without telling by its run time where two secrets differ.
bool equal_secret(Bytes a, Bytes b);

/// Authenticated encryption: AES-256-GCM with a random 12-byte nonce in front and a 16-byte tag behind.
/// Source: NIST SP 800-38D. With random nonces one key may seal about 2^32 messages; rotate before that.
/// Thread: one Aead may be used from one thread at a time (the keyed contexts are reused).
class Aead {
public:
    static constexpr std::size_t kKeySize = 32;
    static constexpr std::size_t kNonceSize = 12;
    static constexpr std::size_t kTagSize = 16;
    static constexpr std::size_t kOverhead = kNonceSize + kTagSize;

    explicit Aead(std::span<const std::uint8_t, kKeySize> key);
    ~Aead();
    Aead(Aead&&) noexcept;
    Aead& operator=(Aead&&) noexcept;
    Aead(const Aead&) = delete;
    Aead& operator=(const Aead&) = delete;

    /// head + nonce + ciphertext + tag; kOverhead bytes longer than head and plain. `bound` is authenticated but not contained;
    /// head stands in front as it is, for whoever wants one there.
    [[nodiscard]] std::vector<std::uint8_t> seal(Bytes plain, Bytes bound, Bytes head = {});
    /// The plain bytes; nothing when a single bit of sealed or bound differs, or sealed is too short.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> open(Bytes sealed, Bytes bound);

private:
    struct Contexts;
    Contexts* contexts_;
};

/// Bytes as base64url without padding (RFC 4648 §5): safe in a URI parameter.
std::string to_base64url(Bytes bytes);
/// The bytes of a base64url text without padding; nothing when it is not one (or has stray bits at its end).
std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

}  // namespace tandem::crypto
