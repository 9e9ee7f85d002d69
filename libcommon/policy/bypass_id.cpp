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

/// One look-up. Evidence comes as a function, so that it costs nothing where nobody reads it.
class Lookup {
public:
    Lookup(const Topology& topology, std::string_view code_when_none, bool in_words)
        : topology_(topology), code_(code_when_none), in_words_(in_words) {}

    template <class Words>
    BypassId of_site(Index site, Words words) const {
        const topology::Site& s = topology_.sites[site];
        BypassId out;
        out.site = site;
        out.id = s.bypass_id;
        out.state = s.bypass_id.empty() ? StepState::kFail : StepState::kPass;
        if (s.bypass_id.empty()) out.code = code_;
        if (in_words_) {
            out.evidence = cat(words(), ", site ", s.name,
                               s.bypass_id.empty() ? " has neither a region nor a bypass id"
                               : s.bandwidth       ? " (bandwidth policy: an id of its own)"
                                                   : "");
        }
        return out;
    }

    [[nodiscard]] BypassId always() const {
        BypassId out;
        out.state = StepState::kPass;
        out.id = topology_.bypass.id;
        if (in_words_) out.evidence = "bypass.always: the global id";
        return out;
    }

    template <class Words>
    BypassId unmapped(std::string_view code, Words words) const {
        BypassId out;
        out.by_default = topology_.bypass.default_id;
        out.state = out.by_default ? StepState::kPass : StepState::kFail;
        if (out.by_default) {
            out.id = topology_.bypass.id;
        } else {
            out.code = code;
        }
        if (in_words_)
            out.evidence = cat(words(), out.by_default ? "; bypass.default_id: the global id" : "");
        return out;
    }
    template <class Words>
    BypassId unmapped(Words words) const {
        return unmapped(code_, words);
    }

    [[nodiscard]] BypassId unknown(std::string_view words) const {
        BypassId out;
        out.code = code_;
        if (in_words_) out.evidence = words;
        return out;
    }

private:
    const Topology& topology_;
    std::string_view code_;
    bool in_words_;
};

}  // namespace

BypassId client_bypass_id(const BypassQuestion& question, const Topology& topology, bool in_words) {
    const Lookup look(topology, "B07_CLIENT_UNMAPPED", in_words);
    if (topology.bypass.always) return look.always();
    const topology::User& user = topology.users[question.user];
    if (user.site != kNoIndex) return look.of_site(user.site, [] { return "fixed by the user's site"; });

    const std::optional<net::Prefix> own = question.client_subnet ? question.client_subnet : user.subnet;
    if (own) {
        const Index exact = topology.subnet_exact(*own);
        if (exact != kNoIndex) {
            return look.of_site(topology.subnets[exact].site,
                                [&] { return cat("client network ", own->str(), " is mapped"); });
        }
        const Index wider = topology.subnet_of(own->address());
        if (wider != kNoIndex) {
            BypassId out = look.unmapped("B07a_SUPERNET_ONLY", [&] {
                return cat("client network ", own->str(), " has no entry of its own, only ",
                           topology.subnets[wider].prefix.str(), " covers it");
            });
            if (in_words && out.state == StepState::kPass)
                out.warning = cat("B07a_SUPERNET_ONLY: ", out.evidence);
            return out;
        }
        return look.unmapped([&] { return cat("client network ", own->str(), " has no entry"); });
    }

    if (!question.client) return look.unknown("the client's address is not known");
    const Index covering = topology.subnet_of(*question.client);
    if (covering == kNoIndex)
        return look.unmapped([&] { return cat("client ", question.client->str(), " is in no subnet"); });
    // DEVIATION from the exact rule: SIP carries no client mask, so the entry that covers the address is taken for its network.
    return look.of_site(topology.subnets[covering].site, [&] {
        return cat("client ", question.client->str(), " is in ", topology.subnets[covering].prefix.str(),
                   " (its own mask is not known)");
    });
}

BypassId gateway_bypass_id(const topology::Trunk& trunk, const Topology& topology, bool in_words) {
    const Lookup look(topology, "B08_GW_UNMAPPED", in_words);
    if (topology.bypass.always) return look.always();
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
            return look.of_site(topology.subnets[entry].site, [&] {
                return cat("gateway media ", media.str(), " is in ", topology.subnets[entry].prefix.str());
            });
        }
    }
    if (trunk.site != kNoIndex) return look.of_site(trunk.site, [] { return "fixed by the trunk's site"; });
    if (!media.none())
        return look.unmapped([&] { return cat("gateway media ", media.str(), " is in no subnet"); });
    return look.unknown("the gateway's media address is not known");
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
