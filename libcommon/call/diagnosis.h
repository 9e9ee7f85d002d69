// Knows: what is worth saying about a finished call, from its record and its streams.
// Must not know: how it is printed.
// Next: record/call.h, which carries it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call/call.h"
#include "call/stream.h"

namespace tandem::call {

/// One finding. The code is stable, the text is for people.
struct Finding {
    std::string_view code;
    std::string text;
};

/// Findings in a fixed order.
std::vector<Finding> diagnose(const Call& call, const std::vector<const Stream*>& streams);

}  // namespace tandem::call
