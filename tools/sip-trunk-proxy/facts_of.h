// Knows: what a decision needs to know of an INVITE, read from the message and from where it came.
// Must not know: what is decided.
// Next: policy/facts.h; route_header.h for the Route field and the token.
#pragma once

#include "base/siphash.h"
#include "policy/facts.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sip/message.h"
#include "sipnet/transport.h"

namespace tandem::proxy {

/// branch_key: to see how often the request has passed this node already (our branches in its Vias).
policy::CallFacts facts_of(const sip::Message& invite, const sipnet::Flow& from, const Snapshot& snapshot,
                           const SipHashKey& branch_key);

/// RFC 3323, RFC 3325: Privacy says that its sender's identity is not for everybody.
bool asks_privacy(const sip::Message& message);
/// RFC 3323: the caller asks for privacy, or the From is anonymous already.
bool wants_anonymity(const sip::Message& message);

}  // namespace tandem::proxy
