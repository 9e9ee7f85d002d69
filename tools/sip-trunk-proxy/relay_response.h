// Knows: a response on its way back to whoever asked.
// Must not know: what the response means for a call.
// Next: target_edits.h; invite_answer.cpp and in_dialog.cpp, which relay.
#pragma once

#include "sip-trunk-proxy/core.h"
#include "sip-trunk-proxy/hiding.h"

namespace tandem::proxy {

/// Sends it by the server transaction of its request: our Via away, CSeq and From as the requester wrote them (RFC 3261 §16.7
/// steps 3 and 9). Both kinds of relay go by it. False when nothing was sent: that transaction is over (RFC 6026 §8.3), or the
/// response cannot be brought into a form that leads back, as when the callee has left the other Vias out, or cannot be hidden.
/// veil: when one side is hidden from the other; else null. rules: of who gets it; null when there are none. tells_identity: what it
/// asserts of the responder goes on.
bool relay_response(Core& core, sipnet::Handle server, const sip::Message& response, const ResponseVeil* veil,
                    const std::vector<ReadyHeaderRule>* rules, bool tells_identity);

}  // namespace tandem::proxy
