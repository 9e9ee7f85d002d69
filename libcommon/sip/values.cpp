#include "sip/values.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sip/chars.h"

namespace tandem::sip {

namespace {

using ListMarks = ByteSet<'"', '<', '>', ','>;

// One past the closing quote of text that begins with '"'; npos when it never closes.
std::size_t quoted_end(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); i += 2) {
        i += ByteSet<'"', '\\'>::before(text.substr(i));
        if (i < text.size() && text[i] == '"') return i + 1;
    }
    return std::string_view::npos;
}

// Cuts the leading token off.
std::string_view take_token(std::string_view& text) {
    const std::size_t n = run_of(text, detail::kToken);
    const std::string_view token = text.substr(0, n);
    text.remove_prefix(n);
    return token;
}

// Cuts one separator with the blanks around it off.
bool take_separator(std::string_view& text, char separator) {
    text = skip_lws(text);
    if (text.empty() || text.front() != separator) return false;
    text = skip_lws(text.substr(1));
    return true;
}

bool all_tokens(std::string_view display) {
    for (char c : display) {
        if (!is_token_char(c) && !is_lws(c)) return false;
    }
    return true;
}

// Digits that must be below 2^31; bigger or longer ones are an error of range, not of grammar.
Result<std::uint32_t> number31(std::string_view digits, std::string_view what, std::string_view rule) {
    if (digits.empty()) return fail(Errc::kSyntax, cat(what, " has no number"), 0, rule);
    for (char c : digits) {
        if (!is_digit(c)) return fail(Errc::kSyntax, cat(what, " is not a number"), 0, rule);
    }
    const auto value = to_number<std::uint32_t>(digits);
    if (!value || *value >= 0x8000'0000U) return fail(Errc::kRange, cat(what, " is 2^31 or more"), 0, rule);
    return *value;
}

std::string_view take_digits(std::string_view& text) {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    const std::string_view digits = text.substr(0, n);
    text.remove_prefix(n);
    return digits;
}

}  // namespace

std::optional<std::string_view> next_in_list(std::string_view& rest) {
    for (;;) {
        rest = skip_lws(rest);
        if (rest.empty()) return std::nullopt;
        if (ByteSet<','>::before(rest) == rest.size()) return trim_lws(std::exchange(rest, {}));  // nearly every value
        std::size_t i = 0;
        bool in_brackets = false;
        for (; i < rest.size(); ++i) {
            i += ListMarks::before(rest.substr(i));
            if (i == rest.size()) break;
            const char c = rest[i];
            if (c == '"' && !in_brackets) {
                const auto end = quoted_end(rest.substr(i));
                if (end == std::string_view::npos) {
                    i = rest.size();
                    break;
                }
                i += end - 1;
            } else if (c == '<') {
                in_brackets = true;
            } else if (c == '>') {
                in_brackets = false;
            } else if (c == ',' && !in_brackets) {
                break;
            }
        }
        const std::string_view element = trim_lws(rest.substr(0, i));
        rest.remove_prefix(i < rest.size() ? i + 1 : i);
        if (!element.empty()) return element;
    }
}

