// Knows: the sealed cookie in Record-Route URIs, by which any node routes in-dialog requests without a dialog table, and the
//        CSeq stride kept in it.
// Must not know: sockets, the topology (it carries fingerprints of names).
// Next: keyring.h for the sealing; tools/sip-trunk-proxy/in_dialog.h, which routes by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/address.h"
#include "sip/keyring.h"

namespace tandem::sip {

/// CSeq numbers stretched so that each has room for retries with credentials: out = c0 + K·(in − c0) + attempt.
/// K = 1 leaves numbers alone. Source: RFC 3261 §22.2 (a retry has a higher CSeq), §12.2.2 (gaps are legal, falls are not).
struct CSeqStride {
    std::uint32_t c0 = 0;
    std::uint8_t k = 1;

    /// Nothing when the result would leave the 31 bits of RFC 3261 §8.1.1.5 or attempt does not fit between two numbers.
    [[nodiscard]] std::optional<std::uint32_t> out(std::uint32_t in, unsigned attempt) const;
    /// The number before stretching; nothing for a number that out() cannot have given.
    [[nodiscard]] std::optional<std::uint32_t> in(std::uint32_t out) const;

    bool operator==(const CSeqStride&) const = default;
};

/// What an in-dialog request needs to be forwarded. "Caller" is the side that sent the dialog's INVITE.
struct Cookie {
    std::uint64_t call_ref = 0;       ///< fingerprint of the Call-ID
    std::uint32_t caller_tag = 0;     ///< fingerprint32 of the caller's From tag: tells the direction
    std::uint32_t caller_peer = 0;    ///< fingerprint32 of the caller's trunk or user name
    std::uint32_t callee_peer = 0;
    std::uint16_t caller_realm = 0;   ///< low 16 bits of fingerprint32 of the realm's name
    std::uint16_t callee_realm = 0;
    std::uint16_t node = 0;
    std::uint32_t start_s = 0;        ///< when the INVITE came; Units: s since 1970-01-01
    CSeqStride to_callee;             ///< for requests from caller to callee
    std::uint8_t attempt = 0;         ///< of the initial INVITE's try that carried this cookie: for its ACK and PRACK
    std::uint8_t k_to_caller = 1;     ///< stride of requests from callee to caller (c0 = 0)
    net::Endpoint caller_at;          ///< where the INVITE came from; port 0 = not kept
    net::Endpoint callee_at;          ///< where it was sent

    bool operator==(const Cookie&) const = default;
};

/// Longest cookie in its sealed form.
inline constexpr std::size_t kMaxCookieText = 128;

/// At most kMaxCookieText characters: when both endpoints are IPv6 and do not fit, caller_at is left out.
std::string seal_cookie(Keyring& ring, const Cookie& cookie);
/// Errors: kPolicy when it was not sealed by us, kSyntax for another layout.
Result<Cookie> open_cookie(Keyring& ring, std::string_view text);

}  // namespace tandem::sip
