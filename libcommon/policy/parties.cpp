// Knows: names, numbers and addresses of users and trunks, and which comes first.
// Must not know: record formats.
// Next: topology/topology.cpp for the look-ups.
#include "policy/parties.h"

#include "base/text.h"
#include "number/parse.h"
#include "policy/work.h"

namespace tandem::policy {
namespace {

Index user_of(std::string_view text, const topology::Topology& topology) {
    std::string_view address = trim(text);
    for (const std::string_view scheme : {"sip:", "sips:", "tel:"}) {
        if (istarts_with(address, scheme)) address.remove_prefix(scheme.size());
    }
    address = cut(address, ';').first;
    if (const Index user = topology.find_user(address); user != kNoIndex) return user;
    const number::Number number = number::normalize(text, {});
    const Index user = number.e164.empty() ? kNoIndex : topology.user_by_number(number.e164, number.extension);
    return user != kNoIndex ? user : topology.user_by_number(bare_number(text));
}

}  // namespace

End end_of(const EndFacts& facts, const topology::Topology& topology) {
    End end;
    if (!facts.name.empty()) {
        if (facts.kind != "trunk") end.user = topology.find_user(facts.name);
        if (facts.kind != "user" && end.user == kNoIndex) end.trunk = topology.find_trunk(facts.name);
        return end;
    }
    if (!facts.number_or_uri.empty()) end.user = user_of(facts.number_or_uri, topology);
    if (end.known() || !facts.endpoint) return end;
    for (Index realm = 0; realm < topology.realms.size() && !end.known(); ++realm) {
        end.user = topology.user_by_source(realm, *facts.endpoint);
        if (end.user == kNoIndex) end.trunk = topology.trunk_by_source(realm, facts.endpoint->ip);
    }
    return end;
}

std::vector<std::string_view> user_names(const topology::Topology& topology) {
    std::vector<std::string_view> names;
    for (const topology::User& user : topology.users) names.emplace_back(user.name);
    return names;
}

std::vector<std::string_view> trunk_names(const topology::Topology& topology) {
    std::vector<std::string_view> names;
    for (const topology::Trunk& trunk : topology.trunks) names.emplace_back(trunk.name);
    return names;
}

std::string unknown_name(std::string_view option, std::string_view name,
                         const std::vector<std::string_view>& known) {
    const std::string_view near = nearest(name, known);
    std::string out = cat(option, " \"", name, "\" is not in the topology");
    if (!near.empty()) append(out, "; did you mean \"", near, "\"?");
    return out;
}

}  // namespace tandem::policy
