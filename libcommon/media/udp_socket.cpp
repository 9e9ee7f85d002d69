// Knows: socket calls and sockaddr.
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

namespace tandem::media {
namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address to_sockaddr(const net::Endpoint& e) {
    Address a;
    const Bytes ip = e.ip.bytes();
    if (e.ip.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(e.port);
        std::memcpy(&v6.sin6_addr, ip.data(), 16);
        std::memcpy(&a.storage, &v6, sizeof v6);
        a.size = sizeof v6;
    } else if (e.ip.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(e.port);
        std::memcpy(&v4.sin_addr, ip.data(), 4);
        std::memcpy(&a.storage, &v4, sizeof v4);
        a.size = sizeof v4;
    }
    return a;
}

net::Endpoint from_sockaddr(const sockaddr_storage& s) {
    if (s.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &s, sizeof v6);
        return {net::IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16}),
                ntohs(v6.sin6_port)};
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &s, sizeof v4);
    return {net::IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4}),
            ntohs(v4.sin_port)};
}

}  // namespace

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
    Address a = to_sockaddr(local);
    if (a.size == 0) return fail(Errc::kIo, "no address to bind");
    UdpSocket s;
    s.fd_ = ::socket(a.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s.fd_ < 0) return fail(Errc::kIo, cat("socket: ", std::strerror(errno)));
    if (::bind(s.fd_, a.get(), a.size) != 0)
        return fail(Errc::kIo, cat("cannot bind ", local.str(), ": ", std::strerror(errno)));
    a.size = sizeof a.storage;
    if (::getsockname(s.fd_, a.get(), &a.size) == 0) s.local_ = from_sockaddr(a.storage);
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
            from = from_sockaddr(peer);
            return n > static_cast<ssize_t>(buffer.size()) ? static_cast<long>(buffer.size()) + 1 : n;
        }
        // A refused port (ICMP) is reported once on the next call and says nothing about the datagrams that
        // wait.
        if (errno != EINTR && errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH)
            return -1;
    }
}

bool UdpSocket::send(Bytes datagram, const net::Endpoint& to) {
    Address a = to_sockaddr(to);
    if (a.size == 0) return false;
    for (;;) {
        if (::sendto(fd_, datagram.data(), datagram.size(), MSG_DONTWAIT, a.get(), a.size) >= 0) return true;
        if (errno != EINTR && errno != ECONNREFUSED) return false;
    }
}

}  // namespace tandem::media
