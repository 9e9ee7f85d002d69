// Knows: STUN Binding requests and their answers on a SIP port: keep-alives through NAT, others' and ours (RFC 5626 §4.4.2 and §8).
// Must not know: sockets, ICE (media has its own).
// Next: tools/sip-trunk-proxy/sockets.cpp, which answers them before anything reads SIP; keepalives.h there, which sends some.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

/// Of a transaction: random, so that nobody answers who has not seen the request.
using StunId = std::array<std::uint8_t, 12>;

/// A Binding request without attributes, in `buffer`. Source: RFC 5389 §6, §7.1; RFC 5626 §4.4.2.
std::string_view stun_request(const StunId& id, StunBuffer& buffer);

struct StunAnswer {
    StunId id{};
    std::optional<net::Endpoint> mapped;  ///< where the other end saw the request come from; nothing: it refused
};

/// Reads the answer to a Binding request, success or error. Nothing for whatever else: other methods, lying lengths, a success without a
/// well-formed XOR-MAPPED-ADDRESS or with an attribute that must be understood and is not. Source: RFC 5389 §7.3.3, §15.2.
std::optional<StunAnswer> read_stun_answer(std::string_view datagram);

}  // namespace tandem::sipnet
