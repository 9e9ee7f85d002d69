// Knows: which header fields lead back to what stands behind us, and what stands in them for a peer that shall not see it.
// Must not know: which peer that is, transactions.
// Next: sip/edit.cpp, route_header.h.
#include "sip-trunk-proxy/hiding.h"

#include <array>

#include "base/text.h"
#include "sip-trunk-proxy/route_header.h"
#include "sip/build.h"
#include "sip/hidden.h"

namespace tandem::proxy {

namespace {

using sip::HeaderId;

// Of sip:HOST:PORT;…: what follows a user part and its '@'.
std::string_view behind_user(const RealmPort& port) { return std::string_view(port.uri).substr(4); }

// Header parameters of a Contact that go on: feature tags without a value (RFC 3840: isfocus, audio, …), and the two that are
// numbers. Whatever else has a value tells of the device: +sip.instance names it, others hold addresses of registrars and proxies.
void append_told_params(std::string& out, const sip::NameAddr& contact) {
    sip::ParamCursor cursor(contact.params);
    while (const auto p = cursor.next()) {
        if (!p->has_value || iequals(p->name, "q") || iequals(p->name, "expires")) append(out, ';', p->text);
    }
}

// One value in place of all.
void set_contact(sip::Edits& edits, std::string_view value) {
    const sip::Message& m = edits.message();
    const sip::Header* first = m.first(HeaderId::kContact);
    edits.set_value(*first, value);
    for (const sip::Header* h = m.next(*first); h != nullptr; h = m.next(*h)) edits.remove(*h);
}

// The dialog's target: leads back through us.
bool conceal_target(sip::Edits& edits, const Veil& veil) {
    sip::ValueCursor cursor(edits.message(), HeaderId::kContact);
    const auto value = cursor.next();
    if (!value) return true;
    const auto contact = sip::parse_name_addr(*value);
    // What cannot be read is not shown either; requests back go to where the dialog's INVITE came from or went to.
    if (!contact || !contact->uri()) {
        set_contact(edits, cat('<', veil.port.uri, '>'));
        return true;
    }
    const auto sealed = sip::seal_contact(*veil.snapshot.keyring, contact->uri_text, veil.dialog, veil.behind);
    if (!sealed) return false;
    std::string text = cat("<sip:", *sealed, '@', behind_user(veil.port), '>');
    append_told_params(text, *contact);
    set_contact(edits, text);
    return true;
}

// Where else to try (3xx, 485): a number or name at our address, so that a new call there is decided as any other.
void conceal_alternatives(sip::Edits& edits, const Veil& veil) {
    std::string list;
    sip::ValueCursor cursor(edits.message(), HeaderId::kContact);
    while (const auto value = cursor.next()) {
        const auto contact = sip::parse_name_addr(*value);
        const auto uri = contact ? contact->uri() : Result<sip::Uri>(fail(Errc::kSyntax, ""));
        if (!uri) continue;
        if (!list.empty()) list += ", ";
        if (uri->scheme == sip::Scheme::kTel) {
            append(list, '<', uri->text, '>');
        } else if (uri->is_sip() && uri->has_user) {
            append(list, "<sip:", uri->user, '@', behind_user(veil.port), '>');
        } else {
            append(list, '<', veil.port.uri, '>');
        }
        append_told_params(list, *contact);
    }
    if (!edits.message().has(HeaderId::kContact)) return;
    if (list.empty()) append(list, '<', veil.port.uri, '>');
    set_contact(edits, list);
}

// Elements of a list field in order; more than anybody records make it unusable.
struct Elements {
    static constexpr std::size_t kMost = 32;
    std::array<std::string_view, kMost> at;
    std::size_t count = 0;
    const sip::Header* last_header = nullptr;
    bool overflow = false;

