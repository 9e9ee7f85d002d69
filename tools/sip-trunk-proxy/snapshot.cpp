// Knows: reading what a topology names: password files, the key file; which names are under watch.
// Must not know: sockets in use, calls.
// Next: serve.cpp, which binds the realms' sockets.
#include "sip-trunk-proxy/snapshot.h"

#include <algorithm>
#include <memory>

#include "base/secret_file.h"
#include "base/siphash.h"
#include "base/text.h"
#include "sip-trunk-proxy/route_header.h"
#include "sip/cookie.h"

namespace tandem::proxy {

namespace {

constexpr std::size_t kMaxSecretFile = 64 * 1024;

Result<std::string> secret(const std::string& path, std::vector<std::string>& warnings) {
    auto file = read_secret_file(path, kMaxSecretFile);
    if (!file) return fail(std::move(file.error()));
    if (!file->warning.empty()) warnings.push_back(std::move(file->warning));
    return std::move(file->text);
}

// The topology and TLS do not know each other; here one is cast into the other.
static_assert(static_cast<tls::ClientCertificates>(topology::ClientCertificates::kNone) == tls::ClientCertificates::kNone &&
              static_cast<tls::ClientCertificates>(topology::ClientCertificates::kOptional) == tls::ClientCertificates::kOptional &&
              static_cast<tls::ClientCertificates>(topology::ClientCertificates::kRequired) == tls::ClientCertificates::kRequired);

// Null for a realm without TLS.
Result<std::shared_ptr<const tls::Context>> load_tls(const topology::Realm& realm, std::vector<std::string>& warnings) {
    if (!realm.tls) return std::shared_ptr<const tls::Context>();
    tls::ContextFiles files;
    for (const topology::TlsCertificate& c : realm.tls->certificates) {
        // Refuses a key that others may read; the text itself is libssl's to read.
        if (auto key = secret(c.key_file, warnings); !key) return fail(std::move(key.error()));
        files.certificates.push_back({c.certificate_file, c.key_file});
    }
    files.issuers = realm.tls->ca_file;
    files.clients = static_cast<tls::ClientCertificates>(realm.tls->client_certificates);
    return tls::Context::load(files, warnings);
}

template <class Things, class Print>
Status index(const Things& things, Print print, std::string_view what, std::unordered_map<decltype(print("")), Index>& out) {
    for (Index i = 0; i < things.size(); ++i) {
        const auto [place, fresh] = out.emplace(print(things[i].name), i);
        if (!fresh) {
            return fail(Errc::kConflict, cat(what, things[i].name, ": its name has the same print in cookies as ",
                                             things[place->second].name, "; give one of them another name"));
        }
    }
    return {};
}

Status index_prints(Snapshot& s) {
    if (auto realms = index(s.topology->realms, realm_print, "realm ", s.realm_of_prints); !realms) return realms;
    return index(s.topology->trunks, trunk_print, "trunk ", s.trunk_of_prints);
}

}  // namespace

std::uint32_t realm_print(std::string_view name) { return static_cast<std::uint32_t>(siphash({}, cat("realm ", name))); }
std::uint64_t trunk_print(std::string_view name) {
    return std::max<std::uint64_t>(siphash({}, cat("trunk ", name)) & sip::kMaxTrunkPrint, 1);
}

void Snapshot::add_socket(Index realm, Way way, std::uint16_t socket, const net::Endpoint& local) {
    const topology::Realm& r = topology->realms[realm];
    if (realms.size() <= realm) realms.resize(topology->realms.size());
    RealmPorts& ports = realms[realm];
    RealmPort& port = ports.by_way[static_cast<std::size_t>(way)];
    if (!port) {
        const bool v6 = r.advertised_host.find(':') != std::string::npos;
        ports.host = cat(v6 ? "[" : "", r.advertised_host, v6 ? "]" : "");
        // What is advertised stands for the first address and those that share its port; another port is shown as it is.
        const std::uint16_t number = local.port == r.listen.front().endpoint.port || r.listen.front().endpoint.port == 0 ? r.advertised_port : local.port;
        const std::string sent_by = cat(ports.host, ':', number);
        port = {socket, local, cat("SIP/2.0/", sipnet::to_string(way), ' ', sent_by), cat("sip:", sent_by)};
        // DEVIATION from RFC 3261 §26.2.2, which deprecated transport=tls: peers understand nothing else for "this hop by TLS",
        // and sips: would demand it of the hops behind them too.
        // RFC 5923 §5: by a TLS connection of ours its other end may send requests to us too.
        if (way == Way::kTls) port.via += ";alias";
        if (way != Way::kUdp) append(port.uri, ";transport=", lower(sipnet::to_string(way)));
    }
    if (way != Way::kUdp) ports.streams.push_back(socket);
    auto& table = way == Way::kUdp ? realm_of_sockets : realm_of_streams;
    const std::size_t place = way == Way::kUdp ? socket : socket - sipnet::kFirstStreamSocket;
    if (table.size() <= place) table.resize(place + 1, kNoIndex);
    table[place] = realm;
}

const std::vector<ReadyHeaderRule>* Snapshot::rules_for(Index trunk, Index user) const {
    if (header_rules.empty() || (trunk == kNoIndex && user == kNoIndex)) return nullptr;
    const auto& rules = header_rules[trunk != kNoIndex ? topology->trunks[trunk].sip_profile : topology->users[user].sip_profile];
    return rules.empty() ? nullptr : &rules;
}

std::uint32_t Snapshot::peer_of_trunk(Index trunk, std::size_t target) const {
    return trunk < trunk_peers.size() && target < trunk_peers[trunk].size() ? trunk_peers[trunk][target] : 0;
}

std::uint32_t Snapshot::peer_of_user(Index user, std::size_t contact) const {
    return user < user_peers.size() && contact < user_peers[user].size() ? user_peers[user][contact] : 0;
}

namespace {

const NamedHost* named_at(const std::vector<std::vector<std::shared_ptr<const NamedHost>>>& lists, Index thing, std::size_t place) {
    return thing < lists.size() && place < lists[thing].size() ? lists[thing][place].get() : nullptr;
}

}  // namespace

Index Snapshot::user_by_source(Index realm, const net::Endpoint& address) const {
    if (realm == kNoIndex) return kNoIndex;
    const Index known = topology->user_by_source(realm, address);
    if (known != kNoIndex) return known;
    // As among addresses: the port tells several users of one host apart; without it only one may be there.
    Index only = kNoIndex;
    unsigned candidates = 0;
    for (const Index i : users_by_name) {
        bool here = false;
        for (std::size_t n = 0; n < user_names[i].size(); ++n) {
            const NamedHost* host = user_names[i][n].get();
            if (topology->users[i].contacts[n].realm != realm || host == nullptr || !host->leads_to(address.ip)) continue;
            const auto& servers = host->located.servers;
            if (std::any_of(servers.begin(), servers.end(), [&](const dns::Server& s) { return s.at == address; })) return i;
            here = true;
        }
        if (here) {
            ++candidates;
            only = i;
        }
    }
    return candidates == 1 ? only : kNoIndex;
}

namespace {

// Of a list of targets with the peers that belong to them.
template <class Peers, class TargetAt, class HostAt>
std::uint32_t peer_at(const Peers& peers, const TargetAt& target, const HostAt& host, const net::Endpoint& at) {
    std::optional<std::uint32_t> same_ip;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        if (target(i).ip == at.ip) {
            if (target(i).port == at.port) return peers[i];
            if (!same_ip) same_ip = peers[i];
        } else if (const NamedHost* name = host(i); !same_ip && name != nullptr && name->leads_to(at.ip)) {
            same_ip = peers[i];
        }
    }
    return same_ip.value_or(peers.empty() ? 0 : peers.front());
}

}  // namespace

