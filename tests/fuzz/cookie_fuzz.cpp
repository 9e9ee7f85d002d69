// Knows: that no text opens as a cookie or token unless it was sealed with the key, and that any plain layout is read safely.
// Must not know: who routes by them.
// Next: tests/unit/sip/sealed_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "sip/cookie.h"
#include "sip/hidden.h"
#include "sip/shown_identity.h"
#include "sip/token.h"

using namespace tandem;
using namespace tandem::sip;

namespace {
constexpr std::string_view kNoDialog = "0 ";  // what an empty CookieDialog binds to
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Keyring ring = *Keyring::from_text(std::string(64, '7'));
    const std::string_view text = as_text({data, size});
    // With a key that the input cannot know, nothing opens.
    if (open_cookie(ring, text, {}) || open_token(ring, text, "realm", 0) || open_identity(ring, text, {})) std::abort();
    if (open_contact(ring, text, {}) || open_routes(ring, text, {})) std::abort();
    // The layout behind the seal: any bytes, sealed as ours.
    if (const auto cookie = open_cookie(ring, ring.seal(SealPurpose::kCookie, {data, size}, kNoDialog), {})) {
        const auto again = open_cookie(ring, seal_cookie(ring, *cookie, {}), {});
        if (!again || again->callee_realm != cookie->callee_realm || again->to_callee != cookie->to_callee) std::abort();
        const auto out = cookie->to_callee.out(cookie->to_callee.c0, 0);
        if (out && *out != cookie->to_callee.c0) std::abort();
    }
    if (const auto token = open_token(ring, ring.seal(SealPurpose::kToken, {data, size}, "realm"), "realm", 0)) {
        const auto sealed = seal_token(ring, *token, "realm");
        if (sealed && *open_token(ring, *sealed, "realm", 0) != *token) std::abort();
    }
    if (const auto shown = open_identity(ring, ring.seal(SealPurpose::kIdentity, {data, size}, kNoDialog), {})) {
        const auto sealed = seal_identity(ring, *shown, {});
        const auto again = sealed ? open_identity(ring, *sealed, {}) : Result<ShownIdentity>(fail(Errc::kRange, ""));
        if (!again || again->number != shown->number || again->anonymous != shown->anonymous) std::abort();
    }
    if (const auto contact = open_owned_contact(ring, ring.seal(SealPurpose::kContact, {data, size}, kNoDialog), {})) {
        const auto sealed = seal_contact(ring, contact->uri, {}, contact->owner);
        const auto again = sealed ? open_owned_contact(ring, *sealed, {}) : Result<OwnedContact>(fail(Errc::kRange, ""));
        if (again && (again->uri != contact->uri || again->owner != contact->owner)) std::abort();
    }
    // What is hidden is text: it comes back as it was, or was refused.
    if (const auto sealed = seal_contact(ring, text, {}); sealed && (!looks_sealed(*sealed) || *open_contact(ring, *sealed, {}) != text)) std::abort();
    if (const auto sealed = seal_routes(ring, text, {}); sealed && *open_routes(ring, *sealed, {}) != text) std::abort();
    static_cast<void>(looks_sealed(text));
    static_cast<void>(Keyring::from_text(text).has_value());
    return 0;
}
