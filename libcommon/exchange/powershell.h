// Knows: the name under which translation rules of all trunks wait until the trunks are known.
// Must not know: objects.
// Next: powershell.cpp, which fills it; import.cpp, which hands it out.
#pragma once

#include <string_view>

namespace tandem::exchange {

/// No gateway's name begins with a dot.
inline constexpr std::string_view kAllTrunks = ".all-trunks";

}  // namespace tandem::exchange
