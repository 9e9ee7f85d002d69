// Knows: topology hiding: what a peer with `hide_topology` sees in place of everything that stands behind us, and how it comes
//        back in what that peer answers and sends. No dialog table: what is hidden for a dialog's time is sealed into URIs of
//        ours, what for a transaction's time stays here (Kept).
// Must not know: which peer is hidden from (the profile says it), when something is sent.
// Next: sip/hidden.h for the sealing; scrub.h for addresses elsewhere in a message; invite_request.cpp, in_dialog.cpp and
//       relay_response.cpp, which apply it.
#pragma once

#include <string>
#include <string_view>

#include "sip-trunk-proxy/scrub.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sip/cookie.h"
#include "sip/edit.h"
#include "sip/hidden.h"
#include "sip/message.h"

namespace tandem::proxy {

/// What of a request its responses need, when one of its two sides is hidden from the other.
struct Kept {
    std::string vias;    ///< lines as they stood, the topmost element stamped
    std::string routes;  ///< Record-Route lines as they stood
    std::string to;      ///< the To value up to its parameters
    std::size_t route_count = 0;  ///< elements in them
};
Kept keep(const sip::Message& request, std::string_view stamped_via);

/// A side of a dialog that does not see what stands behind us.
struct Veil {
    const Snapshot& snapshot;
    const RealmPort& port;     ///< ours that faces it
    Own own;                   ///< whose addresses it may see
    sip::CookieDialog dialog;  ///< to which all that is sealed for it is bound
    sip::ContactOwner behind;  ///< whose Contact it is shown sealed
};

/// The Record-Route elements of a request as its receiver will send them back in Route, sealed; "" when there are none.
/// Errors: kRange when they do not fit into our own.
Result<std::string> hidden_routes(const sip::Message& request, const Veil& veil);

/// A request towards that side: Vias below ours, Record-Route of others, Path, Contact's URI, and what scrub() does. Our own
/// Via and Record-Route are the caller's to add. False when Contact does not fit.
[[nodiscard]] bool conceal_request(sip::Edits& edits, const Veil& veil);

/// The two sides of a request that was forwarded, and what its responses go through on their way back.
struct ResponseVeil {
    const Kept* kept = nullptr;
    bool from_responder = false;   ///< the one who got the request: what it did not get is put back
    bool from_requester = false;   ///< the one who sent it: `requester` says what it sees
    bool recorded = false;         ///< we had put ourselves into the Record-Route of the request
    bool two_uris = false;         ///< by two elements, one a side
    Veil requester;
};

/// Takes the place of pop_via() and goes before other edits. False when the response cannot be hidden.
[[nodiscard]] bool unveil_response(sip::Edits& edits, const ResponseVeil& how);

}  // namespace tandem::proxy