std::uint32_t Snapshot::peer_of_trunk_at(Index trunk, const net::Endpoint& at) const {
    if (trunk >= trunk_peers.size()) return 0;
    return peer_at(
        trunk_peers[trunk], [&](std::size_t i) -> const topology::Target& { return topology->trunks[trunk].targets[i]; },
        [&](std::size_t i) { return named_trunk(trunk, i); }, at);
}

std::uint32_t Snapshot::peer_of_user_at(Index user, const net::Endpoint& at) const {
    if (user >= user_peers.size()) return 0;
    return peer_at(
        user_peers[user], [&](std::size_t i) -> const topology::Target& { return topology->users[user].contacts[i].target; },
        [&](std::size_t i) { return named_user(user, i); }, at);
}

const topology::SipProfile* Snapshot::profile_of(Index trunk, Index user) const {
    if (trunk != kNoIndex) return &topology->sip_of(topology->trunks[trunk]);
    return user != kNoIndex ? &topology->sip_of(topology->users[user]) : nullptr;
}

std::array<dns::Families, dns::kTransports> Snapshot::reach(Index realm) const {
    std::array<dns::Families, dns::kTransports> out{};
    if (realm >= realms.size()) return out;
    for (std::size_t way = 0; way < out.size(); ++way) {
        const RealmPort& port = realms[realm].by_way[way];
        if (port) out[way] = {port.local.ip.is_v4(), port.local.ip.is_v6()};
    }
    return out;
}

