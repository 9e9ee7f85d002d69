// Knows: how a text is read where it is dialled: which dial plan, which country, which strings call for help; and whose extension it is.
// Must not know: who calls, where calls go.
// Next: number/parse.h, which reads; routing.cpp, which goes on from there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "number/parse.h"
#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::policy {

/// How a dial plan of the topology reads what is dialled; with kNoIndex only emergency numbers and international ones are known.
/// The plan's own country counts; `region` is the one of a plan that names none, and of no plan at all.
/// The context is valid as long as the topology and the numbering plan.
number::DialContext dial_context(const topology::Topology& topology, Index dial_plan, const number::Plan& numbering = number::builtin_plan(),
                                 std::uint16_t region = number::kNoRow);

/// The dial plan with that name; kNoIndex for none.
Index find_dial_plan(const topology::Topology& topology, std::string_view name);
/// The one that holds where nothing else does; kNoIndex for none.
Index global_dial_plan(const topology::Topology& topology);

/// A called or calling string without what is not dialled: a URI around it, parameters, visual separators.
/// Source: number::undress(), RFC 3966 §5.1.1.
std::string bare_number(std::string_view text);

/// Whose extension a dialled string is: what a rule makes of it and calls internal, or, where no rule takes it, the string itself.
/// bare: of bare_number().
Index user_by_dialled_extension(const topology::Topology& topology, const number::Number& number, std::string_view bare);

}  // namespace tandem::policy
