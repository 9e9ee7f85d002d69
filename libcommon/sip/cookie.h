// Knows: the sealed cookie in Record-Route URIs, by which any node routes in-dialog requests without a dialog table, and the
//        CSeq stride kept in it.
// Must not know: sockets, the topology (it carries prints of names).
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

    /// Back again, whichever try it was. Nothing for a number that none of ours can be.
    [[nodiscard]] std::optional<std::uint32_t> in(std::uint32_t out) const;

    bool operator==(const CSeqStride&) const = default;
};

/// What an in-dialog request needs to be forwarded. "Caller" is the side that sent the dialog's INVITE.
/// Realms and trunks stand as prints of their names, which are the same on every node and after a restart.
struct Cookie {
    std::uint64_t caller_trunk = 0;   ///< at most kMaxTrunkPrint; 0 = not a trunk
    std::uint64_t callee_trunk = 0;
    std::uint32_t caller_realm = 0;
    std::uint32_t callee_realm = 0;
    CSeqStride to_callee;             ///< for requests from caller to callee
    std::uint8_t attempt = 0;         ///< of the initial INVITE's try that carried this cookie: for its ACK and PRACK; below 64
    bool hidden_from_caller = false;  ///< the caller does not see what stands behind us, for as long as the dialog lasts
    bool hidden_from_callee = false;
    std::uint8_t k_to_caller = 1;     ///< stride of requests from callee to caller (c0 = 0)
    net::Endpoint caller_at;          ///< where the INVITE came from
    net::Endpoint callee_at;          ///< where it was sent
    std::uint8_t caller_way = 0;      ///< by which transport: 0 UDP, 1 TCP, 2 TLS
    std::uint8_t callee_way = 0;

    bool operator==(const Cookie&) const = default;
};

/// Longest cookie in its sealed form.
inline constexpr std::size_t kMaxCookieText = 128;
/// A trunk's print has 48 bits, so that two IPv6 addresses have room beside it.
inline constexpr std::uint64_t kMaxTrunkPrint = (std::uint64_t{1} << 48) - 1;

/// The dialog that a cookie is sealed for and bound to. The callee's tag is not known yet when that happens.
struct CookieDialog {
    std::string_view call_id;
    std::string_view caller_tag;

    /// What is authenticated, not contained.
    [[nodiscard]] std::string bound() const;
};

/// At most kMaxCookieText characters.
std::string seal_cookie(Keyring& ring, const Cookie& cookie, const CookieDialog& dialog);
/// Errors: kPolicy when it was not sealed by us for that dialog, kSyntax for another layout.
Result<Cookie> open_cookie(Keyring& ring, std::string_view text, const CookieDialog& dialog);

}  // namespace tandem::sip
