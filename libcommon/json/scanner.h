// Knows: the grammar of JSON (RFC 8259): one pass over one object that checks all of it and notes its members.
// Must not know: lines, streams, what a member is for.
// Next: line.h, behind which it stands; runs.h for the many bytes between two signs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "json/line.h"

namespace tandem::json {

/// Why a text is not one well-formed object.
enum class ScanFault : std::uint8_t {
    kNone, kUnexpected, kOpenObject, kOpenString, kControl, kEscape, kNumber, kDepth, kTrailing,
};

/// What a scan found out. Where a fault stands is a pointer into the text.
struct Scan {
    ScanFault fault = ScanFault::kNone;
    const char* at = nullptr;     ///< of a fault: the byte that is wrong, or for a bad escape or too many levels where reading went on
    bool escaped_keys = false;    ///< a top-level key has an escape
    bool high = false;            ///< what was read is not all ASCII; whether it is UTF-8 was not looked at
};

/// Checks the text from `begin` (an opening brace) to `end` and puts the members of the outermost object into `members`. Behind the
/// text stand kRunPadding readable bytes of which the first is NUL.
/// Source: RFC 8259 §2 to §7; a surrogate without its other half is refused, as §8.2 allows.
/// Cost: one pass; no heap beyond members.
Scan scan_object(const char* begin, const char* end, std::vector<RawMember>& members);

}  // namespace tandem::json
