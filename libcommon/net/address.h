// Knows: IP addresses, endpoints (address and port), and how they are written.
// Must not know: sockets in use, names, DNS.
// Next: prefix.h for subnets and look-up tables; sipnet/ and media/ for sockets.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace tandem::net {

/// An IPv4 or IPv6 address, without zone. The default value is "none" (neither).
class IpAddress {
public:
    IpAddress() = default;
    static IpAddress v4(std::uint32_t host_order);
    /// bytes must be 4 or 16 long; anything else gives "none".
    static IpAddress from_bytes(Bytes bytes);
    /// Reads "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; nothing for anything else (names, zones, IPv4 shorthand).
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const { return family_ == 4; }
    [[nodiscard]] bool is_v6() const { return family_ == 6; }
    [[nodiscard]] bool none() const { return family_ == 0; }
    /// 0.0.0.0 or :: (hold in old SDP, "any" in a listen address).
    [[nodiscard]] bool unspecified() const;
    [[nodiscard]] bool loopback() const;
    [[nodiscard]] int bits() const { return is_v4() ? 32 : is_v6() ? 128 : 0; }
    /// The 4 or 16 bytes in network order; empty for "none".
    [[nodiscard]] Bytes bytes() const { return {bytes_.data(), is_v4() ? 4U : is_v6() ? 16U : 0U}; }
    /// "192.0.2.1" or "2001:db8::1" (RFC 5952); "" for "none".
    [[nodiscard]] std::string str() const;
    /// As str(), with the brackets that URIs need around IPv6.
    [[nodiscard]] std::string uri_str() const;

    auto operator<=>(const IpAddress&) const = default;

private:
    std::uint8_t family_ = 0;
    std::array<std::uint8_t, 16> bytes_{};
};

/// An address with a UDP or TCP port.
struct Endpoint {
    IpAddress ip;
    std::uint16_t port = 0;

    /// Reads "192.0.2.1:5060" or "[2001:db8::1]:5060"; the port may be left out when fallback_port is not 0.
    static std::optional<Endpoint> parse(std::string_view text, std::uint16_t fallback_port = 0);
    /// "192.0.2.1:5060" or "[2001:db8::1]:5060".
    [[nodiscard]] std::string str() const;

    auto operator<=>(const Endpoint&) const = default;
};

}  // namespace tandem::net

template <>
struct std::hash<tandem::net::IpAddress> {
    std::size_t operator()(const tandem::net::IpAddress& a) const noexcept {
        return std::hash<std::string_view>{}(tandem::as_text(a.bytes()));
    }
};
template <>
struct std::hash<tandem::net::Endpoint> {
    std::size_t operator()(const tandem::net::Endpoint& e) const noexcept {
        return std::hash<tandem::net::IpAddress>{}(e.ip) * 31 + e.port;
    }
};
