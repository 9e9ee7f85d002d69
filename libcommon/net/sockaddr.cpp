// Knows: the layouts of sockaddr_in and sockaddr_in6.
// Must not know: sockets.
// Next: address.h.
#include "net/sockaddr.h"

#include <netinet/in.h>

#include <cstring>

namespace tandem::net {

SocketAddress::SocketAddress(const Endpoint& endpoint) {
    const Bytes ip = endpoint.ip.bytes();
    if (endpoint.ip.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        std::memcpy(&v6.sin6_addr, ip.data(), 16);
        std::memcpy(&storage, &v6, size = sizeof v6);
        return;
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    if (endpoint.ip.is_v4()) std::memcpy(&v4.sin_addr, ip.data(), 4);
    std::memcpy(&storage, &v4, size = sizeof v4);
}

Endpoint SocketAddress::endpoint() const { return endpoint_of(storage); }

Endpoint endpoint_of(const sockaddr_storage& storage) {
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        return {IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16}), ntohs(v6.sin6_port)};
    }
    if (storage.ss_family != AF_INET) return {};
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return {IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4}), ntohs(v4.sin_port)};
}

}  // namespace tandem::net
