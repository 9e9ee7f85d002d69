// Knows: which foreign formats there are, and how to tell them apart.
// Must not know: what each means.
// Next: powershell.cpp, asterisk.cpp, cisco_ios.cpp, cucm.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/fragment.h"
#include "exchange/source.h"

namespace tandem::exchange {

/// Where a dial plan comes from.
enum class Format { kPowershell, kAsterisk, kCiscoIos, kCucm };
inline constexpr std::array<std::string_view, 4> kFormatNames = {"powershell", "asterisk", "cisco-ios", "cucm"};

struct ImportOptions {
    std::optional<Format> format;  ///< nothing: told by the text
    std::string plan_name;         ///< of rules that name no dial plan; by default the file's name
};

/// The format of a text; nothing when it looks like none.
std::optional<Format> detect(const Source& source);

/// What a text says, added to what others said. Everything that is not taken is a finding. Errors: unsupported when the format cannot
/// be told; what makes the whole text unreadable (syntax, truncated, range), with byte offset. The fragment is not touched then.
Status import(const Source& source, const ImportOptions& options, Fragment& into);

/// After the last import: what only the whole can tell (trunk rules that hold for all trunks, usages of routes and policies).
void finish(Fragment& fragment);

// The formats. Plans go under their own names, or plan_name.

/// Objects of Lync, Skype for Business and Teams: dial plans, normalization rules, routes, usages, policies, trunk configurations and
/// their translation rules, as Export-Clixml, ConvertTo-Xml, ConvertTo-Json or Export-Csv wrote them.
Status import_powershell(const Source& source, const std::string& plan_name, Fragment& into);
/// extensions.conf: each context is a dial plan; each extension whose Dial() sends a number made of ${EXTEN} is a rule. Their order is
/// the one in which Asterisk tries them: literal extensions, then patterns from the most special on, then included contexts.
Status import_asterisk(const Source& source, Fragment& into);
/// voice translation-rule sets; each is a dial plan.
Status import_cisco_ios(const Source& source, Fragment& into);
/// Translation patterns of Unified Communications Manager as CSV; each partition is a dial plan, in the order of the closest match.
Status import_cucm(const Source& source, const std::string& plan_name, Fragment& into);

}  // namespace tandem::exchange
