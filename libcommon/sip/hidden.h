// Knows: what topology hiding takes out of a message and puts into one of our own URIs, sealed: the URI of a Contact, the
//        recorded routes of others.
// Must not know: who is hidden from whom, how a message is changed.
// Next: keyring.h for the sealing; tools/sip-trunk-proxy/hiding.h, which uses it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sip/cookie.h"
#include "sip/keyring.h"

namespace tandem::sip {

/// Longest texts that are sealed: one stands as user part of a Contact, the other in a parameter of Record-Route, and many
/// peers have fixed room for either.
inline constexpr std::size_t kMaxHiddenContact = 384;
inline constexpr std::size_t kMaxHiddenRoutes = 768;
/// What sealing and base64url make of so many bytes.
constexpr std::size_t sealed_size(std::size_t plain) { return ((plain + kSealOverhead) * 4 + 2) / 3; }

/// A URI as user part of another one (RFC 3261 §25.1: nothing in it needs escaping); bound to the dialog as its cookie is.
/// Errors: kRange for an empty or too long one.
Result<std::string> seal_contact(Keyring& ring, std::string_view uri, const CookieDialog& dialog);
/// Errors: kPolicy when it was not sealed by us for that dialog.
Result<std::string> open_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog);
/// The user part could be one of seal_contact(): of its characters, and long enough.
[[nodiscard]] bool looks_sealed(std::string_view user);

/// Elements of Route, as they stand behind "Route: "; the same rules.
Result<std::string> seal_routes(Keyring& ring, std::string_view routes, const CookieDialog& dialog);
Result<std::string> open_routes(Keyring& ring, std::string_view text, const CookieDialog& dialog);

}  // namespace tandem::sip
