// Knows: sealing and opening what topology hiding takes out.
// Must not know: messages.
// Next: keyring.cpp.
#include "sip/hidden.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::sip {

namespace {

Result<std::string> seal_text(Keyring& ring, SealPurpose purpose, std::string_view plain, std::size_t most, const CookieDialog& dialog) {
    if (plain.empty() || plain.size() > most) return fail(Errc::kRange, "nothing, or too much, to be hidden");
    return ring.seal(purpose, as_bytes(plain), dialog.bound());
}

Result<std::string> open_text(Keyring& ring, SealPurpose purpose, std::string_view text, std::size_t most, const CookieDialog& dialog) {
    if (text.size() > sealed_size(most)) return fail(Errc::kRange, "the hidden text is too long");
    const auto bytes = ring.open(purpose, text, dialog.bound());
    if (!bytes || bytes->empty()) return fail(Errc::kPolicy, "it was not sealed here for this dialog");
    return std::string(as_text(*bytes));
}

}  // namespace

Result<std::string> seal_contact(Keyring& ring, std::string_view uri, const CookieDialog& dialog) {
    return seal_text(ring, SealPurpose::kContact, uri, kMaxHiddenContact, dialog);
}

Result<std::string> open_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    return open_text(ring, SealPurpose::kContact, text, kMaxHiddenContact, dialog);
}

bool looks_sealed(std::string_view user) {
    return user.size() > sealed_size(0) && std::all_of(user.begin(), user.end(), [](char c) {
               return is_alpha(c) || is_digit(c) || c == '-' || c == '_';
           });
}

Result<std::string> seal_routes(Keyring& ring, std::string_view routes, const CookieDialog& dialog) {
    return seal_text(ring, SealPurpose::kRoutes, routes, kMaxHiddenRoutes, dialog);
}

Result<std::string> open_routes(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    return open_text(ring, SealPurpose::kRoutes, text, kMaxHiddenRoutes, dialog);
}

}  // namespace tandem::sip
