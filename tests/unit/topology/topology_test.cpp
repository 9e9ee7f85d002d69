#include "topology/topology.h"

#include <catch2/catch.hpp>

using namespace tandem;
using namespace tandem::topology;

namespace {

Target target(std::string_view host, std::uint16_t port, Transport transport = Transport::kUdp) {
    Target t;
    t.host = host;
    t.ip = net::IpAddress::parse(host);
    t.port = port;
    t.transport = transport;
    return t;
}

net::Endpoint endpoint(std::string_view text) { return *net::Endpoint::parse(text); }
net::Prefix prefix(std::string_view text) { return *net::Prefix::parse(text); }

User user(std::string_view name, std::vector<Contact> contacts) {
    User u;
    u.name = name;
    u.address = std::string(name) + "@Company.example";
    u.contacts = std::move(contacts);
    u.sip_profile = u.media_profile = 0;
    return u;
}

Trunk trunk(std::string_view name, Index realm, std::vector<net::Prefix> sources) {
    Trunk t;
    t.name = name;
    t.realm = realm;
    t.sources = std::move(sources);
    t.sip_profile = t.media_profile = 0;
    return t;
}

Topology two_realms() {
    Topology t;
    t.realms.resize(2);
    t.realms[0].name = "inside";
    t.realms[0].listen = {{Transport::kUdp, endpoint("10.0.0.1:5060")}};
    t.realms[1].name = "outside";
    t.realms[1].side = Side::kOutside;
    return t;
}

}  // namespace

TEST_CASE("topology: targets as endpoints", "[topology]") {
    CHECK(target("192.0.2.1", 0).endpoint()->str() == "192.0.2.1:5060");
    CHECK(target("192.0.2.1", 0, Transport::kTls).endpoint()->str() == "192.0.2.1:5061");
    CHECK_FALSE(target("sip.example.net", 5070).endpoint());
}

TEST_CASE("topology: the narrowest source names the trunk, in its own realm only", "[topology]") {
    Topology t = two_realms();
    t.trunks.push_back(trunk("wide", 1, {prefix("198.51.100.0/24")}));
    t.trunks.push_back(trunk("narrow", 1, {prefix("198.51.100.7/32")}));
    t.index();
    CHECK(t.trunk_by_source(1, *net::IpAddress::parse("198.51.100.7")) == 1);
    CHECK(t.trunk_by_source(1, *net::IpAddress::parse("198.51.100.8")) == 0);
    CHECK(t.trunk_by_source(0, *net::IpAddress::parse("198.51.100.7")) == kNoIndex);
    CHECK(t.trunk_by_source(kNoIndex, *net::IpAddress::parse("198.51.100.7")) == kNoIndex);
}

TEST_CASE("topology: users that share an address are told apart by their port only", "[topology]") {
    Topology t = two_realms();
    t.users.push_back(user("alice", {{target("10.0.1.1", 5060), "alice", 0}}));
    t.users.push_back(user("bob", {{target("10.0.1.1", 5062), "bob", 0}}));
    t.users.push_back(
        user("carol", {{target("10.0.1.2", 5060), "carol", 0}, {target("10.0.1.2", 5061), "carol", 0}}));
    t.index();
    CHECK(t.user_by_source(0, endpoint("10.0.1.1:5060")) == 0);
    CHECK(t.user_by_source(0, endpoint("10.0.1.1:5062")) == 1);
    CHECK(t.user_by_source(0, endpoint("10.0.1.1:49152")) == kNoIndex);
    CHECK(t.user_by_source(0, endpoint("10.0.1.2:49152")) == 2);
    CHECK(t.user_by_source(1, endpoint("10.0.1.2:5060")) == kNoIndex);
    CHECK(t.user_at(0, 2, endpoint("10.0.1.2:5061")));
    CHECK_FALSE(t.user_at(0, 2, endpoint("10.0.1.2:5062")));
}

TEST_CASE("topology: users by name, address, number and extension", "[topology]") {
    Topology t = two_realms();
    t.users.push_back(user("alice", {}));
    t.users[0].number = "+14255550111";
    t.users[0].more_numbers = {"+14255550112"};
    t.users[0].extension = "111";
    t.index();
    CHECK(t.find_user("alice") == 0);
    CHECK(t.find_user("ALICE@company.EXAMPLE") == 0);
    CHECK(t.find_user("Alice") == 0);  // a lower-case name is found in any case
    CHECK(t.user_by_number("+14255550112") == 0);
    CHECK(t.user_by_number("14255550112") == kNoIndex);
    CHECK(t.user_by_extension("111") == 0);
}

