// Knows: a loopback address for this process alone, so that two test runs at once never want the same port.
// Must not know: who listens on it.
// Next: the tests with real sockets: tests/unit/sipua/, tests/unit/media/, tests/unit/tools/gw-bridge/.
#pragma once

#include <unistd.h>

#include <string>

#include "base/text.h"
#include "net/address.h"

namespace tandem::test {

/// 127.128.0.0/10, numbered by the process: Linux gives no process a number of more than 22 bits.
inline std::string own_address_text() {
    const auto pid = static_cast<unsigned>(::getpid());
    return cat("127.", 128U + (pid >> 16U & 63U), '.', pid >> 8U & 255U, '.', pid & 255U);
}

inline net::IpAddress own_address() { return *net::IpAddress::parse(own_address_text()); }

}  // namespace tandem::test
