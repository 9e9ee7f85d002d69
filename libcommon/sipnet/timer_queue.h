// Knows: which deadline comes next, over many things that move theirs often.
// Must not know: what is done at a deadline.
// Next: transactions.h.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace tandem::sipnet {

/// A wheel of (time, key). Entries are not taken back: whoever is asked at a time looks whether it is still meant.
/// Units: a slot is 2^22 ns, about 4 ms; the wheel goes round in 69 s. Entries that lie further away wait in their slot and are
/// passed over until their round has come. Cost: push and pop O(1), next() O(1) but for empty slots, 64 of which it skips at once;
/// no allocation once it has its size. Memory: an entry, and 66 kB.
template <class Key>
class TimerQueue {
public:
    TimerQueue() { first_.fill(kNone); }

    void push(MonoTime at, const Key& key) {
        // What is past already is due at once: it goes where is looked next.
        const std::int64_t tick = std::max(tick_of(at), tick_);
        std::uint32_t place = free_;
        if (place == kNone) {
            place = static_cast<std::uint32_t>(entries_.size());
            entries_.push_back({});
        } else {
            free_ = entries_[place].next;
        }
        const std::size_t slot = slot_of(tick);
        entries_[place] = {at, key, first_[slot]};
        first_[slot] = place;
        used_[slot / 64] |= std::uint64_t{1} << slot % 64;
        ++size_;
    }

    /// When to ask again: the end of the first slot with an entry, so that one waking serves all of it; before the first
    /// entry's time it is never, after it by a slot at most. MonoTime::max() when there is none.
    [[nodiscard]] MonoTime next() const {
        if (size_ == 0) return MonoTime::max();
        const std::int64_t tick = next_used(tick_);
        return MonoTime(nanoseconds((tick + 1) << kShift));
    }

    /// Takes an entry whose time has come, about in their order: within a slot the later pushed comes first.
    [[nodiscard]] bool pop_due(MonoTime now, Key& out) {
        const std::int64_t last = tick_of(now);
        tick_ = std::max(tick_, last - (kSlots - 1));  // once round is everything
        while (tick_ <= last && size_ != 0) {
            const std::int64_t tick = next_used(tick_);
            if (tick > last) break;
            tick_ = tick;
            const std::size_t slot = slot_of(tick);
            for (std::uint32_t* link = &first_[slot]; *link != kNone; link = &entries_[*link].next) {
                Entry& entry = entries_[*link];
                if (entry.at > now) continue;  // later in this slot, or in another round
                const std::uint32_t place = *link;
                out = entry.key;
                *link = entry.next;
                entry.next = free_;
                free_ = place;
                if (first_[slot] == kNone) used_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
                --size_;
                return true;
            }
            ++tick_;  // only entries of other rounds are left here, or of later in the last slot
        }
        tick_ = last;
        return false;
    }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    static constexpr int kShift = 22;
    static constexpr std::int64_t kSlots = 16'384;
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    struct Entry {
        MonoTime at;
        Key key;
        std::uint32_t next;
    };
    static std::int64_t tick_of(MonoTime at) { return at.time_since_epoch().count() >> kShift; }
    static std::size_t slot_of(std::int64_t tick) { return static_cast<std::size_t>(tick & (kSlots - 1)); }

    /// The first tick from `tick` on whose slot holds an entry, of whatever round. Only with size_ != 0.
    [[nodiscard]] std::int64_t next_used(std::int64_t tick) const {
        const std::size_t slot = slot_of(tick);
        std::size_t word = slot / 64;
        std::uint64_t bits = used_[word] & (~std::uint64_t{0} << slot % 64);
        while (bits == 0) bits = used_[word = (word + 1) % used_.size()];
        const std::size_t found = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        return tick + (static_cast<std::int64_t>(found) - static_cast<std::int64_t>(slot) + kSlots) % kSlots;
    }

    std::array<std::uint32_t, kSlots> first_;
    std::array<std::uint64_t, kSlots / 64> used_{};
    std::vector<Entry> entries_;
    std::uint32_t free_ = kNone;
    std::int64_t tick_ = 0;  ///< no entry of an earlier one is left
    std::size_t size_ = 0;
};

}  // namespace tandem::sipnet
