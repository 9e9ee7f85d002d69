// Knows: how a parsed number is written for people: national, international, tel URI.
// Must not know: how it was written before.
// Next: phone.h (the parsed number), plan.h (FormatRow).
#pragma once

#include <string>

#include "number/phone.h"

namespace tandem::number {

/// A way to write a number.
enum class Style {
    kNational,       ///< as dialled within the country, "(206) 555-0100"
    kInternational,  ///< ITU-T E.123, "+1 206-555-0100"
    kTelUri,         ///< RFC 3966 §3, "tel:+12065550100;ext=12"
};

/// The number in that style, with its extension. A number of an unknown shape is written without groups.
std::string format(const Phone& phone, const Plan& plan, Style style);

}  // namespace tandem::number
