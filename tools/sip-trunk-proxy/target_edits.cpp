// Knows: which header fields change on the way, and to what.
// Must not know: which target is chosen, transactions.
// Next: sip/edit.cpp.
#include "sip-trunk-proxy/target_edits.h"

#include "base/text.h"
#include "crypto/crypto.h"
#include "sip/keyring.h"
#include "siptx/branch.h"

namespace tandem::proxy {

namespace {

constexpr std::string_view kNullUuid = "00000000000000000000000000000000";

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

void from_edit(sip::Edits& edits, const policy::PlanTarget& target, bool in_from, std::string_view host) {
    const sip::Message& m = edits.message();
    const sip::Header* from = m.first(sip::HeaderId::kFrom);
    if (from == nullptr) return;
    std::string value;
    if (target.anonymous) {
        value = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
    } else if (in_from && !target.calling.empty()) {
        const auto uri = m.from().uri();
        if (uri && sip::unescape(uri->user) == target.calling && iequals(uri->host, host)) return;
        if (!target.calling_name.empty()) append(value, quoted(target.calling_name), ' ');
        append(value, '<', number_uri(target.calling, host), '>');
    } else {
        return;
    }
    // The tag and whatever else stands behind the address belongs to the dialog and stays.
    append(value, m.from().params);
    edits.set_value(*from, value);
}

}  // namespace

void forward_edits(sip::Edits& edits, const Forwarding& how) {
    const sip::Message& m = edits.message();
    edits.set_top_via(how.stamped_via);
    edits.push_via(cat("SIP/2.0/UDP ", how.sent_by, ";rport;branch=", how.branch));
    edits.set_max_forwards(m.max_forwards() ? *m.max_forwards() - 1 : 70);
    if (how.pop_routes > 0) edits.pop_routes(how.pop_routes);
}

void identity_edits(sip::Edits& edits, const policy::PlanTarget& target, const topology::SipProfile& profile,
                    std::string_view host) {
    from_edit(edits, target, profile.identity != topology::Identity::kPai, host);
    edits.remove_all(sip::HeaderId::kPPreferredIdentity);
    edits.remove_all(sip::HeaderId::kPAssertedIdentity);
    edits.remove_all(sip::HeaderId::kRemotePartyId);
    if (target.send_pai && !target.calling.empty()) {
        std::string value;
        if (!target.calling_name.empty() && !target.anonymous) append(value, quoted(target.calling_name), ' ');
        append(value, '<', number_uri(target.calling, host), '>');
        edits.add("P-Asserted-Identity", value);
    }
    if (target.anonymous && !edits.message().has(sip::HeaderId::kPrivacy)) edits.add("Privacy", "id");
}

std::string session_uuid(const sip::Message& request) {
    if (const auto id = sip::parse_session_id(request.value(sip::HeaderId::kSessionId))) return std::string(id->local);
    return to_hex(crypto::md5(cat("session|", request.call_id(), '|', request.from_tag())));
}

void session_id_edit(sip::Edits& edits, std::string_view local_uuid) {
    if (edits.message().has(sip::HeaderId::kSessionId)) return;
    edits.add("Session-ID", cat(local_uuid, ";remote=", kNullUuid));
}

bool response_edits(sip::Edits& edits, const sip::Message& request) {
    const sip::Message& m = edits.message();
    sip::ValueCursor vias(m, sip::HeaderId::kVia);
    vias.next();
    if (!vias.next()) return false;
    edits.pop_via();
    edits.set_cseq(request.cseq().number);
    const sip::Header* from = m.first(sip::HeaderId::kFrom);
    const std::string_view original = request.value(sip::HeaderId::kFrom);
    if (from != nullptr && !original.empty() && m.value(*from) != original) edits.set_value(*from, original);
    sip::repair(edits);
    return true;
}

std::uint32_t loop_hash(const sip::Message& request) {
    std::string text;
    append(text, request.request_uri(), '|', request.call_id(), '|', request.from_tag(), '|', request.to_tag(), '|',
           request.cseq().number);
    for (const sip::Header* h = request.first(sip::HeaderId::kRoute); h != nullptr; h = request.next(*h)) {
        append(text, '|', request.value(*h));
    }
    return sip::fingerprint32(text);
}

bool loops(const sip::Message& request, const SipHashKey& branch_key) {
    const std::uint32_t mine = loop_hash(request);
    sip::ValueCursor cursor(request, sip::HeaderId::kVia);
    while (const auto value = cursor.next()) {
        const auto via = sip::parse_via(*value);
        const auto branch = via ? siptx::read_branch(via->branch(), branch_key) : std::nullopt;
        if (branch && branch->loop_hash == mine) return true;
    }
    return false;
}

}  // namespace tandem::proxy
