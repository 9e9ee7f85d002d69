// Knows: the `number` record: what is known of one written number.
// Must not know: how it came to be known.
// Next: number/parse.h, which finds it out; schema.json for the keys.
#pragma once

#include <string_view>

#include "json/writer.h"
#include "number/parse.h"

namespace tandem::record {

/// What a number record holds beside what is always in it.
struct NumberDetail {
    const number::Plan* formats = nullptr;  ///< writes national and international forms by this plan
};

/// Writes the object. Keys and their order are fixed (conventions): input e164 calling_code region kind possible valid
/// extension rfc3966 parameters parameter_faults national international rule dial_plan flags reasons. What is not known is absent; e164 without a value
/// is null (known to be none).
void write_number(json::Writer& out, std::string_view input, const number::Number& number, const NumberDetail& detail = {});

}  // namespace tandem::record
