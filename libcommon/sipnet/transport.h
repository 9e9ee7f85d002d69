// Knows: how the transaction layer sends bytes, and what is known of bytes that came.
// Must not know: sockets.
// Next: transports.h, which is one over sockets; transactions.h, which uses one.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/address.h"
#include "siptx/timers.h"

namespace tandem::sipnet {

enum class TransportKind : std::uint8_t { kUdp, kTcp, kTls };
inline constexpr std::size_t kTransportKinds = 3;
/// As Via writes it: "UDP", "TCP", "TLS" (RFC 3261 §20.42).
constexpr std::string_view to_string(TransportKind kind) {
    return kind == TransportKind::kUdp ? "UDP" : kind == TransportKind::kTcp ? "TCP" : "TLS";
}
/// What a missing port means (RFC 3261 §19.1.2).
constexpr std::uint16_t default_port(TransportKind kind) { return kind == TransportKind::kTls ? 5061 : 5060; }

/// Sockets of streams are numbered from here on, those of UDP below.
inline constexpr std::uint16_t kFirstStreamSocket = 0x8000;

/// One way to send: a local socket and the far end. Of a stream it names a connection: the one that stands between them, or
/// the one that is opened when the flow may.
struct Flow {
    std::uint16_t socket = 0;  ///< number that the transport gave to a socket; stays the same while the socket is open
    net::Endpoint remote;
    TransportKind kind = TransportKind::kUdp;
    bool may_connect = true;   ///< false: nobody listens there, the peer opened the connection from a port of the moment
    std::uint32_t peer = 0;    ///< number that the transport gave to who is expected there (PeerOptions); 0 = nobody in particular
    bool operator==(const Flow&) const = default;
};

/// The same connection, whatever is said beside it; who expects nobody in particular means whoever is there.
inline bool same_way(const Flow& a, const Flow& b) {
    return a.socket == b.socket && a.kind == b.kind && a.remote == b.remote && (a.peer == b.peer || a.peer == 0 || b.peer == 0);
}

/// Whether a message of that size can go that way at all: a datagram takes 65,535 bytes less the headers of UDP, and of IPv4.
/// Source: RFC 768, RFC 791, RFC 8200 §3.
inline bool fits(const Flow& to, std::size_t bytes) {
    return to.kind != TransportKind::kUdp || bytes <= (to.remote.ip.is_v6() ? std::size_t{65'527} : std::size_t{65'507});
}

class Transport {
public:
    virtual ~Transport() = default;
    /// False when the bytes surely did not leave (unreachable, no such socket, no connection, a full queue).
    virtual bool send(const Flow& flow, std::string_view bytes) = 0;
    [[nodiscard]] virtual siptx::Reliability reliability(const Flow& flow) const = 0;
    /// The peer of that connection listens there too (RFC 5923): what goes there may go by it.
    virtual void alias(const Flow&, const net::Endpoint&) {}
    /// A connection stands that the flow would use; always false for UDP.
    [[nodiscard]] virtual bool connected(const Flow&) const { return false; }
};

}  // namespace tandem::sipnet
