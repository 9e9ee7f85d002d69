// Knows: patterns as text: where an escape, a bracket, a group ends; what is around the whole.
// Must not know: what any of it matches (pattern.h).
// Next: regex.cpp and lint/syntax.h, which ask.
#pragma once

#include <cstddef>
#include <string_view>

namespace tandem::number {

/// One past the escape that begins at `at`: \Q…\E and \cX are longer than the others that may hold a parenthesis.
std::size_t after_escape(std::string_view pattern, std::size_t at);
/// One past the bracket that begins at `at`.
std::size_t after_class(std::string_view pattern, std::size_t at);
/// One past the escape or bracket that begins at `at`; `at` itself where neither does.
std::size_t after_literal(std::string_view pattern, std::size_t at);
/// One past the parenthesis that closes the one at `at`.
std::size_t after_group(std::string_view pattern, std::size_t at);

/// Whether anything in it asks where the subject begins or ends.
bool has_anchor(std::string_view pattern);
/// ^…$ (or \A…\z) around the whole pattern, with no alternative outside of groups: it can match only as a whole.
bool is_anchored(std::string_view pattern);

}  // namespace tandem::number
