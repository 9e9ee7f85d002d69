// Knows: how the caller's identity is written into what a target gets, in the INVITE and in all that follows.
// Must not know: who may see what (policy::PlanTarget says it), how it is kept for the dialog (sip/shown_identity.h).
// Next: invite_request.cpp and in_dialog.cpp, which write.
#pragma once

#include <string>
#include <string_view>

#include "policy/plan.h"
#include "sip/edit.h"
#include "sip/shown_identity.h"
#include "topology/topology.h"

namespace tandem::proxy {

/// What the decision says, by the profile's `identity`.
sip::ShownIdentity shown_identity(const policy::PlanTarget& target, const topology::SipProfile& profile);

/// From, P-Asserted-Identity, P-Preferred-Identity, Remote-Party-ID and Privacy as the target shall see them.
/// host: host part for numbers that we write (the trunk's domain, else our own).
/// DEVIATION: RFC 3261 §16.6 does not let a proxy change From, for strict RFC 2543 peers match dialogs by it. A trunk's peer
/// wants the number that it knows, and privacy must hold: so each request of the dialog gets the same From (§12.2.1.1), tags
/// stay, and responses get back what the requester wrote.
void identity_edits(sip::Edits& edits, const sip::ShownIdentity& shown, std::string_view host);

/// The trunk's domain, else our own.
const std::string& shown_host(const topology::Topology& topology, topology::Index trunk);

/// Who sends or gets what a callee asserts of itself.
struct IdentityParty {
    bool bridge = false;
    topology::Index trunk = topology::kNoIndex;  ///< neither: a user
};
/// What the callee asserts of itself in a request or response goes on to the caller: only the word of a trunk or bridge, to a bridge
/// as it is, to a trunk that is trusted (forward_pai), to a user unless its Privacy is wanted. An anonymous From is no such wish: in a
/// response it is the caller's, in a request of the callee what the caller had called (RFC 3261 §8.2.6.2, §12.2.1.1).
/// Source: RFC 3325 §5, §7.
bool passes_callee_identity(const topology::Topology& topology, const IdentityParty& from, const IdentityParty& to, const sip::Message& message);

/// The other way: what the callee asserts of itself is kept or not (RFC 3325 §5, §7); a wish never goes on.
void callee_identity_edits(sip::Edits& edits, bool keep);

}  // namespace tandem::proxy
