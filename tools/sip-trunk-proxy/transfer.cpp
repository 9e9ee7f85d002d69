// Knows: where the name of the other dialog stands, and how a sealed Contact is opened by it.
// Must not know: transactions, who may transfer.
// Next: sip/hidden.cpp; facts_of.cpp.
#include "sip-trunk-proxy/transfer.h"

#include <algorithm>

#include "base/text.h"
#include "sip-trunk-proxy/route_header.h"

namespace tandem::proxy {

namespace {

constexpr std::string_view kReplacesHeader = "replaces=";

// The value of the header `Replaces` in a URI's headers part, escapes as they are.
std::string_view replaces_of(std::string_view headers) {
    for (std::string_view rest = headers; !rest.empty();) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view one = rest.substr(0, end);
        if (one.size() >= kReplacesHeader.size() && iequals(one.substr(0, kReplacesHeader.size()), kReplacesHeader)) {
            return one.substr(kReplacesHeader.size());
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

}  // namespace

std::optional<sip::OwnedContact> open_replaced(const Snapshot& snapshot, const sip::Uri& uri, const sip::Replaces& replaces) {
    if (!snapshot.keyring || !sip::looks_sealed(uri.user) || snapshot.realm_of_uri(uri) == kNoIndex) return std::nullopt;
    for (const std::string_view caller : {replaces.to_tag, replaces.from_tag}) {
        if (auto contact = sip::open_owned_contact(*snapshot.keyring, uri.user, {replaces.call_id, caller})) return std::move(*contact);
    }
    return std::nullopt;
}

std::optional<sip::OwnedContact> open_replaced(const Snapshot& snapshot, const sip::Message& invite, const sip::Uri& request_uri) {
    if (!invite.has(sip::HeaderId::kReplaces)) return std::nullopt;
    const auto replaces = sip::parse_replaces(invite.value(sip::HeaderId::kReplaces));
    return replaces ? open_replaced(snapshot, request_uri, *replaces) : std::nullopt;
}

bool replaced_lives(const sip::Message& invite, const Accounting& calls) {
    const auto dialog = sip::parse_replaces(invite.value(sip::HeaderId::kReplaces));
    return dialog && (calls.lives(call_key(dialog->call_id, dialog->to_tag, dialog->from_tag)) ||
                      calls.lives(call_key(dialog->call_id, dialog->from_tag, dialog->to_tag)));
}

void refer_to_edit(sip::Edits& edits, const Snapshot& snapshot, const RealmPort& port) {
    const sip::Message& m = edits.message();
    if (!m.has(sip::HeaderId::kReferTo)) return;
    const auto address = sip::parse_name_addr(m.value(sip::HeaderId::kReferTo));
    const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
    if (!uri) return;
    const std::string named = sip::unescape(replaces_of(uri->headers));
    const auto replaces = sip::parse_replaces(named);
    if (!replaces || !open_replaced(snapshot, *uri, *replaces)) return;
    // Its parameters said how to reach our other side; a method is the transferor's wish.
    // Our own URIs are sip:, also where the transferor wrote sips:. Without brackets its parameters would be the field's (RFC 3261 §20).
    std::string text = cat(address->bracketed ? "" : "<", "sip:", uri->user, '@', std::string_view(port.uri).substr(4));
    if (const auto method = uri->param("method")) append(text, ";method=", *method);
    const auto place = [&m](const char* at) { return static_cast<std::uint32_t>(at - m.bytes().data()); };
    const std::uint32_t begin = place(address->uri_text.data());
    edits.splice(begin, place(uri->headers.data()) - 1, text);  // what stands behind '?' stays, for scrub() to see
    if (!address->bracketed) edits.insert(begin + static_cast<std::uint32_t>(address->uri_text.size()), ">");
}

std::string_view replaces_in(std::string_view refer_to) {
    const auto address = sip::parse_name_addr(refer_to);
    const auto uri = address ? address->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
    return uri ? replaces_of(uri->headers) : std::string_view{};
}

sip::ContactOwner owner_of(const Snapshot& snapshot, bool bridge, Index trunk, Index realm, const net::Endpoint& at) {
    if (bridge) return {};
    if (trunk != kNoIndex) return {.trunk = trunk_print(snapshot.topology->trunks[trunk].name), .realm = 0, .at = {}};
    if (realm == kNoIndex) return {};
    return {.trunk = 0, .realm = realm_print(snapshot.topology->realms[realm].name), .at = at};
}

}  // namespace tandem::proxy
