// Knows: how to draw the messages of a call as text: a column an endpoint, an arrow a message.
// Must not know: where messages come from, terminals.
// Next: tools/pcap-analyze/text_report.h, which prints it.
#pragma once

#include <span>
#include <string>

#include "call/call.h"

namespace tandem::call {

/// The ladder in lines of plain ASCII; times are seconds since the first entry. Endpoints beyond the eighth share a column.
std::string draw_ladder(std::span<const LadderEntry> entries);

}  // namespace tandem::call
