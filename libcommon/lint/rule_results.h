// Knows: which results of a dial plan's rules are numbers that can be called.
// Must not know: which rule takes a string first, other than by asking the list.
// Next: result_language.h for the proofs, words.h for what is tried where there is none.
#pragma once

#include <vector>

#include "lint/rule_list.h"

namespace tandem::lint {

/// N06 to N09. Proof: the results as patterns beside that of E.164 and of all calling codes; of what the numbering plan assigns
/// by trying every string where a rule takes at most 20,000, else by samples (unproved).
void check_results(const RuleList& list, std::vector<Finding>& out);

}  // namespace tandem::lint
