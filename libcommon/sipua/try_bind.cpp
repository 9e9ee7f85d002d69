// Knows: socket and bind.
// Must not know: SIP.
// Next: user_agent.cpp.
#include "sipua/try_bind.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "net/sockaddr.h"

namespace tandem::sipua {

Status try_bind(const net::Endpoint& e) {
    net::SocketAddress address(e);
    const int fd = ::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool ok = fd >= 0 && ::bind(fd, address.get(), address.size) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (ok) return {};
    return fail(Errc::kIo, cat("cannot bind ", e.str(), ": ", std::strerror(error)));
}

}  // namespace tandem::sipua
