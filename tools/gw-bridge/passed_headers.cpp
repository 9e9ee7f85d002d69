// Knows: lists of header names.
// Must not know: calls.
// Next: sip/values.h.
#include "gw-bridge/passed_headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sip/values.h"

namespace tandem::bridge {
namespace {

constexpr std::array<std::string_view, 20> kInRequests{"P-Asserted-Identity",
                                                       "P-Preferred-Identity",
                                                       "Privacy",
                                                       "Diversion",
                                                       "History-Info",
                                                       "P-Early-Media",
                                                       "User-to-User",
                                                       "Priority",
                                                       "Resource-Priority",
                                                       "Subject",
                                                       "Alert-Info",
                                                       "Call-Info",
                                                       "Geolocation",
                                                       "Geolocation-Routing",
                                                       "Identity",
                                                       "Referred-By",
                                                       "P-Charge-Info",
                                                       "Organization",
                                                       "Accept-Language",
                                                       "Reason"};

constexpr std::array<std::string_view, 9> kInResponses{
    "Reason",        "Retry-After", "Warning",      "P-Asserted-Identity", "Privacy",
    "P-Early-Media", "Alert-Info",  "User-to-User", "Error-Info"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view name) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view n) { return iequals(n, name); });
}

constexpr std::string_view kNullUuid = "00000000000000000000000000000000";

}  // namespace

std::vector<std::string> told_headers() {
    std::vector<std::string> out(kInRequests.begin(), kInRequests.end());
    for (const auto name : kInResponses)
        if (!among(kInRequests, name)) out.emplace_back(name);
    for (const char* name : {"Session-ID", "Max-Forwards", "Contact"}) out.emplace_back(name);
    return out;
}

unsigned max_forwards(const sipua::Headers& headers) {
    return to_number<std::uint8_t>(trim(sipua::find(headers, "Max-Forwards"))).value_or(70);
}

sipua::Headers request_headers(const sipua::Headers& from) {
    sipua::Headers out;
    for (const auto& h : from)
        if (among(kInRequests, h.name)) out.push_back(h);
    return out;
}

sipua::Headers response_headers(const sipua::Headers& from, unsigned status) {
    sipua::Headers out;
    for (const auto& h : from)
        if (among(kInResponses, h.name) || (status >= 300 && status < 400 && iequals(h.name, "Contact")))
            out.push_back(h);
    return out;
}

std::optional<int> q850_cause(const sipua::Headers& headers) {
    for (const auto& h : headers)
        if (iequals(h.name, "Reason"))
            if (const auto cause = sip::q850_cause(h.value)) return cause;
    return std::nullopt;
}

void SessionIds::learn(std::string& uuid, const sipua::Headers& headers) {
    const auto value = sipua::find(headers, "Session-ID");
    if (value.empty()) return;
    const auto id = sip::parse_session_id(value);
    if (id && id->local != kNullUuid) uuid = id->local;
}

std::string SessionIds::value(const std::string& local, const std::string& remote) {
    if (local.empty() && remote.empty()) return {};
    return cat(local.empty() ? kNullUuid : std::string_view(local),
               ";remote=", remote.empty() ? kNullUuid : std::string_view(remote));
}

}  // namespace tandem::bridge
