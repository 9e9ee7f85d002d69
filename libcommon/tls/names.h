// Knows: whether a certificate's names are those of the peer that is expected, by three profiles.
// Must not know: certificates (context.cpp takes the names out of one), SIP.
// Next: engine.h, which asks after each handshake.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace tandem::tls {

/// rfc5922: SIP's own rules; no wildcards, no addresses. rfc2818: those of HTTPS, with a wildcard for one whole label, which
/// many providers' certificates need. ip-san: the peer is an address, and the certificate must name exactly that.
enum class NameProfile : std::uint8_t { kRfc5922, kRfc2818, kIpSan };

/// What a certificate says of whom it belongs to.
struct CertificateNames {
    std::vector<std::string> dns;   ///< subjectAltName, dNSName
    std::vector<std::string> uris;  ///< subjectAltName, uniformResourceIdentifier
    std::vector<net::IpAddress> ips;
    std::string common_name;        ///< of the subject; the last one when it has several
    bool has_alternatives = false;  ///< any subjectAltName at all

    /// "DNS:sip.example.net, URI:sip:example.net, IP:192.0.2.1" for messages, cut after a few.
    [[nodiscard]] std::string str() const;
};

/// Whether the certificate is one for `expected`, a host name or (ip-san) an address. Errors: kPolicy, telling what it is for.
/// Source: RFC 5922 §7.1 and §7.2; RFC 2818 §3.1 with RFC 6125 §6.4.3.
Status check_name(const CertificateNames& names, std::string_view expected, NameProfile profile);

}  // namespace tandem::tls
