// Knows: where the INVITE to one target goes and what it looks like.
// Must not know: when it is sent, what is answered.
// Next: invite_request.cpp; initial_invite.h for the context.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip-trunk-proxy/initial_invite.h"

namespace tandem::proxy {

/// Where a branch goes.
struct InviteRequest {
    sipnet::Flow to;
    bool mediated = false;  ///< by gw-bridge: first pass
};
/// The peer's wish for requests that are too large for a datagram: the same place by TCP. Nothing when it is not wanted, not
/// needed or not possible. Source: RFC 3261 §18.1.1.
std::optional<sipnet::Flow> large_request_flow(const Snapshot& s, const topology::SipProfile& profile, const sipnet::Flow& to,
                                               std::size_t bytes);
/// Nothing when the target has no address.
std::optional<InviteRequest> invite_destination(const InviteContext& c, const policy::PlanTarget& target);
/// The request goes to a bridge first (and comes back to us from there, with the plan sealed).
[[nodiscard]] bool by_bridge(const InviteContext& c, const policy::PlanTarget& target);
[[nodiscard]] BranchPeer branch_peer(const InviteContext& c, const policy::PlanTarget& target);
/// What stands behind us is hidden from the caller.
[[nodiscard]] bool hidden_from_caller(const InviteContext& c);
/// How a response of that branch goes back. Only when one of the two is true.
ResponseVeil response_veil(const InviteContext& c, const Branch& b);

enum class Built : std::uint8_t {
    kDone,
    kFailed,      ///< the edits contradict each other (a bug or a message too strange)
    kHidesTooMuch,  ///< what the target would see does not fit into what hides it
};
/// Appends the INVITE.
Built build_invite(std::string& out, sip::Edits& edits, const InviteContext& c, const Branch& b, const InviteRequest& request,
                  const sip::Message& original, std::string_view stamped_via, std::string_view branch, unsigned breadth,
                  std::uint32_t now_s);

}  // namespace tandem::proxy