void Snapshot::watch_names(Names& all) {
    names = &all;
    const auto watch = [&](std::vector<std::shared_ptr<const NamedHost>>& list, const topology::Target& target, Index realm, std::size_t place) {
        if (target.ip || target.host.empty()) return;
        list.resize(place + 1);
        list[place] = all.watch({target.host, target.port,
                                 target.any_transport ? std::nullopt : std::optional(static_cast<dns::Transport>(target.transport)),
                                 reach(realm)});
    };
    trunk_names.resize(topology->trunks.size());
    for (std::size_t i = 0; i < trunk_names.size(); ++i) {
        const topology::Trunk& trunk = topology->trunks[i];
        for (std::size_t n = 0; n < trunk.targets.size(); ++n) watch(trunk_names[i], trunk.targets[n], trunk.realm, n);
        if (trunk_names[i].empty()) continue;
        trunk_names[i].resize(trunk.targets.size());
        if (trunk.resolved_sources) sources_by_name.push_back(static_cast<Index>(i));
    }
    user_names.resize(topology->users.size());
    for (std::size_t i = 0; i < user_names.size(); ++i) {
        const topology::User& user = topology->users[i];
        for (std::size_t n = 0; n < user.contacts.size(); ++n) watch(user_names[i], user.contacts[n].target, user.contacts[n].realm, n);
        if (!user_names[i].empty()) users_by_name.push_back(static_cast<Index>(i));
    }
    all.settle();
}

std::uint16_t Snapshot::timers_of_trunk(Index trunk) const {
    return timers.empty() || trunk == kNoIndex ? std::uint16_t{0} : timers[topology->trunks[trunk].sip_profile];
}

std::uint16_t Snapshot::timers_of_user(Index user) const {
    return timers.empty() || user == kNoIndex ? std::uint16_t{0} : timers[topology->users[user].sip_profile];
}

const NamedHost* Snapshot::named_trunk(Index trunk, std::size_t target) const { return named_at(trunk_names, trunk, target); }
const NamedHost* Snapshot::named_user(Index user, std::size_t contact) const { return named_at(user_names, user, contact); }

Index Snapshot::trunk_by_source(Index realm, const net::IpAddress& address) const {
    if (realm == kNoIndex) return kNoIndex;
    const Index known = topology->trunk_by_source(realm, address);
    if (known != kNoIndex) return known;
    for (const Index i : sources_by_name) {
        if (topology->trunks[i].realm != realm) continue;
        for (const auto& host : trunk_names[i]) {
            if (host && host->leads_to(address)) return i;
        }
    }
    return kNoIndex;
}

