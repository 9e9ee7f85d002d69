// Knows: every key of a SIP profile, and what each of its values changes; or that loading says that it changes nothing.
// Must not know: how it is done.
// Next: libcommon/config/keys_profiles.cpp, to which a new key is added together with a row here.
#include <catch2/catch.hpp>
#include <set>

#include "base/text.h"
#include "config/keys.h"
#include "config/topology_file.h"
#include "policy/policy.h"
#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/invite_request.h"
#include "sip-trunk-proxy/sockets.h"
#include "sip/edit.h"
#include "sip/message.h"
#include "support/topologies.h"
#include "unit/policy/support.h"
#include "support/profile_keys.h"

using namespace tandem;

namespace {

/// Takes one member of a SIP profile as text, or nothing; gives what can be seen of it.
using Observer = std::string (*)(std::string_view member);

/// The PBX's profile of the small topology with that member; the PBX may reach the provider.
std::shared_ptr<const topology::Topology> with(std::string_view member) {
    return test::load({{R"({"name": "pbx", "forward_503": true,
     "cause_overrides": [{"sip": 486, "cause": 34, "answer": 503}]})",
                        cat(R"({"name": "pbx")", member.empty() ? "" : ", ", member, "}")},
                       {R"("usages": [],)", R"("usages": ["national"],)"}});
}

config::LoadedTopology loaded(std::string_view member) {
    return config::parse_topology(
        cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}],
        "sip_profiles": [{"name": "m")",
            member.empty() ? "" : ", ", member, "}]}"),
        "t");
}

/// A profile is found by its name: a trunk that names another one does not load.
std::string found(std::string_view member) {
    const auto file = config::parse_topology(
        cat(R"({"version": 1, "realms": [{"name": "r", "side": "inside", "listen": ["udp:10.0.0.1:5060"]}],
        "sip_profiles": [{)",
            member.empty() ? R"("name": "m")" : member, R"(}],
        "trunks": [{"name": "t", "kind": "pbx", "realm": "r", "targets": ["udp:10.0.0.2:5060"], "sip_profile": "m"}]})"),
        "t");
    return cat(file.errors.size());
}

/// Bypass between a user with two contacts and the PBX, which has no RTCP, in the direction of the user.
std::string bypass(std::string_view member) {
    const auto t = with(member);
    policy::BypassQuestion q;
    q.user = t->find_user("bob");
    q.trunk = t->find_trunk("pbx");
    q.inbound = true;
    q.client = net::IpAddress::parse("10.0.1.12");
    q.client_side = topology::Side::kInside;
    return std::string(policy::bypass_verdict(q, *t).code);
}

