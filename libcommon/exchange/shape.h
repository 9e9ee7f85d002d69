// Knows: the plain part of our patterns that other systems can say too: anchors, sets, repetitions, flat groups; and what
// translations take of them.
// Must not know: any target.
// Next: export_asterisk.cpp and export_cisco_ios.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/steps.h"

namespace tandem::exchange {

inline constexpr unsigned kMany = 1'000'000;  ///< no upper limit

struct ShapePart {
    CharSet set;
    unsigned min = 1, max = 1;
    unsigned group = 0;  ///< number of the group that it stands in; 0 for none
};

/// A pattern taken apart. A group without parts is empty.
struct Shape {
    std::vector<ShapePart> parts;
    unsigned groups = 0;
    bool begins = false, ends = false;  ///< anchored
};

/// Errors: unsupported, naming what it is (alternatives, look-around, nested or repeated groups, lazy repetition …), with the byte.
Result<Shape> shape_of(std::string_view pattern);

/// A translation as literals and groups. Errors: unsupported for other references.
struct TranslationPart {
    std::string literal;
    unsigned group = 0;
};
Result<std::vector<TranslationPart>> translation_parts(std::string_view translation, unsigned groups);

}  // namespace tandem::exchange
