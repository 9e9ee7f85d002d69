// Knows: what the proxy answers itself: checks that every request must pass, OPTIONS to it, methods that it does not serve.
// Must not know: calls.
// Next: proxy.cpp, which asks before it hands a request on.
#pragma once

#include "sip-trunk-proxy/core.h"

namespace tandem::proxy {

/// RFC 3261 §16.3: URI scheme, Max-Forwards and Proxy-Require. True when the request was answered and is done with.
bool refuse_unfit(Core& core, sipnet::Handle server, const sip::Message& request);

/// OPTIONS, REGISTER, and any other request outside of a dialog that is no INVITE.
void answer_locally(Core& core, sipnet::Handle server, const sip::Message& request, const sipnet::Flow& from);

/// A response to a request that was refused by the scanner: stateless.
void refuse_malformed(Core& core, const sip::Message& request, const sip::Verdict& verdict, const sipnet::Flow& from);

/// True when the topology names nobody who sends from there.
bool is_stranger(const Core& core, const sipnet::Flow& from);
/// Answers a stranger without a transaction: a flood of them takes no place from those whom the topology knows.
void answer_stranger(Core& core, const sip::Message& request, const sipnet::Flow& from);

}  // namespace tandem::proxy
