// Knows: subnet → site → bypass id, for clients by exact match, for gateways by containment.
// Must not know: the other steps of the verdict.
// Next: bypass.cpp, which compares the ids.
#include "policy/bypass_id.h"

#include "base/text.h"

namespace tandem::policy {
namespace {

using topology::Index;
using topology::kNoIndex;
using topology::Topology;

BypassId of_site(Index site, std::string evidence, std::string_view code_when_none,
                 const Topology& topology) {
    const topology::Site& s = topology.sites[site];
    BypassId out;
    out.site = site;
    out.evidence = cat(evidence, ", site ", s.name);
    if (s.bypass_id.empty()) {
        out.state = StepState::kFail;
        out.code = code_when_none;
        out.evidence += " has neither a region nor a bypass id";
        return out;
    }
    if (s.bandwidth) out.evidence += " (bandwidth policy: an id of its own)";
    out.state = StepState::kPass;
    out.id = s.bypass_id;
    return out;
}

BypassId always(const Topology& topology) {
    BypassId out;
    out.state = StepState::kPass;
    out.id = topology.bypass.id;
    out.evidence = "bypass.always: the global id";
    return out;
}

BypassId unmapped(std::string evidence, std::string_view code, const Topology& topology) {
    BypassId out;
    if (topology.bypass.default_id) {
        out.state = StepState::kPass;
        out.id = topology.bypass.id;
        out.by_default = true;
        out.evidence = cat(evidence, "; bypass.default_id: the global id");
    } else {
        out.state = StepState::kFail;
        out.code = code;
        out.evidence = std::move(evidence);
    }
    return out;
}

}  // namespace

BypassId client_bypass_id(const BypassQuestion& question, const Topology& topology) {
    if (topology.bypass.always) return always(topology);
    const topology::User& user = topology.users[question.user];
    if (user.site != kNoIndex)
        return of_site(user.site, "fixed by the user's site", "B07_CLIENT_UNMAPPED", topology);

    const std::optional<net::Prefix> own = question.client_subnet ? question.client_subnet : user.subnet;
    if (own) {
        const Index exact = topology.subnet_exact(*own);
        if (exact != kNoIndex) {
            return of_site(topology.subnets[exact].site, cat("client network ", own->str(), " is mapped"),
                           "B07_CLIENT_UNMAPPED", topology);
        }
        const Index wider = topology.subnet_of(own->address());
        if (wider != kNoIndex) {
            const std::string entry = topology.subnets[wider].prefix.str();
            BypassId out = unmapped(
                cat("client network ", own->str(), " has no entry of its own, only ", entry, " covers it"),
                "B07a_SUPERNET_ONLY", topology);
            if (out.state == StepState::kPass) out.warning = cat("B07a_SUPERNET_ONLY: ", out.evidence);
            return out;
        }
        return unmapped(cat("client network ", own->str(), " has no entry"), "B07_CLIENT_UNMAPPED", topology);
    }

    if (!question.client) {
        BypassId out;
        out.code = "B07_CLIENT_UNMAPPED";
        out.evidence = "the client's address is not known";
        return out;
    }
    const Index covering = topology.subnet_of(*question.client);
    if (covering == kNoIndex) {
        return unmapped(cat("client ", question.client->str(), " is in no subnet"), "B07_CLIENT_UNMAPPED",
                        topology);
    }
    // DEVIATION from the exact rule: SIP carries no client mask, so the entry that covers the address is taken for its network.
    return of_site(topology.subnets[covering].site,
                   cat("client ", question.client->str(), " is in ", topology.subnets[covering].prefix.str(),
                       " (its own mask is not known)"),
                   "B07_CLIENT_UNMAPPED", topology);
}

BypassId gateway_bypass_id(const topology::Trunk& trunk, const Topology& topology) {
    if (topology.bypass.always) return always(topology);
    net::IpAddress media = trunk.bypass.media_address;
    if (media.none() && !trunk.targets.empty() && trunk.targets.front().ip) media = *trunk.targets.front().ip;
    if (!media.none()) {
        Index entry = topology.subnet_of(media);
        if (entry == kNoIndex && !trunk.bypass.alternate_media_address.none()) {
            const Index other = topology.subnet_of(trunk.bypass.alternate_media_address);
            if (other != kNoIndex) {
                entry = other;
                media = trunk.bypass.alternate_media_address;
            }
        }
        if (entry != kNoIndex) {
            return of_site(
                topology.subnets[entry].site,
                cat("gateway media ", media.str(), " is in ", topology.subnets[entry].prefix.str()),
                "B08_GW_UNMAPPED", topology);
        }
    }
    if (trunk.site != kNoIndex)
        return of_site(trunk.site, "fixed by the trunk's site", "B08_GW_UNMAPPED", topology);
    if (!media.none())
        return unmapped(cat("gateway media ", media.str(), " is in no subnet"), "B08_GW_UNMAPPED", topology);
    BypassId out;
    out.code = "B08_GW_UNMAPPED";
    out.evidence = "the gateway's media address is not known";
    return out;
}

std::string explain_mismatch(const BypassId& client, const BypassId& gateway, const Topology& topology) {
    if (client.by_default != gateway.by_default) {
        return client.by_default ? "the client has the default id, the gateway its site's"
                                 : "the gateway has the default id, the client its site's";
    }
    if (client.site == kNoIndex || gateway.site == kNoIndex) return "the ids differ";
    const topology::Site& a = topology.sites[client.site];
    const topology::Site& b = topology.sites[gateway.site];
    if (client.site != gateway.site && a.region != b.region && a.region != kNoIndex && b.region != kNoIndex) {
        return cat("different regions: ", topology.regions[a.region].name, " and ",
                   topology.regions[b.region].name);
    }
    if (client.site != gateway.site && (a.bandwidth || b.bandwidth)) {
        const bool both = a.bandwidth && b.bandwidth;
        return both ? cat("constrained sites ", a.name, " and ", b.name)
                    : cat("constrained site ", a.bandwidth ? a.name : b.name, " (", a.name, " to ", b.name,
                          ")");
    }
    return cat("sites ", a.name, " and ", b.name, " have different ids");
}

}  // namespace tandem::policy
