// Knows: the arithmetic of RFC 3550 A.1 on 16-bit sequence numbers.
// Must not know: time, payload types.
// Next: stats.cpp.
#include "rtp/sequence.h"

namespace tandem::rtp {

void SequenceTracker::start(std::uint16_t sequence) {
    base_ = max_ = last_ = sequence;
    window_.fill(0);
    set(max_);
    awaited_ = -1;
}

Arrival SequenceTracker::jump(std::uint16_t sequence) {
    if (awaited_ != sequence) {
        awaited_ = static_cast<std::uint16_t>(sequence + 1);
        ++outside_;
        return Arrival::kOutside;
    }
    expected_before_ = expected();
    start(static_cast<std::uint16_t>(sequence - 1));
    advance(max_ + 1);
    --outside_;
    received_ += 2;
    ++restarts_;
    return Arrival::kRestart;
}

void SequenceTracker::advance(std::int64_t to) {
    if (to - max_ >= kSequenceWindow) {
        window_.fill(0);
    } else {
        for (std::int64_t n = max_ + 1; n < to; ++n) clear(n);
    }
    set(to);
    max_ = last_ = to;
}

Arrival SequenceTracker::update(std::uint16_t sequence) {
    if (packets_++ == 0) {
        start(sequence);
        received_ = 1;
        return Arrival::kFirst;
    }
    // The distance to the highest number, as the shorter way round the circle.
    const int step = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(max_));
    if (step > 0) {
        if (step >= kMaxDropout) return jump(sequence);
        awaited_ = -1;
        advance(max_ + step);
        ++received_;
        return Arrival::kNext;
    }
    const std::int64_t number = max_ + step;
    if (step <= -kSequenceWindow || (number < base_ && step < -kMaxMisorder)) return jump(sequence);
    awaited_ = -1;
    last_ = number;
    if (number < base_) {
        for (std::int64_t n = number + 1; n < base_; ++n) clear(n);
        base_ = number;
    } else if (bit(number)) {
        ++duplicates_;
        return Arrival::kDuplicate;
    }
    set(number);
    ++received_;
    ++reordered_;
    return Arrival::kReordered;
}

}  // namespace tandem::rtp
