// Knows: the edits of a response, and its transaction.
// Must not know: what the response means for a call.
// Next: target_edits.cpp.
#include "sip-trunk-proxy/relay_response.h"

#include "sip-trunk-proxy/identity_edits.h"
#include "sip-trunk-proxy/target_edits.h"

namespace tandem::proxy {

bool relay_response(Core& core, sipnet::Handle server, const sip::Message& response, const ResponseVeil* veil,
                    const std::vector<ReadyHeaderRule>* rules, bool tells_identity) {
    const auto request = core.transactions.request_head(server);
    if (!request) return false;
    sip::Edits& edits = core.edits;
    edits.reset(response);
    std::string& bytes = core.out;
    bytes.clear();
    if ((veil == nullptr || !veil->from_responder) && !leads_back(response)) return false;
    callee_identity_edits(edits, tells_identity);
    if (veil == nullptr) {
        edits.pop_via();
    } else if (!unveil_response(edits, *veil)) {
        ++core.counters.hiding_failed;
        core.log.warning("a response cannot be hidden: not passed on", "call_id", response.call_id(), "status", response.status());
        return false;
    }
    response_edits(edits, request->cseq, request->from);
    if (rules != nullptr) apply_header_rules(edits, *rules);
    sip::repair(edits);
    if (!edits.render(bytes)) {
        ++core.counters.edits_failed;
        return false;
    }
    core.transactions.respond_bytes(server, response.status(), bytes);
    return true;
}

}  // namespace tandem::proxy
