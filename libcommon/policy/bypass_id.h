// Knows: which bypass id the network gives a client or a gateway, and why.
// Must not know: the other steps of the verdict.
// Next: bypass.cpp, which compares the ids.
#pragma once

#include <string>
#include <string_view>

#include "policy/bypass.h"

namespace tandem::policy {

/// An id, or why there is none.
struct BypassId {
    StepState state = StepState::kUnknown;
    std::string_view id;  ///< the topology's; set when state is kPass
    topology::Index site = topology::kNoIndex;
    bool by_default = false;  ///< it is the default id of unmapped subnets
    std::string_view code;    ///< of the failure
    std::string evidence;     ///< empty unless asked for
    std::string warning;      ///< something that does not block but misleads; empty when none
};

/// Exact look-up: the client sends its own mask, and only an entry for exactly that network counts.
/// in_words: with evidence and warning.
BypassId client_bypass_id(const BypassQuestion& question, const topology::Topology& topology, bool in_words);

/// Longest-prefix look-up: a gateway has no mask to send.
BypassId gateway_bypass_id(const topology::Trunk& trunk, const topology::Topology& topology, bool in_words);

/// Why two ids differ, in terms of sites and regions.
std::string explain_mismatch(const BypassId& client, const BypassId& gateway,
                             const topology::Topology& topology);

}  // namespace tandem::policy
