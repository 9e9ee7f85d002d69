// Knows: the forms in which results of cases are printed: records, TAP 13, JUnit's XML.
// Must not know: how a case is tried.
// Next: record/check.h for the record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "record/check.h"

namespace tandem::e164 {

/// Test Anything Protocol, version 13; failures as YAML blocks, what was not tested as comments.
std::string tap(const std::vector<record::CaseCheck>& checks, const std::vector<lint::Finding>& untested);
/// One testsuite in the XML that CI servers read; what was not tested stands in system-out.
std::string junit(const std::vector<record::CaseCheck>& checks, const std::vector<lint::Finding>& untested, std::string_view suite);

}  // namespace tandem::e164
