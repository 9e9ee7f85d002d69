#include "sip/uri.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "sip/chars.h"

namespace tandem::sip {

namespace {

constexpr std::string_view kUriRule = "RFC 3261 §25.1";
constexpr std::string_view kTelRule = "RFC 3966 §3";

bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
int hex_value(char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; }

// All characters of one class, with whole %XX escapes. The position of the first that is not, or the length.
std::size_t span_of(std::string_view text, detail::CharClass k) {
    for (std::size_t i = 0;; i += 3) {
        i += run_of(text.substr(i), k);  // '%' is in no class
        if (i == text.size() || text[i] != '%') return i;
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return i;
    }
}

std::size_t offset_in(std::string_view whole, const char* at) { return static_cast<std::size_t>(at - whole.data()); }

Status parse_tel(Uri& uri, std::string_view rest) {
    const auto semicolon = rest.find(';');
    uri.user = rest.substr(0, semicolon);
    if (semicolon != std::string_view::npos) uri.params = rest.substr(semicolon);
    std::string_view digits = uri.user;
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    bool any = false;
    for (char c : digits) {
        const bool visual = c == '-' || c == '.' || c == '(' || c == ')';
        if (!visual && !is_hex(c) && c != '*' && c != '#') {
            return fail(Errc::kSyntax, "character that is no digit in a tel URI", offset_in(uri.text, digits.data()),
                        kTelRule);
        }
        any = any || !visual;
    }
    if (!any) return fail(Errc::kMissing, "tel URI without a digit", offset_in(uri.text, rest.data()), kTelRule);
    if (const auto n = span_of(uri.params, detail::kParamChar); n != uri.params.size()) {
        return fail(Errc::kSyntax, "character not allowed in a URI parameter",
                    offset_in(uri.text, uri.params.data() + n), kTelRule);
    }
    return {};
}

// RFC 5118 §4.10: the grammar of RFC 3261 lets "2001:db8:::192.0.2.1" be written; it is taken as if it had two colons.
bool ipv6_reference(std::string_view host) {
    if (const auto ip = net::IpAddress::parse(host)) return ip->is_v6();
    const auto three = host.find(":::");
    if (three == std::string_view::npos) return false;
    const auto ip = net::IpAddress::parse(cat(host.substr(0, three), host.substr(three + 1)));
    return ip && ip->is_v6();
}

// hostport and what follows.
Status parse_host(Uri& uri, std::string_view rest) {
    std::size_t used = 0;
    if (!rest.empty() && rest.front() == '[') {
        const auto close = rest.find(']');
        if (close == std::string_view::npos) {
            return fail(Errc::kSyntax, "'[' without ']'", offset_in(uri.text, rest.data()), kUriRule);
        }
        uri.host = rest.substr(1, close - 1);
        if (!ipv6_reference(uri.host)) {
            return fail(Errc::kSyntax, "no IPv6 address between the brackets", offset_in(uri.text, rest.data()), kUriRule);
        }
        used = close + 1;
    } else {
        used = run_of(rest, detail::kHostChar);
        uri.host = rest.substr(0, used);
    }
    if (uri.host.empty()) return fail(Errc::kMissing, "no host", offset_in(uri.text, rest.data()), kUriRule);
    rest.remove_prefix(used);
    if (rest.empty()) return {};

    if (!rest.empty() && rest.front() == ':') {
        rest.remove_prefix(1);
        const char* const at = rest.data();
        const auto port = take_port(rest);
        if (!port || *port == 0 || *port > 65535) return fail(Errc::kRange, "port is not 1 to 65535", offset_in(uri.text, at), kUriRule);
        uri.port = static_cast<std::uint16_t>(*port);
    }
    if (!rest.empty() && rest.front() == ';') {
        const auto question = rest.find('?');
        uri.params = rest.substr(0, question);
        if (const auto n = span_of(uri.params, detail::kParamChar); n != uri.params.size()) {
            return fail(Errc::kSyntax, "character not allowed in a URI parameter",
                        offset_in(uri.text, uri.params.data() + n), kUriRule);
        }
        rest.remove_prefix(uri.params.size());
    }
    if (!rest.empty() && rest.front() == '?') {
        uri.headers = rest.substr(1);
        if (const auto n = span_of(uri.headers, detail::kParamChar); n != uri.headers.size()) {
            return fail(Errc::kSyntax, "character not allowed in URI headers",
                        offset_in(uri.text, uri.headers.data() + n), kUriRule);
        }
        return {};
    }
    if (!rest.empty()) {
        return fail(Errc::kSyntax, "character not allowed after the host", offset_in(uri.text, rest.data()), kUriRule);
    }
    return {};
}

}  // namespace

std::string_view to_string(Scheme scheme) {
    constexpr std::array<std::string_view, 4> kNames{"sip", "sips", "tel", "other"};
    return kNames[static_cast<std::size_t>(scheme)];
}

namespace {
using ValueEnds = ByteSet<';', ',', ' ', '\t', '\r', '\n'>;
}

std::optional<Param> ParamCursor::next() {
    if (rest_.empty()) return std::nullopt;
    std::string_view s = skip_lws(rest_);
    if (!s.empty() && s.front() == ';') s = skip_lws(s.substr(1));
    // URI parameter names may hold more than a token does ("[", "/", ":" …); none of them is a separator.
    std::size_t name_end = 0;
    while (name_end < s.size() && !detail::is(s.data()[name_end], detail::kNameEnd)) ++name_end;
    if (name_end == 0) return std::nullopt;
    Param param;
    param.name = s.substr(0, name_end);
    std::string_view after = skip_lws(s.substr(name_end));
    std::size_t text_end = name_end;
    if (!after.empty() && after.front() == '=') {
        after = skip_lws(after.substr(1));
        param.has_value = true;
        if (!after.empty() && after.front() == '"') {
            std::size_t i = 1;
            while (i < after.size() && after[i] != '"') i += after[i] == '\\' ? 2U : 1U;
            if (i >= after.size()) return std::nullopt;
            param.value = after.substr(1, i - 1);
            after.remove_prefix(i + 1);
        } else {
            const std::size_t i = ValueEnds::before(after);
            param.value = after.substr(0, i);
            after.remove_prefix(i);
        }
        text_end = static_cast<std::size_t>(after.data() - s.data());
        after = skip_lws(after);
    }
    if (!after.empty() && after.front() != ';') return std::nullopt;
    param.text = s.substr(0, text_end);
    rest_ = after;
    return param;
}

bool ParamCursor::complete() const { return trim_lws(rest_).empty(); }

std::optional<std::string_view> find_param(std::string_view params, std::string_view name) {
    ParamCursor cursor(params);
    while (const auto p = cursor.next()) {
        if (iequals(p->name, name)) return p->value;
    }
    return std::nullopt;
}

namespace {

// What stands before the colon; sip and sips, which nearly all are, are told by their first bytes.
Status parse_scheme(Uri& uri) {
    const std::string_view text = uri.text;
    if (begins_with_word(text, "sip:") || begins_with_word(text, "sips:")) {
        const bool secure = text[3] != ':';
        uri.scheme = secure ? Scheme::kSips : Scheme::kSip;
        uri.scheme_text = text.substr(0, secure ? 4 : 3);
        return {};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) return fail(Errc::kSyntax, "no URI scheme", 0, kUriRule);
    uri.scheme_text = text.substr(0, colon);
    if (!is_alpha(uri.scheme_text.front())) return fail(Errc::kSyntax, "no URI scheme", 0, kUriRule);
    for (std::size_t i = 0; i < colon; ++i) {
        const char c = text[i];
        if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') {
            return fail(Errc::kSyntax, "character not allowed in a URI scheme", i, kUriRule);
        }
    }
    if (is_word(uri.scheme_text, "tel")) uri.scheme = Scheme::kTel;
    return {};
}

Status parse_other(Uri& uri, std::string_view rest) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto c = static_cast<unsigned char>(rest[i]);
        if (c <= ' ' || c == 0x7f || rest[i] == '<' || rest[i] == '>' || rest[i] == '"') {
            return fail(Errc::kSyntax, "character not allowed in a URI", offset_in(uri.text, rest.data() + i), kUriRule);
        }
    }
    uri.user = rest;
    return {};
}

