// Knows: recognising and writing our own route URIs.
// Must not know: what is done with a request.
// Next: in_dialog.cpp.
#include "sip-trunk-proxy/route_header.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::proxy {

bool read_own_element(std::string_view element, const Snapshot& snapshot, OwnRoute& out) {
    const auto address = sip::parse_name_addr(element);
    const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
    if (!uri || snapshot.realm_of_uri(*uri) == kNoIndex) return false;
    sip::ParamCursor params(uri->params);
    while (const auto param = params.next()) {
        for (const auto& [name, text] : {std::pair{kCookieParam, &out.cookie}, {kIdentityParam, &out.identity},
                                         {kHiddenParam, &out.hidden}, {sip::kTokenParam, &out.token}}) {
            if (text->empty() && iequals(param->name, name)) *text = param->value;
        }
    }
    return true;
}

OwnRoute read_route(const sip::Message& request, const Snapshot& snapshot) {
    OwnRoute out;
    sip::ValueCursor cursor(request, sip::HeaderId::kRoute);
    bool ours_ended = false;
    while (const auto value = cursor.next()) {
        ++out.total;
        if (ours_ended) continue;
        if (read_own_element(*value, snapshot, out)) {
            ++out.count;
        } else {
            ours_ended = true;
            out.next = *value;
        }
    }
    return out;
}

std::string record_route(const RealmPort& port, std::string_view cookie, std::string_view identity, std::string_view hidden) {
    std::string out = cat('<', port.uri, ";lr;", kCookieParam, '=', cookie);
    if (!identity.empty()) append(out, ';', kIdentityParam, '=', identity);
    if (!hidden.empty()) append(out, ';', kHiddenParam, '=', hidden);
    out += '>';
    return out;
}

std::string token_route(const RealmPort& port, std::string_view token) {
    return cat('<', port.uri, ";lr;", sip::kTokenParam, '=', token, '>');
}

Way way_of(const sip::Uri& uri) {
    if (uri.scheme == sip::Scheme::kSips) return Way::kTls;
    const auto transport = uri.param("transport");
    if (!transport) return Way::kUdp;
    return iequals(*transport, "tcp") ? Way::kTcp : iequals(*transport, "tls") ? Way::kTls : Way::kUdp;
}

std::optional<Hop> hop_of(const sip::Uri& uri, const Snapshot& snapshot, Index realm, const net::IpAddress& prefer,
                          const net::IpAddress& written_by) {
    if (!uri.is_sip()) return std::nullopt;
    // maddr overrides the host (RFC 3261 §19.1.1).
    const std::string_view host = uri.param("maddr").value_or(uri.host);
    const Way way = way_of(uri);
    Hop hop{{{}, uri.port == 0 ? sipnet::default_port(way) : uri.port}, way, uri.scheme == sip::Scheme::kSips || uri.param("transport").has_value()};
    if (const auto ip = net::IpAddress::parse(host)) {
        hop.at.ip = *ip;
        return hop;
    }
    if (snapshot.names == nullptr) return std::nullopt;
    const auto stated = hop.way_stated ? std::optional(static_cast<dns::Transport>(way)) : std::nullopt;
    const std::vector<dns::Server> servers = snapshot.names->look_up({lower(host), uri.port, stated, snapshot.reach(realm)}, written_by);
    if (servers.empty()) return std::nullopt;
    // Without weights: requests of one dialog shall not go now here, now there.
    const auto known = std::find_if(servers.begin(), servers.end(), [&prefer](const dns::Server& s) { return s.at.ip == prefer; });
    const dns::Server& server = known == servers.end() ? servers.front() : *known;
    hop.at = server.at;
    hop.way = static_cast<Way>(server.transport);
    return hop;
}

}  // namespace tandem::proxy
