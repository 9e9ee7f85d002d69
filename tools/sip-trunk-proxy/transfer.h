// Knows: attended transfer (RFC 3891, RFC 5589 §7.3) where a side sees Contacts only sealed: what a Refer-To names is passed on so that
//        the other side can dial it, and who dials it is led to the party behind it. No dialog table: Replaces names the dialog that
//        the Contact was sealed for, and Call-ID and tags are the same on all sides.
// Must not know: how a call is decided (policy::ReplacedParty tells it), what else of a message is hidden (hiding.h).
// Next: sip/hidden.h for the sealing; in_dialog.cpp for REFER, facts_of.cpp for the INVITE that follows it.
#pragma once

#include <optional>
#include <string_view>

#include "net/address.h"
#include "sip-trunk-proxy/accounting.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sip/edit.h"
#include "sip/hidden.h"
#include "sip/message.h"
#include "sip/values.h"

namespace tandem::proxy {

/// What a URI of ours hides whose Contact it was in the dialog that Replaces names, whichever of the two tags is the caller's.
/// Nothing when it is none of ours, or was sealed for another dialog.
std::optional<sip::OwnedContact> open_replaced(const Snapshot& snapshot, const sip::Uri& uri, const sip::Replaces& replaces);

/// The same for the Request-URI and the Replaces field of an INVITE.
std::optional<sip::OwnedContact> open_replaced(const Snapshot& snapshot, const sip::Message& invite, const sip::Uri& request_uri);

/// The dialog that the Replaces field of an INVITE names is up here: answered, not ended, with both tags, whoever called. DEVIATION from
/// RFC 3891 §3: one that only rings cannot be replaced, nor one that another node (or this one before a restart) has set up.
[[nodiscard]] bool replaced_lives(const sip::Message& invite, const Accounting& calls);

/// A Refer-To that holds such a URI names our address that faces the receiver: what was sealed stays so, and comes back to us.
void refer_to_edit(sip::Edits& edits, const Snapshot& snapshot, const RealmPort& port);

/// In a value of Refer-To: the part of its URI that names a dialog by its Call-ID (escaped as RFC 5589 §7.3 has it, its grammar is
/// RFC 3891 §6.1); empty when there is none.
std::string_view replaces_in(std::string_view refer_to);

/// Whose Contact is sealed for another side: a trunk's, else of who is there. A bridge's leads to no party of its own.
sip::ContactOwner owner_of(const Snapshot& snapshot, bool bridge, Index trunk, Index realm, const net::Endpoint& at);

}  // namespace tandem::proxy
