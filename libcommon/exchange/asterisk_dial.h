// Knows: the number in an argument of Dial(): where it stands, and what ${EXTEN:offset:length} takes.
// Must not know: contexts, patterns.
// Next: asterisk.cpp; steps.h for the pieces.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/steps.h"

namespace tandem::exchange {

/// What Dial() sends, as written: digits, "+", "*", "#" and ${EXTEN…}.
struct AsteriskNumber {
    std::string text;
    bool extension = false;  ///< it names a device of Asterisk's own, so it is an extension and goes to no trunk

    friend bool operator==(const AsteriskNumber&, const AsteriskNumber&) = default;
};

/// The number in Dial(arguments). Errors: unsupported, saying what else it dials.
/// Source: PJSIP/number@trunk, PJSIP/trunk/sip:number@host, SIP/trunk/number, DAHDI/group/number; of an extension PJSIP/device.
Result<AsteriskNumber> asterisk_number(std::string_view arguments);

/// What such a number takes of the places of a pattern. Errors: syntax; unsupported for a slice that depends on how long the
/// dialled string is. Source: ${NAME:offset:length} of Asterisk's variables; negative figures count from the end.
Result<std::vector<Piece>> asterisk_pieces(std::string_view number, const Steps& steps);

}  // namespace tandem::exchange
