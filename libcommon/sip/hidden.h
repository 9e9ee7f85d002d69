// Knows: what topology hiding takes out of a message and puts into one of our own URIs, sealed: the URI of a Contact, the
//        recorded routes of others.
// Must not know: who is hidden from whom, how a message is changed.
// Next: keyring.h for the sealing; tools/sip-trunk-proxy/hiding.h, which uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/address.h"
#include "sip/cookie.h"
#include "sip/keyring.h"

namespace tandem::sip {

/// Longest texts that are sealed: one stands as user part of a Contact, the other in a parameter of Record-Route, and many
/// peers have fixed room for either.
inline constexpr std::size_t kMaxHiddenContact = 384;
inline constexpr std::size_t kMaxHiddenRoutes = 768;
/// What sealing and base64url make of so many bytes.
constexpr std::size_t sealed_size(std::size_t plain) { return ((plain + kSealOverhead) * 4 + 2) / 3; }

/// Whose Contact it is, for requests outside of its dialog, which have no cookie: a trunk by its print, else where in which realm.
/// Neither: that is not to be found again.
struct ContactOwner {
    std::uint64_t trunk = 0;  ///< as in Cookie; 0 = not a trunk
    std::uint32_t realm = 0;  ///< of who is not a trunk
    net::Endpoint at;         ///< port 0: nobody

    bool operator==(const ContactOwner&) const = default;
};
/// Most that the owner adds to what is sealed.
inline constexpr std::size_t kMaxOwnerSize = 1 + 4 + 16 + 2;  // mark, realm, address, port

/// A URI as user part of another one (RFC 3261 §25.1: nothing in it needs escaping); bound to the dialog as its cookie is.
/// Errors: kRange for an empty or too long one, or one that does not begin as a URI.
Result<std::string> seal_contact(Keyring& ring, std::string_view uri, const CookieDialog& dialog, const ContactOwner& owner = {});
/// Errors: kPolicy when it was not sealed by us for that dialog.
Result<std::string> open_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog);
struct OwnedContact {
    std::string uri;
    ContactOwner owner;
};
/// With whose it is. Errors: the same, and kSyntax for another layout.
Result<OwnedContact> open_owned_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog);
/// The user part could be one of seal_contact(): of its characters, and long enough.
[[nodiscard]] bool looks_sealed(std::string_view user);

/// Elements of Route, as they stand behind "Route: "; the same rules.
Result<std::string> seal_routes(Keyring& ring, std::string_view routes, const CookieDialog& dialog);
Result<std::string> open_routes(Keyring& ring, std::string_view text, const CookieDialog& dialog);

}  // namespace tandem::sip
