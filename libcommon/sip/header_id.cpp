#include "sip/header_id.h"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "base/text.h"

namespace tandem::sip {

namespace {

struct Row {
    std::string_view name;
    HeaderId id;
    bool single;
};

using enum HeaderId;

// RFC 3261 §20 and the RFCs that add fields; "single" where the grammar has no comma list.
constexpr std::array<Row, kHeaderIdCount - 1> kRows{{
    {"Via", kVia, false},
    {"From", kFrom, true},
    {"To", kTo, true},
    {"Call-ID", kCallId, true},
    {"CSeq", kCSeq, true},
    {"Contact", kContact, false},
    {"Route", kRoute, false},
    {"Record-Route", kRecordRoute, false},
    {"Max-Forwards", kMaxForwards, true},
    {"Content-Length", kContentLength, true},
    {"Content-Type", kContentType, true},
    {"Content-Encoding", kContentEncoding, false},
    {"Content-Disposition", kContentDisposition, true},
    {"MIME-Version", kMimeVersion, true},
    {"Accept", kAccept, false},
    {"Allow", kAllow, false},
    {"Allow-Events", kAllowEvents, false},
    {"Supported", kSupported, false},
    {"Require", kRequire, false},
    {"Proxy-Require", kProxyRequire, false},
    {"Unsupported", kUnsupported, false},
    {"User-Agent", kUserAgent, true},
    {"Server", kServer, true},
    {"Subject", kSubject, true},
    {"Date", kDate, true},
    {"Timestamp", kTimestamp, true},
    {"Organization", kOrganization, true},
    {"Priority", kPriority, true},
    {"Expires", kExpires, true},
    {"Min-Expires", kMinExpires, true},
    {"Retry-After", kRetryAfter, true},
    {"Warning", kWarning, false},
    {"Reason", kReason, false},
    {"Session-Expires", kSessionExpires, true},
    {"Min-SE", kMinSe, true},
    {"Session-ID", kSessionId, true},
    {"RSeq", kRSeq, true},
    {"RAck", kRAck, true},
    {"Event", kEvent, true},
    {"Subscription-State", kSubscriptionState, true},
    {"Refer-To", kReferTo, true},
    {"Referred-By", kReferredBy, true},
    {"Replaces", kReplaces, true},
    {"Max-Breadth", kMaxBreadth, true},
    {"Path", kPath, false},
    {"P-Asserted-Identity", kPAssertedIdentity, false},
    {"P-Preferred-Identity", kPPreferredIdentity, false},
    {"Privacy", kPrivacy, false},  // values are joined by ';', yet lines may repeat (RFC 3323 §4.2)
    {"Remote-Party-ID", kRemotePartyId, false},
    {"Diversion", kDiversion, false},
    {"History-Info", kHistoryInfo, false},
    {"P-Charge-Info", kPChargeInfo, false},
    {"P-Early-Media", kPEarlyMedia, false},
    {"Identity", kIdentity, false},
    {"Geolocation", kGeolocation, false},
    {"User-to-User", kUserToUser, false},
    {"Authorization", kAuthorization, false},  // several, one a realm (RFC 3261 §7.3.1)
    {"Proxy-Authorization", kProxyAuthorization, false},
    {"WWW-Authenticate", kWwwAuthenticate, false},
    {"Proxy-Authenticate", kProxyAuthenticate, false},
    {"Authentication-Info", kAuthenticationInfo, false},
}};

constexpr bool rows_in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].id) != i + 1) return false;
    }
    return true;
}
static_assert(rows_in_order(), "kRows must follow the order of HeaderId");

constexpr std::size_t kMaxLength = 20;  // P-Preferred-Identity

// A name of 2 to 20 bytes in three words without its case: setting bit 5 makes letters lower and maps no two printable characters of
// these names onto one but the cases of a letter. Longer than a word: the first eight bytes, the last eight, and those from the eighth on.
struct NameWords {
    std::uint64_t first = 0, last = 0, middle = 0;
    constexpr bool operator==(const NameWords&) const = default;
};
constexpr std::uint64_t bytes_at(const char* p, std::size_t n) {
    std::uint64_t word = 0;
    if (!std::is_constant_evaluated() && n == 8) {
        std::memcpy(&word, p, 8);
        return word;
    }
    if (!std::is_constant_evaluated() && n == 4) {
        std::uint32_t half = 0;
        std::memcpy(&half, p, 4);
        return half;
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t place = std::endian::native == std::endian::little ? i : n - 1 - i;
        word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * place);
    }
    return word;
}
constexpr NameWords words_of(std::string_view name) {
    constexpr std::uint64_t kCase = 0x2020'2020'2020'2020U;
    const char* p = name.data();
    const std::size_t n = name.size();
    if (n >= 8) return {bytes_at(p, 8) | kCase, bytes_at(p + n - 8, 8) | kCase, (n > 16 ? bytes_at(p + 8, 8) : 0) | kCase};
    if (n >= 4) return {bytes_at(p, 4) | kCase, bytes_at(p + n - 4, 4) | kCase, kCase};
    return {bytes_at(p, 2) | kCase, bytes_at(p + n - 2, 2) | kCase, kCase};
}

// Rows of one name length: a look-up compares only names of its own length.
struct ByLength {
    std::array<NameWords, 8> words{};
    std::array<HeaderId, 8> id{};
    std::array<bool, 8> has_dash{};
    std::uint8_t count = 0;
};
constexpr std::array<ByLength, kMaxLength + 1> make_by_length() {
    std::array<ByLength, kMaxLength + 1> table{};
    for (const Row& row : kRows) {
        auto& cell = table[row.name.size()];
        cell.words[cell.count] = words_of(row.name);
        cell.has_dash[cell.count] = row.name.find('-') != std::string_view::npos;
        cell.id[cell.count++] = row.id;
    }
    return table;
}
constexpr auto kByLength = make_by_length();

constexpr HeaderId compact(char c) {
    switch (to_lower(c)) {
        case 'v': return kVia;
        case 'f': return kFrom;
        case 't': return kTo;
        case 'i': return kCallId;
        case 'm': return kContact;
        case 'l': return kContentLength;
        case 'c': return kContentType;
        case 'e': return kContentEncoding;
        case 'k': return kSupported;
        case 's': return kSubject;
        case 'o': return kEvent;
        case 'u': return kAllowEvents;
        case 'r': return kReferTo;
        case 'b': return kReferredBy;
        case 'x': return kSessionExpires;
        case 'y': return kIdentity;
        default: return kOther;
    }
}

}  // namespace

HeaderId header_id_from(std::string_view name) {
    if (name.size() == 1) return compact(name[0]);
    if (name.size() > kMaxLength || name.empty()) return kOther;
    const auto& cell = kByLength[name.size()];
    const NameWords words = words_of(name);
    for (std::size_t i = 0; i < cell.count; ++i) {
        if (cell.words[i] != words) continue;
        // A CR has become a '-' above.
        return cell.has_dash[i] && name.find('\r') != std::string_view::npos ? kOther : cell.id[i];
    }
    return kOther;
}

std::string_view to_string(HeaderId id) {
    const auto at = static_cast<std::size_t>(id);
    return at == 0 || at >= kHeaderIdCount ? std::string_view{} : kRows[at - 1].name;
}

bool single_instance(HeaderId id) {
    const auto at = static_cast<std::size_t>(id);
    return at != 0 && at < kHeaderIdCount && kRows[at - 1].single;
}

}  // namespace tandem::sip
