// Knows: how the transaction layer sends bytes, and what is known of bytes that came.
// Must not know: sockets.
// Next: udp_transport.h, which is one over sockets; transactions.h, which uses one.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/address.h"
#include "siptx/timers.h"

namespace tandem::sipnet {

/// One way to send: a local socket and the far end.
struct Flow {
    std::uint16_t socket = 0;  ///< number that the transport gave to a socket; stays the same while the socket is open
    net::Endpoint remote;
    bool operator==(const Flow&) const = default;
};

class Transport {
public:
    virtual ~Transport() = default;
    /// False when the bytes surely did not leave (unreachable, no such socket).
    virtual bool send(const Flow& flow, std::string_view bytes) = 0;
    [[nodiscard]] virtual siptx::Reliability reliability(const Flow& flow) const = 0;
};

}  // namespace tandem::sipnet
