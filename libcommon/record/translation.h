// Knows: the keys of the translation record: what trunks receive for a number.
// Must not know: rules.
// Next: policy/translate.h; schema.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/writer.h"
#include "policy/translate.h"

namespace tandem::record {

/// One trunk's view of a call.
struct TrunkTranslation {
    std::string_view trunk;
    std::optional<policy::Translated> called, calling;  ///< absent when not asked
};

struct Translation {
    std::string_view input;
    std::string_view e164;    ///< empty: null
    bool emergency = false;
    std::string_view calling;  ///< empty: not asked
    std::vector<TrunkTranslation> trunks;
};

/// Writes the object. Keys: input e164 emergency calling trunks; of a trunk: trunk called calling; of a number: number rule index
/// plus_removed. rule is null where no rule matched, and the number passes unchanged.
void write(json::Writer& out, const Translation& translation);

}  // namespace tandem::record
