// Knows: RFC 2782: the order in which servers of different priority and weight are tried.
// Must not know: how they were found (locate.h), which of them are well.
// Next: policy/targets.cpp, which makes targets of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dns/locate.h"

namespace tandem::dns {

/// The servers in the order for one request: priorities upwards, within one the weights decide by chance, addresses of one record
/// stay together in the order of their answer. `dice`: any number; the same one gives the same order.
/// Source: RFC 2782, "The format of the SRV RR", Weight. Cost: O(n²) within a priority, n at most kMaxServers.
std::vector<Server> in_order(std::span<const Server> servers, std::uint64_t dice);

}  // namespace tandem::dns
