// Knows: how a request is changed on its way to a target, and a response on its way back: what every proxy does.
// Must not know: which target, transactions, what is shown of the caller (identity_edits.h).
// Next: sip/edit.h for the splices; initial_invite.cpp and in_dialog.cpp, which send the result.
#pragma once

#include <string>
#include <string_view>

#include "base/siphash.h"
#include "policy/plan.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sip/edit.h"
#include "sipnet/transport.h"

namespace tandem::proxy {

/// What every forwarded request gets (RFC 3261 §16.6): stamped and own Via, Max-Forwards one less (or 70), own Routes away.
struct Forwarding {
    std::string_view stamped_via;  ///< the topmost Via with received and rport
    std::string_view via;          ///< RealmPort::via of where it leaves
    std::string_view branch;
    std::size_t pop_routes = 0;
    bool hides = false;  ///< the Vias below ours go away altogether (hiding.h)
};
void forward_edits(sip::Edits& edits, const Forwarding& how);

/// Writes the Session-ID that this call has when the message brings none, or the null UUID, as an intermediary may (RFC 7989 §7).
void session_id_edit(sip::Edits& edits, std::string_view local_uuid);
/// The local UUID of the caller's side: from the message, else made of Call-ID and From tag, so that every request of the
/// dialog gets the same one without any state.
std::string session_uuid(const sip::Message& request);

/// The response has a Via below ours; else it was for us alone.
[[nodiscard]] bool leads_back(const sip::Message& response);
/// What a response gets on its way back besides: CSeq's number and From as the requester wrote them. sip::repair() comes last.
void response_edits(sip::Edits& edits, std::uint32_t cseq, std::string_view from);

/// Loop hash of RFC 5393 §4.2: what makes a request the same again when it comes back.
std::uint32_t loop_hash(const sip::Message& request);
/// True when a Via shows that exactly this request has been here (RFC 3261 §16.3 step 4).
bool loops(const sip::Message& request, const SipHashKey& branch_key);

}  // namespace tandem::proxy
