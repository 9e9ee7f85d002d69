// Knows: what may be wrong with a numbering configuration, each kind with a code that stays.
// Must not know: how it is found, how it is printed.
// Next: lint.h, which finds; record/check.h for the record.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/types.h"

namespace tandem::lint {

/// A code never changes its meaning; a new kind gets a new number.
enum class Code : std::uint8_t {
    kUnreachable,        // N01
    kOverlap,            // N02
    kNeverMatches,       // N03
    kNotProved,          // N04
    kUnanchored,         // N05
    kResultNotE164,      // N06
    kResultUnknownCode,  // N07
    kResultInvalid,      // N08
    kSameNumber,         // N09
    kCatastrophic,       // N10
    kDialect,            // N11
    kEmergencyTaken,     // N12
    kExtension,          // N13
    kDidClaim,           // N14
    kRouteIncomplete,    // N15
    kUsageWithoutRoute,  // N16
    kUnused,             // N17
    kRouteUnanchored,    // N18
    kRouteNeverMatches,  // N19
    kRouteAddsNothing,   // N20
    kNoEmergencyRoute,   // N21
    kUntested,           // N22
};
inline constexpr std::size_t kCodes = 22;

/// What a code is called and means.
struct CodeText {
    std::string_view code;     ///< "N01"
    std::string_view name;     ///< "unreachable_rule"
    std::string_view meaning;  ///< one sentence without full stop
};
const CodeText& text_of(Code code);

enum class Severity : std::uint8_t { kError, kWarning, kNote };
std::string_view to_string(Severity severity);  ///< "error", "warning", "note"

/// Whether a finding holds for all strings there are, or was seen on those that were tried.
enum class Proof : std::uint8_t { kProved, kUnproved };
std::string_view to_string(Proof proof);  ///< "proved", "unproved"

/// What a finding is about.
struct Subject {
    std::string_view kind;  ///< "rule", "route", "usage", "dial_plan", "policy", "user", "did_range", "emergency"; static
    std::string name;
    topology::Index index = topology::kNoIndex;  ///< its place in its list, from 0
    std::string in;  ///< of a rule: "dial plan headquarters", "called rules of trunk gateway"; else empty
};

struct Finding {
    Code code = Code::kUnreachable;
    Severity severity = Severity::kError;
    Proof proof = Proof::kProved;
    Subject subject;
    std::vector<std::string> others;  ///< names of what else takes part: the rules that come first, the other user
    std::string text;                 ///< what is wrong, for people
    std::string hint;                 ///< what to do; may be empty
    std::string witness;              ///< a string that shows it; empty where there is none
};

}  // namespace tandem::lint
