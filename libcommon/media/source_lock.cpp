// Knows: the latching rules.
// Must not know: sockets.
// Next: leg.cpp.
#include "media/source_lock.h"

namespace tandem::media {

void SourceLock::expect(const net::Endpoint& remote, bool latch, unsigned needed) {
    needed_ = needed == 0 ? 1 : needed;
    if (remote == expected_ && latch == latch_) return;
    expected_ = remote;
    latch_ = latch;
    locked_ = false;
    run_ = 0;
}

SourceLock::Verdict SourceLock::check(const net::Endpoint& from, const rtp::Header& header) {
    if (locked_) return from == source_ ? Verdict::kAccept : Verdict::kForeign;
    if (from == expected_) {
        source_ = from;
        locked_ = true;
        return Verdict::kAccept;
    }
    if (!latch_) return Verdict::kForeign;
    const bool follows = run_ > 0 && from == candidate_ && header.ssrc == candidate_ssrc_ &&
                         static_cast<std::uint16_t>(header.sequence - candidate_sequence_) - 1U < 100U;
    run_ = follows ? run_ + 1 : 1;
    candidate_ = from;
    candidate_ssrc_ = header.ssrc;
    candidate_sequence_ = header.sequence;
    if (run_ < needed_) return Verdict::kPending;
    source_ = from;
    locked_ = true;
    return Verdict::kLatched;
}

}  // namespace tandem::media
