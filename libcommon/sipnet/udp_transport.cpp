#include "sipnet/udp_transport.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "net/sockaddr.h"
#include "sip/message.h"

namespace tandem::sipnet {

namespace {

constexpr std::size_t kBatch = 32;
constexpr int kKernelBuffer = 4 << 20;  // the default of about 200 kB loses calls in a burst

}  // namespace

// Datagrams lie a little more than 64 KB apart: at exact powers of two they would all share a few sets of the caches.
struct UdpTransport::Batch {
    std::array<std::array<char, sip::kMaxMessageBytes + 17 * 64>, kBatch> buffers;
    std::array<iovec, kBatch> vectors;
    std::array<sockaddr_storage, kBatch> from;
    std::array<mmsghdr, kBatch> headers;
};

// Datagrams that wait for flush(): their bytes one behind the other, and where each begins.
struct UdpTransport::Outbox {
    struct Letter {
        std::uint32_t begin, size;
        std::uint16_t socket;
        bool sent;
    };
    std::size_t count = 0;
    std::string bytes;
    std::array<Letter, kOutbox> letters;
    std::array<net::SocketAddress, kOutbox> to;
    // Of the one socket whose turn it is.
    std::array<std::size_t, kOutbox> numbers;
    std::array<iovec, kOutbox> vectors;
    std::array<mmsghdr, kOutbox> headers;
};

UdpTransport::UdpTransport() : batch_(std::make_unique<Batch>()), outbox_(std::make_unique<Outbox>()) {}

UdpTransport::~UdpTransport() {
    for (const Socket& s : sockets_) {
        if (s.fd >= 0) ::close(s.fd);
    }
}

Result<std::uint16_t> UdpTransport::open(const net::Endpoint& local) {
    const int family = local.ip.is_v6() ? AF_INET6 : AF_INET;
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const auto error = [&](std::string_view what) {
        const int number = errno;
        if (fd >= 0) ::close(fd);
        return tandem::fail(Errc::kIo, cat("cannot ", what, " ", local.str(), "/udp: ", std::strerror(number)));
    };
    if (fd < 0) return error("open a socket for");
    const int one = 1;
    if (family == AF_INET6) {
        ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
        ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof one);
    } else {
        ::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one);
    }
    // The forced form goes past net.core.rmem_max where the capability is there; the other one gets what it may.
    for (const auto& [forced, plain] : {std::pair{SO_RCVBUFFORCE, SO_RCVBUF}, std::pair{SO_SNDBUFFORCE, SO_SNDBUF}}) {
        if (::setsockopt(fd, SOL_SOCKET, forced, &kKernelBuffer, sizeof kKernelBuffer) != 0) {
            ::setsockopt(fd, SOL_SOCKET, plain, &kKernelBuffer, sizeof kKernelBuffer);
        }
    }
    net::SocketAddress address(local);
    if (::bind(fd, address.get(), address.size) != 0) return error("bind");
    ::getsockname(fd, address.get(), &address.size);
    sockets_.push_back(Socket{fd, address.endpoint()});
    return static_cast<std::uint16_t>(sockets_.size() - 1);
}

void UdpTransport::close(std::uint16_t socket) {
    if (socket >= sockets_.size() || sockets_[socket].fd < 0) return;
    if (outbox_->count != 0) send_waiting();
    ::close(sockets_[socket].fd);
    sockets_[socket].fd = -1;
}

int UdpTransport::fd(std::uint16_t socket) const { return socket < sockets_.size() ? sockets_[socket].fd : -1; }

net::Endpoint UdpTransport::local(std::uint16_t socket) const {
    return socket < sockets_.size() ? sockets_[socket].local : net::Endpoint{};
}

std::optional<std::uint16_t> UdpTransport::find(const net::Endpoint& local) const {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        if (sockets_[i].fd >= 0 && sockets_[i].local == local) return static_cast<std::uint16_t>(i);
    }
    return std::nullopt;
}

bool UdpTransport::send(const Flow& flow, std::string_view bytes) {
    if (fd(flow.socket) < 0 || flow.remote.ip.none() || flow.remote.port == 0) {
        ++send_errors_;
        return false;
    }
    Outbox& o = *outbox_;
    o.letters[o.count] = {static_cast<std::uint32_t>(o.bytes.size()), static_cast<std::uint32_t>(bytes.size()), flow.socket, false};
    o.to[o.count] = net::SocketAddress(flow.remote);
    o.bytes.append(bytes);
    if (++o.count == kOutbox) send_waiting();
    return true;
}

