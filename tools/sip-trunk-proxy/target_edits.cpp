// Knows: which header fields change on the way, and to what.
// Must not know: which target is chosen, transactions.
// Next: sip/edit.cpp.
#include "sip-trunk-proxy/target_edits.h"

#include "base/text.h"
#include "base/siphash.h"
#include "sip/keyring.h"
#include "siptx/branch.h"

namespace tandem::proxy {

namespace {

}  // namespace

void forward_edits(sip::Edits& edits, const Forwarding& how) {
    const sip::Message& m = edits.message();
    if (!how.hides) edits.set_top_via(how.stamped_via);
    edits.push_via(cat(how.via, ";rport;branch=", how.branch));
    edits.set_max_forwards(m.max_forwards() ? *m.max_forwards() - 1 : 70);
    if (how.pop_routes > 0) edits.pop_routes(how.pop_routes);
}

std::string session_uuid(const sip::Message& request) {
    const auto id = sip::parse_session_id(request.value(sip::HeaderId::kSessionId));
    if (id && id->known()) return std::string(id->local);
    // Any 128 bits that are the same on every node; two fixed keys give 64 each.
    const std::string text = cat(request.call_id(), '|', request.from_tag());
    std::string out;
    for (const SipHashKey& key : {SipHashKey{0x73657373696f6e31U, 1}, SipHashKey{0x73657373696f6e32U, 2}}) {
        append_hex(out, siphash(key, text));
    }
    return out;
}

void session_id_edit(sip::Edits& edits, std::string_view local_uuid) {
    const sip::Message& m = edits.message();
    const sip::Header* header = m.first(sip::HeaderId::kSessionId);
    if (header == nullptr) return edits.add("Session-ID", cat(local_uuid, ";remote=", sip::kNullUuid));
    const auto id = sip::parse_session_id(m.value(*header));
    if (!id || id->known()) return;
    edits.set_value(*header, cat(local_uuid, ";remote=", id->remote.empty() ? sip::kNullUuid : id->remote));
}

bool leads_back(const sip::Message& response) {
    sip::ValueCursor vias(response, sip::HeaderId::kVia);
    vias.next();
    return vias.next().has_value();
}

void response_edits(sip::Edits& edits, std::uint32_t cseq, std::string_view original_from) {
    const sip::Message& m = edits.message();
    edits.set_cseq(cseq);
    const sip::Header* from = m.first(sip::HeaderId::kFrom);
    if (from != nullptr && !original_from.empty() && m.value(*from) != original_from) edits.set_value(*from, original_from);
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
    std::optional<std::uint32_t> mine;
    sip::ValueCursor cursor(request, sip::HeaderId::kVia);
    while (const auto value = cursor.next()) {
        if (value->find(siptx::kBranchCookie) == std::string_view::npos) continue;
        const auto via = sip::parse_via(*value);
        const auto branch = via ? siptx::read_branch(via->branch(), branch_key) : std::nullopt;
        if (!branch) continue;
        if (!mine) mine = loop_hash(request);
        if (branch->loop_hash == *mine) return true;
    }
    return false;
}

}  // namespace tandem::proxy
