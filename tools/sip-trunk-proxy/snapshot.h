// Knows: one loaded topology with what serving it needs beside: sockets of realms, where its names lead, passwords, keys.
// Must not know: calls; when it is loaded anew (serve.cpp).
// Next: proxy.h, which takes it into use; initial_invite.h and in_dialog.h, where each request under way pins one.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "sip-trunk-proxy/header_rules.h"
#include "sip/keyring.h"
#include "sip-trunk-proxy/names.h"
#include "sip/uri.h"
#include "sipnet/transport.h"
#include "tls/context.h"
#include "topology/topology.h"

namespace tandem::proxy {

using topology::Index;
using topology::kNoIndex;

using Way = sipnet::TransportKind;
inline Way way_of(topology::Transport t) { return static_cast<Way>(t); }
// The three modules that name transports do not know each other; here, where all meet, one is cast into another.
template <class Transport>
inline constexpr bool kSameTransports = static_cast<Way>(Transport::kUdp) == Way::kUdp && static_cast<Way>(Transport::kTcp) == Way::kTcp &&
                                        static_cast<Way>(Transport::kTls) == Way::kTls;
static_assert(kSameTransports<topology::Transport> && kSameTransports<dns::Transport> && dns::kTransports == sipnet::kTransportKinds);

/// A realm as seen from the wire, by one transport.
struct RealmPort {
    std::uint16_t socket = 0;  ///< of the transport; the realm's first listen address by it
    net::Endpoint local;
    std::string via;           ///< "SIP/2.0/TCP host:port"; empty when the realm does not listen by this transport
    std::string uri;           ///< "sip:host:port;transport=tcp", for Record-Route and Route

    explicit operator bool() const { return !via.empty(); }
};

/// A realm as seen from the wire.
struct RealmPorts {
    std::array<RealmPort, sipnet::kTransportKinds> by_way;
    std::vector<std::uint16_t> streams;  ///< sockets of all its TCP and TLS listen addresses
    std::string host;                    ///< as it is advertised; with brackets around an IPv6 address

    [[nodiscard]] const RealmPort& by(Way way) const { return by_way[static_cast<std::size_t>(way)]; }
};

/// Immutable once serving begins (but for the keyring's contexts). Thread: the SIP worker.
struct Snapshot {
    std::shared_ptr<const topology::Topology> topology;
    std::vector<RealmPorts> realms;       ///< one a realm of the topology
    std::vector<std::string> passwords;   ///< one a trunk; empty when it has no auth
    std::shared_ptr<sip::Keyring> keyring;  ///< null without a key file: Proxy::adopt() keeps the one in use, or makes one
    /// Of targets and contacts that are names, where they lead now; one list a trunk and user, empty where it has no name. Set by
    /// Proxy::adopt().
    std::vector<std::vector<std::shared_ptr<const NamedHost>>> trunk_names, user_names;
    std::vector<std::uint16_t> timers;  ///< of each SIP profile: a number of Transactions::timer_set(); empty: nobody has own ones
    std::vector<Index> sources_by_name;  ///< trunks whose names tell their source addresses
    std::vector<Index> users_by_name;    ///< users with a contact that is a name
    Names* names = nullptr;  ///< for names that the topology does not have
    std::vector<Index> realm_of_sockets, realm_of_streams;  ///< by the transport's number of a socket
    std::vector<std::shared_ptr<const tls::Context>> tls;   ///< one a realm; null where it has none
    std::vector<std::vector<std::uint32_t>> trunk_peers, user_peers;  ///< Flow::peer of each target of each; set when bound
    std::vector<std::vector<ReadyHeaderRule>> header_rules;  ///< one a SIP profile; empty when none has any
    std::unordered_map<std::uint32_t, Index> realm_of_prints;
    std::unordered_map<std::uint64_t, Index> trunk_of_prints;

    /// A bound address of a realm. The realm's first one of a transport is where its requests leave; all of them are its own.
    void add_socket(Index realm, Way way, std::uint16_t socket, const net::Endpoint& local);

    /// Takes the names of the topology under watch. Only once its sockets are known.
    void watch_names(Names& all);
    /// By which transports and IP versions a realm can send.
    [[nodiscard]] std::array<dns::Families, dns::kTransports> reach(Index realm) const;
    /// By which timers requests to a trunk run; kNoIndex: those of everybody.
    [[nodiscard]] std::uint16_t timers_of_trunk(Index trunk) const;
    [[nodiscard]] std::uint16_t timers_of_user(Index user) const;
    /// Of either; neither: those of everybody.
    [[nodiscard]] std::uint16_t timers_of(Index trunk, Index user) const { return trunk != kNoIndex ? timers_of_trunk(trunk) : timers_of_user(user); }
    /// The name that a target is, of a trunk or user (place in its list); null for an address.
    [[nodiscard]] const NamedHost* named_trunk(Index trunk, std::size_t target) const;
    [[nodiscard]] const NamedHost* named_user(Index user, std::size_t contact) const;
    /// The trunk that an address belongs to: as the topology says, else because a name of its targets leads there now.
    [[nodiscard]] Index trunk_by_source(Index realm, const net::IpAddress& address) const;
    /// The user who is there: by an address in the topology, else because the name of a contact leads there now. Where several
    /// share an address, the one with that port; nobody without it. Cost: a look-up, then O(contacts that are names).
    [[nodiscard]] Index user_by_source(Index realm, const net::Endpoint& address) const;
    /// Who is expected at a target of a trunk or user (place in its list); 0 = nobody in particular.
    [[nodiscard]] std::uint32_t peer_of_trunk(Index trunk, std::size_t target) const;
    [[nodiscard]] std::uint32_t peer_of_user(Index user, std::size_t contact) const;
    /// The same at an address of theirs: of the target that has it (best the port too), else of the first one.
    [[nodiscard]] std::uint32_t peer_of_trunk_at(Index trunk, const net::Endpoint& at) const;
    [[nodiscard]] std::uint32_t peer_of_user_at(Index user, const net::Endpoint& at) const;
    /// By whose profile messages with that side go; null for neither (a bridge).
    [[nodiscard]] const topology::SipProfile* profile_of(Index trunk, Index user) const;
    /// The realm that takes requests sent to host:port; kNoIndex when that is not us.
    [[nodiscard]] Index realm_of_uri(const sip::Uri& uri) const;
    [[nodiscard]] Index realm_of_socket(std::uint16_t socket) const;
    /// The header rules for a trunk, or for a user when there is no trunk; null when there are none.
    [[nodiscard]] const std::vector<ReadyHeaderRule>* rules_for(Index trunk, Index user) const;
    /// By the print that cookies carry.
    [[nodiscard]] Index realm_by_print(std::uint32_t print) const;
    [[nodiscard]] Index trunk_by_print(std::uint64_t print) const;
    /// True when requests of that trunk may come from the address: its sources, or one of its targets.
    [[nodiscard]] bool is_trunk_address(Index trunk, const net::IpAddress& ip) const;
};

/// Prints that stand for names in cookies, the same on every node and after a reload in whatever order. They need no key, for
/// names are the operator's own and cookies are sealed; a topology in which two names share one is refused at load.
/// Units: 32 bits for a realm; 48 bits for a trunk, never 0.
std::uint32_t realm_print(std::string_view name);
std::uint64_t trunk_print(std::string_view name);

/// Reads passwords and keys. Binds nothing.
/// Errors: kIo and kSyntax with the file, kConflict for two names with one print.
Result<std::shared_ptr<Snapshot>> make_snapshot(std::shared_ptr<const topology::Topology> topology,
                                                std::vector<std::string>& warnings);

}  // namespace tandem::proxy
