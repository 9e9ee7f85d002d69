// Knows: an endpoint as the system's calls want it.
// Must not know: sockets.
// Next: sipnet/udp_transport.cpp, media/udp_socket.cpp, sipua/try_bind.cpp, which make the calls.
#pragma once

#include <sys/socket.h>

#include "net/address.h"

namespace tandem::net {

/// An endpoint and its sockaddr. One without an address is IPv4's "any".
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);  ///< as calls that fill the storage want it at first

    SocketAddress() = default;
    explicit SocketAddress(const Endpoint& endpoint);
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    /// The endpoint in the storage; none for a family that is neither IPv4 nor IPv6.
    [[nodiscard]] Endpoint endpoint() const;
};

/// The same for a storage of one's own.
Endpoint endpoint_of(const sockaddr_storage& storage);

}  // namespace tandem::net
