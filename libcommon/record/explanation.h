// Knows: the explanation record, and the same as lines for people.
// Must not know: how anything was decided.
// Next: policy/explain.h; route.h, did.h, number.h, whose objects stand inside.
#pragma once

#include <string>

#include "json/writer.h"
#include "policy/explain.h"
#include "topology/topology.h"

namespace tandem::record {

/// Writes the object. Keys: input called number dial_plan rules_skipped rules emergency did policy usages_of usages decision.
void write(json::Writer& out, const policy::Explanation& explanation, const topology::Topology& topology);

/// The same as a trace: a headline, then what was looked at in order, what decided marked with ">".
std::string explanation_text(const policy::Explanation& explanation, const topology::Topology& topology);

}  // namespace tandem::record