TEST_CASE("topology: DID ranges are found by number and length", "[topology]") {
    Topology t = two_realms();
    t.did_ranges.resize(3);
    t.did_ranges[0].first = "+14255550150";
    t.did_ranges[0].last = "+14255550199";
    t.did_ranges[1].first = "+14255550100";
    t.did_ranges[1].last = "+14255550149";
    t.did_ranges[2].first = "+4930123";
    t.did_ranges[2].last = "+4930129";
    t.index();
    CHECK(t.did_range_of("+14255550100") == 1);
    CHECK(t.did_range_of("+14255550149") == 1);
    CHECK(t.did_range_of("+14255550150") == 0);
    CHECK(t.did_range_of("+14255550200") == kNoIndex);
    CHECK(t.did_range_of("+14255550099") == kNoIndex);
    CHECK(t.did_range_of("+4930125") == 2);
    CHECK(t.did_range_of("+49301251") == kNoIndex);
    CHECK(t.did_range_of("") == kNoIndex);
}

TEST_CASE("topology: subnets exactly for clients, by the narrowest for gateways", "[topology]") {
    Topology t = two_realms();
    t.sites = {{"a", kNoIndex, {}, "x"}, {"b", kNoIndex, {}, "y"}};
    t.subnets = {{prefix("10.0.0.0/16"), 0}, {prefix("10.0.1.0/24"), 1}};
    t.users.push_back(user("alice", {{target("10.0.1.9", 5060), "alice", 0}}));
    t.index();
    CHECK(t.subnet_exact(prefix("10.0.1.0/24")) == 1);
    CHECK(t.subnet_exact(prefix("10.0.2.0/24")) == kNoIndex);
    CHECK(t.subnet_of(*net::IpAddress::parse("10.0.2.1")) == 0);
    CHECK(t.subnet_of(*net::IpAddress::parse("10.0.1.1")) == 1);
    CHECK(t.site_of_user(0) == 1);
    CHECK(t.site_of_user(0, net::IpAddress::parse("10.0.2.1")) == 0);
    CHECK(t.site_of_user(0, net::IpAddress::parse("192.0.2.1")) == kNoIndex);
    t.users[0].site = 0;
    CHECK(t.site_of_user(0) == 0);
}

TEST_CASE("topology: own, site's, global: the first that there is", "[topology]") {
    Topology t = two_realms();
    t.sites.resize(1);
    t.dial_plans.resize(3);
    t.dial_plans[0].scope = Scope::kGlobal;
    t.dial_plans[1].scope = Scope::kSite;
    t.dial_plans[1].site = 0;
    t.users.push_back(user("alice", {}));
    t.index();
    CHECK(t.dial_plan_of_user(0, kNoIndex) == 0);
    CHECK(t.dial_plan_of_user(0, 0) == 1);
    t.users[0].dial_plan = 2;
    CHECK(t.dial_plan_of_user(0, 0) == 2);
    CHECK(t.policy_of_user(0, 0) == kNoIndex);
}

TEST_CASE("topology: bridges and realms by address", "[topology]") {
    Topology t = two_realms();
    Bridge bridge;
    bridge.sip = target("10.0.0.9", 5080);
    bridge.realm = 0;
    bridge.media = {{0, *net::IpAddress::parse("10.0.0.9"), {}, {30000, 30099}}};
    t.bridges.push_back(bridge);
    t.index();
    CHECK(t.bridge_by_source(0, endpoint("10.0.0.9:5080")) == 0);
    CHECK(t.bridge_by_source(0, endpoint("10.0.0.9:5081")) == kNoIndex);
    CHECK(t.bridge_by_source(1, endpoint("10.0.0.9:5080")) == kNoIndex);
    CHECK(t.bridges[0].media_in(0) != nullptr);
    CHECK(t.bridges[0].media_in(1) == nullptr);
}

TEST_CASE("topology: a trunk's retry names its statuses", "[topology]") {
    Retry retry;
    retry.codes = {408, 503};
    CHECK(retry.retries(503));
    CHECK_FALSE(retry.retries(486));
}
