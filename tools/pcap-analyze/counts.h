// Knows: what became of every frame of the captures, for the summary.
// Must not know: how a frame is decoded, how the summary is printed.
// Next: report.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "call/tracker.h"
#include "capture/frame.h"
#include "record/envelope.h"

namespace tandem::analyze {

struct Counts {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;  ///< captured bytes of frames
    std::uint64_t files = 0;
    std::uint64_t cut = 0;    ///< datagrams and broken frames of which the capture holds less than was sent
    std::uint64_t reassembled = 0;      ///< datagrams put together from fragments
    std::uint64_t fragments_lost = 0;   ///< fragments of UDP that never came together
    std::uint64_t sip_tcp = 0;          ///< TCP segments from or to the ports of SIP
    std::array<std::uint64_t, capture::kFrameKinds> kinds{};
    call::TrackerCounts tracker;

    [[nodiscard]] std::uint64_t of(capture::FrameKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
    /// Frames that told something about a call or stream.
    [[nodiscard]] std::uint64_t analysed() const { return tracker.sip + tracker.rtp + tracker.rtcp; }
    [[nodiscard]] std::uint64_t malformed() const {
        return of(capture::FrameKind::kMalformed) + tracker.sip_bad + tracker.rtcp_bad;
    }
};

/// The `summary` record of a run: in counts frames, ok those that were analysed, bad those that could not be read, skipped all
/// others; the object `capture` says what each frame was.
void append_summary(std::string& out, const Counts& counts);

}  // namespace tandem::analyze
