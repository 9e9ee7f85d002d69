// Knows: recognising and writing our own route URIs.
// Must not know: what is done with a request.
// Next: in_dialog.cpp.
#include "sip-trunk-proxy/route_header.h"

#include "base/text.h"

namespace tandem::proxy {

OwnRoute read_route(const sip::Message& request, const Snapshot& snapshot) {
    OwnRoute out;
    sip::ValueCursor cursor(request, sip::HeaderId::kRoute);
    bool ours_ended = false;
    while (const auto value = cursor.next()) {
        ++out.total;
        if (ours_ended) continue;
        const auto address = sip::parse_name_addr(*value);
        const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
        if (!uri || snapshot.realm_of_uri(*uri) == kNoIndex) {
            ours_ended = true;
            out.next = *value;
            continue;
        }
        ++out.count;
        if (out.cookie.empty()) out.cookie = uri->param(kCookieParam).value_or(std::string_view{});
        if (out.identity.empty()) out.identity = uri->param(kIdentityParam).value_or(std::string_view{});
        if (out.token.empty()) out.token = uri->param(sip::kTokenParam).value_or(std::string_view{});
    }
    return out;
}

std::string record_route(const RealmPort& realm, std::string_view cookie, std::string_view identity) {
    std::string out = cat("<sip:", realm.sent_by, ";lr;", kCookieParam, '=', cookie);
    if (!identity.empty()) append(out, ';', kIdentityParam, '=', identity);
    out += '>';
    return out;
}

std::string token_route(const RealmPort& realm, std::string_view token) {
    return cat("<sip:", realm.sent_by, ";lr;", sip::kTokenParam, '=', token, '>');
}

std::optional<net::Endpoint> endpoint_of(const sip::Uri& uri, const Snapshot& snapshot) {
    if (!uri.is_sip()) return std::nullopt;
    // maddr overrides the host (RFC 3261 §19.1.1).
    const std::string_view host = uri.param("maddr").value_or(uri.host);
    const std::uint16_t port = uri.port == 0 ? std::uint16_t{5060} : uri.port;
    if (const auto ip = net::IpAddress::parse(host)) return net::Endpoint{*ip, port};
    const auto found = snapshot.hosts.find(std::string(host));
    if (found == snapshot.hosts.end()) return std::nullopt;
    return net::Endpoint{found->second, port};
}

}  // namespace tandem::proxy
