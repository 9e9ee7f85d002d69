// Knows: the table of ITU-T G.113 Appendix I, as far as both factors are known.
// Must not know: the formulas.
// Next: emodel.cpp.
#include "quality/impairment.h"

#include "base/text.h"

namespace tandem::quality {

std::optional<Impairment> impairment_of(std::string_view encoding, bool concealed) {
    struct Row {
        std::string_view encoding;
        Impairment with;
        Impairment without;
    };
    static constexpr Row kRows[] = {
        {"PCMU", {0, 25.1, false}, {0, 4.3, false}},
        {"PCMA", {0, 25.1, false}, {0, 4.3, false}},
        {"G729", {11, 19.0, false}, {11, 19.0, false}},      // G.729A with VAD
        {"G723", {15, 16.1, false}, {15, 16.1, false}},      // 6.3 kbit/s with VAD
        {"GSM-EFR", {5, 10.0, false}, {5, 10.0, false}},
        {"G722", {0, 25.1, true}, {0, 25.1, true}},
        {"opus", {0, 25.1, true}, {0, 25.1, true}},
    };
    for (const Row& row : kRows)
        if (iequals(row.encoding, encoding)) return concealed ? row.with : row.without;
    return std::nullopt;
}

}  // namespace tandem::quality
