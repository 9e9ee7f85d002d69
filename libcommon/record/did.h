// Knows: the keys of the did record (whose number is it) and of the did_range record, and their order.
// Must not know: how a number is looked up.
// Next: policy/did.h; schema.json.
#pragma once

#include <string_view>

#include "json/writer.h"
#include "policy/did.h"
#include "topology/topology.h"

namespace tandem::record {

/// Writes the object. Keys: input e164 extension result user range users status.
void write_did(json::Writer& out, std::string_view input, std::string_view e164, std::string_view extension, const policy::DidAnswer& did,
               const topology::Topology& topology);
/// Writes the object of a range. Keys: name from to numbers used spare unassigned extension_digits user unassigned_user
/// unassigned_status.
void write_did_range(json::Writer& out, policy::Index range, const topology::Topology& topology);

}  // namespace tandem::record
