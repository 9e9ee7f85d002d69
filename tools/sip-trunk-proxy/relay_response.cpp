// Knows: the edits of a response, and its transaction.
// Must not know: what the response means for a call.
// Next: target_edits.cpp.
#include "sip-trunk-proxy/relay_response.h"

#include "sip-trunk-proxy/target_edits.h"

namespace tandem::proxy {

bool relay_response(Core& core, sipnet::Handle server, const sip::Message& response) {
    const auto request = core.transactions.request_head(server);
    if (!request) return false;
    sip::Edits& edits = core.edits;
    edits.reset(response);
    std::string& bytes = core.out;
    bytes.clear();
    if (!response_edits(edits, request->cseq, request->from)) return false;
    if (!edits.render(bytes)) {
        ++core.counters.edits_failed;
        return false;
    }
    core.transactions.respond_bytes(server, response.status(), bytes);
    return true;
}

}  // namespace tandem::proxy
