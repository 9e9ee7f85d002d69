// Knows: which header fields tell who calls, and how they are written.
// Must not know: who may see what, transactions.
// Next: sip/edit.cpp.
#include "sip-trunk-proxy/identity_edits.h"

#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/facts_of.h"

namespace tandem::proxy {

namespace {

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (char c : name) {
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) continue;
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

bool is_number(std::string_view text) { return !text.empty() && (text.front() == '+' || is_digit(text.front())); }

std::string number_uri(std::string_view number, std::string_view host) {
    return cat("sip:", sip::escape_user(number), '@', host, is_number(number) ? ";user=phone" : "");
}

// A number in whatever form, or nothing at all: no name of somebody.
bool tells_number(const sip::NameAddr& from) {
    const auto uri = from.uri();
    if (!uri || !uri->is_sip()) return true;
    const std::string user = sip::unescape(uri->user);
    return std::any_of(user.begin(), user.end(), is_digit) &&
           std::all_of(user.begin(), user.end(), [](char c) { return !is_alpha(c); });
}

// Nothing: it stays as the caller wrote it.
std::string from_value(const sip::NameAddr& from, const sip::ShownIdentity& shown, std::string_view host) {
    if (shown.anonymous) return "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
    // The number stands in P-Asserted-Identity or is not for this peer: From names the domain and nobody in it. What the
    // caller wrote there would show a number that was suppressed, replaced, or is none of its own.
    if (!shown.in_from || (shown.number.empty() && tells_number(from))) return cat("<sip:", host, '>');
    if (shown.number.empty()) return {};
    const auto uri = from.uri();
    if (uri && sip::unescape(uri->user) == shown.number && iequals(uri->host, host)) return {};
    std::string value;
    if (!shown.name.empty()) append(value, quoted(shown.name), ' ');
    append(value, '<', number_uri(shown.number, host), '>');
    return value;
}

void remove_identity(sip::Edits& edits) {
    edits.remove_all(sip::HeaderId::kPPreferredIdentity);
    edits.remove_all(sip::HeaderId::kPAssertedIdentity);
    edits.remove_all(sip::HeaderId::kRemotePartyId);
}

}  // namespace

sip::ShownIdentity shown_identity(const policy::PlanTarget& target, const topology::SipProfile& profile) {
    return {target.anonymous, profile.identity != topology::Identity::kPai, target.send_pai && !target.calling.empty(), target.calling,
            target.anonymous ? std::string() : target.calling_name};
}

void identity_edits(sip::Edits& edits, const sip::ShownIdentity& shown, std::string_view host) {
    const sip::Message& m = edits.message();
    if (const sip::Header* from = m.first(sip::HeaderId::kFrom)) {
        const std::string value = from_value(m.from(), shown, host);
        // The tag and whatever else stands behind the address belongs to the dialog and stays.
        if (!value.empty()) edits.set_value(*from, cat(value, m.from().params));
    }
    remove_identity(edits);
    if (shown.in_pai) {
        std::string value;
        if (!shown.name.empty()) append(value, quoted(shown.name), ' ');
        append(value, '<', number_uri(shown.number, host), '>');
        edits.add("P-Asserted-Identity", value);
    }
    if (shown.anonymous && !m.has(sip::HeaderId::kPrivacy)) edits.add("Privacy", "id");
}

const std::string& shown_host(const topology::Topology& topology, topology::Index trunk) {
    const bool own = trunk == topology::kNoIndex || topology.trunks[trunk].domain.empty();
    return own ? topology.domain : topology.trunks[trunk].domain;
}

bool passes_callee_identity(const topology::Topology& topology, const IdentityParty& from, const IdentityParty& to, const sip::Message& message) {
    if (!from.bridge && from.trunk == topology::kNoIndex) return false;
    if (to.bridge) return true;
    return to.trunk != topology::kNoIndex ? topology.sip_of(topology.trunks[to.trunk]).forward_pai : !asks_privacy(message);
}

void callee_identity_edits(sip::Edits& edits, bool keep) {
    if (!keep) return remove_identity(edits);
    edits.remove_all(sip::HeaderId::kPPreferredIdentity);
}

}  // namespace tandem::proxy
