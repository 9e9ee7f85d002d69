// Knows: the whole of one topology file, typed and validated, and the look-ups over it.
// Must not know: JSON and files (config makes one), anything that changes while a node runs.
// Next: types.h, trunk.h, user.h for the pieces; policy/policy.h for what is decided by it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/address.h"
#include "net/prefix.h"
#include "sdp/profile.h"
#include "topology/trunk.h"
#include "topology/types.h"
#include "topology/user.h"

namespace tandem::topology {

/// Media bypass for the whole enterprise.
struct GlobalBypass {
    bool enabled = false;
    bool always = false;             ///< every subnet, mapped or not, has the global id
    bool default_id = false;         ///< unmapped subnets have the global id
    std::string id;                  ///< the global id; never empty after load
    bool require_qualified = false;  ///< step 4 blocks instead of warning
};

/// Key material that proxy and bridge share for sealed tokens and cookies.
struct Secrets {
    std::string key_file;
};

/// One topology. Public vectors are read only by custom: holders have a `const Topology&` or a shared_ptr<const Topology>.
struct Topology {
    unsigned version = 1;
    std::vector<Realm> realms;
    std::vector<Region> regions;
    std::vector<Site> sites;
    std::vector<Subnet> subnets;
    std::vector<Bridge> bridges;
    std::vector<SipProfile> sip_profiles;  ///< [0] is "default" when the file names none
    std::vector<sdp::MediaProfile> media_profiles;
    std::vector<Trunk> trunks;
    std::vector<User> users;
    std::vector<DidRange> did_ranges;
    std::vector<DialPlan> dial_plans;
    std::vector<Usage> usages;
    std::vector<Route> routes;  ///< in order of priority
    std::vector<Policy> policies;
    Emergency emergency;
    GlobalBypass bypass;
    Secrets secrets;
    unsigned max_hops = 5;  ///< how often one call may pass this system (inter-trunk loops)
    std::string domain;     ///< of the users; host part of URIs that we make for them

    /// Builds the look-ups below; config calls it once, last.
    void index();

    [[nodiscard]] Index find_realm(std::string_view name) const;
    [[nodiscard]] Index find_trunk(std::string_view name) const;
    /// By name or by address of record.
    [[nodiscard]] Index find_user(std::string_view name_or_address) const;
    [[nodiscard]] Index find_bridge(std::string_view name) const;
    /// Reverse look-up: whose number is it (E.164 with +). Of users who share it, the one with that extension behind it; without
    /// an extension the one who has none, or who is the only one. kNoIndex when there is no such user.
    [[nodiscard]] Index user_by_number(std::string_view e164, std::string_view extension = {}) const;
    /// How many users have that number, with whatever extension.
    [[nodiscard]] std::size_t users_of_number(std::string_view e164) const;
    /// The user is one of them.
    [[nodiscard]] bool has_number(Index user, std::string_view e164) const;
    [[nodiscard]] Index user_by_extension(std::string_view digits) const;
    /// The range that holds a number.
    [[nodiscard]] Index did_range_of(std::string_view e164) const;

    /// The subnet whose prefix is exactly this one (a client that sends its own mask).
    [[nodiscard]] Index subnet_exact(const net::Prefix& prefix) const;
    /// The narrowest subnet that holds an address (a gateway, which has no mask to send).
    [[nodiscard]] Index subnet_of(const net::IpAddress& address) const;

    /// The trunk of a realm that names the address as its own by the narrowest prefix; kNoIndex when there is none.
    [[nodiscard]] Index trunk_by_source(Index realm, const net::IpAddress& address) const;
    /// A user with a fixed contact at that address; the port decides when several share the address.
    [[nodiscard]] Index user_by_source(Index realm, const net::Endpoint& source) const;
    /// True when a fixed contact of the user is exactly this address and port.
    [[nodiscard]] bool user_at(Index realm, Index user, const net::Endpoint& source) const;
    /// The bridge whose SIP endpoint it is.
    [[nodiscard]] Index bridge_by_source(Index realm, const net::Endpoint& source) const;

    /// Site of a user: fixed, else by its client's address, else by its first fixed contact's; kNoIndex when not known.
    [[nodiscard]] Index site_of_user(Index user, const std::optional<net::IpAddress>& client = {}) const;
    /// Dial plan that holds for a user at a site (of site_of_user()): its own, the site's, the global one; kNoIndex for none.
    [[nodiscard]] Index dial_plan_of_user(Index user, Index site) const;
    /// Dial plan of calls from a trunk: its own, its site's, the global one.
    [[nodiscard]] Index dial_plan_of_trunk(Index trunk) const;
    /// The same for policies.
    [[nodiscard]] Index policy_of_user(Index user, Index site) const;

    [[nodiscard]] const SipProfile& sip_of(const Trunk& t) const { return sip_profiles[t.sip_profile]; }
    [[nodiscard]] const SipProfile& sip_of(const User& u) const { return sip_profiles[u.sip_profile]; }
    [[nodiscard]] const sdp::MediaProfile& media_of(const Trunk& t) const {
        return media_profiles[t.media_profile];
    }
    [[nodiscard]] const sdp::MediaProfile& media_of(const User& u) const {
        return media_profiles[u.media_profile];
    }

private:
    using Names = std::unordered_map<std::string, Index>;
    Names realm_names_, trunk_names_, user_names_, bridge_names_, extensions_;
    std::unordered_map<std::string, std::vector<Index>> numbers_;  // users of each, in the file's order
    [[nodiscard]] const std::vector<Index>& holders(std::string_view e164) const;
    net::PrefixTable subnet_table_;
    std::unordered_map<net::IpAddress, std::vector<Index>> users_by_address_;
    std::vector<Index> ranges_;  // places in did_ranges, by length and first number; they do not overlap
    std::vector<net::PrefixTable> source_tables_;  // one a realm
};

}  // namespace tandem::topology
