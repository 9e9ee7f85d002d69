// Knows: the usual phrase of each status code.
// Must not know: messages; who answers what.
// Next: build.h, which writes responses; policy/, which refuses calls.
#pragma once

#include <string_view>

namespace tandem::sip {

/// "" for a code without one. Static text. Source: RFC 3261 §21 and the registry of SIP response codes.
std::string_view reason_phrase(int status);

}  // namespace tandem::sip
