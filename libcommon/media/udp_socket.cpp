// Knows: socket calls.
// Must not know: who sends what.
// Next: engine.cpp, which waits for the sockets.
#include "media/udp_socket.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "net/sockaddr.h"

namespace tandem::media {

using net::SocketAddress;

UdpSocket::~UdpSocket() {
    if (fd_ >= 0) ::close(fd_);
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), local_(other.local_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(local_, other.local_);
    return *this;
}

Result<UdpSocket> UdpSocket::bind(const net::Endpoint& local, int dscp) {
    if (local.ip.none()) return fail(Errc::kIo, "no address to bind");
    SocketAddress a(local);
    UdpSocket s;
    s.fd_ = ::socket(a.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s.fd_ < 0) return fail(Errc::kIo, cat("socket: ", std::strerror(errno)));
    if (::bind(s.fd_, a.get(), a.size) != 0)
        return fail(Errc::kIo, cat("cannot bind ", local.str(), ": ", std::strerror(errno)));
    a.size = sizeof a.storage;
    if (::getsockname(s.fd_, a.get(), &a.size) == 0) s.local_ = a.endpoint();
    // Marking is a wish: a container may forbid it, and media flow all the same.
    const int tos = dscp << 2;
    if (local.ip.is_v6())
        (void)::setsockopt(s.fd_, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
    else
        (void)::setsockopt(s.fd_, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    return s;
}

long UdpSocket::receive(std::span<std::uint8_t> buffer, net::Endpoint& from) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    for (;;) {
        const ssize_t n = ::recvfrom(fd_, buffer.data(), buffer.size(), MSG_TRUNC,
                                     reinterpret_cast<sockaddr*>(&peer), &size);
        if (n >= 0) {
            from = net::endpoint_of(peer);
            return n > static_cast<ssize_t>(buffer.size()) ? static_cast<long>(buffer.size()) + 1 : n;
        }
        // A refused port (ICMP) is reported once on the next call and says nothing about the datagrams that
        // wait.
        if (errno != EINTR && errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH)
            return -1;
    }
}

bool UdpSocket::send(Bytes datagram, const net::Endpoint& to) {
    if (to.ip.none()) return false;
    SocketAddress a(to);
    for (;;) {
        if (::sendto(fd_, datagram.data(), datagram.size(), MSG_DONTWAIT, a.get(), a.size) >= 0) return true;
        if (errno != EINTR && errno != ECONNREFUSED) return false;
    }
}

}  // namespace tandem::media
