// Knows: whether a UDP address can be had.
// Must not know: SIP.
// Next: user_agent.cpp, which asks before it starts the stack.
#pragma once

#include "base/result.h"
#include "net/address.h"

namespace tandem::sipua {

/// Tells early, and with the system's words, that an address cannot be had; the stack only says "no".
/// Errors: kIo, "cannot bind 192.0.2.1:5060: Address already in use".
Status try_bind(const net::Endpoint& e);

}  // namespace tandem::sipua
