// Knows: digest against the vectors of RFC 7616 §3.9, and which challenge is chosen.
// Must not know: whose challenge may be answered.
#include "sip/digest.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "crypto/crypto.h"
#include "support/exact_buffer.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

constexpr std::string_view kNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
constexpr std::string_view kCnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
constexpr Login kMufasa{"Mufasa", "Circle of Life"};

std::string challenge_text(std::string_view algorithm) {
    return cat("Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=", algorithm, ", nonce=\"", kNonce,
               "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

std::string response_with(std::string_view headers) {
    return cat("SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"
               "CSeq: 1 INVITE\r\n",
               headers, "\r\n");
}

}  // namespace

TEST_CASE("digest: the vectors of RFC 7616 §3.9.1", "[sip][digest]") {
    for (const auto& [algorithm, expected] :
         {std::pair{"MD5", "8ca523f5e9506fed4657c9700eebdbec"},
          std::pair{"SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"}}) {
        INFO(algorithm);
        const std::string text = challenge_text(algorithm);
        const auto challenge = parse_challenge(text);
        REQUIRE(challenge.has_value());
        const auto credentials = make_credentials(*challenge, kMufasa, "GET", "/dir/index.html", kCnonce, 1);
        REQUIRE(credentials.has_value());
        CHECK(auth_param(*credentials, "response") == expected);
        CHECK(auth_param(*credentials, "username") == "Mufasa");
        CHECK(auth_param(*credentials, "qop") == "auth");
        CHECK(auth_param(*credentials, "nc") == "00000001");
        CHECK(auth_param(*credentials, "algorithm") == algorithm);
        CHECK(auth_param(*credentials, "opaque") == "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS");
    }
}

TEST_CASE("digest: without qop the form of RFC 2069, which RFC 2617 §3.2.2.1 keeps", "[sip][digest]") {
    const auto challenge = parse_challenge("Digest realm=\"r\", nonce=\"n\"");
    REQUIRE(challenge.has_value());
    CHECK(challenge->algorithm == DigestAlgorithm::kMd5);
    const auto credentials = make_credentials(*challenge, {"u", "p"}, "REGISTER", "sip:x", "c", 1);
    REQUIRE(credentials.has_value());
    const std::string a1 = to_hex(crypto::md5("u:r:p")), a2 = to_hex(crypto::md5("REGISTER:sip:x"));
    CHECK(auth_param(*credentials, "response") == to_hex(crypto::md5(cat(a1, ":n:", a2))));
    CHECK_FALSE(auth_param(*credentials, "qop").has_value());
    CHECK_FALSE(auth_param(*credentials, "nc").has_value());
}

TEST_CASE("digest: the topmost challenge that we know is taken (RFC 8760 §2.4)", "[sip][digest]") {
    struct Row {
        std::string headers;
        std::string_view nonce;  // of the chosen one; empty = none
    };
    const Row rows[] = {
        {"WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", algorithm=SHA-512-256\r\n"
         "WWW-Authenticate: Digest realm=\"r\", nonce=\"b\", algorithm=SHA-256\r\n"
         "WWW-Authenticate: Digest realm=\"r\", nonce=\"c\", algorithm=MD5\r\n",
         "b"},
        {"WWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"c\"\r\n", "c"},
        {"WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", qop=\"auth-int\"\r\n", ""},
        {"WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", algorithm=MD5-sess\r\n", ""},
        {"WWW-Authenticate: Digest nonce=\"a\"\r\n", ""},
        {"WWW-Authenticate: Digest realm=\"r\"\r\n", ""},
        {"Proxy-Authenticate: Digest realm=\"r\", nonce=\"a\"\r\n", ""},
        {"", ""},
    };
    for (const Row& row : rows) {
        INFO(row.headers);
        const std::string text = response_with(row.headers);
        Message m;
        REQUIRE(scan(text, Strictness::kLenient, m).ok());
        const auto chosen = choose_challenge(m, HeaderId::kWwwAuthenticate);
        CHECK((chosen ? chosen->nonce : std::string_view{}) == row.nonce);
    }
}

TEST_CASE("digest: stale, quotes and line ends", "[sip][digest]") {
    CHECK(parse_challenge("Digest realm=\"r\", nonce=\"n\", stale=TRUE")->stale);
    CHECK_FALSE(parse_challenge("Digest realm=\"r\", nonce=\"n\", stale=false")->stale);
    CHECK(parse_challenge("DIGEST realm=\"a, b\",nonce=\"n\"")->realm == "a, b");
    CHECK_FALSE(parse_challenge("Digest realm=\"r, nonce=\"n\"").has_value());
    CHECK_FALSE(parse_challenge("Digestrealm=\"r\"").has_value());
    CHECK_FALSE(parse_challenge("NTLM abc").has_value());
    const Challenge c = *parse_challenge("Digest realm=\"r\", nonce=\"n\"");
    CHECK_FALSE(make_credentials(c, {"u\r\nX: y", "p"}, "INVITE", "sip:x", "c", 1).has_value());
    CHECK(make_credentials(c, {"a\"b", "p"}, "INVITE", "sip:x", "c", 1)->find("username=\"a\\\"b\"") != std::string::npos);
    CHECK(auth_param(*make_credentials(*parse_challenge("Digest realm=\"r\", nonce=\"n\", qop=auth"), {"u", "p"}, "INVITE", "sip:x", "c", 0xabc),
                     "nc") == "00000abc");
}

TEST_CASE("digest: every truncation is safe", "[sip][digest]") {
    const std::string text = challenge_text("SHA-256");
    test::for_each_truncation(text, [](const test::ExactBuffer& b) { static_cast<void>(parse_challenge(b.text()).has_value()); });
}
