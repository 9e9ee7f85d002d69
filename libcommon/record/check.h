// Knows: the `check` record: a finding about a configuration, or a case that was tried on it.
// Must not know: how it was found, how it was tried.
// Next: lint/finding.h for findings; schema.json for the keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json/writer.h"
#include "lint/finding.h"

namespace tandem::record {

/// Writes the object. Keys: name ok code severity proof subject others detail hint witness.
void write(json::Writer& out, const lint::Finding& finding);

/// A call that was decided and compared with what was expected of it.
struct CaseCheck {
    struct Failure {
        std::string key;
        std::optional<std::string> expected, got;  ///< nothing: none
    };
    std::string name;
    std::uint64_t line = 0;  ///< of the file of cases, from 1
    std::string dialled;
    std::vector<Failure> failures;
};

/// Writes the object. Keys: name ok line dialled failures.
void write(json::Writer& out, const CaseCheck& check);

}  // namespace tandem::record
