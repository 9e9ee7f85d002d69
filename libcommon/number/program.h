// Knows: how to run the small backtracking programs of a numbering plan (prefixes, formats).
// Must not know: what a program stands for.
// Next: scripts/numbering/regex.py, which compiles them; plan.h for where they are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tandem::number {

/// Where groups matched: begin and end of group n at 2n and 2n+1; kUnset where a group took no part.
struct Captures {
    static constexpr std::uint8_t kUnset = 0xFF;
    std::array<std::uint8_t, 20> at{};
};

/// Length of the match of the program at the front of digits, -1 for none; the first alternative that succeeds is taken, as
/// Perl does. captures may be nullptr. Cost: bounded by the product of alternatives of the program; no heap.
int run_program(std::span<const std::uint16_t> programs, std::size_t at, const char* digits, std::size_t size, Captures* captures);

}  // namespace tandem::number
