// Knows: which fields tell the called and the calling number, the name, the privacy and the media.
// Must not know: what is decided.
// Next: target_edits.cpp for the way out.
#include "sip-trunk-proxy/facts_of.h"

#include "base/text.h"
#include "sdp/session.h"
#include "sdp/summary.h"
#include "sip-trunk-proxy/route_header.h"
#include "sip-trunk-proxy/transfer.h"
#include "siptx/branch.h"

namespace tandem::proxy {

namespace {

std::string user_of(const sip::Uri& uri) { return sip::unescape(uri.user); }

// "Bell" of `"Bell"`, escapes taken away.
std::string display_of(std::string_view display) {
    if (display.size() >= 2 && display.front() == '"' && display.back() == '"') {
        display = display.substr(1, display.size() - 2);
    }
    std::string out;
    for (std::size_t i = 0; i < display.size(); ++i) {
        if (display[i] == '\\' && i + 1 < display.size()) ++i;
        out.push_back(display[i]);
    }
    return out;
}

// Whose Contact it is; nothing when that one is not in the topology (any more): then the call goes by what stands in it.
std::optional<policy::ReplacedParty> party_of(const Snapshot& s, const sip::OwnedContact& contact, const sip::Uri& uri, const net::IpAddress& asks) {
    policy::ReplacedParty party;
    party.request_uri = contact.uri;
    if (contact.owner.trunk != 0) {
        party.trunk = s.trunk_by_print(contact.owner.trunk);
        if (party.trunk == kNoIndex) return std::nullopt;
        // One of several machines of a trunk, when it says which.
        if (const auto hop = hop_of(uri, s, s.topology->trunks[party.trunk].realm, {}, asks)) party.at = hop->at;
        return party;
    }
    const Index realm = s.realm_by_print(contact.owner.realm);
    if (contact.owner.at.port == 0 || realm == kNoIndex) return std::nullopt;
    party.at = contact.owner.at;
    party.user = s.user_by_source(realm, contact.owner.at);
    return party.user == kNoIndex ? std::nullopt : std::optional(std::move(party));
}

unsigned hops_of(const sip::Message& m, const SipHashKey& branch_key) {
    unsigned hops = 0;
    sip::ValueCursor cursor(m, sip::HeaderId::kVia);
    while (const auto value = cursor.next()) {
        if (value->find(siptx::kBranchCookie) == std::string_view::npos) continue;
        const auto via = sip::parse_via(*value);
        if (via && siptx::read_branch(via->branch(), branch_key)) ++hops;
    }
    return hops;
}

}  // namespace

bool asks_privacy(const sip::Message& message) {
    for (const sip::Header* h = message.first(sip::HeaderId::kPrivacy); h != nullptr; h = message.next(*h)) {
        for (std::string_view value : split(message.value(*h), ';')) {
            value = trim(value);
            if (iequals(value, "id") || iequals(value, "user") || iequals(value, "header")) return true;
        }
    }
    return false;
}

bool wants_anonymity(const sip::Message& message) {
    if (asks_privacy(message)) return true;
    const auto uri = message.from().uri();
    return uri && (iequals(uri->host, "anonymous.invalid") || iequals(uri->user, "anonymous"));
}

policy::CallFacts facts_of(const sip::Message& invite, const sipnet::Flow& from, const Snapshot& snapshot,
                           const SipHashKey& branch_key) {
    policy::CallFacts facts;
    facts.realm = snapshot.realm_of_socket(from.socket);
    facts.source = from.remote;
    facts.named_trunk = snapshot.trunk_by_source(facts.realm, from.remote.ip);
    if (const auto uri = sip::parse_uri(invite.request_uri())) {
        const auto hidden = open_replaced(snapshot, invite, *uri);
        const auto opened = hidden ? sip::parse_uri(hidden->uri) : Result<sip::Uri>(fail(Errc::kMissing, ""));
        facts.called = user_of(opened ? *opened : *uri);
        facts.called_host = opened ? opened->host : uri->host;
        if (opened) facts.replaced = party_of(snapshot, *hidden, *opened, from.remote.ip);
    }
    sip::NameAddr who = invite.from();
    // RFC 3325: a provider or PBX asserts who calls; what a user writes there is only a wish and is not looked at.
    if (facts.named_trunk != kNoIndex) {
        sip::ValueCursor cursor(invite, sip::HeaderId::kPAssertedIdentity);
        if (const auto value = cursor.next()) {
            if (const auto asserted = sip::parse_name_addr(*value)) who = *asserted;
        }
    }
    if (const auto uri = who.uri()) facts.calling = user_of(*uri);
    facts.calling_name = display_of(who.display);
    facts.anonymous = wants_anonymity(invite);
    facts.hops = hops_of(invite, branch_key);
    if (iequals(sip::media_type(invite.value(sip::HeaderId::kContentType)), "application/sdp")) {
        if (const auto session = sdp::parse(invite.body())) facts.offer = sdp::summarise(*session);
    }
    facts.client = from.remote.ip;
    return facts;
}

}  // namespace tandem::proxy
