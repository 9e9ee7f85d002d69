// Knows: the layout of a numbering plan file, and how to tell a whole one from a broken one.
// Must not know: what the tables mean.
// Next: plan.h; scripts/numbering/plan.py, which writes the same layout.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "number/plan.h"

namespace tandem::number {

/// How much of a plan is checked before it is used.
enum class Check {
    kAll,    ///< checksum and every index
    kSizes,  ///< only the layout: for the plan that is part of the program
};

/// A view of the tables in `bytes`, which must stay where they are and begin at an address that is a multiple of 4.
/// Errors: truncated, syntax (not such a file, another layout, checksum), range (a table points outside of the file), each with
/// the byte. Cost: about 1 ms; every index is checked, so that no walk can leave the tables.
Result<Plan> view_plan(std::string_view bytes, Check check = Check::kAll);

/// The file that is part of the program.
std::string_view builtin_plan_bytes();

/// A plan that owns its bytes.
struct LoadedPlan {
    std::unique_ptr<std::uint32_t[]> bytes;
    Plan plan;
};

/// The same from bytes that go away. Errors: as view_plan().
Result<LoadedPlan> load_plan(std::string_view bytes);

}  // namespace tandem::number
