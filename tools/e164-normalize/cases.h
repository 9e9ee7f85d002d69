// Knows: how cases are written: what is dialled, who calls, what is expected; as JSON lines or CSV.
// Must not know: how a case is tried, which names the topology has.
// Next: trial.h, which tries one; test.h for the command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::e164 {

/// What can be expected of a call.
enum class Expect : std::uint8_t {
    kE164, kRule, kDialPlan, kKind, kRegion, kValid, kEmergency, kUsage, kRoute, kTrunks, kUser, kCalled, kCalling, kReject,
};
inline constexpr std::size_t kExpects = 14;
/// As cases write it: "dial_plan".
std::string_view to_string(Expect what);
/// Whether only the decision of a call can tell it, not the reading of a number.
bool needs_call(Expect what);

/// One thing that is expected. A text: "true" and "false" for flags, "404" for a status, names of trunks joined by ", "; nothing where
/// none is expected.
struct Expectation {
    Expect what = Expect::kE164;
    std::optional<std::string> value;
};

struct Case {
    std::string name;  ///< "dialled 5550123" when the file gives none
    std::uint64_t line = 0;
    std::string dialled;
    std::string user, trunk;  ///< who calls; both empty: the number alone is asked about
    std::string dial_plan;
    std::string calling;
    std::vector<Expectation> expect;
};

/// What is wrong with a line of the file.
struct CaseFault {
    std::uint64_t line = 0;
    std::string text;  ///< "file:line: what"
};

struct CaseFile {
    std::vector<Case> cases;
    std::vector<CaseFault> faults;
};

/// JSON lines, {"dialled":"5550123","from":{"user":"alice"},"expect":{"e164":"+14255550123"}}; empty lines and lines that begin with //
/// are left out. Every key that is not known, or stands twice, is an error with a suggestion.
CaseFile read_json_cases(std::string_view text, std::string_view file);
/// CSV whose first row names the columns: name, dialled, from.user, expect.e164 and so on. An empty field says nothing, null expects
/// none, trunks are separated by blanks.
CaseFile read_csv_cases(std::string_view text, std::string_view file);

}  // namespace tandem::e164
