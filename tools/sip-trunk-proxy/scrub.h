// Knows: IP addresses in header fields that no routing depends on, and their replacement by a name.
// Must not know: Via, Contact, Record-Route and Route (hiding.h), bodies.
// Next: hiding.h.
#pragma once

#include <string_view>

#include "sip-trunk-proxy/snapshot.h"
#include "sip/edit.h"

namespace tandem::proxy {

/// The addresses that a peer knows anyhow: its own and those of ours that face it.
struct Own {
    Index realm = kNoIndex;
    Index trunk = kNoIndex;   ///< kNoIndex for a user
    net::IpAddress peer;
    std::string_view host;    ///< stands where another address stood
};
[[nodiscard]] bool is_own(const Snapshot& snapshot, const Own& own, const net::IpAddress& ip);

/// Replaces what looks like the address of a host in From, To, and every field that holds URIs or that we do not know: an IP
/// literal, with the port behind it, after '@', ':', '/', '=', '<', a quote, '(', ',' or a blank, or where the value begins. Warnings get our
/// name as their agent. In-Reply-To, Join and Target-Dialog name a call by its Call-ID, and stay as that does.
/// From and To of a response are the requester's own writing and stay. What was changed already stays as it is.
/// DEVIATION: RFC 3261 §16.6 does not let a proxy change From and To. Requests of a dialog get the same ones, tags stay,
/// and responses get back what the requester wrote.
/// Cost: O(bytes of those fields).
void scrub(sip::Edits& edits, const Snapshot& snapshot, const Own& own);

}  // namespace tandem::proxy