Index Snapshot::realm_of_uri(const sip::Uri& uri) const {
    if (!uri.is_sip()) return kNoIndex;
    const std::uint16_t port = uri.port == 0 ? sipnet::default_port(way_of(uri)) : uri.port;
    const auto ip = uri.address();
    for (Index i = 0; i < topology->realms.size(); ++i) {
        const topology::Realm& realm = topology->realms[i];
        const bool named = iequals(uri.host, realm.advertised_host);
        if (port == realm.advertised_port && named) return i;
        if (!ip && !named) continue;
        for (const topology::Listen& listen : realm.listen) {
            if (listen.endpoint.port == port && (named || listen.endpoint.ip == *ip)) return i;
        }
    }
    return kNoIndex;
}

Index Snapshot::realm_of_socket(std::uint16_t socket) const {
    const bool stream = socket >= sipnet::kFirstStreamSocket;
    const auto& table = stream ? realm_of_streams : realm_of_sockets;
    const std::size_t place = stream ? socket - sipnet::kFirstStreamSocket : socket;
    return place < table.size() ? table[place] : kNoIndex;
}

Index Snapshot::realm_by_print(std::uint32_t print) const {
    const auto found = realm_of_prints.find(print);
    return found == realm_of_prints.end() ? kNoIndex : found->second;
}

Index Snapshot::trunk_by_print(std::uint64_t print) const {
    const auto found = trunk_of_prints.find(print);
    return found == trunk_of_prints.end() ? kNoIndex : found->second;
}

bool Snapshot::is_trunk_address(Index trunk, const net::IpAddress& ip) const {
    const topology::Trunk& t = topology->trunks[trunk];
    for (const net::Prefix& prefix : t.sources) {
        if (prefix.contains(ip)) return true;
    }
    for (std::size_t i = 0; i < t.targets.size(); ++i) {
        if (t.targets[i].ip == ip) return true;
        if (const NamedHost* host = named_trunk(trunk, i); host != nullptr && host->leads_to(ip)) return true;
    }
    return false;
}

Result<std::shared_ptr<Snapshot>> make_snapshot(std::shared_ptr<const topology::Topology> topology,
                                                std::vector<std::string>& warnings) {
    auto s = std::make_shared<Snapshot>();
    s->topology = std::move(topology);
    const topology::Topology& t = *s->topology;
    for (const topology::Realm& realm : t.realms) {
        auto context = load_tls(realm, warnings);
        if (!context) return fail(context.error().code, cat("realm ", realm.name, ": ", context.error().what));
        s->tls.push_back(std::move(*context));
    }
    if (const Status indexed = index_prints(*s); !indexed) return fail(indexed.error());
    const auto has_rules = [](const topology::SipProfile& p) { return !p.headers.empty(); };
    if (std::any_of(t.sip_profiles.begin(), t.sip_profiles.end(), has_rules)) {
        for (const topology::SipProfile& profile : t.sip_profiles) s->header_rules.push_back(ready_header_rules(profile));
    }
    for (const topology::Trunk& trunk : t.trunks) {
        std::string password;
        if (trunk.auth) {
            auto text = secret(trunk.auth->password_file, warnings);
            if (!text) return fail(text.error().code, cat("trunk ", trunk.name, ": ", text.error().what));
            password = trim(cut(*text, '\n').first);
            if (password.empty()) {
                return fail(Errc::kSyntax, cat("trunk ", trunk.name, ": ", trunk.auth->password_file, " has an empty first line"));
            }
        }
        s->passwords.push_back(std::move(password));
    }
    if (!t.secrets.key_file.empty()) {
        auto text = secret(t.secrets.key_file, warnings);
        if (!text) return fail(text.error().code, cat("secrets: ", text.error().what));
        auto ring = sip::Keyring::from_text(*text);
        if (!ring) return fail(Errc::kSyntax, cat("secrets: ", t.secrets.key_file, ": ", ring.error().what));
        s->keyring = std::make_shared<sip::Keyring>(std::move(*ring));
    }
    return s;
}

}  // namespace tandem::proxy
