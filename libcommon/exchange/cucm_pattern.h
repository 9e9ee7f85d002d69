// Knows: patterns, masks and the closest match of Cisco Unified Communications Manager.
// Must not know: files, partitions.
// Next: cucm.cpp; steps.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/steps.h"

namespace tandem::exchange {

/// A pattern: its places, and behind which of them its "." stands.
struct CucmPattern {
    Steps steps;
    std::optional<std::size_t> dot;
};

/// X is a digit, "!" one or more, [2-9] and [^2-9] one of a set, "?" none or more and "+" one or more of what stands before, "\+" a
/// plus, "." nothing but a mark. Errors: syntax; unsupported for "@" (a numbering plan) and for a second place that is repeated.
/// Source: "Wildcards and special characters in route patterns" of the product's system configuration guide.
Result<CucmPattern> cucm_pattern(std::string_view text);

/// What the called party transformations make: digits discarded (PreDot or none), then the mask, then the prefix.
/// A mask is laid over the number from the right; X keeps a digit, what it does not cover is dropped.
/// Errors: unsupported; syntax.
Result<std::vector<Piece>> cucm_pieces(const CucmPattern& pattern, std::string_view discard, std::string_view mask, std::string_view prefix);

/// Which of two patterns is chosen where both match.
enum class Closer : std::uint8_t {
    kNeither,  ///< no string matches both
    kFirst,
    kSecond,
    kDepends,  ///< both match equally many strings of some length, or the one at one length and the other at another
};
/// The closer one matches fewer strings of the dialled length. Source: "closest-match routing" of the same guide.
Closer cucm_closer(const Steps& a, const Steps& b);

}  // namespace tandem::exchange
