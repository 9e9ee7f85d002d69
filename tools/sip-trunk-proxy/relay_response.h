// Knows: a response on its way back to whoever asked.
// Must not know: what the response means for a call.
// Next: target_edits.h; invite_answer.cpp and in_dialog.cpp, which relay.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sip-trunk-proxy/core.h"
#include "sip-trunk-proxy/hiding.h"

namespace tandem::proxy {

/// A challenge of another target, to be passed on as well.
struct PassedChallenge {
    sip::HeaderId header = sip::HeaderId::kWwwAuthenticate;
    std::string value;
};

/// What changes on the way beside Via, CSeq and From.
struct Passing {
    const ResponseVeil* veil = nullptr;                    ///< when one side is hidden from the other
    const std::vector<ReadyHeaderRule>* rules = nullptr;   ///< of who gets it
    bool tells_identity = false;                           ///< what it asserts of the responder goes on
    std::span<const PassedChallenge> challenges = {};            ///< added
};

/// Sends it by the server transaction of its request: our Via away, CSeq and From as the requester wrote them (RFC 3261 §16.7
/// steps 3 and 9). Both kinds of relay go by it. False when nothing was sent: that transaction is over (RFC 6026 §8.3), or the
/// response cannot be brought into a form that leads back, as when the callee has left the other Vias out, or cannot be hidden, or
/// no datagram holds it. Then the transaction is still open, and whoever relays has to end it.
bool relay_response(Core& core, sipnet::Handle server, const sip::Message& response, const Passing& how);

}  // namespace tandem::proxy