Result<NameAddr> parse_name_addr(std::string_view value) {
    constexpr std::string_view kRule = "RFC 3261 §25.1";
    const char* const start = value.data();
    auto at = [start](std::string_view rest) { return static_cast<std::size_t>(rest.data() - start); };
    NameAddr out;
    std::string_view s = trim_lws(value);
    if (s.empty()) return fail(Errc::kMissing, "empty address", 0, kRule);
    if (s.front() == '"') {
        const auto end = quoted_end(s);
        if (end == std::string_view::npos) return fail(Errc::kSyntax, "quote that never closes", at(s), kRule);
        out.display = s.substr(0, end);
        s = skip_lws(s.substr(end));
        if (s.empty() || s.front() != '<') {
            return fail(Errc::kSyntax, "no '<' after the display name", at(s), kRule);
        }
    } else if (const auto open = s.find('<'); open != std::string_view::npos) {
        out.display = trim_lws(s.substr(0, open));
        out.display_ok = all_tokens(out.display);
        s.remove_prefix(open);
    }
    if (s.front() == '<') {
        const auto close = s.find('>');
        if (close == std::string_view::npos) return fail(Errc::kSyntax, "'<' without '>'", at(s), kRule);
        const std::string_view inside = s.substr(1, close - 1);
        out.uri_text = trim_lws(inside);
        out.uri_padded = out.uri_text.size() != inside.size();
        out.bracketed = true;
        s = skip_lws(s.substr(close + 1));
    } else {
        const auto semicolon = s.find(';');
        out.uri_text = trim_lws(s.substr(0, semicolon));
        s = semicolon == std::string_view::npos ? std::string_view{} : s.substr(semicolon);
    }
    if (out.uri_text.empty()) return fail(Errc::kMissing, "no URI in the address", 0, kRule);
    if (!s.empty() && s.front() != ';') return fail(Errc::kSyntax, "text after the address", at(s), kRule);
    out.params = s;
    return out;
}

bool Via::rfc3261_branch() const {
    constexpr std::string_view kCookie = "z9hG4bK";
    const std::string_view b = branch();
    return b.size() > kCookie.size() && b.substr(0, kCookie.size()) == kCookie;
}

Result<Via> parse_via(std::string_view value) {
    constexpr std::string_view kRule = "RFC 3261 §20.42";
    const char* const start = value.data();
    auto at = [start](std::string_view rest) { return static_cast<std::size_t>(rest.data() - start); };
    Via via;
    std::string_view s = skip_lws(value);
    if (begins_with_word(s, "sip/2.0/")) {
        s = skip_lws(s.substr(8));
    } else {
        const std::string_view protocol = take_token(s);
        if (!is_word(protocol, "sip") || !take_separator(s, '/')) {
            return fail(Errc::kSyntax, "Via does not begin with SIP/2.0", 0, kRule);
        }
        const std::string_view version = take_token(s);
        if (version != "2.0") return fail(Errc::kUnsupported, "Via of another SIP version", at(s), kRule);
        if (!take_separator(s, '/')) return fail(Errc::kSyntax, "Via without transport", at(s), kRule);
    }
    via.transport = take_token(s);
    if (via.transport.empty() || s.empty() || !is_lws(s.front())) {
        return fail(Errc::kSyntax, "Via without transport", at(s), kRule);
    }
    s = skip_lws(s);
    if (!s.empty() && s.front() == '[') {
        const auto close = s.find(']');
        if (close == std::string_view::npos) return fail(Errc::kSyntax, "'[' without ']'", at(s), kRule);
        via.host = s.substr(1, close - 1);
        s.remove_prefix(close + 1);
    } else {
        const std::size_t n = run_of(s, detail::kHostChar);
        via.host = s.substr(0, n);
        s.remove_prefix(n);
    }
    if (via.host.empty()) return fail(Errc::kMissing, "Via without sent-by", at(s), kRule);
    if (take_separator(s, ':')) {
        const auto port = take_port(s);
        if (!port || *port == 0 || *port > 65535) return fail(Errc::kRange, "Via port is not 1 to 65535", at(s), kRule);
        via.port = static_cast<std::uint16_t>(*port);
    }
    via.params = trim_lws(s);
    if (!via.params.empty()) {
        if (via.params.front() != ';') return fail(Errc::kSyntax, "text after sent-by", at(s), kRule);
        ParamCursor cursor(via.params);
        bool branch = false;
        while (const auto p = cursor.next()) {
            if (!branch && is_word(p->name, "branch")) {
                via.branch_value = p->value;
                branch = true;
            } else if (!via.rport && is_word(p->name, "rport")) {
                via.rport = p->value;
            } else if (!via.received && is_word(p->name, "received")) {
                via.received = p->value;
            }
        }
        if (!cursor.complete()) return fail(Errc::kSyntax, "bad Via parameter", at(s), kRule);
    }
    return via;
}

