// Knows: how the plan file becomes part of the program.
// Must not know: what is in it.
// Next: plan.h; numbering.plan beside this file, which scripts/numbering-plan makes.
#include "number/plan.h"
#include "number/plan_file.h"

// The assembler puts the file in as it lies: no array of 240,000 numbers for the compiler to read.
// TANDEM_NUMBERING_PLAN is its path (cmake/modules.cmake).
asm(".pushsection .rodata\n"
    ".balign 64\n"
    ".globl tandem_numbering_plan\n"
    ".hidden tandem_numbering_plan\n"
    "tandem_numbering_plan:\n"
    ".incbin \"" TANDEM_NUMBERING_PLAN "\"\n"
    ".globl tandem_numbering_plan_end\n"
    ".hidden tandem_numbering_plan_end\n"
    "tandem_numbering_plan_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char tandem_numbering_plan[] __attribute__((visibility("hidden")));
extern const char tandem_numbering_plan_end[] __attribute__((visibility("hidden")));
}

namespace tandem::number {

std::string_view builtin_plan_bytes() {
    return {tandem_numbering_plan, static_cast<std::size_t>(tandem_numbering_plan_end - tandem_numbering_plan)};
}

const Plan& builtin_plan() {
    // value(): a plan of another layout in the program would be a mistake in the build.
    static const Plan plan = view_plan(builtin_plan_bytes(), Check::kSizes).value();
    return plan;
}

}  // namespace tandem::number
