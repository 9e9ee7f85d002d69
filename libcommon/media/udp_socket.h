// Knows: one non-blocking UDP socket of a media port.
// Must not know: RTP.
// Next: port_pool.h, which opens them in pairs.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "net/address.h"

namespace tandem::media {

/// DiffServ code point of telephony media: EF (RFC 4594 §4.1).
inline constexpr int kDscpEf = 46;

/// Owns the descriptor.
class UdpSocket {
public:
    UdpSocket() = default;
    ~UdpSocket();
    UdpSocket(UdpSocket&& other) noexcept;
    UdpSocket& operator=(UdpSocket&& other) noexcept;

    /// Binds exactly that address (never a wildcard: a wildcard answers from another address than it was
    /// asked at). Port 0 takes a free one. Errors: kIo.
    static Result<UdpSocket> bind(const net::Endpoint& local, int dscp = kDscpEf);

    /// Bytes of one datagram put into buffer, with its sender; -1 when none waits. A datagram longer than the
    /// buffer is cut and given as buffer.size() + 1.
    long receive(std::span<std::uint8_t> buffer, net::Endpoint& from);
    /// False when the system took nothing (full queue, unreachable): the datagram is lost, as on any network.
    bool send(Bytes datagram, const net::Endpoint& to);

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool open() const { return fd_ >= 0; }
    [[nodiscard]] const net::Endpoint& local() const { return local_; }

private:
    int fd_ = -1;
    net::Endpoint local_;
};

}  // namespace tandem::media
