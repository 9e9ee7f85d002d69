// Knows: what a trunk makes of a number before it is sent: its rules, and the plus that is taken off.
// Must not know: which number is whose.
// Next: targets.cpp and tools/e164-normalize/translate.cpp, which ask.
#pragma once

#include <string>
#include <string_view>

#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::policy {

/// A number as a trunk shall see it.
struct Translated {
    std::string number;
    std::string_view rule;   ///< name of the rule that matched, of the topology; empty when none did
    Index index = kNoIndex;  ///< its place, from 0
    bool plus_removed = false;
};

/// The first rule that matches, applied; a number that no rule matches passes unchanged. Then the leading + comes off where the
/// trunk says so.
/// Emergency strings are not for it.
Translated translate(const topology::Trunk& trunk, const topology::NumberRules& rules, std::string_view number);

/// The string that trunks are sent when `dialled` is an emergency number of the topology or a mask of one; empty otherwise.
std::string emergency_string(const topology::Topology& topology, std::string_view dialled);

}  // namespace tandem::policy
