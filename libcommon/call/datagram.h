// Knows: what the tracker is given: one UDP datagram with the time at which it was seen.
// Must not know: capture files, sockets.
// Next: tracker.h.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/clock.h"
#include "net/address.h"

namespace tandem::call {

struct Datagram {
    net::Endpoint source;
    net::Endpoint destination;
    Bytes payload;
    WallTime time{};
    std::uint8_t dscp = 0;
};

}  // namespace tandem::call
