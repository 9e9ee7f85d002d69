// Knows: the `route` record: where a call goes and how that came about.
// Must not know: how it is decided.
// Next: policy/plan.h for what it is made of; schema.json for the keys.
#pragma once

#include "json/writer.h"
#include "policy/plan.h"
#include "topology/topology.h"

namespace tandem::record {

/// Writes the object. Keys: input e164 direction source_kind source emergency dial_plan rule policy usage route targets reject need
/// steps. Exactly one of targets, reject and need is there.
void write(json::Writer& out, const policy::Decision& decision, const topology::Topology& topology);

}  // namespace tandem::record
