// Knows: how realms, regions, sites, subnets and bridges are filled from the file.
// Must not know: trunks, users.
// Next: checks_addresses.cpp for overlaps.
#include "base/text.h"
#include "config/build.h"

namespace tandem::config {
namespace {

using topology::Index;
using topology::kNoIndex;

std::optional<topology::RealmTls> build_tls(Build& build, const json::Value* item) {
    if (item == nullptr) return std::nullopt;
    const Fields f(build.loader, *item, kTlsTable);
    topology::RealmTls tls;
    tls.certificates.push_back({f.file("certificate_file"), f.file("key_file")});
    for (const json::Value* one : f.objects("more_certificates")) {
        const Fields c(build.loader, *one, kTlsCertificateTable);
        tls.certificates.push_back({c.file("certificate_file"), c.file("key_file")});
    }
    tls.ca_file = f.has("ca_file") ? f.file("ca_file") : std::string();
    tls.verify = f.choice_as<topology::TlsVerify>("verify");
    tls.client_certificates = f.choice_as<topology::ClientCertificates>("client_certificates");
    return tls;
}

void build_realm(Build& build, const json::Value& item) {
    const Fields f(build.loader, item, kRealmTable);
    topology::Realm realm;
    realm.name = f.text("name");
    realm.side = f.choice_as<topology::Side>("side");
    realm.listen = f.listens("listen");
    realm.advertised_host = f.text("advertised_host");
    check_host(build, f, "advertised_host");
    realm.advertised_port = static_cast<std::uint16_t>(f.count("advertised_port"));
    realm.media_address = f.address("media_address");
    realm.media_advertised = f.has("media_advertised") ? f.address("media_advertised") : realm.media_address;
    realm.media_ports = f.ports("media_ports");

    if (f.has("listen") && realm.listen.empty())
        build.problems().error(f.offset("listen"), "\"listen\" is empty", "write at least one");
    realm.tls = build_tls(build, f.object("tls"));
    for (std::size_t i = 0; i < realm.listen.size() && !f.given("tls"); ++i) {
        if (realm.listen[i].transport != topology::Transport::kTls) continue;
        build.problems().error(f.element_offset("listen", i), cat("realm \"", realm.name, "\" listens by tls, but has no \"tls\""),
                               "write \"tls\": {\"certificate_file\": …, \"key_file\": …}");
        break;
    }
    if (!realm.listen.empty()) {
        const net::Endpoint& first = realm.listen.front().endpoint;
        if (realm.advertised_host.empty()) {
            if (first.ip.unspecified()) {
                build.problems().error(f.offset("listen"),
                                       cat("realm \"", realm.name, "\" listens on ", first.ip.str(),
                                           ", which nobody can send to"),
                                       "write \"advertised_host\"");
            }
            realm.advertised_host = first.ip.str();
        }
        if (realm.advertised_port == 0) realm.advertised_port = first.port;
    }
    if (f.given("media_address") != f.given("media_ports")) {
        build.problems().error(
            f.offset(), cat("realm \"", realm.name, "\" has one of \"media_address\" and \"media_ports\""),
            "write both or neither");
    }
    build.topology.realms.push_back(std::move(realm));
}

void build_site(Build& build, const json::Value& item) {
    const Fields f(build.loader, item, kSiteTable);
    topology::Site site;
    site.name = f.text("name");
    site.region = f.reference("region");
    if (const json::Value* bandwidth = f.object("bandwidth")) {
        const Fields b(build.loader, *bandwidth, kBandwidthTable);
        site.bandwidth = topology::BandwidthPolicy{b.count("audio_kbps"), b.count("session_kbps")};
    }
    // A constrained site has an id of its own, whatever the figures; any other inherits its region's.
    if (f.has("bypass_id")) {
        site.bypass_id = f.text("bypass_id");
    } else if (site.region != kNoIndex && site.region < build.topology.regions.size()) {
        site.bypass_id =
            site.bandwidth ? cat("site:", site.name) : build.topology.regions[site.region].bypass_id;
    }
    build.topology.sites.push_back(std::move(site));
}

}  // namespace

void check_host(const Build& build, const Fields& fields, std::string_view key) {
    if (!fields.has(key) || is_host(fields.text(key))) return;
    build.problems().error(fields.offset(key), cat('"', shortened(fields.text(key)), "\" of \"", key, "\" is no host"),
                           "write a name or an address without port, as \"sip.example.net\"");
}

void check_quotable(const Build& build, const Fields& fields, std::string_view key) {
    if (!fields.has(key) || (is_quotable(fields.text(key)) && !fields.text(key).empty())) return;
    build.problems().error(fields.offset(key), cat("\"", key, "\" is empty or has a quote or a backslash"),
                           "write it as the provider gave it");
}

void build_network(Build& build) {
    const Fields& root = build.root;
    topology::Topology& t = build.topology;
    t.version = root.count("version");
    t.domain = root.text("domain");
    check_host(build, root, "domain");
    t.max_hops = root.count("max_hops");
    for (const json::Value* item : root.objects("realms")) build_realm(build, *item);
    for (const json::Value* item : root.objects("regions")) {
        const Fields f(build.loader, *item, kRegionTable);
        topology::Region region{f.text("name"), f.text("bypass_id")};
        if (region.bypass_id.empty()) region.bypass_id = cat("region:", region.name);
        t.regions.push_back(std::move(region));
    }
    for (const json::Value* item : root.objects("sites")) build_site(build, *item);
    for (const json::Value* item : root.objects("subnets")) {
        const Fields f(build.loader, *item, kSubnetTable);
        t.subnets.push_back({f.prefix("prefix").value_or(net::Prefix()), f.reference("site")});
    }
    t.bypass.id = "global";
    if (const json::Value* item = root.object("bypass")) {
        const Fields f(build.loader, *item, kGlobalBypassTable);
        t.bypass = {f.boolean("enabled"), f.boolean("always"), f.boolean("default_id"), f.text("id"),
                    f.boolean("require_qualified")};
    }
    if (const json::Value* item = root.object("secrets")) {
        t.secrets.key_file = Fields(build.loader, *item, kSecretsTable).file("key_file");
    }
}

void build_bridges(Build& build) {
    topology::Topology& t = build.topology;
    for (const json::Value* item : build.root.objects("gw_bridge")) {
        const Fields f(build.loader, *item, kBridgeTable);
        topology::Bridge bridge;
        bridge.name = f.text("name");
        bridge.realm = f.reference("realm");
        if (const auto sip = f.target("sip")) {
            bridge.sip = *sip;
            if (sip->transport != topology::Transport::kUdp) {
                build.problems().error(f.offset("sip"), cat("a bridge is reached by udp, not by ", to_string(sip->transport)), "write udp:");
            }
            if (!sip->ip)
                build.problems().error(f.offset("sip"), "a bridge is reached by its address, not by a name",
                                       "write address and port");
        }
        for (const json::Value* media : f.objects("media")) {
            const Fields m(build.loader, *media, kBridgeMediaTable);
            topology::BridgeMedia one{m.reference("realm"), m.address("address"),
                                      m.has("advertised") ? m.address("advertised") : m.address("address"),
                                      m.ports("ports")};
            if (one.realm != kNoIndex && bridge.media_in(one.realm)) {
                build.problems().error(m.offset(), cat("media of bridge \"", bridge.name, "\" names realm \"",
                                                       t.realms[one.realm].name, "\" twice"));
            }
            bridge.media.push_back(one);
        }
        for (Index r = 0; r < t.realms.size(); ++r) {
            const topology::Realm& realm = t.realms[r];
            if (bridge.media_in(r) || realm.media_address.none()) continue;
            bridge.media.push_back({r, realm.media_address, realm.media_advertised, realm.media_ports});
        }
        t.bridges.push_back(std::move(bridge));
    }
    if (!t.bridges.empty() && !build.root.given("secrets")) {
        build.problems().error(
            build.root.offset("gw_bridge"), "gw_bridge is there, but no \"secrets\"",
            "write \"secrets\": {\"key_file\": …}, which seals what proxy and bridge tell each other");
    }
}

}  // namespace tandem::config
