// Knows: the `verdict` record: whether media of a user's and a trunk's call may bypass the mediation, step by step.
// Must not know: how the verdict is found.
// Next: policy/bypass.h, which finds it; schema.json for the keys.
#pragma once

#include <string>
#include <string_view>

#include "json/writer.h"
#include "policy/bypass.h"
#include "topology/topology.h"

namespace tandem::record {

/// Writes the object. Keys: model user trunk direction verdict code reason client_id gateway_id steps warnings conversions.
void write(json::Writer& out, const policy::Verdict& verdict, const policy::BypassQuestion& question,
           const topology::Topology& topology);

/// Writes the object of a question that has no answer: {"model":…,"verdict":null,"reason":…}.
void write_no_verdict(json::Writer& out, std::string_view reason);

/// Writes the array under "conversions"; both route and verdict have it.
void write(json::Writer& out, const sdp::ConversionPlan& plan);

/// The verdict as lines for people: the answer, then a line a step.
std::string verdict_text(const policy::Verdict& verdict, const policy::BypassQuestion& question,
                         const topology::Topology& topology);

}  // namespace tandem::record
