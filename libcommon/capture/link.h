// Knows: the link types of capture files that are decoded, by their registered numbers.
// Must not know: how a capture file says them.
// Next: reader.h, which gives one with each record; frame.h, which decodes by it.
#pragma once

#include <cstdint>

namespace tandem::capture {

/// Link-layer header types (the tcpdump.org LINKTYPE_ registry). Any other number is carried along as it is.
enum class LinkType : std::uint16_t {
    kNull = 0,       ///< 4 bytes of address family in the byte order of the machine that captured
    kEthernet = 1,
    kRawBsd = 12,    ///< raw IP, as some systems number it
    kRawOpenBsd = 14,
    kRaw = 101,      ///< raw IPv4 or IPv6
    kLoop = 108,     ///< as kNull, but in network byte order
    kLinuxSll = 113, ///< Linux "any", 16 bytes
    kIpv4 = 228,
    kIpv6 = 229,
    kLinuxSll2 = 276,///< Linux "any", 20 bytes
};

}  // namespace tandem::capture