/// What the PBX hears of a caller who wants to be hidden, or not.
std::string heard(std::string_view member, bool anonymous) {
    const auto t = with(member);
    policy::CallFacts facts = test::from_user(*t, "alice", "+14255550211");
    facts.anonymous = anonymous;
    const auto decision = test::decide(facts, *t);
    REQUIRE(decision.forward());
    const policy::PlanTarget& target = decision.forward()->plan.targets.at(0);
    sip::Message m;
    const std::string request(
        "INVITE sip:211@10.0.0.40 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.1.11;branch=z9hG4bK1\r\n"
        "From: <sip:alice@company.example>;tag=1\r\nTo: <sip:211@company.example>\r\n"
        "Call-ID: c\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(sip::scan(request, sip::Strictness::kLenient, m).ok());
    sip::Edits edits(m);
    proxy::identity_edits(edits, proxy::shown_identity(target, t->sip_of(t->trunks[target.trunk])), "pbx.example");
    std::string out;
    REQUIRE(edits.render(out));
    return out;
}

std::string shown(std::string_view member) { return heard(member, false); }
std::string hidden(std::string_view member) { return heard(member, true); }

/// What the PBX is told when its call finds nobody with a circuit.
std::string told_503(std::string_view member) {
    const auto t = with(member);
    const auto decision = test::decide(test::from_trunk(*t, "pbx", "+14255559999"), *t);
    REQUIRE(decision.forward());
    return cat(decision.forward()->plan.upstream_503);
}

/// What becomes of a 486 with cause 34 of the PBX.
std::string after_486(std::string_view member) {
    const auto t = with(member);
    const auto decision = test::decide(test::from_user(*t, "alice", "+14255550211"), *t);
    REQUIRE(decision.forward());
    policy::Outcome outcome;
    outcome.kind = policy::Outcome::Kind::kResponse;
    outcome.status = 486;
    outcome.q850 = 34;
    const policy::Outcome tried[] = {outcome};
    const auto next = policy::next(decision.forward()->plan, tried, *t, {}, WallTime{});
    const auto* over = std::get_if<policy::GiveUp>(&next);
    return over == nullptr ? "next" : cat(over->status, ' ', over->reason);
}

/// By what a request of 1301 bytes goes to a UDP peer, from a realm that has TCP too.
std::string large(std::string_view member) {
    proxy::Snapshot s;
    s.topology = loaded(member).topology;
    const auto at = *net::Endpoint::parse("10.0.0.1:5060");
    s.add_socket(0, proxy::Way::kUdp, 0, at);
    s.add_socket(0, proxy::Way::kTcp, sipnet::kFirstStreamSocket, at);
    const sipnet::Flow udp{0, *net::Endpoint::parse("10.0.0.2:5060")};
    REQUIRE_FALSE(proxy::large_request_flow(s, s.topology->sip_profiles.front(), udp, 1300));
    const auto flow = proxy::large_request_flow(s, s.topology->sip_profiles.front(), udp, 1301);
    return std::string(sipnet::to_string(flow.value_or(udp).kind));
}

/// What a connection to the peer expects of it, in a realm with a way of its own to compare names.
std::string expected_in(std::string_view member, topology::TlsVerify verify) {
    const auto file = loaded(member);
    topology::Realm realm;
    realm.tls.emplace().verify = verify;
    topology::Target target;
    target.host = "sip.example.net";
    target.transport = topology::Transport::kTls;
    const sipnet::PeerOptions o = proxy::peer_options(target, {}, file.topology->sip_profiles.front(), &realm);
    return cat(o.keepalive, ' ', o.tls.name, ' ', static_cast<int>(o.tls.profile));
}

std::string expected(std::string_view member) { return expected_in(member, topology::TlsVerify::kRfc5922); }
std::string not_as_the_realm(std::string_view member) { return expected_in(member, topology::TlsVerify::kIpSan); }

std::string client_usage(std::string_view member) { return cat(loaded(member).topology->sip_profiles.front().tls_client_eku); }

/// Whether a call of the PBX shows it what stands behind us.
std::string topology_hidden(std::string_view member) {
    auto snapshot = std::make_shared<proxy::Snapshot>();
    snapshot->topology = with(member);
    proxy::InviteContext call;
    call.snapshot = snapshot;
    call.decision.source_trunk = snapshot->topology->find_trunk("pbx");
    return cat(proxy::hidden_from_caller(call));
}

/// The rules that hold for the PBX.
std::string rules(std::string_view member) {
    const auto t = with(member);
    std::string out;
    for (const auto& rule : proxy::ready_header_rules(t->sip_of(t->trunks[t->find_trunk("pbx")]))) {
        append(out, rule.name, rule.value);
    }
    return out;
}

/// Which timers differ from the program's, and how targets are asked; probes_test.cpp shows what that does.
std::string timers(std::string_view member) {
    const topology::SipTimers t = loaded(member).topology->sip_profiles.front().timers;
    return cat(t.t1_ms, ' ', t.t2_ms, ' ', t.t4_ms, ' ', t.b_ms, ' ', t.f_ms);
}

std::string probing(std::string_view member) {
    const auto file = loaded(member);
    const topology::SipProfile& p = file.topology->sip_profiles.front();
    return cat(p.options_interval_s, ' ', p.options_fall, ' ', p.options_rise);
}

struct Row {
    std::string_view key, value;
    Observer seen;
};

const Row kRows[] = {
    {"name", R"("other")", found},
    {"refer", "false", bypass},
    {"max_early_dialogs", "1", bypass},
    {"identity", R"("from")", shown},
    {"identity", R"("pai")", shown},
    {"forward_pai", "true", hidden},
    {"cause_overrides", R"([{"sip": 486, "cause": 34, "answer": 404}])", after_486},
    {"forward_503", "true", told_503},
    {"hide_topology", "true", topology_hidden},
    {"headers", R"([{"header": "s", "action": "remove"}])", rules},
    {"keepalive", "true", expected},
    {"options_interval_s", "30", probing},
    {"options_fall", "1", probing},
    {"options_rise", "1", probing},
    {"timers", R"({"t1_ms": 200})", timers},
    {"timers", R"({"t1_ms": 200, "t2_ms": 300, "t4_ms": 400, "b_ms": 500, "f_ms": 600})", timers},
    {"large_request", R"("tcp")", large},
    {"tls_client_eku", "false", client_usage},
    {"tls_verify", R"("rfc5922")", not_as_the_realm},
    {"tls_verify", R"("rfc2818")", expected},
    {"tls_verify", R"("ip-san")", expected},
};

std::string other_value(const config::Key& key) {
    using enum config::Type;
    switch (key.type) {
        case kBool: return key.fallback == "true" ? "false" : "true";
        case kInteger: return key.name == "session_expires_s" ? "3600" : cat(key.min);
        case kChoice: return cat('"', key.choices[key.choices[0] == key.fallback ? 1 : 0], '"');
        case kText: return R"("text")";
        default: return {};
    }
}

}  // namespace

TEST_CASE(
    "SIP profile: every key of the table has a row here, every choice one of its own, or loading reports it",
    "[proxy][keys]") {
    tandem::test::check_key_rows(config::kSipProfileTable, kRows, "sip_profile", [](const config::Key& key) {
        // forward_anonymous_pai alone is an error of its own.
        return loaded(cat('"', key.name, "\": ", other_value(key),
                          key.name == "forward_anonymous_pai" ? R"(, "forward_pai": true)" : ""));
    });
}

TEST_CASE("SIP profile: each key changes what it says that it changes", "[proxy][keys]") {
    for (const auto& row : kRows) {
        const std::string member = cat('"', row.key, "\": ", row.value);
        CAPTURE(member);
        CHECK(row.seen(member) != row.seen({}));
    }
}
