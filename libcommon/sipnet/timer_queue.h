// Knows: which deadline comes next, over many things that move theirs often.
// Must not know: what is done at a deadline.
// Next: transactions.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace tandem::sipnet {

/// A heap of (time, key). Entries are not taken back: whoever is asked at a time looks whether it is still meant.
/// Cost: O(log n) a push or pop; no allocation once it has its size.
template <class Key>
class TimerQueue {
public:
    void push(MonoTime at, const Key& key) {
        heap_.push_back({at, key});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    /// The time of the first entry; MonoTime::max() when there is none.
    [[nodiscard]] MonoTime next() const { return heap_.empty() ? MonoTime::max() : heap_.front().at; }
    /// Takes the first entry when its time has come.
    [[nodiscard]] bool pop_due(MonoTime now, Key& out) {
        if (heap_.empty() || heap_.front().at > now) return false;
        std::pop_heap(heap_.begin(), heap_.end(), later);
        out = heap_.back().key;
        heap_.pop_back();
        return true;
    }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
    struct Entry {
        MonoTime at;
        Key key;
    };
    static bool later(const Entry& a, const Entry& b) { return a.at > b.at; }
    std::vector<Entry> heap_;
};

}  // namespace tandem::sipnet