    Elements(const sip::Message& m, HeaderId id) {
        sip::ValueCursor cursor(m, id);
        while (const auto value = cursor.next()) {
            if (count == kMost) {
                overflow = true;
                return;
            }
            at[count++] = *value;
            last_header = cursor.header();
        }
    }
};

void splice_element(sip::Edits& edits, std::string_view element, std::string_view text) {
    const auto begin = static_cast<std::uint32_t>(element.data() - edits.message().bytes().data());
    edits.splice(begin, begin + static_cast<std::uint32_t>(element.size()), text);
}

// RFC 3261 §16.7 step 8: our own element may be rewritten on its way back; each side sees the address of ours that faces it.
bool unveil_routes(sip::Edits& edits, const ResponseVeil& how) {
    const sip::Message& m = edits.message();
    const sip::Header* first = m.first(HeaderId::kRecordRoute);
    if (first == nullptr) return true;
    const Elements list(m, HeaderId::kRecordRoute);
    if (list.overflow) return !how.from_requester;
    // Ours stand above what the request brought, of which a responder that is hidden from has got nothing.
    const std::size_t below = how.from_responder ? 0 : how.kept->route_count;
    const std::size_t mine = how.two_uris && !how.from_responder ? 2 : 1;
    OwnRoute own;
    const bool there = how.recorded && list.count >= below + mine &&
                       read_own_element(list.at[list.count - below - 1], how.requester.snapshot, own) && !own.cookie.empty();
    if (!how.from_requester) {
        if (there) splice_element(edits, list.at[list.count - 1], record_route(how.requester.port, own.cookie, own.identity));
        if (there || !how.recorded) edits.insert(list.last_header->end, how.kept->routes);
        return true;
    }
    std::string text;
    if (there) {
        // The responder's side, nearest to us first: as the requester's Route has to be.
        std::string hidden;
        for (std::size_t i = list.count - below - mine; i-- > 0;) append(hidden, hidden.empty() ? "" : ", ", list.at[i]);
        std::string sealed;
        if (!hidden.empty()) {
            auto made = sip::seal_routes(*how.requester.snapshot.keyring, hidden, how.requester.dialog);
            if (!made) return false;
            sealed = std::move(*made);
        }
        append(text, "Record-Route: ", record_route(how.requester.port, own.cookie, own.identity, sealed), "\r\n");
    }
    text += how.kept->routes;
    edits.remove_all(HeaderId::kRecordRoute);
    edits.insert(first->begin, text);
    return true;
}

std::string_view before_params(const sip::NameAddr& address, std::string_view value) {
    return address.params.empty() ? value : value.substr(0, static_cast<std::size_t>(address.params.data() - value.data()));
}

}  // namespace

Kept keep(const sip::Message& request, std::string_view stamped_via) {
    Kept out;
    sip::append_vias(out.vias, request, stamped_via);
    sip::append_fields(out.routes, request, HeaderId::kRecordRoute);
    sip::ValueCursor cursor(request, HeaderId::kRecordRoute);
    while (cursor.next()) ++out.route_count;
    out.to = before_params(request.to(), request.value(HeaderId::kTo));
    return out;
}

Result<std::string> hidden_routes(const sip::Message& request, const Veil& veil) {
    std::string list;
    sip::ValueCursor cursor(request, HeaderId::kRecordRoute);
    while (const auto value = cursor.next()) append(list, list.empty() ? "" : ", ", *value);
    return list.empty() ? Result<std::string>(std::string()) : sip::seal_routes(*veil.snapshot.keyring, list, veil.dialog);
}

bool conceal_request(sip::Edits& edits, const Veil& veil) {
    edits.remove_all(HeaderId::kVia);
    edits.remove_all(HeaderId::kRecordRoute);
    edits.remove_all(HeaderId::kPath);
    if (!conceal_target(edits, veil)) return false;
    scrub(edits, veil.snapshot, veil.own);
    return true;
}

bool unveil_response(sip::Edits& edits, const ResponseVeil& how) {
    const sip::Message& m = edits.message();
    if (how.from_responder) {
        edits.remove_all(HeaderId::kVia);
        edits.insert(m.first(HeaderId::kVia)->begin, how.kept->vias);
        const std::string_view to = m.value(HeaderId::kTo);
        const std::string_view as_sent = before_params(m.to(), to);
        if (as_sent != how.kept->to) edits.set_value(*m.first(HeaderId::kTo), cat(how.kept->to, to.substr(as_sent.size())));
    } else {
        edits.pop_via();
    }
    if (!unveil_routes(edits, how)) return false;
    if (!how.from_requester) return true;
    edits.remove_all(HeaderId::kPath);
    if (m.status() >= 300) {
        conceal_alternatives(edits, how.requester);
    } else if (!conceal_target(edits, how.requester)) {
        return false;
    }
    scrub(edits, how.requester.snapshot, how.requester.own);
    return true;
}

}  // namespace tandem::proxy
