// Knows: what a string or vector holds on the heap, nearly.
// Must not know: whose it is.
// Next: tracker.h, whose budget is counted with it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tandem::call {

/// What an allocation costs beside its bytes.
inline constexpr std::size_t kAllocation = 16;

inline std::size_t held_bytes(const std::string& text) {
    const std::size_t own = std::string().capacity();  // held within the object
    return text.capacity() > own ? text.capacity() + 1 + kAllocation : 0;
}
/// Without what the elements hold themselves.
template <class T>
std::size_t held_bytes(const std::vector<T>& items) {
    return items.capacity() == 0 ? 0 : items.capacity() * sizeof(T) + kAllocation;
}

}  // namespace tandem::call
