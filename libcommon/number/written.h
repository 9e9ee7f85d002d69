// Knows: what is put around a number: display names, angle brackets, SIP and tel URIs and their parameters.
// Must not know: numbering plans, dial plans.
// Next: parse.h, which reads the number inside.
#pragma once

#include <string_view>

#include "number/inline_text.h"
#include "number/scan.h"

namespace tandem::number {

/// A written number without its clothing. Views point into the text that was given, or into room.
struct Written {
    std::string_view text;     ///< the number as written, for the scanner
    bool uri = false;          ///< it was a sip, sips or tel URI
    bool name = false;         ///< the user of a SIP URI that is no telephone number
    std::string_view extension;  ///< of ;ext=
    std::string_view context;    ///< of ;phone-context=
    std::string_view parameters; ///< all of them as written, for tel_parameters.h; without the first semicolon
    InlineText<kMaxWritten> room;  ///< for what had to be decoded

    Written() = default;
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
};

/// Whether a text is digits, visual separators and the signs of local numbers only. Anything else is somebody's name.
/// Source: RFC 3966 §3.
bool telephone_subscriber(std::string_view text);

/// Takes the clothing off. `written` is at most kMaxWritten bytes long.
/// Source: RFC 3261 §20.10 and §19.1.6, RFC 3966 §3, RFC 3986 §2.1.
void undress(std::string_view written, Written& out);

}  // namespace tandem::number
