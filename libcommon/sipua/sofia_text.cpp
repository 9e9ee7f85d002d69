// Knows: sip_t, header chains, su_home.
// Must not know: legs.
// Next: user_agent.cpp.
#include "sipua/sofia_text.h"

#include <netinet/in.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/su_alloc.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace tandem::sipua {
namespace {

/// A header's name: of its class, or as written when the stack does not know it.
std::string_view name_of(const sip_header_t* h) {
    const auto* common = reinterpret_cast<const sip_common_t*>(h);
    if (common->h_class == nullptr) return {};
    if (common->h_class == sip_unknown_class) {
        const char* name = h->sh_unknown->un_name;
        return name != nullptr ? std::string_view(name) : std::string_view{};
    }
    const char* name = common->h_class->hc_name;
    return name != nullptr ? std::string_view(name) : std::string_view{};
}

bool clean(std::string_view value) {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

std::string text_of(const void* header) {
    if (header == nullptr) return {};
    const auto* h = static_cast<const sip_header_t*>(header);
    if (reinterpret_cast<const sip_common_t*>(h)->h_class == sip_unknown_class) {
        const char* value = h->sh_unknown->un_value;
        return value != nullptr ? std::string(trim(value)) : std::string();
    }
    char buffer[2048];
    const issize_t n = msg_header_field_e(buffer, sizeof buffer, reinterpret_cast<const msg_header_t*>(h), 0);
    if (n >= 0 && n < static_cast<issize_t>(sizeof buffer)) return {buffer, static_cast<std::size_t>(n)};
    su_home_t home[1] = {SU_HOME_INIT(home)};
    su_home_init(home);
    std::string out;
    if (const char* text = sip_header_as_string(home, h)) out = text;
    su_home_deinit(home);
    return out;
}

Headers take_headers(const sip_t* sip, const std::vector<std::string>& wanted) {
    Headers out;
    if (sip == nullptr || wanted.empty()) return out;
    const auto* first = sip->sip_request != nullptr ? reinterpret_cast<const sip_header_t*>(sip->sip_request)
                                                    : reinterpret_cast<const sip_header_t*>(sip->sip_status);
    // The chain of a received message holds every header once, in order.
    for (const auto* h = first; h != nullptr;
         h = reinterpret_cast<const sip_header_t*>(reinterpret_cast<const sip_common_t*>(h)->h_succ)) {
        const std::string_view name = name_of(h);
        if (name.empty()) continue;
        const auto match = std::find_if(wanted.begin(), wanted.end(),
                                        [&](const std::string& w) { return iequals(w, name); });
        if (match == wanted.end()) continue;
        std::string value = text_of(h);
        if (!value.empty()) out.push_back({*match, std::move(value)});
    }
    return out;
}

std::vector<std::string> take_routes(const sip_t* sip) {
    std::vector<std::string> out;
    for (const sip_route_t* r = sip->sip_route; r != nullptr; r = r->r_next) out.push_back(text_of(r));
    return out;
}

Body take_body(const sip_t* sip) {
    Body body;
    if (sip == nullptr || sip->sip_payload == nullptr || sip->sip_payload->pl_len == 0) return body;
    body.text.assign(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
    body.type = text_of(sip->sip_content_type);
    return body;
}

Request take_request(const sip_t* sip, const std::vector<std::string>& wanted) {
    if (sip == nullptr) return {};
    return {take_headers(sip, wanted), take_body(sip)};
}

Response take_response(int status, const char* phrase, const sip_t* sip,
                       const std::vector<std::string>& wanted) {
    Response out;
    out.local = sip == nullptr;
    // The stack's own failures are 900 and above: to the caller they are a server error.
    out.status = status >= 700 || status < 100 ? 500U : static_cast<unsigned>(status);
    if (phrase != nullptr) out.phrase = phrase;
    if (sip != nullptr) {
        out.headers = take_headers(sip, wanted);
        out.body = take_body(sip);
    }
    return out;
}

net::Endpoint source_of(msg_t* msg) {
    if (msg == nullptr) return {};
    const su_sockaddr_t* from = msg_addr(msg);
    if (from == nullptr) return {};
    if (from->su_family == AF_INET6)
        return {
            net::IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&from->su_sin6.sin6_addr), 16}),
            ntohs(from->su_sin6.sin6_port)};
    return {net::IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&from->su_sin.sin_addr), 4}),
            ntohs(from->su_sin.sin_port)};
}

std::string header_lines(const Headers& headers) {
    std::string out;
    for (const auto& h : headers)
        if (!h.value.empty() && clean(h.value)) append(out, h.name, ": ", h.value, "\r\n");
    return out;
}

}  // namespace tandem::sipua
