// Knows: the look-ups over a topology: by name, number, address and scope.
// Must not know: JSON, calls.
// Next: config/topology_file.cpp, which fills a Topology and calls index() last.
#include "topology/topology.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::topology {
namespace {

template <class Map>
Index at(const Map& map, std::string_view key) {
    auto found = map.find(std::string(key));
    return found == map.end() ? kNoIndex : found->second;
}

template <class Items>
Index scoped(const Items& items, Index own, Index site) {
    if (own != kNoIndex) return own;
    Index global = kNoIndex;
    for (Index i = 0; i < items.size(); ++i) {
        if (items[i].scope == Scope::kSite && site != kNoIndex && items[i].site == site) return i;
        if (items[i].scope == Scope::kGlobal && global == kNoIndex) global = i;
    }
    return global;
}

bool by_length(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

void Topology::index() {
    for (Index i = 0; i < realms.size(); ++i) realm_names_.emplace(realms[i].name, i);
    for (Index i = 0; i < trunks.size(); ++i) trunk_names_.emplace(trunks[i].name, i);
    for (Index i = 0; i < bridges.size(); ++i) bridge_names_.emplace(bridges[i].name, i);
    for (Index i = 0; i < users.size(); ++i) {
        const User& user = users[i];
        user_names_.emplace(user.name, i);
        user_names_.emplace(lower(user.address), i);
        if (!user.number.empty()) numbers_[user.number].push_back(i);
        for (const std::string& number : user.more_numbers) numbers_[number].push_back(i);
        if (!user.extension.empty()) extensions_.emplace(user.extension, i);
        for (const Contact& contact : user.contacts) {
            if (!contact.target.ip) continue;
            std::vector<Index>& there = users_by_address_[*contact.target.ip];
            if (there.empty() || there.back() != i) there.push_back(i);
        }
    }
    for (Index i = 0; i < did_ranges.size(); ++i) ranges_.push_back(i);
    std::sort(ranges_.begin(), ranges_.end(),
              [this](Index a, Index b) { return by_length(did_ranges[a].first, did_ranges[b].first); });
    for (Index i = 0; i < subnets.size(); ++i) subnet_table_.add(subnets[i].prefix, i);
    source_tables_.resize(realms.size());
    for (Index i = 0; i < trunks.size(); ++i) {
        if (trunks[i].realm == kNoIndex) continue;
        for (const net::Prefix& source : trunks[i].sources) source_tables_[trunks[i].realm].add(source, i);
    }
}

Index Topology::find_realm(std::string_view name) const { return at(realm_names_, name); }
Index Topology::find_trunk(std::string_view name) const { return at(trunk_names_, name); }
Index Topology::find_bridge(std::string_view name) const { return at(bridge_names_, name); }

Index Topology::find_user(std::string_view name_or_address) const {
    const Index by_name = at(user_names_, name_or_address);
    return by_name != kNoIndex ? by_name : at(user_names_, lower(name_or_address));
}

const std::vector<Index>& Topology::holders(std::string_view e164) const {
    static const std::vector<Index> kNobody;
    const auto found = numbers_.find(std::string(e164));
    return found == numbers_.end() ? kNobody : found->second;
}

Index Topology::user_by_number(std::string_view e164, std::string_view extension) const {
    const std::vector<Index>& all = holders(e164);
    for (const Index user : all) {
        // A further number of a user has no extension, whatever its first one has.
        const bool first = users[user].number == e164;
        if ((first ? std::string_view(users[user].line_extension) : std::string_view()) == extension) return user;
    }
    return extension.empty() && all.size() == 1 ? all.front() : kNoIndex;
}

std::size_t Topology::users_of_number(std::string_view e164) const { return holders(e164).size(); }

bool Topology::has_number(Index user, std::string_view e164) const {
    const std::vector<Index>& all = holders(e164);
    return std::find(all.begin(), all.end(), user) != all.end();
}

Index Topology::user_by_extension(std::string_view digits) const { return at(extensions_, digits); }

Index Topology::did_range_of(std::string_view e164) const {
    auto after = std::upper_bound(
        ranges_.begin(), ranges_.end(), e164,
        [this](std::string_view number, Index range) { return by_length(number, did_ranges[range].first); });
    if (after == ranges_.begin()) return kNoIndex;
    const Index range = *(after - 1);
    return did_ranges[range].contains(e164) ? range : kNoIndex;
}

Index Topology::subnet_exact(const net::Prefix& prefix) const {
    const auto found = subnet_table_.exact(prefix);
    return found ? static_cast<Index>(found->value) : kNoIndex;
}

Index Topology::subnet_of(const net::IpAddress& address) const {
    const auto found = subnet_table_.longest(address);
    return found ? static_cast<Index>(found->value) : kNoIndex;
}

Index Topology::trunk_by_source(Index realm, const net::IpAddress& address) const {
    if (realm >= source_tables_.size()) return kNoIndex;
    const auto found = source_tables_[realm].longest(address);
    return found ? static_cast<Index>(found->value) : kNoIndex;
}

Index Topology::user_by_source(Index realm, const net::Endpoint& source) const {
    const auto there = users_by_address_.find(source.ip);
    if (there == users_by_address_.end()) return kNoIndex;
    Index only = kNoIndex;
    unsigned candidates = 0;
    for (const Index user : there->second) {
        bool here = false;
        for (const Contact& contact : users[user].contacts) {
            const auto at_contact = contact.target.endpoint();
            if (contact.realm != realm || !at_contact || at_contact->ip != source.ip) continue;
            if (at_contact->port == source.port) return user;
            here = true;
        }
        if (here) {
            ++candidates;
            only = user;
        }
    }
    // An agent may send from another port than it listens on; whose it is can be told only where one user has the address.
    return candidates == 1 ? only : kNoIndex;
}

bool Topology::user_at(Index realm, Index user, const net::Endpoint& source) const {
    const std::vector<Contact>& contacts = users[user].contacts;
    return std::any_of(contacts.begin(), contacts.end(), [&](const Contact& contact) {
        return contact.realm == realm && contact.target.endpoint() == source;
    });
}

Index Topology::bridge_by_source(Index realm, const net::Endpoint& source) const {
    for (Index i = 0; i < bridges.size(); ++i) {
        const auto at_bridge = bridges[i].sip.endpoint();
        if (bridges[i].realm == realm && at_bridge && *at_bridge == source) return i;
    }
    return kNoIndex;
}

Index Topology::site_of_user(Index user, const std::optional<net::IpAddress>& client) const {
    const User& it = users[user];
    if (it.site != kNoIndex) return it.site;
    std::optional<net::IpAddress> address = client;
    if (!address && !it.contacts.empty()) address = it.contacts.front().target.ip;
    const Index subnet = address ? subnet_of(*address) : kNoIndex;
    return subnet == kNoIndex ? kNoIndex : subnets[subnet].site;
}

Index Topology::dial_plan_of_user(Index user, Index site) const {
    return scoped(dial_plans, users[user].dial_plan, site);
}

Index Topology::dial_plan_of_trunk(Index trunk) const {
    return scoped(dial_plans, trunks[trunk].dial_plan, trunks[trunk].site);
}

Index Topology::policy_of_user(Index user, Index site) const {
    return scoped(policies, users[user].policy, site);
}

}  // namespace tandem::topology