// What stands before the '@', when there is one; cut off.
Status take_userinfo(Uri& uri, std::string_view& rest) {
    // A user without a password, no byte of which needs a second look.
    if (const auto n = run_of(rest, detail::kUserChar); n < rest.size() && rest[n] == '@') {
        uri.has_user = true;
        uri.user = rest.substr(0, n);
        rest.remove_prefix(n + 1);
        return {};
    }
    const auto at = rest.find('@');
    if (at == std::string_view::npos) return {};
    const std::string_view userinfo = rest.substr(0, at);
    uri.has_user = true;
    const auto password_at = userinfo.find(':');
    uri.user = userinfo.substr(0, password_at);
    if (password_at != std::string_view::npos) uri.password = userinfo.substr(password_at + 1);
    for (std::string_view part : {uri.user, uri.password}) {
        if (const auto n = span_of(part, detail::kUserChar); n != part.size()) {
            return fail(Errc::kSyntax, "character not allowed in a user part", offset_in(uri.text, part.data() + n), kUriRule);
        }
    }
    rest.remove_prefix(at + 1);
    return {};
}

Status parse_into(Uri& uri) {
    if (auto ok = parse_scheme(uri); !ok) return ok;
    std::string_view rest = uri.text.substr(uri.scheme_text.size() + 1);
    if (uri.scheme == Scheme::kTel) return parse_tel(uri, rest);
    if (uri.scheme == Scheme::kOther) return parse_other(uri, rest);
    if (auto ok = take_userinfo(uri, rest); !ok) return ok;
    return parse_host(uri, rest);
}

}  // namespace

