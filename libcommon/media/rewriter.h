// Knows: how an outgoing stream stays one stream, with running numbers of its own, whatever the source does.
// Must not know: sockets, payload types.
// Next: leg.h.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "rtp/packet.h"
#include "rtp/sequence.h"

namespace tandem::media {

/// Rewrites headers of one outgoing leg. Loss and reordering of the source stay visible (the receiver must
/// conceal and count them); a new source, a jump of its numbers or a pause of ours does not: numbering goes
/// on, the timestamp moves by the time that passed, and the marker says that a talkspurt begins.
/// Cost: O(1), no allocation.
class Rewriter {
public:
    Rewriter(std::uint32_t ssrc, std::uint16_t first_sequence, std::uint32_t first_timestamp)
        : ssrc_(ssrc), next_sequence_(first_sequence), first_timestamp_(first_timestamp) {}

    /// The header to send for a packet of the source. how: what SequenceTracker said of it; kDuplicate and
    /// kOutside are not given.
    rtp::Header rewrite(const rtp::Header& in, rtp::Arrival how, MonoTime now, std::uint32_t clock_hz);
    /// A packet of the source that is not sent (its payload has no meaning on this leg): leaves no hole.
    void skip(const rtp::Header& in, rtp::Arrival how);
    /// What comes next is a new source, or the same after a pause that we made.
    void reset() { anchored_ = false; }

    [[nodiscard]] std::uint32_t ssrc() const { return ssrc_; }
    /// RTP timestamp that belongs to a moment, for sender reports (RFC 3550 §6.4.1).
    [[nodiscard]] std::uint32_t timestamp_at(MonoTime now, std::uint32_t clock_hz) const;

private:
    void anchor(const rtp::Header& in, MonoTime now, std::uint32_t clock_hz);

    std::uint32_t ssrc_;
    std::uint16_t next_sequence_;  // one above the highest sent
    std::uint32_t first_timestamp_;
    bool started_ = false;
    bool anchored_ = false;
    std::uint32_t source_ssrc_ = 0;
    std::uint16_t sequence_offset_ = 0;  // out = in + offset
    std::uint32_t timestamp_offset_ = 0;
    std::uint32_t last_in_timestamp_ = 0;
    std::uint32_t last_out_timestamp_ = 0;
    MonoTime last_sent_{};
};

}  // namespace tandem::media
