#include "sip/cookie.h"

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::sip {

namespace {

constexpr std::uint32_t kCSeqLimit = 0x8000'0000U;

// The first byte: layout, how long the two addresses are, and by which transports they are reached; four digits to base 3.
constexpr std::uint8_t kCookieLayout = 0x80;
constexpr unsigned kHeads = 81;
// In the byte of the attempt.
constexpr std::uint8_t kHiddenFromCaller = 0x40, kHiddenFromCallee = 0x80;
enum Family : std::uint8_t { kNone = 0, kV4 = 1, kV6 = 2 };

constexpr std::size_t kFixed = 1 + 2 * 6 + 2 * 4 + 4 + 3;
static_assert((kFixed + 2 * (16 + 2) + kSealOverhead) * 4 <= kMaxCookieText * 3, "two IPv6 addresses fit: base64url makes 4 of 3");

std::uint8_t family(const net::Endpoint& e) { return e.port == 0 ? kNone : e.ip.bytes().size() == 4 ? kV4 : kV6; }

void write_endpoint(ByteWriter& w, const net::Endpoint& e) {
    if (e.port == 0) return;
    w.bytes(e.ip.bytes());
    w.u16(e.port);
}

bool read_endpoint(ByteReader& r, unsigned kind, net::Endpoint& out) {
    if (kind == kNone) return true;
    out.ip = net::IpAddress::from_bytes(r.bytes(kind == kV4 ? 4 : 16));
    out.port = r.u16();
    return !r.failed() && out.port != 0;
}

void write_trunk(ByteWriter& w, std::uint64_t print) {
    w.u16(static_cast<std::uint16_t>(print >> 32));
    w.u32(static_cast<std::uint32_t>(print));
}

std::uint64_t read_trunk(ByteReader& r) {
    const std::uint64_t high = r.u16();
    return high << 32 | r.u32();
}

std::vector<std::uint8_t> plain(const Cookie& c) {
    ByteWriter w(kFixed + 2 * (16 + 2));
    const unsigned ways = c.callee_way % 3U * 3U + c.caller_way % 3U;
    w.u8(static_cast<std::uint8_t>(kCookieLayout | ((family(c.callee_at) * 3U + family(c.caller_at)) * 9U + ways)));
    write_trunk(w, c.caller_trunk);
    write_trunk(w, c.callee_trunk);
    w.u32(c.caller_realm);
    w.u32(c.callee_realm);
    w.u32(c.to_callee.c0);
    w.u8(c.to_callee.k);
    w.u8(static_cast<std::uint8_t>((c.attempt & 0x3fU) | (c.hidden_from_caller ? kHiddenFromCaller : 0) |
                                   (c.hidden_from_callee ? kHiddenFromCallee : 0)));
    w.u8(c.k_to_caller);
    write_endpoint(w, c.callee_at);
    write_endpoint(w, c.caller_at);
    return std::move(w).take();
}

}  // namespace

std::optional<std::uint32_t> CSeqStride::out(std::uint32_t in, unsigned attempt) const {
    if (k == 0 || attempt >= k || in < c0) return std::nullopt;
    const std::uint64_t value = c0 + std::uint64_t{k} * (in - c0) + attempt;
    if (value >= kCSeqLimit) return std::nullopt;
    return static_cast<std::uint32_t>(value);
}

std::optional<std::uint32_t> CSeqStride::in(std::uint32_t out) const {
    if (k == 0 || out < c0) return std::nullopt;
    return c0 + (out - c0) / k;
}

// A cookie opens for its own dialog only, and says by that which side is the caller.
std::string CookieDialog::bound() const { return cat(call_id.size(), ' ', call_id, caller_tag); }

std::string seal_cookie(Keyring& ring, const Cookie& cookie, const CookieDialog& dialog) {
    return ring.seal(SealPurpose::kCookie, plain(cookie), dialog.bound());
}

Result<Cookie> open_cookie(Keyring& ring, std::string_view text, const CookieDialog& dialog) {
    if (text.size() > kMaxCookieText) return fail(Errc::kRange, "cookie is too long");
    const auto bytes = ring.open(SealPurpose::kCookie, text, dialog.bound());
    if (!bytes) return fail(Errc::kPolicy, "cookie was not sealed here for this dialog");
    ByteReader r(*bytes);
    Cookie c;
    const unsigned head = r.u8();
    c.caller_trunk = read_trunk(r);
    c.callee_trunk = read_trunk(r);
    c.caller_realm = r.u32();
    c.callee_realm = r.u32();
    c.to_callee.c0 = r.u32();
    c.to_callee.k = r.u8();
    const unsigned attempt = r.u8();
    c.attempt = static_cast<std::uint8_t>(attempt & 0x3fU);
    c.hidden_from_caller = (attempt & kHiddenFromCaller) != 0;
    c.hidden_from_callee = (attempt & kHiddenFromCallee) != 0;
    c.k_to_caller = r.u8();
    const unsigned digits = head & ~unsigned{kCookieLayout};
    c.callee_way = static_cast<std::uint8_t>(digits / 3 % 3);
    c.caller_way = static_cast<std::uint8_t>(digits % 3);
    if ((head & kCookieLayout) == 0 || digits >= kHeads || !read_endpoint(r, digits / 27, c.callee_at) ||
        !read_endpoint(r, digits / 9 % 3, c.caller_at) || r.failed() || r.remaining() != 0 || c.to_callee.k == 0 ||
        c.k_to_caller == 0) {
        return fail(Errc::kSyntax, "cookie of another layout");
    }
    return c;
}

}  // namespace tandem::sip
