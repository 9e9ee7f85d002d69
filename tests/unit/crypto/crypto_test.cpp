#include "crypto/crypto.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::crypto;

namespace {
std::vector<std::uint8_t> hex(std::string_view text) { return *from_hex(text); }
Aead make_aead(std::uint8_t first = 0) {
    std::array<std::uint8_t, Aead::kKeySize> key{};
    key[0] = first;
    return Aead(key);
}
}  // namespace

TEST_CASE("hash: published vectors (RFC 1321 A.5, FIPS 180-4 'abc')", "[crypto][hash]") {
    CHECK(to_hex(md5("")) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(to_hex(md5("message digest")) == "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hmac: RFC 4231 test cases 1 and 2", "[crypto][hmac]") {
    CHECK(to_hex(hmac_sha256(std::vector<std::uint8_t>(20, 0x0b), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(to_hex(hmac_sha256(as_bytes("Jefe"), "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("aead: opens what it sealed, of every length", "[crypto][aead]") {
    Aead aead = make_aead();
    for (std::size_t n : {0U, 1U, 15U, 16U, 17U, 100U}) {
        std::vector<std::uint8_t> plain(n, 0x5A);
        auto sealed = aead.seal(plain, as_bytes("realm"));
        CHECK(sealed.size() == n + Aead::kOverhead);
        CHECK(aead.open(sealed, as_bytes("realm")) == plain);
    }
}

TEST_CASE("aead: two seals of the same bytes differ", "[crypto][aead]") {
    Aead aead = make_aead();
    CHECK(aead.seal(as_bytes("x"), {}) != aead.seal(as_bytes("x"), {}));
}

TEST_CASE("aead: one changed bit anywhere, a wrong binding, a cut or another key is refused", "[crypto][aead]") {
    Aead aead = make_aead();
    auto sealed = aead.seal(as_bytes("trunk=itsp"), as_bytes("realm"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        REQUIRE_FALSE(aead.open(changed, as_bytes("realm")).has_value());
    }
    CHECK_FALSE(aead.open(sealed, as_bytes("other")).has_value());
    for (std::size_t n = 0; n < sealed.size(); ++n)
        REQUIRE_FALSE(aead.open(Bytes(sealed).first(n), as_bytes("realm")).has_value());
    CHECK_FALSE(make_aead(1).open(sealed, as_bytes("realm")).has_value());
    CHECK(aead.open(sealed, as_bytes("realm")).has_value());
}

TEST_CASE("base64url: RFC 4648 §10 vectors without padding, there and back", "[crypto][base64url]") {
    for (auto [plain, text] : {std::pair{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"},
                               {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}}) {
        CHECK(to_base64url(as_bytes(plain)) == text);
        CHECK(as_text(*from_base64url(text)) == plain);
    }
    CHECK(to_base64url(hex("fbff")) == "-_8");
}

TEST_CASE("base64url: refuses padding, foreign letters, impossible lengths and stray bits", "[crypto][base64url]") {
    for (auto bad : {"Zg==", "Z", "Zm9v!", "Zh", "a+/b", "Zm9vY"}) CHECK_FALSE(from_base64url(bad).has_value());
}

TEST_CASE("random: as long as asked for and not the same twice", "[crypto][random]") {
    CHECK(random_hex(16).size() == 32);
    CHECK(random_hex(16) != random_hex(16));
}

TEST_CASE("equal_secret: compares length and content", "[crypto]") {
    CHECK(equal_secret(as_bytes("ab"), as_bytes("ab")));
    CHECK_FALSE(equal_secret(as_bytes("ab"), as_bytes("ac")));
    CHECK_FALSE(equal_secret(as_bytes("ab"), as_bytes("abc")));
}
