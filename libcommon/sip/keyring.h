// Knows: the keys that seal cookies and tokens: one that seals, older ones that still open (rotation), and the sealed frame.
// Must not know: what is sealed, where the key file lies.
// Next: cookie.h and shown_identity.h (Record-Route), token.h (the decision handed to gw-bridge), hidden.h (topology hiding).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/crypto.h"

namespace tandem::sip {

/// Version byte of the sealed frame: version, key id, then nonce, ciphertext and tag (AES-256-GCM), base64url over all.
inline constexpr std::uint8_t kSealVersion = 1;
/// Bytes that sealing adds before base64url.
inline constexpr std::size_t kSealOverhead = 2 + crypto::Aead::kOverhead;

/// What is sealed goes into the authenticated data and into the key, so a cookie never opens as a token.
enum class SealPurpose : std::uint8_t { kCookie = 1, kToken = 2, kIdentity = 3, kContact = 4, kRoutes = 5 };

/// Thread: one keyring from one thread at a time.
class Keyring {
public:
    /// Reads the text of a key file: one key a line, 64 hexadecimal digits; blank lines and lines that begin with '#' are
    /// skipped. The first key seals, all of them open. A key's id is the first byte of its SHA-256.
    /// Errors: kSyntax with the line's offset, kMissing when there is no key, kConflict when two keys share an id.
    static Result<Keyring> from_text(std::string_view text);
    /// A ring with one key made just now: for a node that shares nothing (and for tests).
    static Keyring random();

    /// base64url of the sealed frame. `bound` is authenticated but not contained.
    [[nodiscard]] std::string seal(SealPurpose purpose, Bytes plain, std::string_view bound);
    /// The plain bytes; nothing when tampered with, sealed for another purpose or place, or by an unknown key.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> open(SealPurpose purpose, std::string_view sealed,
                                                                std::string_view bound);

private:
    struct Key {
        std::uint8_t id;
        crypto::Aead cookie;
        crypto::Aead token;
        crypto::Aead identity;
        crypto::Aead contact;
        crypto::Aead routes;

        crypto::Aead& of(SealPurpose purpose) {
            switch (purpose) {
                case SealPurpose::kCookie: return cookie;
                case SealPurpose::kToken: return token;
                case SealPurpose::kIdentity: return identity;
                case SealPurpose::kContact: return contact;
                case SealPurpose::kRoutes: break;
            }
            return routes;
        }
    };
    static Key derive(Bytes key);
    std::vector<Key> keys_;
};

/// 64 bits that stand for a text from the network in this process's tables: SipHash under a key that is drawn at the start, so
/// that nobody can send texts that collide. They mean nothing to another process or after a restart. Thread: any.
std::uint64_t fingerprint(std::string_view text);
inline std::uint32_t fingerprint32(std::string_view text) {
    const std::uint64_t f = fingerprint(text);
    return static_cast<std::uint32_t>(f ^ (f >> 32));
}

}  // namespace tandem::sip
