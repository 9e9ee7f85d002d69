// Knows: SIP, SIPS and TEL URIs as spans over the text they were read from (RFC 3261 §19.1, RFC 3966).
// Must not know: header fields, routing, name resolution.
// Next: values.h for name-addr, Via and lists; message.h for whole messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/address.h"

namespace tandem::sip {

enum class Scheme : std::uint8_t { kSip, kSips, kTel, kOther };

/// "sip", "sips", "tel", "other".
std::string_view to_string(Scheme scheme);

/// One `;name=value` of a URI or header field value.
struct Param {
    std::string_view name;
    std::string_view value;  ///< without surrounding quotes; escapes are left as they are
    std::string_view text;   ///< the whole parameter, without the semicolon
    bool has_value = false;
};

/// Walks ";a=b;c" lazily; quoted values may hold semicolons. A text without a leading ';' is walked as well.
class ParamCursor {
public:
    explicit ParamCursor(std::string_view params) : rest_(params) {}
    /// The next parameter, or nothing at the end (or at the first byte that cannot be a parameter).
    std::optional<Param> next();
    /// After next() gave nothing: true when everything was read, false when the walk stopped at a syntax error.
    [[nodiscard]] bool complete() const;

private:
    std::string_view rest_;
};

/// The value of the first parameter of that name (ASCII case ignored): "" when it has no value, nothing when absent.
std::optional<std::string_view> find_param(std::string_view params, std::string_view name);

/// A URI; every view is a span over the text given to parse_uri, which must outlive it.
struct Uri {
    Scheme scheme = Scheme::kOther;
    std::string_view text;         ///< the whole URI
    std::string_view scheme_text;  ///< as written, for schemes that we do not know
    std::string_view user;         ///< sip: before the '@' (escaped as written); tel: the number; other: all after the colon
    std::string_view password;
    std::string_view host;         ///< without the brackets of an IPv6 reference; empty for tel
    std::uint16_t port = 0;        ///< 0 = not written
    std::string_view params;       ///< from the first ';' on, semicolon included, up to '?'; empty when there is none
    std::string_view headers;      ///< after '?'; empty when there is none
    bool has_user = false;         ///< true also for an empty user part

    [[nodiscard]] bool is_sip() const { return scheme == Scheme::kSip || scheme == Scheme::kSips; }
    /// The host as an address; nothing when it is a name.
    [[nodiscard]] std::optional<net::IpAddress> address() const { return net::IpAddress::parse(host); }
    [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const {
        return find_param(params, name);
    }
};

/// Reads one URI, which must be the whole text.
/// Errors: kSyntax (bad scheme, character, escape, bracket), kRange (port 0 or above 65535), kMissing (no host).
/// Source: RFC 3261 §25.1, RFC 3966 §3.
Result<Uri> parse_uri(std::string_view text);

/// The user part with %XX taken away; a broken escape stays as it is.
std::string unescape(std::string_view text);
/// The text with everything that a user part may not hold written as %XX (RFC 3261 §25.1 user).
std::string escape_user(std::string_view text);

/// True when the two name the same resource (RFC 3261 §19.1.4); tel URIs per RFC 3966 §4.
bool equivalent(const Uri& a, const Uri& b);

}  // namespace tandem::sip
