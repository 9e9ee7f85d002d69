// Knows: the forms in which findings are printed: records, lines for people, annotations of GitHub's workflows.
// Must not know: how they are found.
// Next: lint/finding.h; record/check.h for the record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"

namespace tandem::e164 {

enum class FindingForm { kJson, kText, kGithub };

/// Appends one finding with its line end. file: the topology file, for annotations; line: in it, 0 where that is not known.
void write_finding(std::string& out, const lint::Finding& finding, FindingForm form, std::string_view file, std::size_t line = 0);

/// "2 errors, 1 warning, 0 notes".
std::string counts_text(const std::vector<lint::Finding>& findings);

}  // namespace tandem::e164
