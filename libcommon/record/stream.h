// Knows: the `stream` record: one RTP stream as it was received at the point of observation.
// Must not know: how it was measured.
// Next: call.h for the call that it belongs to; schema.json for the keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/writer.h"
#include "net/address.h"
#include "quality/grade.h"
#include "quality/monitor.h"

namespace tandem::record {

/// What a stream record says besides what its monitor measured.
struct Stream {
    std::string id;
    std::optional<std::string> call_id;
    std::optional<std::string> session_id;
    std::uint32_t ssrc = 0;
    net::Endpoint src;
    net::Endpoint dst;
    std::optional<std::string> codec;  ///< RTP encoding name
    std::string_view match = "shape";  ///< rule that tied it to its call; "shape": found by its form, no call
    std::optional<int> payload_type;
    std::uint8_t dscp = 0;
    quality::Path path;  ///< its rtt_ms is printed, and both of it count in the grade
    WallTime first{};
    WallTime last{};
    StampDigits digits = StampDigits::kMicro;
};

/// Appends a whole record line; ts is the time of the first packet. Keys and their order are fixed (conventions).
/// finish() must have been called on the monitor.
void append(std::string& out, const Stream& stream, const quality::Monitor& monitor);

/// "0x5d931534".
std::string ssrc_text(std::uint32_t ssrc);

}  // namespace tandem::record
