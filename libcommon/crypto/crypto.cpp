// Knows: OpenSSL's libcrypto.
// Must not know: protocols.
// Next: crypto.h for what each call promises.
#include "crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace tandem::crypto {

namespace {

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

int as_int(std::size_t n) {
    require(n <= 0x7FFFFFFF, "crypto: input over 2 GiB");
    return static_cast<int>(n);
}

template <std::size_t N>
std::array<std::uint8_t, N> digest(const EVP_MD* algorithm, std::string_view data) {
    std::array<std::uint8_t, N> out{};
    unsigned length = N;
    require(EVP_Digest(data.data(), data.size(), out.data(), &length, algorithm, nullptr) == 1 && length == N,
            "crypto: hash failed");
    return out;
}

}  // namespace

Md5 md5(std::string_view data) { return digest<16>(EVP_md5(), data); }
Sha256 sha256(std::string_view data) { return digest<32>(EVP_sha256(), data); }

Sha256 hmac_sha256(Bytes key, std::string_view data) {
    Sha256 out{};
    unsigned length = 0;
    require(HMAC(EVP_sha256(), key.data(), as_int(key.size()), as_bytes(data).data(), data.size(), out.data(),
                 &length) != nullptr,
            "crypto: HMAC failed");
    return out;
}

void random_bytes(std::span<std::uint8_t> out) {
    require(RAND_bytes(out.data(), as_int(out.size())) == 1, "crypto: no random bytes");
}

std::string random_hex(std::size_t n) {
    std::vector<std::uint8_t> bytes(n);
    random_bytes(bytes);
    return to_hex(bytes);
}

std::uint64_t random_u64() {
    std::array<std::uint8_t, 8> bytes{};
    random_bytes(bytes);
    return load_be64(bytes.data());
}

bool equal_secret(Bytes a, Bytes b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Two contexts, keyed once: setting the key costs more than sealing a cookie. So does asking for random bytes: nonces are drawn many
// at a time.
struct Aead::Contexts {
    std::array<std::uint8_t, 64 * kNonceSize> nonces;
    std::size_t used = 64 * kNonceSize;  // bytes of them
    EVP_CIPHER_CTX* seal = EVP_CIPHER_CTX_new();
    EVP_CIPHER_CTX* open = EVP_CIPHER_CTX_new();
    ~Contexts() {
        EVP_CIPHER_CTX_free(seal);
        EVP_CIPHER_CTX_free(open);
    }
};

Aead::Aead(std::span<const std::uint8_t, kKeySize> key) : contexts_(new Contexts) {
    const EVP_CIPHER* cipher = EVP_aes_256_gcm();
    require(EVP_EncryptInit_ex(contexts_->seal, cipher, nullptr, key.data(), nullptr) == 1 &&
                EVP_DecryptInit_ex(contexts_->open, cipher, nullptr, key.data(), nullptr) == 1,
            "crypto: AES-256-GCM not available");
}

Aead::~Aead() { delete contexts_; }
Aead::Aead(Aead&& other) noexcept : contexts_(std::exchange(other.contexts_, nullptr)) {}
Aead& Aead::operator=(Aead&& other) noexcept {
    std::swap(contexts_, other.contexts_);
    return *this;
}

std::vector<std::uint8_t> Aead::seal(Bytes plain, Bytes bound, Bytes head) {
    std::vector<std::uint8_t> out(head.size() + plain.size() + kOverhead);
    std::uint8_t* const nonce = std::copy(head.begin(), head.end(), out.data());
    std::uint8_t* cipher_text = nonce + kNonceSize;
    std::uint8_t* tag = cipher_text + plain.size();
    Contexts& c = *contexts_;
    if (c.used == c.nonces.size()) {
        random_bytes(c.nonces);
        c.used = 0;
    }
    std::copy_n(c.nonces.begin() + static_cast<std::ptrdiff_t>(c.used), kNonceSize, nonce);
    c.used += kNonceSize;
    EVP_CIPHER_CTX* ctx = c.seal;
    int n = 0;
    require(EVP_EncryptInit_ex(ctx, nullptr, nullptr, nullptr, nonce) == 1 &&
                EVP_EncryptUpdate(ctx, nullptr, &n, bound.data(), as_int(bound.size())) == 1 &&
                EVP_EncryptUpdate(ctx, cipher_text, &n, plain.data(), as_int(plain.size())) == 1 &&
                EVP_EncryptFinal_ex(ctx, tag, &n) == 1 &&
                EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, kTagSize, tag) == 1,
            "crypto: seal failed");
    return out;
}

std::optional<std::vector<std::uint8_t>> Aead::open(Bytes sealed, Bytes bound) {
    if (sealed.size() < kOverhead) return std::nullopt;
    Bytes cipher_text = sealed.subspan(kNonceSize, sealed.size() - kOverhead);
    std::array<std::uint8_t, kTagSize> tag{};
    std::copy(sealed.end() - kTagSize, sealed.end(), tag.begin());
    std::vector<std::uint8_t> plain(cipher_text.size() + 1);  // never an empty buffer for EVP to write to
    EVP_CIPHER_CTX* ctx = contexts_->open;
    int n = 0;
    bool ok = EVP_DecryptInit_ex(ctx, nullptr, nullptr, nullptr, sealed.data()) == 1 &&
              EVP_DecryptUpdate(ctx, nullptr, &n, bound.data(), as_int(bound.size())) == 1 &&
              EVP_DecryptUpdate(ctx, plain.data(), &n, cipher_text.data(), as_int(cipher_text.size())) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
              EVP_DecryptFinal_ex(ctx, plain.data() + cipher_text.size(), &n) == 1;
    if (!ok) return std::nullopt;
    plain.resize(cipher_text.size());
    return plain;
}

}  // namespace tandem::crypto
