// Knows: the edits of a response, and its transaction.
// Must not know: what the response means for a call.
// Next: target_edits.cpp.
#include "sip-trunk-proxy/relay_response.h"

#include "base/text.h"
#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/target_edits.h"

namespace tandem::proxy {

bool relay_response(Core& core, sipnet::Handle server, const sip::Message& response, const Passing& how) {
    const ResponseVeil* veil = how.veil;
    const auto request = core.transactions.request_head(server);
    if (!request) return false;
    sip::Edits& edits = core.edits;
    edits.reset(response);
    std::string& bytes = core.out;
    bytes.clear();
    if ((veil == nullptr || !veil->from_responder) && !leads_back(response)) return false;
    callee_identity_edits(edits, how.tells_identity);
    if (veil == nullptr) {
        edits.pop_via();
    } else if (!unveil_response(edits, *veil)) {
        ++core.counters.hiding_failed;
        core.log.warning("a response cannot be hidden: not passed on", "call_id", response.call_id(), "status", response.status());
        return false;
    }
    for (const PassedChallenge& more : how.challenges) edits.add(sip::to_string(more.header), more.value);
    response_edits(edits, request->cseq, request->from);
    if (how.rules != nullptr) apply_header_rules(edits, *how.rules);
    sip::repair(edits);
    if (!edits.render(bytes)) {
        ++core.counters.edits_failed;
        return false;
    }
    if (!core.transactions.reply_fits(server, bytes.size())) {
        ++core.counters.responses_too_large;
        core.log.warning("a response is too large for a datagram: not passed on", "call_id", response.call_id(), "status", response.status(), "bytes",
                         bytes.size());
        core.tell("response_too_large", cat(response.status(), " of ", bytes.size(), " bytes, Call-ID ", response.call_id()));
        return false;
    }
    core.transactions.respond_bytes(server, response.status(), bytes);
    return true;
}

}  // namespace tandem::proxy
