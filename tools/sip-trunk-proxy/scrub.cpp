// Knows: where an address may stand in a header field's value.
// Must not know: why it is replaced.
// Next: sip/edit.cpp.
#include "sip-trunk-proxy/scrub.h"

#include <utility>

#include "base/text.h"
#include "sip-trunk-proxy/transfer.h"
#include "sip/chars.h"

namespace tandem::proxy {

namespace {

using sip::HeaderId;

// Without a default on purpose: a HeaderId that is in neither list does not compile (-Wswitch), and one that came from nowhere is searched.
bool may_hold_address(HeaderId id) {
    using enum HeaderId;
    switch (id) {
        // Replaced as a whole, or read elsewhere, address and all: hiding.cpp, target_edits.cpp; Warning below.
        case kVia:
        case kContact:
        case kRoute:
        case kRecordRoute:
        case kPath:
        case kWarning:
        // Names of this dialog or another, which must arrive as they are.
        case kCallId:
        case kSessionId:
        case kReplaces:
        // What the answer to a challenge is computed over.
        case kAuthorization:
        case kProxyAuthorization:
        case kWwwAuthenticate:
        case kProxyAuthenticate:
        case kAuthenticationInfo:
        // Bytes that belong to the two ends (RFC 7433 §4.1).
        case kUserToUser:
        // No host in their grammar.
        case kCSeq:
        case kMaxForwards:
        case kContentLength:
        case kContentType:
        case kContentEncoding:
        case kContentDisposition:
        case kMimeVersion:
        case kAccept:
        case kAllow:
        case kAllowEvents:
        case kSupported:
        case kRequire:
        case kProxyRequire:
        case kUnsupported:
        case kUserAgent:
        case kServer:
        case kDate:
        case kTimestamp:
        case kPriority:
        case kExpires:
        case kMinExpires:
        case kRetryAfter:
        case kReason:
        case kSessionExpires:
        case kMinSe:
        case kRSeq:
        case kRAck:
        case kEvent:
        case kSubscriptionState:
        case kMaxBreadth:
        case kPrivacy:
        case kPEarlyMedia:
            return false;
        case kOther:
        case kFrom:
        case kTo:
        case kSubject:
        case kOrganization:
        case kReferTo:
        case kReferredBy:
        case kPAssertedIdentity:
        case kPPreferredIdentity:
        case kRemotePartyId:
        case kDiversion:
        case kHistoryInfo:
        case kPChargeInfo:
        case kIdentity:
        case kGeolocation:
        case kCount:
            return true;
    }
    return true;
}

// Those that name a call by its Call-ID, which stays (RFC 3261 §20.21, RFC 3911 §7, RFC 4538 §7).
bool names_call(std::string_view name) {
    return iequals(name, "In-Reply-To") || iequals(name, "Join") || iequals(name, "Target-Dialog");
}

// What stands before an address in a value.
using BeforeHost = sip::ByteSet<'@', ':', '/', '=', '<', '"', '(', ',', ' ', '\t', '%'>;

bool stands_behind_host(char c) { return c == ',' || c == ';' || c == ' ' || c == '\t'; }

// The IP literal at the front of a text and how long it is; nothing when none stands there.
std::optional<net::IpAddress> literal(std::string_view text, std::size_t& size) {
    if (text.empty()) return std::nullopt;
    if (text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos || close > 48) return std::nullopt;
        size = close + 1;
        return net::IpAddress::parse(text.substr(1, close - 1));
    }
    if (!is_digit(text.front())) return std::nullopt;
    unsigned dots = 0;
    for (size = 0; size < text.size() && (is_digit(text[size]) || text[size] == '.'); ++size) dots += text[size] == '.' ? 1U : 0U;
    if (dots != 3 || size > 15) return std::nullopt;
    if (size < text.size() && (is_alpha(text[size]) || text[size] == '-' || text[size] == '_')) return std::nullopt;
    return net::IpAddress::parse(text.substr(0, size));
}

std::size_t port_size(std::string_view text) {
    if (text.size() < 2 || text.front() != ':' || !is_digit(text[1])) return 0;
    std::size_t n = 1;
    while (n < text.size() && is_digit(text[n])) ++n;
    return n;
}

void scrub_field(sip::Edits& edits, const sip::Header& header, const Snapshot& snapshot, const Own& own) {
    const std::string_view value = edits.message().value(header);
    // A dialog that is to be replaced is named by its Call-ID, which stays.
    const std::string_view name = header.id == HeaderId::kReferTo ? replaces_in(value) : std::string_view{};
    const auto names = [&](std::size_t i) { return !name.empty() && value.data() + i >= name.data() && value.data() + i < name.data() + name.size(); };
    // At the front, and behind each byte that may stand before one.
    for (std::size_t i = 0; i < value.size(); i += BeforeHost::before(value.substr(i)) + 1) {
        // One of them may be escaped: %40 for '@'.
        if (i != 0 && value[i - 1] == '%' && value.size() - i > 2) i += 2;
        std::size_t size = 0;
        const auto ip = literal(value.substr(i), size);
        if (!ip || names(i)) continue;
        size += port_size(value.substr(i + size));
        // A number that merely begins a name is none.
        if ((i == 0 && size != value.size() && !stands_behind_host(value[size])) || is_own(snapshot, own, *ip)) continue;
        const auto begin = header.value_begin + static_cast<std::uint32_t>(i);
        const auto end = begin + static_cast<std::uint32_t>(size);
        if (!edits.touches(begin, end)) edits.splice(begin, end, own.host);
        i += size - 1;
    }
}

// `399 10.0.0.30:5060 "text"`: the agent tells who wrote it (RFC 3261 §20.43).
void scrub_warnings(sip::Edits& edits, const Own& own) {
    const sip::Message& m = edits.message();
    sip::ValueCursor cursor(m, HeaderId::kWarning);
    while (const auto value = cursor.next()) {
        const auto code = value->find_first_of(" \t");
        const auto agent = code == std::string_view::npos ? code : value->find_first_not_of(" \t", code);
        const auto end = agent == std::string_view::npos ? agent : value->find_first_of(" \t\r", agent);
        if (end == std::string_view::npos) continue;
        const auto begin = static_cast<std::uint32_t>(value->data() - m.bytes().data());
        edits.splice(begin + static_cast<std::uint32_t>(agent), begin + static_cast<std::uint32_t>(end), own.host);
    }
}

}  // namespace

bool is_own(const Snapshot& snapshot, const Own& own, const net::IpAddress& ip) {
    if (own.peer == ip || (own.trunk != kNoIndex && snapshot.is_trunk_address(own.trunk, ip))) return true;
    if (own.realm == kNoIndex) return false;
    const topology::Realm& realm = snapshot.topology->realms[own.realm];
    for (const topology::Listen& listen : realm.listen) {
        if (listen.endpoint.ip == ip) return true;
    }
    return net::IpAddress::parse(realm.advertised_host) == ip;
}

void scrub(sip::Edits& edits, const Snapshot& snapshot, const Own& own) {
    const sip::Message& m = edits.message();
    for (const sip::Header& h : m.headers()) {
        if (!may_hold_address(h.id) || (h.id == HeaderId::kOther && names_call(m.name(h)))) continue;
        if (sip::single_instance(h.id) && &h != m.first(h.id)) continue;  // repair() takes it away
        if (!m.is_request() && (h.id == HeaderId::kFrom || h.id == HeaderId::kTo)) continue;
        scrub_field(edits, h, snapshot, own);
    }
    if (m.has(HeaderId::kWarning)) scrub_warnings(edits, own);
}

}  // namespace tandem::proxy
