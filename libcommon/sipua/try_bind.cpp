// Knows: socket and bind.
// Must not know: SIP.
// Next: user_agent.cpp.
#include "sipua/try_bind.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace tandem::sipua {

Status try_bind(const net::Endpoint& e) {
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (e.ip.is_v6()) {
        sockaddr_in6 a{};
        a.sin6_family = AF_INET6;
        a.sin6_port = htons(e.port);
        std::memcpy(&a.sin6_addr, e.ip.bytes().data(), 16);
        std::memcpy(&storage, &a, size = sizeof a);
    } else {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_port = htons(e.port);
        if (e.ip.is_v4()) std::memcpy(&a.sin_addr, e.ip.bytes().data(), 4);
        std::memcpy(&storage, &a, size = sizeof a);
    }
    const int fd = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool ok = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (ok) return {};
    return fail(Errc::kIo, cat("cannot bind ", e.str(), ": ", std::strerror(error)));
}

}  // namespace tandem::sipua
