// Knows: what the topology says of a number that may be one of ours: its user, its range, or why nobody answers for it.
// Must not know: who calls.
// Next: routing.cpp, which goes by it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::policy {

enum class DidKind : std::uint8_t {
    kNotOurs,     ///< no user has it and no range holds it
    kUser,        ///< a user has it
    kRange,       ///< its range rings one user
    kExtension,   ///< its last digits are the extension of a user
    kAmbiguous,   ///< users share it, and no extension says which of them
    kUnassigned,  ///< ours, but nobody has it
};
std::string_view to_string(DidKind k);  ///< "not_ours", "user", "range", "extension", "ambiguous", "unassigned"

struct DidAnswer {
    DidKind kind = DidKind::kNotOurs;
    Index user = kNoIndex;   ///< who gets the call; of an unassigned or ambiguous number whom its range names instead
    Index range = kNoIndex;  ///< that holds it
    std::size_t users = 0;   ///< how many users have it, with whatever extension behind it
    std::string extension;   ///< kExtension: the digits
    unsigned status = 0;     ///< answer to a call when there is no user
};

/// Reverse look-up of an E.164 number (with +) and the extension behind it, empty when there is none. In this order: the user who
/// has exactly that; a user by the extension, when the number is ours; the one who has the number by himself, whatever the
/// extension; the range.
/// An ambiguous number is answered 485 (RFC 3261 §21.4.23), an unassigned one as its range says.
DidAnswer look_up_did(const topology::Topology& topology, std::string_view e164, std::string_view extension);

/// How many numbers of a range have a user: of his own, or by their last digits. Cost: one step for each user.
struct DidCount {
    std::uint64_t numbers = 0;
    std::uint64_t used = 0;
};
DidCount count_range(const topology::Topology& topology, Index range);

}  // namespace tandem::policy
