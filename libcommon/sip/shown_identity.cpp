#include "sip/shown_identity.h"

#include "base/bytes.h"

namespace tandem::sip {

namespace {

enum IdentityFlag : std::uint8_t { kAnonymous = 1, kInFrom = 2, kInPai = 4, kIdentityLayout = 0x10 };

std::string seal(Keyring& ring, const ShownIdentity& identity, std::string_view name, const CookieDialog& dialog) {
    ByteWriter w(2 + identity.number.size() + name.size());
    w.u8(static_cast<std::uint8_t>(kIdentityLayout | (identity.anonymous ? kAnonymous : 0) | (identity.in_from ? kInFrom : 0) |
                                   (identity.in_pai ? kInPai : 0)));
    w.u8(static_cast<std::uint8_t>(identity.number.size()));
    w.bytes(as_bytes(identity.number));
    w.bytes(as_bytes(name));
    return ring.seal(SealPurpose::kIdentity, w.view(), dialog.bound());
}

}  // namespace

Result<std::string> seal_identity(Keyring& ring, const ShownIdentity& identity, const CookieDialog& dialog) {
    if (identity.number.size() > 255) return fail(Errc::kRange, "a caller's number of more than 255 bytes");
    const std::size_t plain = 2 + identity.number.size() + identity.name.size();
    const bool fits = (plain + kSealOverhead) * 4 <= kMaxIdentityText * 3;
    return seal(ring, identity, fits ? std::string_view(identity.name) : std::string_view{}, dialog);
}

Result<ShownIdentity> open_identity(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    const auto bytes = ring.open(SealPurpose::kIdentity, text, dialog.bound());
    if (!bytes) return fail(Errc::kPolicy, "identity was not sealed here for this dialog");
    ByteReader r(*bytes);
    const std::uint8_t flags = r.u8();
    ShownIdentity out;
    out.number = as_text(r.bytes(r.u8()));
    if (r.failed() || (flags & 0xf8U) != kIdentityLayout) return fail(Errc::kSyntax, "identity of another layout");
    out.name = as_text(r.bytes(r.remaining()));
    out.anonymous = (flags & kAnonymous) != 0;
    out.in_from = (flags & kInFrom) != 0;
    out.in_pai = (flags & kInPai) != 0;
    return out;
}

}  // namespace tandem::sip