Result<CSeq> parse_cseq(std::string_view value) {
    constexpr std::string_view kRule = "RFC 3261 §20.16";
    CSeq out;
    std::string_view s = trim_lws(value);
    auto number = number31(take_digits(s), "CSeq", "RFC 3261 §8.1.1.5");
    if (!number) return fail(number.error());
    out.number = *number;
    if (s.empty() || !is_lws(s.front())) return fail(Errc::kSyntax, "CSeq without a method", 0, kRule);
    s = skip_lws(s);
    if (!is_token(s)) return fail(Errc::kSyntax, "CSeq method is no token", 0, kRule);
    out.method_text = s;
    out.method = method_from(s);
    return out;
}

Result<RAck> parse_rack(std::string_view value) {
    RAck out;
    std::string_view s = trim_lws(value);
    auto number = number31(take_digits(s), "RAck", "RFC 3262 §7.2");
    if (!number) return fail(number.error());
    out.rseq = *number;
    auto cseq = parse_cseq(s);
    if (!cseq) return fail(cseq.error());
    out.cseq = *cseq;
    return out;
}

Result<Replaces> parse_replaces(std::string_view value) {
    const std::string_view s = trim_lws(value);
    const std::size_t end = std::min(s.find(';'), s.size());
    Replaces out;
    out.call_id = trim_lws(s.substr(0, end));
    if (out.call_id.empty()) return fail(Errc::kSyntax, "Replaces without Call-ID", 0, "RFC 3891 §6.1");
    out.to_tag = find_param(s.substr(end), "to-tag").value_or(std::string_view{});
    out.from_tag = find_param(s.substr(end), "from-tag").value_or(std::string_view{});
    if (out.to_tag.empty() || out.from_tag.empty()) return fail(Errc::kMissing, "Replaces without both tags", end, "RFC 3891 §6.1");
    return out;
}

Result<Reason> parse_reason(std::string_view value) {
    Reason out;
    std::string_view s = trim_lws(value);
    out.protocol = take_token(s);
    if (out.protocol.empty()) return fail(Errc::kSyntax, "Reason without protocol", 0, "RFC 3326 §2");
    if (const auto cause = find_param(s, "cause")) {
        if (const auto n = to_number<std::uint16_t>(*cause)) out.cause = *n;
    }
    out.text = find_param(s, "text").value_or(std::string_view{});
    return out;
}

std::optional<int> q850_cause(std::string_view reason_list) {
    while (const auto element = next_in_list(reason_list)) {
        const auto reason = parse_reason(*element);
        if (reason && iequals(reason->protocol, "Q.850") && reason->cause && *reason->cause <= 127)
            return reason->cause;
    }
    return std::nullopt;
}

Result<SessionId> parse_session_id(std::string_view value) {
    constexpr std::string_view kRule = "RFC 7989 §5";
    auto is_uuid = [](std::string_view text) {
        if (text.size() != 32) return false;
        for (char c : text) {
            if (!is_digit(c) && (c < 'a' || c > 'f')) return false;
        }
        return true;
    };
    SessionId out;
    std::string_view s = trim_lws(value);
    out.local = take_token(s);
    if (!is_uuid(out.local)) return fail(Errc::kSyntax, "Session-ID is not 32 lower-case hex digits", 0, kRule);
    if (const auto remote = find_param(s, "remote")) {
        if (!is_uuid(*remote)) return fail(Errc::kSyntax, "remote is not 32 lower-case hex digits", 0, kRule);
        out.remote = *remote;
    }
    return out;
}

std::string_view media_type(std::string_view content_type) {
    return trim_lws(content_type.substr(0, content_type.find(';')));
}

}  // namespace tandem::sip
