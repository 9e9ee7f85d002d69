#include "sip/keyring.h"

#include <array>

#include "base/siphash.h"
#include "base/text.h"

namespace tandem::sip {

namespace {

// What is authenticated besides the plain bytes: the frame's own head, the purpose and the place.
std::string authenticated(std::uint8_t key_id, SealPurpose purpose, std::string_view bound) {
    const std::array<char, 3> head{static_cast<char>(kSealVersion), static_cast<char>(key_id), static_cast<char>(purpose)};
    std::string out;
    out.reserve(head.size() + bound.size());
    out.append(head.data(), head.size()).append(bound);
    return out;
}

}  // namespace

Keyring::Key Keyring::derive(Bytes key) {
    const auto id = crypto::sha256(as_text(key))[0];
    const auto cookie = crypto::hmac_sha256(key, "tandem cookie");
    const auto token = crypto::hmac_sha256(key, "tandem token");
    const auto identity = crypto::hmac_sha256(key, "tandem identity");
    const auto contact = crypto::hmac_sha256(key, "tandem contact");
    const auto routes = crypto::hmac_sha256(key, "tandem routes");
    return Key{id,
               crypto::Aead(cookie),
               crypto::Aead(token),
               crypto::Aead(identity),
               crypto::Aead(contact),
               crypto::Aead(routes)};
}

Result<Keyring> Keyring::from_text(std::string_view text) {
    Keyring ring;
    const char* const start = text.data();
    for (std::string_view line : split(text, '\n')) {
        const auto offset = static_cast<std::size_t>(line.data() - start);
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        const auto key = from_hex(line);
        if (!key || key->size() != crypto::Aead::kKeySize) {
            return fail(Errc::kSyntax, "a key is 64 hexadecimal digits on a line of its own", offset);
        }
        Key derived = derive(*key);
        for (const Key& other : ring.keys_) {
            if (other.id == derived.id) return fail(Errc::kConflict, "two keys share an id; make another key", offset);
        }
        ring.keys_.push_back(std::move(derived));
    }
    if (ring.keys_.empty()) return fail(Errc::kMissing, "no key in the key file");
    return ring;
}

Keyring Keyring::random() {
    std::array<std::uint8_t, crypto::Aead::kKeySize> key;
    crypto::random_bytes(key);
    Keyring ring;
    ring.keys_.push_back(derive(key));
    return ring;
}

std::string Keyring::seal(SealPurpose purpose, Bytes plain, std::string_view bound) {
    Key& key = keys_.front();
    const std::string aad = authenticated(key.id, purpose, bound);
    const std::array<std::uint8_t, 2> head{kSealVersion, key.id};
    return crypto::to_base64url(key.of(purpose).seal(plain, as_bytes(aad), head));
}

std::optional<std::vector<std::uint8_t>> Keyring::open(SealPurpose purpose, std::string_view sealed,
                                                       std::string_view bound) {
    const auto frame = crypto::from_base64url(sealed);
    if (!frame || frame->size() < kSealOverhead || (*frame)[0] != kSealVersion) return std::nullopt;
    for (Key& key : keys_) {
        if (key.id != (*frame)[1]) continue;
        const std::string aad = authenticated(key.id, purpose, bound);
        return key.of(purpose).open(Bytes(*frame).subspan(2), as_bytes(aad));
    }
    return std::nullopt;
}

std::uint64_t fingerprint(std::string_view text) {
    static const SipHashKey key = [] {
        std::array<std::uint8_t, 16> bytes;
        crypto::random_bytes(bytes);
        ByteReader r(bytes);
        const std::uint64_t low = r.u64();
        return SipHashKey{low, r.u64()};
    }();
    return siphash(key, text);
}

}  // namespace tandem::sip
