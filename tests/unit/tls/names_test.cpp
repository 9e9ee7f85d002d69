// Knows: which certificates are those of which names, profile by profile.
// Must not know: certificates themselves.
#include "tls/names.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::tls;

namespace {

// "DNS:a URI:sip:b IP:192.0.2.1 CN:c"
CertificateNames names(std::string_view text) {
    CertificateNames out;
    for (std::string_view one : split(text, ' ')) {
        const auto [kind, value] = cut(one, ':');
        if (kind == "CN") {
            out.common_name = value;
            continue;
        }
        out.has_alternatives = true;
        if (kind == "DNS") out.dns.emplace_back(value);
        if (kind == "URI") out.uris.emplace_back(value);
        if (kind == "IP") out.ips.push_back(*net::IpAddress::parse(value));
    }
    return out;
}

}  // namespace

TEST_CASE("tls names: what each profile takes for a peer's name", "[tls][names]") {
    struct Row {
        std::string_view certificate, expected;
        bool rfc5922, rfc2818, ip_san;
    };
    const Row row = GENERATE(values<Row>({
        {"DNS:sip.example.net", "sip.example.net", true, true, false},
        {"DNS:SIP.Example.NET", "sip.example.net", true, true, false},
        {"DNS:sip.example.net", "sip.example.net.", true, true, false},
        {"DNS:other.example.net DNS:sip.example.net", "sip.example.net", true, true, false},
        {"DNS:example.net", "sip.example.net", false, false, false},
        {"DNS:sip.example.net", "example.net", false, false, false},
        {"DNS:*.example.net", "sip.example.net", false, true, false},
        {"DNS:*.example.net", "a.sip.example.net", false, false, false},
        {"DNS:*.example.net", "example.net", false, false, false},
        {"DNS:*.net", "example.net", false, false, false},
        {"DNS:s*.example.net", "sip.example.net", false, false, false},
        {"DNS:sip.*.net", "sip.example.net", false, false, false},
        {"DNS:*", "sip.example.net", false, false, false},
        {"DNS:*.example.net", "*.example.net", true, true, false},  // it stands there letter for letter; no topology holds such a name
        // RFC 5922 §7.1: a sip URI goes before names; one with a user part is a user's, not a domain's.
        {"URI:sip:example.net", "example.net", true, true, false},
        {"URI:sip:example.net DNS:sip.example.net", "sip.example.net", false, true, false},
        {"URI:sip:alice@example.net", "example.net", false, false, false},
        {"URI:sip:alice@example.net DNS:example.net", "example.net", true, true, false},
        {"URI:sips:example.net", "example.net", false, false, false},
        {"URI:sip:example.net:5061", "example.net", false, false, false},
        {"URI:xmpp:example.net DNS:example.net", "example.net", true, true, false},
        // The common name only where there is no alternative at all.
        {"CN:sip.example.net", "sip.example.net", true, true, false},
        {"CN:sip.example.net DNS:other.example.net", "sip.example.net", false, false, false},
        {"CN:sip.example.net IP:192.0.2.1", "sip.example.net", false, false, false},
        {"CN:*.example.net", "sip.example.net", false, true, false},
        // Addresses.
        {"IP:192.0.2.1", "192.0.2.1", false, false, true},
        {"IP:2001:db8::1", "2001:db8:0::1", false, false, true},
        {"IP:192.0.2.1", "192.0.2.2", false, false, false},
        {"DNS:192.0.2.1", "192.0.2.1", true, true, false},
        {"CN:192.0.2.1", "192.0.2.1", true, true, false},
        {"IP:192.0.2.1", "sip.example.net", false, false, false},
    }));
    CAPTURE(row.certificate, row.expected);
    const CertificateNames n = names(row.certificate);
    CHECK(check_name(n, row.expected, NameProfile::kRfc5922).has_value() == row.rfc5922);
    CHECK(check_name(n, row.expected, NameProfile::kRfc2818).has_value() == row.rfc2818);
    CHECK(check_name(n, row.expected, NameProfile::kIpSan).has_value() == row.ip_san);
}

TEST_CASE("tls names: a refusal says whose certificate it is", "[tls][names]") {
    const auto refused = check_name(names("DNS:a.example DNS:b.example IP:192.0.2.1"), "c.example", NameProfile::kRfc5922);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what == "wrong name: the certificate is for DNS:a.example, DNS:b.example, IP:192.0.2.1, not for c.example");
    CHECK(CertificateNames{}.str() == "nobody");
    CHECK_FALSE(check_name(CertificateNames{}, "", NameProfile::kRfc5922));
}
