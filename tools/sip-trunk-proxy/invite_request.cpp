// Knows: what the INVITE to one target looks like: numbers, identity, cookie, token, credentials.
// Must not know: when it is sent, what is answered.
// Next: target_edits.h; sip/cookie.h, sip/token.h.
#include "sip-trunk-proxy/invite_request.h"

#include "base/text.h"
#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/target_edits.h"
#include "sip-trunk-proxy/transfer.h"
#include "sip/token.h"

namespace tandem::proxy {

namespace {

using policy::PlanTarget;
using topology::Topology;

constexpr std::uint32_t kTokenLifetime = 180;  // s; from the first pass to the second, ringing is not in between

std::string_view name_of_source(const InviteContext& c) {
    const Topology& t = *c.snapshot->topology;
    const policy::Decision& d = c.decision;
    if (d.source_bridge != kNoIndex) return t.bridges[d.source_bridge].name;
    if (d.source_trunk != kNoIndex) return t.trunks[d.source_trunk].name;
    return d.source_user == kNoIndex ? std::string_view{} : std::string_view(t.users[d.source_user].name);
}

// DEVIATION: RFC 3261 leaves Require to user agents. One that does not know Replaces would take the call for a new one (RFC 3891 §4).
void require_replaces(sip::Edits& edits) {
    sip::ValueCursor cursor(edits.message(), sip::HeaderId::kRequire);
    while (const auto option = cursor.next()) {
        if (iequals(*option, "replaces")) return;
    }
    edits.add(sip::to_string(sip::HeaderId::kRequire), "replaces");
}

bool has_auth(const Topology& t, Index trunk) { return trunk != kNoIndex && t.trunks[trunk].auth.has_value(); }

sip::Cookie make_cookie(const InviteContext& c, const Branch& b, const PlanTarget& target, const InviteRequest& request,
                        std::uint32_t cseq) {
    const Topology& t = *c.snapshot->topology;
    sip::Cookie cookie;
    const bool from_trunk = c.decision.source_bridge == kNoIndex && c.decision.source_trunk != kNoIndex;
    if (from_trunk) cookie.caller_trunk = trunk_print(name_of_source(c));
    cookie.caller_realm = realm_print(t.realms[c.realm].name);
    cookie.callee_realm = realm_print(t.realms[b.peer.realm].name);
    cookie.attempt = static_cast<std::uint8_t>(b.attempt);
    cookie.caller_at = c.from.remote;
    cookie.callee_at = request.to.remote;
    cookie.caller_way = static_cast<std::uint8_t>(c.from.kind);
    cookie.callee_way = static_cast<std::uint8_t>(request.to.kind);
    cookie.to_callee.c0 = cseq;
    if (!request.mediated && target.trunk != kNoIndex) {
        cookie.callee_trunk = trunk_print(t.trunks[target.trunk].name);
        // Room for retries, unless the numbers would run out of their 31 bits within some million requests.
        const bool room = cseq < 0x8000'0000U - 0x0100'0000U * std::uint32_t{kStride};
        if (has_auth(t, target.trunk) && room) cookie.to_callee.k = kStride;
    }
    if (from_trunk && has_auth(t, c.decision.source_trunk)) cookie.k_to_caller = kStride;
    cookie.hidden_from_caller = hidden_from_caller(c);
    cookie.hidden_from_callee = b.peer.hidden;
    return cookie;
}

Result<std::string> make_token(const InviteContext& c, const PlanTarget& target, std::uint32_t now_s) {
    const Topology& t = *c.snapshot->topology;
    sip::Token token;
    token.expires_s = now_s + kTokenLifetime;
    token.hops = static_cast<std::uint8_t>(std::min(c.plan.hops, 255U));
    token.endpoint = static_cast<std::uint8_t>(std::min<Index>(target.endpoint, 255));
    token.anonymous = target.anonymous;
    token.emergency = c.plan.emergency;
    token.target_uri = target.request_uri;
    if (const auto at = target.hop.endpoint(); at && c.snapshot->named_trunk(target.trunk, target.endpoint) != nullptr) {
        token.server = cat(to_string(target.hop.transport), ':', at->str());
    }
    token.called = target.called;
    token.calling = target.calling;
    token.display = target.calling_name;
    token.source = name_of_source(c);
    token.from_trunk = c.decision.source_trunk != kNoIndex;
    token.source_realm = t.realms[c.realm].name;
    token.profile_a = (token.from_trunk                                ? t.media_of(t.trunks[c.decision.source_trunk])
                       : c.decision.source_user != kNoIndex ? t.media_of(t.users[c.decision.source_user])
                                                                       : t.media_profiles.front())
                          .name;
    if (target.trunk != kNoIndex) {
        token.kind = sip::Token::Kind::kTrunk;
        token.target = t.trunks[target.trunk].name;
        token.profile_b = t.media_of(t.trunks[target.trunk]).name;
    } else {
        token.kind = sip::Token::Kind::kUser;
        token.target = t.users[target.user].name;
        token.profile_b = t.media_of(t.users[target.user]).name;
    }
    token.target_realm = t.realms[target.realm].name;
    return sip::seal_token(*c.snapshot->keyring, token, t.realms[t.bridges[target.bridge].realm].name);
}

}  // namespace

std::optional<sipnet::Flow> large_request_flow(const Snapshot& s, const topology::SipProfile& profile, const sipnet::Flow& to,
                                               std::size_t bytes) {
    constexpr std::size_t kLargest = 1300;  // with an unknown path MTU
    if (to.kind != Way::kUdp || bytes <= kLargest || profile.large_request != topology::LargeRequest::kTcp) return std::nullopt;
    const Index realm = s.realm_of_socket(to.socket);
    if (realm == kNoIndex || !s.realms[realm].by(Way::kTcp)) return std::nullopt;
    return sipnet::Flow{s.realms[realm].by(Way::kTcp).socket, to.remote, Way::kTcp, true, 0};
}

bool by_bridge(const InviteContext& c, const PlanTarget& target) {
    return target.path == policy::MediaPath::kMediated && !c.plan.sealed;
}

BranchPeer branch_peer(const InviteContext& c, const PlanTarget& target) {
    const Topology& t = *c.snapshot->topology;
    BranchPeer out;
    out.trunk = target.trunk;
    out.via_bridge = by_bridge(c, target);
    if (out.via_bridge) {
        out.realm = target.bridge == kNoIndex ? kNoIndex : t.bridges[target.bridge].realm;
    } else {
        out.realm = target.realm;
        out.hidden = (target.trunk != kNoIndex ? t.sip_of(t.trunks[target.trunk]) : t.sip_of(t.users[target.user])).hide_topology;
    }
    return out;
}

std::optional<InviteRequest> invite_destination(const InviteContext& c, const PlanTarget& target) {
    const Snapshot& s = *c.snapshot;
    InviteRequest out;
    out.mediated = by_bridge(c, target);
    Index realm = target.realm;
    std::optional<net::Endpoint> at;
    Way way = Way::kUdp;  // bridges are reached by UDP
    std::uint32_t peer = 0;
    if (out.mediated) {
        if (target.bridge == kNoIndex) return std::nullopt;
        realm = s.topology->bridges[target.bridge].realm;
        at = s.topology->bridges[target.bridge].sip.endpoint();
    } else {
        at = target.hop.endpoint();
        way = way_of(target.hop.transport);
        peer = target.trunk != kNoIndex ? s.peer_of_trunk(target.trunk, target.endpoint) : s.peer_of_user(target.user, target.endpoint);
    }
    // A realm that does not listen by a transport has no address for its Via: nothing leaves it that way.
    if (!at || realm == kNoIndex || !s.realms[realm].by(way)) return std::nullopt;
    out.to = sipnet::Flow{s.realms[realm].by(way).socket, *at, way, true, way == Way::kUdp ? 0 : peer};
    return out;
}

bool hidden_from_caller(const InviteContext& c) {
    const Topology& t = *c.snapshot->topology;
    if (c.decision.source_bridge != kNoIndex) return false;
    if (c.decision.source_trunk != kNoIndex) return t.sip_of(t.trunks[c.decision.source_trunk]).hide_topology;
    return c.decision.source_user != kNoIndex && t.sip_of(t.users[c.decision.source_user]).hide_topology;
}

ResponseVeil response_veil(const InviteContext& c, const Branch& b) {
    const Snapshot& s = *c.snapshot;
    const Topology& t = *s.topology;
    const RealmPort& in_port = s.realms[c.realm].by(c.from.kind);
    const Index trunk = c.decision.source_trunk;
    return {.kept = c.kept.get(),
            .from_responder = b.peer.hidden,
            .from_requester = hidden_from_caller(c),
            .recorded = true,
            .two_uris = &s.realms[b.peer.realm].by(b.to.kind) != &in_port,
            .requester = {s, in_port, {c.realm, trunk, c.from.remote.ip, shown_host(t, trunk)}, {c.call_id, c.from_tag},
                          owner_of(s, b.peer.via_bridge, b.peer.trunk, b.peer.realm, b.to.remote)}};
}

Built build_invite(std::string& out, sip::Edits& edits, const InviteContext& c, const Branch& b, const InviteRequest& request,
                  const sip::Message& original, std::string_view stamped_via, std::string_view branch, unsigned breadth,
                  std::uint32_t now_s) {
    const Snapshot& s = *c.snapshot;
    const Topology& t = *s.topology;
    const PlanTarget& target = c.plan.targets[b.target];

    edits.reset(original);
    edits.set_request_uri(target.request_uri);
    // Policy has chosen the way: what a preloaded Route asks for beyond us is not followed.
    OwnRoute route = read_route(original, s);
    const RealmPort& out_port = s.realms[b.peer.realm].by(request.to.kind);
    const RealmPort& in_port = s.realms[c.realm].by(c.from.kind);
    const bool hides = b.peer.hidden;
    forward_edits(edits, {stamped_via, out_port.via, branch, route.total, hides});

    const sip::CookieDialog dialog{original.call_id(), original.from_tag()};
    const sip::Cookie cookie = make_cookie(c, b, target, request, original.cseq().number);
    const std::string sealed = sip::seal_cookie(*s.keyring, cookie, dialog);
    std::string identity;
    if (request.mediated) {
        const auto token = make_token(c, target, now_s);
        if (!token) return Built::kFailed;
        edits.push_route(cat("<sip:", request.to.remote.str(), ";lr>"));
        edits.push_route(token_route(out_port, *token));
    } else {
        const bool trunk = target.trunk != kNoIndex;
        const auto shown = shown_identity(target, trunk ? t.sip_of(t.trunks[target.trunk]) : t.sip_of(t.users[target.user]));
        identity_edits(edits, shown, shown_host(t, target.trunk));
        auto kept = sip::seal_identity(*s.keyring, shown, dialog);
        if (!kept) return Built::kFailed;
        identity = std::move(*kept);
    }
    // One URI a realm and transport (RFC 5658 §5): each side sees an address of ours that it can reach. The callee's comes
    // first. The identity stands in the caller's only: it is wanted for the caller's requests, and these carry both.
    const bool one_uri = &out_port == &in_port;
    if (hides) {
        // One URI only: the address that faces the caller is one of those to be hidden. Our element is written anew for the
        // caller when the response comes (hiding.h).
        const policy::Decision& d = c.decision;
        const Veil veil{s, out_port, {target.realm, target.trunk, request.to.remote.ip, shown_host(t, target.trunk)}, dialog,
                        owner_of(s, d.source_bridge != kNoIndex, d.source_trunk, c.realm, c.from.remote)};
        const auto routes = hidden_routes(original, veil);
        if (!routes || !conceal_request(edits, veil)) return Built::kHidesTooMuch;
        edits.push_record_route(record_route(out_port, sealed, identity, *routes));
    } else {
        edits.push_record_route(record_route(out_port, sealed, one_uri ? identity : std::string_view{}));
        if (!one_uri) edits.push_record_route(record_route(in_port, sealed, identity));
    }
    session_id_edit(edits, c.session_id);
    if (c.plan.takes_over) require_replaces(edits);
    if (b.answer) {
        edits.add(sip::to_string(b.answer->header), b.answer->credentials);
        const auto number = cookie.to_callee.out(original.cseq().number, b.attempt);
        if (!number) return Built::kFailed;
        edits.set_cseq(*number);
    }
    if (breadth != 0) edits.set(sip::HeaderId::kMaxBreadth, cat(breadth));
    const auto* rules = request.mediated ? nullptr : s.rules_for(target.trunk, target.user);
    if (rules != nullptr) apply_header_rules(edits, *rules);
    sip::repair(edits);
    return edits.render(out) ? Built::kDone : Built::kFailed;
}

}  // namespace tandem::proxy
