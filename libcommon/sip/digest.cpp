#include "sip/digest.h"

#include "base/text.h"
#include "crypto/crypto.h"
#include "sip/chars.h"

namespace tandem::sip {

namespace {

constexpr std::string_view kRule = "RFC 7616 §3.3";

std::string hash_hex(DigestAlgorithm algorithm, std::string_view text) {
    return algorithm == DigestAlgorithm::kSha256 ? to_hex(crypto::sha256(text)) : to_hex(crypto::md5(text));
}

std::string_view algorithm_name(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::kSha256 ? "SHA-256" : "MD5";
}

DigestAlgorithm algorithm_from(std::string_view text) {
    if (iequals(text, "MD5")) return DigestAlgorithm::kMd5;
    if (iequals(text, "SHA-256")) return DigestAlgorithm::kSha256;
    return DigestAlgorithm::kUnknown;  // the -sess variants and SHA-512-256 among them
}

// Walks "name=value, name="value"" behind the scheme.
template <class F>
bool each_param(std::string_view rest, F f) {
    while (const auto element = next_in_list(rest)) {
        const auto equals = element->find('=');
        if (equals == std::string_view::npos) return false;
        const std::string_view name = trim_lws(element->substr(0, equals));
        std::string_view value = trim_lws(element->substr(equals + 1));
        if (!is_token(name)) return false;
        if (!value.empty() && value.front() == '"') {
            if (value.size() < 2 || value.back() != '"') return false;
            value = value.substr(1, value.size() - 2);
        }
        f(name, value);
    }
    return true;
}

std::optional<std::string_view> behind_scheme(std::string_view value) {
    value = trim_lws(value);
    constexpr std::string_view kScheme = "Digest";
    if (!istarts_with(value, kScheme) || value.size() == kScheme.size() || !is_lws(value[kScheme.size()])) {
        return std::nullopt;
    }
    return value.substr(kScheme.size() + 1);
}

bool breaks_line(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

// A user name may hold quotes; what came quoted from the challenge keeps its escapes.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

// RFC 7616 §3.4: the value that is hashed is the one between the quotes, escapes taken away (unq).
std::string unescape_quoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        out.push_back(text[i]);
    }
    return out;
}

}  // namespace

Result<Challenge> parse_challenge(std::string_view value) {
    const auto rest = behind_scheme(value);
    if (!rest) return fail(Errc::kUnsupported, "challenge of another scheme than Digest", 0, kRule);
    Challenge c;
    bool has_realm = false;
    const bool ok = each_param(*rest, [&](std::string_view name, std::string_view v) {
        if (iequals(name, "realm")) {
            c.realm = v;
            has_realm = true;
        } else if (iequals(name, "nonce")) {
            c.nonce = v;
        } else if (iequals(name, "opaque")) {
            c.opaque = v;
            c.has_opaque = true;
        } else if (iequals(name, "algorithm")) {
            c.algorithm = algorithm_from(v);
        } else if (iequals(name, "stale")) {
            c.stale = iequals(v, "true");
        } else if (iequals(name, "qop")) {
            c.qop_present = true;
            for (std::string_view option : split(v, ',')) c.qop_auth = c.qop_auth || iequals(trim(option), "auth");
        }
    });
    if (!ok) return fail(Errc::kSyntax, "malformed challenge", 0, kRule);
    if (!has_realm || c.nonce.empty()) return fail(Errc::kMissing, "challenge without realm or nonce", 0, kRule);
    return c;
}

std::optional<Challenge> choose_challenge(const Message& response, HeaderId id) {
    for (const Header* h = response.first(id); h != nullptr; h = response.next(*h)) {
        const auto c = parse_challenge(response.value(*h));
        if (c && c->algorithm != DigestAlgorithm::kUnknown && (!c->qop_present || c->qop_auth)) return *c;
    }
    return std::nullopt;
}

Result<std::string> make_credentials(const Challenge& challenge, const Login& login, std::string_view method,
                                     std::string_view uri, std::string_view cnonce, std::uint32_t nc) {
    for (std::string_view text : {challenge.realm, challenge.nonce, challenge.opaque, login.username, uri, cnonce}) {
        if (breaks_line(text)) return fail(Errc::kRange, "line end in a digest parameter", 0, kRule);
    }
    const auto h = [&challenge](std::string_view text) { return hash_hex(challenge.algorithm, text); };
    const std::string nonce = unescape_quoted(challenge.nonce);
    const std::string a1 = h(cat(login.username, ':', unescape_quoted(challenge.realm), ':', login.password));
    const std::string a2 = h(cat(method, ':', uri));
    std::string nc_text = "00000000";
    for (std::size_t i = 8; i-- > 0 && nc != 0; nc >>= 4) nc_text[i] = "0123456789abcdef"[nc & 15U];
    const std::string response = challenge.qop_auth
                                     ? h(cat(a1, ':', nonce, ':', nc_text, ':', cnonce, ":auth:", a2))
                                     : h(cat(a1, ':', nonce, ':', a2));
    std::string out = cat("Digest username=", quoted(login.username), ", realm=\"", challenge.realm, "\", nonce=\"",
                          challenge.nonce, "\", uri=\"", uri, "\", response=\"", response,
                          "\", algorithm=", algorithm_name(challenge.algorithm));
    if (challenge.qop_auth) append(out, ", cnonce=\"", cnonce, "\", qop=auth, nc=", nc_text);
    if (challenge.has_opaque) append(out, ", opaque=\"", challenge.opaque, '"');
    return out;
}

std::optional<std::string_view> auth_param(std::string_view value, std::string_view name) {
    const auto rest = behind_scheme(value);
    std::optional<std::string_view> found;
    if (rest) {
        each_param(*rest, [&](std::string_view n, std::string_view v) {
            if (!found && iequals(n, name)) found = v;
        });
    }
    return found;
}

}  // namespace tandem::sip
