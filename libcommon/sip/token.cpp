#include "sip/token.h"

#include <array>

#include "base/bytes.h"

namespace tandem::sip {

namespace {

constexpr std::uint8_t kTokenLayout = 3;
enum TokenFlag : std::uint8_t { kFlagAnonymous = 1, kFlagEmergency = 2, kFlagFromTrunk = 4 };

// The texts in the order in which they are written.
template <class T>
auto texts(T& t) {
    return std::array{&t.target, &t.target_uri,   &t.called,       &t.calling,   &t.display,
                      &t.server, &t.source, &t.source_realm, &t.target_realm, &t.profile_a, &t.profile_b};
}

}  // namespace

Result<std::string> seal_token(Keyring& ring, const Token& token, std::string_view bridge_realm) {
    ByteWriter w;
    w.u8(kTokenLayout);
    w.u32(token.expires_s);
    w.u8(token.hops);
    w.u8(token.endpoint);
    w.u8(static_cast<std::uint8_t>(token.kind));
    w.u8(static_cast<std::uint8_t>((token.anonymous ? kFlagAnonymous : 0) | (token.emergency ? kFlagEmergency : 0) |
                                   (token.from_trunk ? kFlagFromTrunk : 0)));
    for (const std::string* text : texts(token)) {
        if (text->size() > 255) return fail(Errc::kRange, "a text of the token is longer than 255 bytes");
        w.u8(static_cast<std::uint8_t>(text->size()));
        w.bytes(as_bytes(*text));
    }
    std::string sealed = ring.seal(SealPurpose::kToken, w.view(), bridge_realm);
    if (sealed.size() > kMaxTokenText) return fail(Errc::kRange, "the token is too long");
    return sealed;
}

Result<Token> open_token(Keyring& ring, std::string_view text, std::string_view bridge_realm, std::uint32_t now_s) {
    if (text.size() > kMaxTokenText) return fail(Errc::kRange, "the token is too long");
    const auto bytes = ring.open(SealPurpose::kToken, text, bridge_realm);
    if (!bytes) return fail(Errc::kPolicy, "the token was not sealed for this realm by a key that we have");
    ByteReader r(*bytes);
    Token token;
    const std::uint8_t layout = r.u8();
    token.expires_s = r.u32();
    token.hops = r.u8();
    token.endpoint = r.u8();
    const std::uint8_t kind = r.u8();
    const std::uint8_t flags = r.u8();
    for (std::string* text_out : texts(token)) text_out->assign(as_text(r.bytes(r.u8())));
    if (layout != kTokenLayout || r.failed() || r.remaining() != 0 || kind < 1 || kind > 2) {
        return fail(Errc::kSyntax, "token of another layout");
    }
    if (now_s >= token.expires_s) return fail(Errc::kTimeout, "the token has expired");
    token.kind = static_cast<Token::Kind>(kind);
    token.anonymous = (flags & kFlagAnonymous) != 0;
    token.emergency = (flags & kFlagEmergency) != 0;
    token.from_trunk = (flags & kFlagFromTrunk) != 0;
    return token;
}

}  // namespace tandem::sip
