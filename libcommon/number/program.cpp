#include "number/program.h"

namespace tandem::number {

namespace {

enum Operation : unsigned { kSet, kSplit, kJump, kSave, kEnd, kMatch };
static_assert(is_one_digit(kSet << 12 | 1U, kMatch << 12) && !is_one_digit(kEnd << 12, kMatch << 12));

}  // namespace

int run_program(std::span<const std::uint16_t> programs, std::size_t at, const char* digits, std::size_t size, Captures* captures) {
    // One entry an alternative that is still open. Plans nest less than this; a loaded file that does not is no match.
    struct Open {
        std::uint16_t pc;
        std::uint8_t position, saved_slot, saved_value;
    };
    constexpr std::uint8_t kNoSlot = 0xFF;
    std::array<Open, 96> open;
    std::size_t depth = 0;
    unsigned budget = 4096;  // steps; the programs of the public metadata need fewer than 300
    const auto base = static_cast<std::uint16_t>(at);
    if (captures != nullptr) captures->at.fill(Captures::kUnset);

    std::uint16_t pc = base;
    std::size_t position = 0;
    for (;;) {
        if (--budget == 0 || pc >= programs.size()) return -1;
        const unsigned word = programs[pc], operand = word & 0xFFFU;
        bool failed = false;
        switch (word >> 12) {
            case kSet:
                failed = position >= size || (operand >> (digits[position] & 15) & 1U) == 0;
                if (!failed) ++position, ++pc;
                break;
            case kSplit:
                if (depth == open.size()) return -1;
                open[depth++] = {static_cast<std::uint16_t>(base + operand), static_cast<std::uint8_t>(position), kNoSlot, 0};
                ++pc;
                break;
            case kJump: pc = static_cast<std::uint16_t>(base + operand); break;
            case kSave:
                if (captures != nullptr && operand < captures->at.size()) {
                    // What stood there before comes back when this way fails.
                    if (depth == open.size()) return -1;
                    open[depth++] = {0, 0, static_cast<std::uint8_t>(operand), captures->at[operand]};
                    captures->at[operand] = static_cast<std::uint8_t>(position);
                }
                ++pc;
                break;
            case kEnd:
                failed = position != size;
                ++pc;
                break;
            case kMatch: return static_cast<int>(position);
            default: return -1;
        }
        while (failed) {
            if (depth == 0) return -1;
            const Open& last = open[--depth];
            if (last.saved_slot != kNoSlot) {
                captures->at[last.saved_slot] = last.saved_value;
                continue;
            }
            pc = last.pc;
            position = last.position;
            failed = false;
        }
    }
}

}  // namespace tandem::number
