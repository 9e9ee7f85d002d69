// Knows: whether a trunk takes one more call.
// Must not know: who counts.
// Next: decide.cpp and next.cpp, which ask.
#pragma once

#include <string_view>

#include "policy/facts.h"
#include "topology/trunk.h"

namespace tandem::policy {

/// Name of the limit that one more call would break ("calls", "cps"); empty when there is room or nothing is known.
inline std::string_view limit_reached(const topology::Trunk& trunk, const TrunkState* state) {
    if (!state) return {};
    if (trunk.limits.calls != 0 && state->calls >= trunk.limits.calls) return "calls";
    if (trunk.limits.cps != 0 && state->calls_last_second >= trunk.limits.cps) return "cps";
    return {};
}

}  // namespace tandem::policy
