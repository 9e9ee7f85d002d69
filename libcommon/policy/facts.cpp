// Knows: what a LiveView says of a thing that it may know nothing of.
// Must not know: where the view comes from.
// Next: decide.cpp, which asks.
#include "policy/facts.h"

namespace tandem::policy {

const TrunkState* LiveView::trunk_state(Index index) const {
    return index < trunks.size() ? &trunks[index] : nullptr;
}

const UserState* LiveView::user_state(Index index) const {
    return index < users.size() ? &users[index] : nullptr;
}

Health LiveView::target(Index index, Index endpoint) const {
    const TrunkState* state = trunk_state(index);
    return state && endpoint < state->targets.size() ? state->targets[endpoint] : Health::kUnknown;
}

Health LiveView::bridge(Index index) const {
    return index < bridges.size() ? bridges[index] : Health::kUnknown;
}

}  // namespace tandem::policy