Result<Uri> parse_uri(std::string_view text) {
    Result<Uri> out(tl::in_place);
    out->text = text;
    if (auto ok = parse_into(*out); !ok) out = fail(std::move(ok.error()));
    return out;
}

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
            out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

std::string escape_user(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        if (detail::is(c, detail::kUserChar) && c != '#') {
            out.push_back(c);
        } else {
            const auto b = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(kDigits[b >> 4]);
            out.push_back(kDigits[b & 15]);
        }
    }
    return out;
}

namespace {

std::string tel_digits(std::string_view number) {
    std::string out;
    for (char c : number) {
        if (c != '-' && c != '.' && c != '(' && c != ')') out.push_back(to_lower(c));
    }
    return out;
}

// Parameters that stand in both must agree; of these four, one that stands in only one makes a difference.
bool params_agree(const Uri& a, const Uri& b) {
    ParamCursor cursor(a.params);
    while (const auto p = cursor.next()) {
        const auto other = b.param(p->name);
        if (other && !iequals(*other, p->value)) return false;
        if (!other && (iequals(p->name, "user") || iequals(p->name, "ttl") || iequals(p->name, "method") ||
                       iequals(p->name, "maddr"))) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool equivalent(const Uri& a, const Uri& b) {
    if (a.scheme != b.scheme) return false;
    if (a.scheme == Scheme::kOther) return a.text == b.text;
    if (a.scheme == Scheme::kTel) return tel_digits(a.user) == tel_digits(b.user);
    if (a.has_user != b.has_user || unescape(a.user) != unescape(b.user)) return false;
    if (a.password != b.password || !iequals(a.host, b.host) || a.port != b.port) return false;
    return params_agree(a, b) && params_agree(b, a) && a.headers == b.headers;
}

}  // namespace tandem::sip
