// Knows: how the messages that a proxy makes itself are put together: responses, CANCEL, ACK, OPTIONS.
// Must not know: when they are due (siptx/) and where they go.
// Next: edit.h for messages that are forwarded.
#pragma once

#include <string>
#include <string_view>

#include "sip/message.h"

namespace tandem::sip {

struct ResponseOptions {
    std::string_view reason;         ///< empty = reason_phrase(status)
    std::string_view to_tag;         ///< added when To has none and status is not 100 (RFC 3261 §8.2.6.2)
    std::string_view top_via;        ///< the stamped topmost Via (stamp_via); empty = as it stands
    std::string_view extra_headers;  ///< whole lines, each with its line end
};

/// Appends the Via lines of a request as they stand, folds and all, the topmost element in another form; empty = as it stands.
void append_vias(std::string& out, const Message& request, std::string_view top_via);

/// Appends every line of one field as it stands.
void append_fields(std::string& out, const Message& message, HeaderId id);

/// Appends a response without body to a request. Fields that the request lacks are left out (a 400 must still be sent).
/// Source: RFC 3261 §8.2.6, §16.7 (Timestamp only in 100).
void build_response(std::string& out, const Message& request, int status, const ResponseOptions& options = {});

/// Appends the CANCEL of an INVITE as it was sent: its Request-URI, topmost Via, From, To, Call-ID, CSeq number, Route.
/// Source: RFC 3261 §9.1; a Reason of the CANCEL that asked for it is passed on (RFC 3326 §2).
void build_cancel(std::string& out, const Message& sent_invite, std::string_view reason = {});

/// Appends the ACK of a final response other than 2xx to an INVITE as it was sent. Source: RFC 3261 §17.1.1.3.
void build_ack(std::string& out, const Message& sent_invite, const Message& response);

}  // namespace tandem::sip
