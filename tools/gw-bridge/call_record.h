// Knows: how a call's log becomes records: one `stream` for each SSRC that came in, one `call` for the whole.
// Must not know: how the call went.
// Next: record/call.h, record/stream.h.
#pragma once

#include <string>

#include "base/clock.h"
#include "gw-bridge/call_log.h"

namespace tandem::bridge {

/// Appends the records of an ended call, streams first. wall_offset: wall clock less monotonic clock, now.
/// id: of the call record; streams add "-a1", "-b1", ...
void append_records(std::string& out, const CallLog& log, const std::string& id, nanoseconds wall_offset);

}  // namespace tandem::bridge
