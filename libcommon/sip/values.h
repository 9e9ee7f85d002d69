// Knows: the insides of header field values: comma-separated lists, name-addr, Via, CSeq, RAck, Reason, Session-ID.
// Must not know: where in a message a value stands; that is message.h.
// Next: digest.h for challenges and credentials, edit.h for changing a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sip/method.h"
#include "sip/uri.h"

namespace tandem::sip {

/// The next value of a comma-separated list, cut off from the front of `rest`; commas in quotes and in <> do
/// not separate. Empty elements are skipped. Nothing when the list is used up.
std::optional<std::string_view> next_in_list(std::string_view& rest);

/// `"Display" <uri>;params` or `uri;params` (then the parameters belong to the header, RFC 3261 §20).
struct NameAddr {
    std::string_view display;   ///< as written, quotes included, blanks at the ends cut; may be empty
    std::string_view uri_text;  ///< without the angle brackets
    std::string_view params;    ///< header parameters from the ';' on
    bool bracketed = false;
    bool display_ok = true;  ///< false: an unquoted display name that is not made of tokens (RFC 4475 §3.1.2.15)
    bool uri_padded = false; ///< true: blanks between the brackets and the URI (RFC 4475 §3.1.2.14), cut in uri_text

    [[nodiscard]] Result<Uri> uri() const { return parse_uri(uri_text); }
    [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const {
        return find_param(params, name);
    }
    [[nodiscard]] std::string_view tag() const { return param("tag").value_or(std::string_view{}); }
};

/// Reads one name-addr or addr-spec (one element of a list). Only the frame is checked here; uri() reads the URI.
/// Errors: kSyntax for an open quote or bracket, or garbage after the bracket.
Result<NameAddr> parse_name_addr(std::string_view value);

/// One element of Via (RFC 3261 §20.42, RFC 3581).
struct Via {
    std::string_view transport;  ///< "UDP", as written
    std::string_view host;       ///< without brackets
    std::uint16_t port = 0;      ///< 0 = not written
    std::string_view params;
    // Read in the same pass; the first of each name counts.
    std::string_view branch_value;
    std::optional<std::string_view> rport;     ///< empty: asked for (RFC 3581)
    std::optional<std::string_view> received;

    [[nodiscard]] std::string_view branch() const { return branch_value; }
    /// The RFC 3261 branch begins with the cookie "z9hG4bK" (§8.1.1.7).
    [[nodiscard]] bool rfc3261_branch() const;
};

/// Errors: kSyntax, kRange, with the byte in the value; kUnsupported when it is not "SIP/2.0".
Result<Via> parse_via(std::string_view value);

struct CSeq {
    std::uint32_t number = 0;
    Method method = Method::kUnknown;
    std::string_view method_text;
};

/// Errors: kSyntax; kRange for 2^31 and above (RFC 3261 §8.1.1.5).
Result<CSeq> parse_cseq(std::string_view value);

/// RAck: response-num, CSeq-num, method (RFC 3262 §7.2).
struct RAck {
    std::uint32_t rseq = 0;
    CSeq cseq;
};
Result<RAck> parse_rack(std::string_view value);

/// Replaces: the dialog that an INVITE takes the place of, as the one who gets it names it (RFC 3891 §6.1).
struct Replaces {
    std::string_view call_id;
    std::string_view to_tag;    ///< its own tag
    std::string_view from_tag;  ///< its peer's
};
/// Errors: kSyntax without a Call-ID, kMissing without one of the tags.
Result<Replaces> parse_replaces(std::string_view value);

/// One element of Reason (RFC 3326): protocol "SIP" or "Q.850", cause, text without quotes.
struct Reason {
    std::string_view protocol;
    std::optional<int> cause;
    std::string_view text;
};
Result<Reason> parse_reason(std::string_view value);

/// Q.850 cause of the first element that has one in a Reason header field's value, a list; nothing when none has.
/// Of several header fields the first with a cause counts. Units: 0-127 (seven bits, Q.850 §2.2.5).
/// Source: RFC 3326 §2, RFC 6432 §3.
std::optional<int> q850_cause(std::string_view reason_list);

/// All zeros: not known (RFC 7989 §5).
inline constexpr std::string_view kNullUuid = "00000000000000000000000000000000";

/// Session-ID (RFC 7989 §5): 32 lower-case hex digits each; remote is the null UUID when unknown.
struct SessionId {
    std::string_view local;
    std::string_view remote;  ///< empty when the parameter is absent (RFC 7329 form)

    /// False for the null UUID: who sent it does not know its own, and it tells no session from another (RFC 7989 §5).
    [[nodiscard]] bool known() const { return local != kNullUuid; }
};
Result<SessionId> parse_session_id(std::string_view value);

/// The type/subtype of Content-Type, without parameters.
std::string_view media_type(std::string_view content_type);

}  // namespace tandem::sip
