// Knows: which header field a name means, in long and compact form, and which of them may stand only once.
// Must not know: the values.
// Next: message.h, values.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::sip {

enum class HeaderId : std::uint8_t {
    kOther,  ///< any name that is not below
    kVia,
    kFrom,
    kTo,
    kCallId,
    kCSeq,
    kContact,
    kRoute,
    kRecordRoute,
    kMaxForwards,
    kContentLength,
    kContentType,
    kContentEncoding,
    kContentDisposition,
    kMimeVersion,
    kAccept,
    kAllow,
    kAllowEvents,
    kSupported,
    kRequire,
    kProxyRequire,
    kUnsupported,
    kUserAgent,
    kServer,
    kSubject,
    kDate,
    kTimestamp,
    kOrganization,
    kPriority,
    kExpires,
    kMinExpires,
    kRetryAfter,
    kWarning,
    kReason,
    kSessionExpires,
    kMinSe,
    kSessionId,
    kRSeq,
    kRAck,
    kEvent,
    kSubscriptionState,
    kReferTo,
    kReferredBy,
    kReplaces,
    kMaxBreadth,
    kPath,
    kPAssertedIdentity,
    kPPreferredIdentity,
    kPrivacy,
    kRemotePartyId,
    kDiversion,
    kHistoryInfo,
    kPChargeInfo,
    kPEarlyMedia,
    kIdentity,
    kGeolocation,
    kUserToUser,
    kAuthorization,
    kProxyAuthorization,
    kWwwAuthenticate,
    kProxyAuthenticate,
    kAuthenticationInfo,
    kCount,  ///< not a header
};
inline constexpr std::size_t kHeaderIdCount = static_cast<std::size_t>(HeaderId::kCount);

/// Long or compact name, any case; kOther for one that is not known. Cost: a comparison of three words with each known name of that
/// length, eight at most.
HeaderId header_id_from(std::string_view name);
/// The long name as the RFCs write it; "" for kOther.
std::string_view to_string(HeaderId id);
/// True for fields that may stand only once in a message (RFC 3261 §7.3.1: no comma list in its grammar).
bool single_instance(HeaderId id);

}  // namespace tandem::sip
