// Knows: STUN Binding requests on a SIP port, which clients behind NAT send as keep-alives (RFC 5626 §4.4.2 and §8).
// Must not know: sockets, ICE (media has its own).
// Next: tools/sip-trunk-proxy/sockets.cpp, which answers them before anything reads SIP.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "net/address.h"

namespace tandem::sipnet {

/// SIP begins with a letter or a line end; the first two bits of STUN are zero. Cost: one comparison.
inline bool may_be_stun(std::string_view datagram) { return !datagram.empty() && static_cast<unsigned char>(datagram.front()) < 2; }

using StunBuffer = std::array<char, 64>;

/// The answer to a Binding request, in `buffer`: where it came from. Empty for anything else, which is dropped: other methods,
/// responses, indications, lying lengths. A request with an attribute that must be understood and is not gets 420.
/// Source: RFC 5389 §6, §7.3.1, §15.
std::string_view stun_answer(std::string_view datagram, const net::Endpoint& from, StunBuffer& buffer);

}  // namespace tandem::sipnet
