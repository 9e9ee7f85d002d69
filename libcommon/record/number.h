// Knows: the `number` record: what is known of one written number.
// Must not know: how it came to be known.
// Next: number/parse.h, which finds it out; schema.json for the keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/line.h"
#include "json/writer.h"

namespace tandem::record {

/// Keys and their order are fixed (conventions): input e164 calling_code region kind possible valid extension rfc3966
/// rule dial_plan flags reasons. An empty optional is absent (not known); e164 without a value is null (known to be none).
struct Number {
    std::string input;
    std::optional<std::string> e164;
    std::optional<std::string> calling_code;
    std::optional<std::string> region;
    std::optional<std::string> kind;
    bool possible = false;
    std::optional<bool> valid;
    std::optional<std::string> extension;
    std::optional<std::string> rfc3966;
    std::optional<std::string> rule;
    std::optional<std::string> dial_plan;
    std::vector<std::string> flags;
    std::vector<std::string> reasons;
};

/// Writes the object.
void write(json::Writer& out, const Number& number);
/// Reads the object again. Errors: missing, syntax.
Result<Number> read_number(const json::Object& object);

}  // namespace tandem::record
