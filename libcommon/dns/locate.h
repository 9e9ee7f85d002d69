// Knows: RFC 3263: which questions lead from a host, port and transport to the servers of it, and what their answers mean.
// Must not know: sockets, time (cache.h), which server is well.
// Next: server_order.h for the order in which they are tried; answer.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dns/answer.h"
#include "net/address.h"

namespace tandem::dns {

/// In the order of topology::Transport and sipnet::TransportKind.
enum class Transport : std::uint8_t { kUdp, kTcp, kTls };
inline constexpr std::size_t kTransports = 3;
/// What a missing port means (RFC 3261 §19.1.2).
constexpr std::uint16_t default_port(Transport t) { return t == Transport::kTls ? 5061 : 5060; }

/// By which IP versions something can be sent.
struct Families {
    bool v4 = false, v6 = false;
    [[nodiscard]] bool any() const { return v4 || v6; }
    [[nodiscard]] bool has(const net::IpAddress& ip) const { return ip.is_v4() ? v4 : ip.is_v6() && v6; }
    bool operator==(const Families&) const = default;
};

/// What is looked for, as a SIP URI says it. A sips: URI names kTls.
struct Wanted {
    std::string host;  ///< a name in lower case, or an address
    std::uint16_t port = 0;
    std::optional<Transport> transport;
    std::array<Families, kTransports> reach{};  ///< by each transport; one that can send nothing is not supported by us
    bool operator==(const Wanted&) const = default;
};

/// One place to send to.
struct Server {
    net::Endpoint at;
    Transport transport = Transport::kUdp;
    std::uint16_t priority = 0, weight = 0;
    std::uint16_t record = 0;  ///< addresses of one SRV record share a number: they are tried one after the other
    bool operator==(const Server&) const = default;
};

struct Located {
    std::vector<Server> servers;     ///< by priority; at most kMaxServers
    std::vector<Question> missing;   ///< to be asked before more can be said; while there are some, servers may be incomplete
    std::vector<Question> read;      ///< whose answers this was made of
    bool complete() const { return missing.empty(); }
};
inline constexpr std::size_t kMaxServers = 64;

/// What is known of a question: its answer, which may be negative or `failed`; null when it must be asked first.
using Known = std::function<const Answer*(const Question&)>;

/// The servers of a host. An address needs no question; a port given means A and AAAA only; a transport given means no NAPTR;
/// neither means NAPTR, then SRV by each transport that we have, then A and AAAA with UDP and the default port.
/// A question that failed is not a "no": nothing further is looked for behind it, or who holds packets back would choose the way (§7).
/// Of NAPTR, flag "s" leads to SRV; "a", which RFC 3263 does not use but some zones have, to A and AAAA with the transport's default
/// port; a SIP record with another flag is a way that we do not have, and alone it leads nowhere; records of other applications count
/// as not there.
/// DEVIATIONS: of NAPTR records whose SRV name or host does not exist the next one is tried, also when its order is higher. A name without
/// NAPTR whose SRV records are asked for by transport is reached by the first of UDP and TCP that has some; TLS is asked for last.
/// Source: RFC 3263 §4.1, §4.2; RFC 3403 §4.1 (order, preference, flags); RFC 2915 §2; RFC 2782 (target ".").
Located locate(const Wanted& wanted, const Known& known);

}  // namespace tandem::dns
