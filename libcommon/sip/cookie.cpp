#include "sip/cookie.h"

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::sip {

namespace {

constexpr std::uint32_t kCSeqLimit = 0x8000'0000U;
// 128 characters of base64url hold 96 bytes.
constexpr std::size_t kMaxPlain = kMaxCookieText / 4 * 3 - kSealOverhead;

void write_endpoint(ByteWriter& w, const net::Endpoint& e) {
    w.u8(e.port == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(e.ip.bytes().size()));
    if (e.port == 0) return;
    w.bytes(e.ip.bytes());
    w.u16(e.port);
}

bool read_endpoint(ByteReader& r, net::Endpoint& out) {
    const std::uint8_t size = r.u8();
    if (size == 0) return !r.failed();
    if (size != 4 && size != 16) return false;
    out.ip = net::IpAddress::from_bytes(r.bytes(size));
    out.port = r.u16();
    return !r.failed() && out.port != 0;
}

// Authenticated, not contained: a cookie opens for its own dialog only, and says by that which side is the caller.
std::string bound(const CookieDialog& dialog) { return cat(dialog.call_id.size(), ' ', dialog.call_id, dialog.caller_tag); }

std::vector<std::uint8_t> plain(const Cookie& c, bool with_caller) {
    ByteWriter w;
    w.u64(c.caller_peer);
    w.u64(c.callee_peer);
    w.u64(c.caller_realm);
    w.u64(c.callee_realm);
    w.u32(c.to_callee.c0);
    w.u8(c.to_callee.k);
    w.u8(c.attempt);
    w.u8(c.k_to_caller);
    write_endpoint(w, c.callee_at);
    write_endpoint(w, with_caller ? c.caller_at : net::Endpoint{});
    return std::move(w).take();
}

}  // namespace

std::optional<std::uint32_t> CSeqStride::out(std::uint32_t in, unsigned attempt) const {
    if (k == 0 || attempt >= k || in < c0) return std::nullopt;
    const std::uint64_t value = c0 + std::uint64_t{k} * (in - c0) + attempt;
    if (value >= kCSeqLimit) return std::nullopt;
    return static_cast<std::uint32_t>(value);
}

std::string seal_cookie(Keyring& ring, const Cookie& cookie, const CookieDialog& dialog) {
    auto bytes = plain(cookie, true);
    if (bytes.size() > kMaxPlain) bytes = plain(cookie, false);
    return ring.seal(SealPurpose::kCookie, bytes, bound(dialog));
}

Result<Cookie> open_cookie(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    if (text.size() > kMaxCookieText) return fail(Errc::kRange, "cookie is too long");
    const auto bytes = ring.open(SealPurpose::kCookie, text, bound(dialog));
    if (!bytes) return fail(Errc::kPolicy, "cookie was not sealed here for this dialog");
    ByteReader r(*bytes);
    Cookie c;
    c.caller_peer = r.u64();
    c.callee_peer = r.u64();
    c.caller_realm = r.u64();
    c.callee_realm = r.u64();
    c.to_callee.c0 = r.u32();
    c.to_callee.k = r.u8();
    c.attempt = r.u8();
    c.k_to_caller = r.u8();
    if (!read_endpoint(r, c.callee_at) || !read_endpoint(r, c.caller_at) || r.failed() || r.remaining() != 0 ||
        c.to_callee.k == 0 || c.k_to_caller == 0) {
        return fail(Errc::kSyntax, "cookie of another layout");
    }
    return c;
}

}  // namespace tandem::sip
