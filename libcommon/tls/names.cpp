#include "tls/names.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::tls {

namespace {

std::string_view without_dot(std::string_view name) {
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    return name;
}

bool same(std::string_view a, std::string_view b) { return !a.empty() && iequals(without_dot(a), without_dot(b)); }

// RFC 5922 §7.1: a sip URI without user part; its host is the identity. With a port or parameters it names more than a domain,
// which no rule takes for one.
std::string_view sip_domain(std::string_view uri) {
    if (!istarts_with(uri, "sip:")) return {};
    uri.remove_prefix(4);
    return uri.find_first_of("@:;?/") == std::string_view::npos ? uri : std::string_view{};
}

// The left-most label may be "*", and stands for one whole label then; of at least three, so that "*.com" is nobody's.
bool matches_wildcard(std::string_view pattern, std::string_view name) {
    pattern = without_dot(pattern);
    name = without_dot(name);
    if (!pattern.starts_with("*.")) return false;
    const std::string_view rest = pattern.substr(1);
    if (rest.find('.', 1) == std::string_view::npos) return false;
    const auto dot = name.find('.');
    return dot != std::string_view::npos && dot > 0 && iequals(name.substr(dot), rest);
}

bool rfc5922(const CertificateNames& names, std::string_view expected) {
    std::vector<std::string_view> ids;
    for (const std::string& uri : names.uris) {
        if (const auto domain = sip_domain(uri); !domain.empty()) ids.push_back(domain);
    }
    if (ids.empty()) ids.assign(names.dns.begin(), names.dns.end());
    if (!names.has_alternatives && !names.common_name.empty()) ids.push_back(names.common_name);
    return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) { return same(id, expected); });
}

bool rfc2818(const CertificateNames& names, std::string_view expected) {
    const auto one = [&](std::string_view id) { return same(id, expected) || matches_wildcard(id, expected); };
    if (names.dns.empty() && rfc5922(names, expected)) return true;
    if (std::any_of(names.dns.begin(), names.dns.end(), one)) return true;
    return names.dns.empty() && !names.has_alternatives && one(names.common_name);
}

}  // namespace

std::string CertificateNames::str() const {
    constexpr std::size_t kShown = 5;
    std::string out;
    std::size_t count = 0;
    const auto add = [&](std::string_view kind, std::string_view value) {
        if (++count <= kShown) append(out, out.empty() ? "" : ", ", kind, value);
    };
    for (const std::string& name : dns) add("DNS:", name);
    for (const std::string& uri : uris) add("URI:", uri);
    for (const net::IpAddress& ip : ips) add("IP:", ip.str());
    if (!has_alternatives && !common_name.empty()) add("CN=", common_name);
    if (count > kShown) append(out, " and ", count - kShown, " more");
    return out.empty() ? "nobody" : out;
}

Status check_name(const CertificateNames& names, std::string_view expected, NameProfile profile) {
    bool ok = false;
    switch (profile) {
        case NameProfile::kRfc5922: ok = rfc5922(names, expected); break;
        case NameProfile::kRfc2818: ok = rfc2818(names, expected); break;
        case NameProfile::kIpSan: {
            const auto ip = net::IpAddress::parse(expected);
            ok = ip && std::find(names.ips.begin(), names.ips.end(), *ip) != names.ips.end();
            break;
        }
    }
    if (ok) return {};
    return fail(Errc::kPolicy, cat("wrong name: the certificate is for ", names.str(), ", not for ", expected));
}

}  // namespace tandem::tls
