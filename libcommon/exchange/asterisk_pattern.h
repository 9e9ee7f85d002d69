// Knows: extension names and patterns of Asterisk: what they match and in which order they are tried.
// Must not know: contexts, applications.
// Next: asterisk.cpp, which reads extensions.conf; steps.h.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/steps.h"

namespace tandem::exchange {

/// What an extension matches. "_" begins a pattern: X 0-9, Z 1-9, N 2-9, [set], "." one or more of anything, "!" none or more of
/// anything; "-" outside a set is nothing. Without "_" it is a text. Errors: syntax, with the byte.
/// Source: Asterisk's own matching (main/pbx.c, _extension_match_core).
Result<Steps> asterisk_steps(std::string_view extension);

/// Which of two extensions is tried first (less): texts before patterns, then place by place the smaller set, of two equally large
/// ones that with the lower character; "." after every set, "!" after ".", the end of a pattern last.
/// Source: main/pbx.c, ext_cmp().
std::strong_ordering asterisk_order(std::string_view a, std::string_view b);
/// A text that sorts as the extension does, so that many can be sorted without being taken apart again and again.
std::string asterisk_key(std::string_view extension);

}  // namespace tandem::exchange
