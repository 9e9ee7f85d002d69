// Knows: how much of a captured text (Call-ID, tag, URI) is kept: short ones whole, long ones as their beginning and a hash.
// Must not know: calls, headers.
// Next: call.h, whose texts are kept this way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tandem::call {

/// Bytes of the longest text that is kept; nothing in SIP bounds a Call-ID or URI but the datagram.
inline constexpr std::size_t kMaxKeptText = 256;

/// The text itself or, when it is longer than kMaxKeptText, its beginning with a mark that says how long it was and its SHA-256
/// (128 bits of it), so that two long texts are one only when they are equal: "aaaa...(20480 bytes, sha256 0123...)".
std::string kept_text(std::string_view text);

}  // namespace tandem::call
