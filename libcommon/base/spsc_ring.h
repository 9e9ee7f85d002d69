// Knows: a bounded queue between exactly one writing and one reading thread, without locks.
// Must not know: what goes through it, how a reader is woken (eventfd does that).
// Next: sipnet/handshakes.cpp and media/engine.cpp, which put one between their threads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

namespace tandem {

/// kSize must be a power of two. A full ring refuses: the writer counts what it drops.
/// Thread: push() from one thread, pop() from one other.
template <class T, std::size_t kSize>
class SpscRing {
    static_assert(kSize >= 2 && (kSize & (kSize - 1)) == 0, "the size must be a power of two");

public:
    /// False when there is no room; the value is untouched then.
    [[nodiscard]] bool push(T&& value) {
        const std::size_t head = head_.load(std::memory_order_relaxed);
        if (head - tail_.load(std::memory_order_acquire) == kSize) return false;
        cells_[head & (kSize - 1)] = std::move(value);
        head_.store(head + 1, std::memory_order_release);
        return true;
    }

    /// False when there is nothing.
    [[nodiscard]] bool pop(T& out) {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        if (tail == head_.load(std::memory_order_acquire)) return false;
        out = std::move(cells_[tail & (kSize - 1)]);
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }

    [[nodiscard]] bool empty() const {
        return tail_.load(std::memory_order_acquire) == head_.load(std::memory_order_acquire);
    }

private:
    alignas(64) std::atomic<std::size_t> head_{0};
    alignas(64) std::atomic<std::size_t> tail_{0};
    std::array<T, kSize> cells_{};
};

}  // namespace tandem
