#include "sip/header_id.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "sip/known_names.h"

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

// RFC 3261 §7.3.3, and the RFCs of the fields.
struct Compact {
    char name;
    HeaderId id;
};
constexpr std::array<Compact, 16> kCompact{{
    {'v', kVia},
    {'f', kFrom},
    {'t', kTo},
    {'i', kCallId},
    {'m', kContact},
    {'l', kContentLength},
    {'c', kContentType},
    {'e', kContentEncoding},
    {'k', kSupported},
    {'s', kSubject},
    {'o', kEvent},
    {'u', kAllowEvents},
    {'r', kReferTo},
    {'b', kReferredBy},
    {'x', kSessionExpires},
    {'y', kIdentity},
}};

constexpr std::uint64_t word_of(std::string_view bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}
// Lower case, and where it may be upper.
constexpr void put_word(std::string_view bytes, std::uint64_t& lowered, std::uint64_t& cases) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (is_alpha(bytes[i])) cases |= std::uint64_t{0x20} << (8 * i);
    }
    lowered = word_of(bytes) | cases;
}

constexpr std::size_t longest_name() {
    std::size_t longest = 0;
    for (const Row& row : kRows) longest = std::max(longest, row.name.size());
    return longest;
}
static_assert(longest_name() <= detail::kLongestName, "raise kLongestName (known_names.h), which may be kNameRoom at most");

// False when two names share a slot.
constexpr bool put_name(detail::KnownNames& table, std::size_t& count, std::string_view name, HeaderId id) {
    detail::KnownName& row = table.rows[++count];
    put_word(name.substr(0, 8), row.first, row.first_case);
    put_word(name.size() > 8 ? name.substr(name.size() - 8) : name, row.last, row.last_case);
    if (name.size() > 16) put_word(name.substr(8, 8), row.middle, row.middle_case);
    row.id = id;
    row.size = static_cast<std::uint8_t>(name.size());
    auto& slot = table.row_of_slot[detail::name_slot(row.first, name.size())];
    if (slot != 0) return false;
    slot = static_cast<std::uint8_t>(count);
    return true;
}

struct MadeTable {
    detail::KnownNames names;
    bool perfect = true;
};
constexpr MadeTable make_table() {
    MadeTable made;
    std::size_t count = 0;
    for (const Row& row : kRows) made.perfect = put_name(made.names, count, row.name, row.id) && made.perfect;
    for (const Compact& row : kCompact) made.perfect = put_name(made.names, count, std::string_view(&row.name, 1), row.id) && made.perfect;
    return made;
}
constexpr MadeTable kMade = make_table();
static_assert(kMade.perfect, "two names share a slot: name_slot() needs another factor (known_names.h); any odd one that compiles serves");

}  // namespace

namespace detail {
constexpr KnownNames kKnownNames = kMade.names;
}

HeaderId header_id_from(std::string_view name) {
    if (name.empty() || name.size() > detail::kLongestName) return kOther;
    std::array<char, detail::kNameRoom> room{};
    std::memcpy(room.data(), name.data(), name.size());
    return detail::known_name(room.data(), name.size());
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
