// Knows: the sealed decision that sip-trunk-proxy hands to gw-bridge and gets back with the second pass of a mediated call.
// Must not know: how the decision was made.
// Next: keyring.h for the sealing; the programs that use it: tools/sip-trunk-proxy and tools/gw-bridge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sip/keyring.h"

namespace tandem::sip {

/// One mediated try: exactly one target. Names are those of the topology.
/// It stands as `tk=` in the Route URI behind gw-bridge's own: `Route: <sip:gw-bridge;lr>, <sip:proxy;lr;tk=SEALED>`.
struct Token {
    enum class Kind : std::uint8_t { kTrunk = 1, kUser = 2 };

    std::uint32_t expires_s = 0;   ///< Units: s since 1970-01-01
    std::uint8_t hops = 0;         ///< passes through the proxy so far: the loop guard
    Kind kind = Kind::kTrunk;      ///< what the target is
    bool anonymous = false;        ///< the caller wants to be hidden (RFC 3323)
    bool emergency = false;
    bool from_trunk = false;       ///< what the source is
    std::uint8_t endpoint = 0;     ///< place in the trunk's targets or the user's contacts
    std::string target;            ///< trunk or user
    std::string server;            ///< "udp:192.0.2.1:5060": which of the servers that the target's name leads to; empty for an address
    std::string target_uri;        ///< where the second pass sends it: Request-URI after number edits
    std::string called;            ///< number after the target's edits
    std::string calling;           ///< caller number or user after the target's edits; empty = leave as it is
    std::string display;           ///< caller name; empty = none
    std::string source;            ///< trunk or user that the call came from
    std::string source_realm;      ///< realm on which leg A reached the proxy: leg A's media is there
    std::string target_realm;      ///< realm that reaches the target: leg B's media is there
    std::string profile_a;         ///< media profile of leg A (towards the caller)
    std::string profile_b;         ///< media profile of leg B (towards the target)

    bool operator==(const Token&) const = default;
};

/// Name of the URI parameter that carries one.
inline constexpr std::string_view kTokenParam = "tk";
/// Longest token in its sealed form that is made or read.
inline constexpr std::size_t kMaxTokenText = 1024;

/// Errors: kRange when a field or the whole is too long.
Result<std::string> seal_token(Keyring& ring, const Token& token, std::string_view bridge_realm);

/// Opens a token bound to that realm.
/// Errors: kPolicy when it was not sealed by us for this realm, kTimeout when it has expired, kSyntax for another layout.
Result<Token> open_token(Keyring& ring, std::string_view text, std::string_view bridge_realm, std::uint32_t now_s);

}  // namespace tandem::sip
