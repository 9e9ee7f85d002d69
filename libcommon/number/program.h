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

/// True for the first two words of a program that takes one digit of a set: bit d of the first word is then digit d.
constexpr bool is_one_digit(std::uint16_t first, std::uint16_t second) { return first >> 12 == 0 && second >> 12 == 5; }

/// Length of the match of the program at the front of digits, -1 for none; the first alternative that succeeds is taken, as
/// Perl does. captures may be nullptr. Cost: bounded by the product of alternatives of the program; no heap.
int run_program(std::span<const std::uint16_t> programs, std::size_t at, const char* digits, std::size_t size, Captures* captures);

}  // namespace tandem::number
