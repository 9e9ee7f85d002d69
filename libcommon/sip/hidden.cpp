// Knows: sealing and opening what topology hiding takes out.
// Must not know: messages.
// Next: keyring.cpp.
#include "sip/hidden.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::sip {

namespace {

// What stands before a URI whose owner is told; a URI begins with a letter.
constexpr std::uint8_t kOfTrunk = 1, kAtV4 = 4, kAtV6 = 6, kLastMark = 0x1f;

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

Result<std::string> seal_contact(Keyring& ring, std::string_view uri, const CookieDialog& dialog, const ContactOwner& owner) {
    if (uri.empty() || uri.size() > kMaxHiddenContact || static_cast<unsigned char>(uri.front()) <= kLastMark)
        return fail(Errc::kRange, "nothing, or too much, to be hidden");
    ByteWriter w(kMaxOwnerSize + uri.size());
    if (owner.trunk != 0) {
        w.u8(kOfTrunk);
        w.u16(static_cast<std::uint16_t>(owner.trunk >> 32));
        w.u32(static_cast<std::uint32_t>(owner.trunk));
    } else if (owner.at.port != 0) {
        w.u8(owner.at.ip.is_v6() ? kAtV6 : kAtV4);
        w.u32(owner.realm);
        w.bytes(owner.at.ip.bytes());
        w.u16(owner.at.port);
    }
    w.bytes(as_bytes(uri));
    const auto plain = std::move(w).take();
    return ring.seal(SealPurpose::kContact, plain, dialog.bound());
}

Result<OwnedContact> open_owned_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    auto plain = open_text(ring, SealPurpose::kContact, text, kMaxHiddenContact + kMaxOwnerSize, dialog);
    if (!plain) return fail(plain.error());
    OwnedContact out;
    ByteReader r(as_bytes(*plain));
    switch (const std::uint8_t mark = static_cast<std::uint8_t>(plain->front()); mark) {
        case kOfTrunk: {
            r.u8();
            const std::uint64_t high = r.u16();
            out.owner.trunk = high << 32 | r.u32();
            break;
        }
        case kAtV4:
        case kAtV6:
            r.u8();
            out.owner.realm = r.u32();
            out.owner.at.ip = net::IpAddress::from_bytes(r.bytes(mark == kAtV4 ? 4 : 16));
            out.owner.at.port = r.u16();
            break;
        default: break;
    }
    const bool told = out.owner.trunk != 0 || out.owner.at.port != 0;
    if (r.failed() || r.remaining() == 0 || told != (r.offset() != 0)) return fail(Errc::kSyntax, "a hidden Contact of another layout");
    out.uri = std::string(std::string_view(*plain).substr(plain->size() - r.remaining()));
    return out;
}

Result<std::string> open_contact(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    auto contact = open_owned_contact(ring, text, dialog);
    if (!contact) return fail(contact.error());
    return std::move(contact->uri);
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
