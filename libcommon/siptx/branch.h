// Knows: the branch parameter that we write: where the client transaction lies, and what the request looked like for loop detection.
// Must not know: the table of transactions, sockets.
// Next: sipnet/transactions.h, which looks a response up by it without a hash table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/siphash.h"

namespace tandem::siptx {

/// How a branch of a transaction of ours begins. Behind "z9hG4bK" other letters stand for what is sent without one: 'a' for the ACKs
/// that are passed on, 'o' for those to late 2xx (in_dialog.cpp and orphans.cpp of sip-trunk-proxy).
inline constexpr std::string_view kBranchCookie = "z9hG4bKt";

/// Place of a transaction in its slab (sipnet counts its connections by such handles too); the generation changes each time the place
/// is used anew, so that a late response to an old one is recognised as stray.
struct Handle {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;  ///< 0 = no transaction
    explicit operator bool() const { return generation != 0; }
    bool operator==(const Handle&) const = default;
};

/// "z9hG4bK" + index + generation + check value + "." + loop hash: unique in space and time (RFC 3261 §8.1.1.7), and in two parts
/// for loop detection (RFC 5393 §4.2). The check value is a SipHash of the rest under the node's key: who has seen any number of
/// branches still cannot write that of another request, and so cannot answer for its receiver.
std::string make_branch(const SipHashKey& key, Handle handle, std::uint32_t loop_hash);

struct Branch {
    Handle handle;
    std::uint32_t loop_hash = 0;
};

/// Reads a branch back; nothing when make_branch() with that key did not write it.
std::optional<Branch> read_branch(std::string_view branch, const SipHashKey& key);

}  // namespace tandem::siptx
