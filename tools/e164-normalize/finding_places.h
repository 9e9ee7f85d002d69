// Knows: on which line of the topology file that stands what a finding is about.
// Must not know: how a finding is found or printed.
// Next: lint/finding.h for subjects; json/document.h, where values know their places.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "json/document.h"
#include "lint/finding.h"

namespace tandem::e164 {

class FindingPlaces {
public:
    /// Reads the file once more. What cannot be read (it was changed meanwhile) has no places.
    void read(const std::string& file);
    /// From 1; 0 where it is not known.
    [[nodiscard]] std::size_t line_of(const lint::Subject& subject) const;

private:
    [[nodiscard]] const json::Value* value_of(const lint::Subject& subject) const;

    std::optional<json::Document> document_;
};

}  // namespace tandem::e164