void UdpTransport::flush(const OnUndeliverable& undeliverable) {
    // Who is told sends again: to the next target, or an answer. That leaves too; what goes on being refused waits for the next flush.
    for (int round = 0; round < 4; ++round) {
        if (outbox_->count != 0) send_waiting();
        if (refused_.empty()) return;
        std::vector<std::string> heads;
        heads.swap(refused_);
        for (const std::string& head : heads) undeliverable(head);
    }
    if (outbox_->count != 0) send_waiting();
}

void UdpTransport::refused(std::size_t number) {
    constexpr std::size_t kHead = 512;  // the topmost Via stands within it
    const Outbox::Letter& letter = outbox_->letters[number];
    ++send_errors_;
    refused_.emplace_back(outbox_->bytes, letter.begin, std::min<std::size_t>(letter.size, kHead));
}

void UdpTransport::send_waiting() {
    Outbox& o = *outbox_;
    for (std::size_t first = 0; first < o.count; ++first) {
        if (o.letters[first].sent) continue;
        const std::uint16_t socket = o.letters[first].socket;
        std::size_t n = 0;
        for (std::size_t i = first; i < o.count; ++i) {
            Outbox::Letter& letter = o.letters[i];
            if (letter.sent || letter.socket != socket) continue;
            letter.sent = true;
            o.vectors[n] = {o.bytes.data() + letter.begin, letter.size};
            o.headers[n] = {};
            o.headers[n].msg_hdr.msg_name = o.to[i].get();
            o.headers[n].msg_hdr.msg_namelen = o.to[i].size;
            o.headers[n].msg_hdr.msg_iov = &o.vectors[n];
            o.headers[n].msg_hdr.msg_iovlen = 1;
            o.numbers[n++] = i;
        }
        int attempts = 0;
        for (std::size_t at = 0; at < n;) {
            const int sent = ::sendmmsg(fd(socket), o.headers.data() + at, static_cast<unsigned>(n - at), MSG_DONTWAIT);
            if (sent > 0) {
                at += static_cast<std::size_t>(sent);
                attempts = 0;
                continue;
            }
            // With IP_RECVERR an ICMP error of an earlier datagram, to whomever, makes one send fail: that one is tried again.
            const bool foreign = errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH || errno == EINTR;
            if (foreign && ++attempts < 3) continue;
            // A full send buffer is loss, as on the wire: retransmission is what UDP has against it.
            if (errno != EAGAIN && errno != ENOBUFS) refused(o.numbers[at]);
            ++at;
            attempts = 0;
        }
    }
    o.count = 0;
    o.bytes.clear();
}

bool UdpTransport::receive(std::uint16_t socket, const OnDatagram& f, const OnUndeliverable& undeliverable) {
    if (fd(socket) < 0) return false;
    Batch& b = *batch_;
    for (std::size_t i = 0; i < kBatch; ++i) {
        b.vectors[i] = {b.buffers[i].data(), sip::kMaxMessageBytes};
        b.headers[i] = {};
        b.headers[i].msg_hdr.msg_name = &b.from[i];
        b.headers[i].msg_hdr.msg_namelen = sizeof b.from[i];
        b.headers[i].msg_hdr.msg_iov = &b.vectors[i];
        b.headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int got = ::recvmmsg(fd(socket), b.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            read_errors(sockets_[socket], undeliverable);
            return true;
        }
        read_errors(sockets_[socket], undeliverable);
        return false;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
        f(Flow{socket, net::endpoint_of(b.from[i])}, {b.buffers[i].data(), b.headers[i].msg_len});
    }
    return static_cast<std::size_t>(got) == kBatch;
}

void UdpTransport::read_errors(const Socket& s, const OnUndeliverable& undeliverable) {
    std::array<char, 2048> data;
    std::array<char, 512> control;
    for (int i = 0; i < 64; ++i) {
        iovec vector{data.data(), data.size()};
        msghdr header{};
        header.msg_iov = &vector;
        header.msg_iovlen = 1;
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        const auto size = ::recvmsg(s.fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (size < 0) return;
        for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
            const bool v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
            const bool v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
            if (!v4 && !v6) continue;
            sock_extended_err error;
            std::memcpy(&error, CMSG_DATA(c), sizeof error);
            // RFC 3261 §18.4: host, network, port or protocol unreachable; not source quench or TTL exceeded.
            if (error.ee_errno == ECONNREFUSED || error.ee_errno == EHOSTUNREACH || error.ee_errno == ENETUNREACH ||
                error.ee_errno == ENOPROTOOPT) {
                undeliverable({data.data(), static_cast<std::size_t>(size)});
            }
        }
    }
}

}  // namespace tandem::sipnet
