// Knows: digest authentication as a client: reading challenges, choosing one, making credentials (RFC 7616, RFC 8760, RFC 3261 §22).
// Must not know: whose challenge may be answered (tools/sip-trunk-proxy/challenge.h decides that).
// Next: message.h for where challenges stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sip/message.h"

namespace tandem::sip {

enum class DigestAlgorithm : std::uint8_t { kMd5, kSha256, kUnknown };

/// One challenge; the views are spans over the header value, without quotes (escapes stay).
struct Challenge {
    DigestAlgorithm algorithm = DigestAlgorithm::kMd5;  ///< MD5 when absent (RFC 7616 §3.3)
    std::string_view realm;
    std::string_view nonce;
    std::string_view opaque;
    bool has_opaque = false;
    bool qop_auth = false;     ///< qop offers "auth"
    bool qop_present = false;  ///< without qop: RFC 2069 form
    bool stale = false;
};

/// Reads the value of WWW-Authenticate or Proxy-Authenticate.
/// Errors: kUnsupported for another scheme than Digest; kSyntax; kMissing without realm or nonce.
Result<Challenge> parse_challenge(std::string_view value);

/// The topmost challenge that we can answer: known algorithm, and qop absent or offering auth (RFC 8760 §2.4).
std::optional<Challenge> choose_challenge(const Message& response, HeaderId id);

struct Login {
    std::string_view username;
    std::string_view password;
};

/// The value of Authorization or Proxy-Authorization.
/// Errors: kRange when a text holds a line end (it would break the header apart).
Result<std::string> make_credentials(const Challenge& challenge, const Login& login, std::string_view method,
                                     std::string_view uri, std::string_view cnonce, std::uint32_t nc);

/// "Authorization" for a 401's challenge, "Proxy-Authorization" for a 407's.
inline HeaderId credentials_header(int status) {
    return status == 407 ? HeaderId::kProxyAuthorization : HeaderId::kAuthorization;
}
inline HeaderId challenge_header(int status) {
    return status == 407 ? HeaderId::kProxyAuthenticate : HeaderId::kWwwAuthenticate;
}

/// One parameter of a challenge or of credentials, by name: `username="x"` gives x. Any case.
std::optional<std::string_view> auth_param(std::string_view value, std::string_view name);

}  // namespace tandem::sip
