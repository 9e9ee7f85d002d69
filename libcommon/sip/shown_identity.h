// Knows: the caller's identity as a target was shown it, sealed into a Record-Route URI so that the requests of the dialog can
//        show the same.
// Must not know: who may see what (policy), how it is written into a message.
// Next: cookie.h beside it in the same URI; tools/sip-trunk-proxy/identity_edits.h, which writes it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sip/cookie.h"
#include "sip/keyring.h"

namespace tandem::sip {

struct ShownIdentity {
    bool anonymous = false;  ///< anonymous From and Privacy: id (RFC 3323)
    bool in_from = true;     ///< From shows the number
    bool in_pai = false;     ///< P-Asserted-Identity shows the number (RFC 3325)
    std::string number;      ///< or user name; empty when none is shown
    std::string name;

    bool operator==(const ShownIdentity&) const = default;
};

/// Beyond that the name is left out: it is no part of what identifies a dialog.
inline constexpr std::size_t kMaxIdentityText = 160;

/// base64url; bound to the dialog as its cookie is. Errors: kRange for a number of more than 255 bytes.
Result<std::string> seal_identity(Keyring& ring, const ShownIdentity& identity, const CookieDialog& dialog);
/// Errors: kPolicy when it was not sealed by us for that dialog, kSyntax for another layout.
Result<ShownIdentity> open_identity(Keyring& ring, std::string_view text, const CookieDialog& dialog);

}  // namespace tandem::sip
