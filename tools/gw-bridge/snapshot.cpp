// Knows: look-ups from names to what a call needs.
// Must not know: calls.
// Next: service.cpp.
#include "gw-bridge/snapshot.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/crypto.h"
#include "gw-bridge/not_served.h"

namespace tandem::bridge {
namespace {

bool same_range(const topology::PortRange& a, const topology::PortRange& b) {
    return a.first == b.first && a.last == b.last;
}

/// The shorter of two limits, 0 being none.
unsigned shorter(unsigned a, unsigned b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

}  // namespace

Result<std::shared_ptr<Snapshot>> Snapshot::make(std::shared_ptr<const topology::Topology> topology,
                                                 const std::string& name) {
    auto out = std::make_shared<Snapshot>();
    const topology::Topology& t = *topology;
    if (t.bridges.empty()) return fail(Errc::kMissing, "the topology has no gw_bridge");
    if (name.empty() && t.bridges.size() > 1) {
        std::string names;
        for (const auto& b : t.bridges) append(names, names.empty() ? "" : ", ", b.name);
        return fail(Errc::kMissing, cat("the topology has several bridges; say which with --name: ", names));
    }
    out->bridge_ = name.empty() ? 0 : t.find_bridge(name);
    if (out->bridge_ == topology::kNoIndex) {
        std::vector<std::string_view> names;
        for (const auto& b : t.bridges) names.emplace_back(b.name);
        const auto near = nearest(name, names);
        return fail(Errc::kMissing,
                    cat("the topology has no gw_bridge \"", name, '"',
                        near.empty() ? std::string() : cat("; did you mean \"", near, "\"?")));
    }
    const topology::Bridge& bridge = t.bridges[out->bridge_];
    const auto listen = bridge.sip.endpoint();
    if (!listen) return fail(Errc::kMissing, cat("gw_bridge \"", bridge.name, "\": sip is not an address"));
    if (bridge.sip.transport != topology::Transport::kUdp)
        return fail(Errc::kUnsupported, cat("gw_bridge \"", bridge.name, "\": only udp is supported"));
    out->listen_ = *listen;
    const topology::Realm& realm = t.realms[bridge.realm];
    out->realm_ = realm.name;
    for (const auto& l : realm.listen) out->proxies_.push_back(l.endpoint);
    for (const auto& m : bridge.media) {
        const std::string& in = t.realms[m.realm].name;
        auto ports =
            std::make_shared<media::PortPool>(m.address, m.ports.first, m.ports.last, crypto::random_u64());
        out->pools_.emplace(in, Pool{m.address, m.ports, std::move(ports)});
    }
    if (out->pools_.empty())
        return fail(Errc::kMissing, cat("gw_bridge \"", bridge.name, "\": no realm carries media"));
    out->topology_ = std::move(topology);
    return out;
}

void Snapshot::keep_ports(const Snapshot& before) {
    for (auto& [realm, pool] : pools_)
        if (const auto old = before.pools_.find(realm); old != before.pools_.end() &&
                                                        old->second.address == pool.address &&
                                                        same_range(old->second.range, pool.range))
            pool.ports = old->second.ports;
}

std::vector<std::string> Snapshot::shortcomings() const {
    std::vector<std::string> out;
    for (const auto& p : topology_->media_profiles)
        for (const std::string_view what : not_served(p))
            out.push_back(cat("media_profile \"", p.name, "\": ", what));
    return out;
}

Result<SideSetup> Snapshot::side(const std::string& peer, bool trunk, const std::string& realm,
                                 const std::string& profile) const {
    SideSetup out;
    out.peer = peer;
    out.trunk = trunk;
    out.realm = realm;
    const auto& profiles = topology_->media_profiles;
    const auto found =
        std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.name == profile; });
    if (found == profiles.end())
        return fail(Errc::kMissing, cat("the topology has no media_profile \"", profile, '"'));
    out.profile = *found;
    const auto pool = pools_.find(realm);
    if (pool == pools_.end()) return fail(Errc::kMissing, cat("no media in realm \"", realm, '"'));
    out.ports = pool->second.ports;
    const auto* media = topology_->bridges[bridge_].media_in(topology_->find_realm(realm));
    out.advertised = media != nullptr && !media->advertised.none() ? media->advertised : pool->second.address;
    return out;
}

Result<CallSetup> Snapshot::setup(sip::Token token) const {
    CallSetup out;
    auto a = side(token.source, token.from_trunk, token.source_realm, token.profile_a);
    if (!a) return fail(a.error());
    auto b = side(token.target, token.kind == sip::Token::Kind::kTrunk, token.target_realm, token.profile_b);
    if (!b) return fail(b.error());
    unsigned limit = shorter(a->profile.max_duration_s, b->profile.max_duration_s);
    for (const auto* s : {&*a, &*b})
        if (const auto index = s->trunk ? topology_->find_trunk(s->peer) : topology::kNoIndex;
            index != topology::kNoIndex)
            limit = shorter(limit, topology_->trunks[index].limits.max_duration_s);
    out.max_duration = seconds{token.emergency ? 0 : limit};  // no limit ends an emergency call
    out.a = std::move(*a);
    out.b = std::move(*b);
    out.token = std::move(token);
    out.topology = topology_;
    return out;
}

}  // namespace tandem::bridge
