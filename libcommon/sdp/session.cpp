// Knows: look-ups in a description and how it is printed.
// Must not know: how it is read (parser.cpp).
// Next: parser.cpp.
#include "sdp/session.h"

#include "base/text.h"

namespace tandem::sdp {
namespace {

const Attribute* find_in(const std::vector<Attribute>& attributes, std::string_view name) {
    for (const auto& a : attributes)
        if (a.name.size() == name.size() && iequals(a.name, name)) return &a;
    return nullptr;
}

void print_line(std::string& out, char type, std::string_view value) {
    append(out, type, '=', value, "\r\n");
}

void print_connection(std::string& out, const Connection& c) {
    append(out, "c=", c.network, ' ', c.family, ' ', c.address, "\r\n");
}

void print_bandwidths(std::string& out, const std::vector<Bandwidth>& list) {
    for (const auto& b : list) append(out, "b=", b.type, ':', b.value, "\r\n");
}

void print_attributes(std::string& out, const std::vector<Attribute>& list) {
    for (const auto& a : list) {
        append(out, "a=", a.name);
        if (a.has_value) append(out, ':', a.value);
        out += "\r\n";
    }
}

void print_media(std::string& out, const Media& m) {
    append(out, "m=", m.type, ' ', m.port);
    if (m.port_count != 1) append(out, '/', m.port_count);
    append(out, ' ', m.protocol);
    for (const auto& format : m.formats) append(out, ' ', format);
    out += "\r\n";
    if (!m.information.empty()) print_line(out, 'i', m.information);
    for (const auto& c : m.connections) print_connection(out, c);
    print_bandwidths(out, m.bandwidths);
    if (!m.key.empty()) print_line(out, 'k', m.key);
    print_attributes(out, m.attributes);
}

}  // namespace

std::string_view family_name(const net::IpAddress& ip) { return ip.is_v6() ? "IP6" : "IP4"; }

Connection Connection::of(const net::IpAddress& ip) { return {"IN", std::string(family_name(ip)), ip.str()}; }

std::optional<net::IpAddress> Connection::ip() const {
    // A multicast address may carry "/ttl/count" (RFC 8866 §5.7); the address is what stands before it.
    return net::IpAddress::parse(cut(address, '/').first);
}

const Attribute* Media::find(std::string_view wanted) const { return find_in(attributes, wanted); }
const Attribute* Session::find(std::string_view wanted) const { return find_in(attributes, wanted); }

const Connection* Session::connection_of(const Media& m) const {
    if (!m.connections.empty()) return &m.connections.front();
    return connection ? &*connection : nullptr;
}

std::string print(const Session& s) {
    std::string out;
    out.reserve(512);
    print_line(out, 'v', s.version);
    const Origin& o = s.origin;
    append(out, "o=", o.username, ' ', o.session_id, ' ', o.version, ' ', o.network, ' ', o.family, ' ',
           o.address, "\r\n");
    print_line(out, 's', s.name);
    if (!s.information.empty()) print_line(out, 'i', s.information);
    if (!s.uri.empty()) print_line(out, 'u', s.uri);
    for (const auto& e : s.emails) print_line(out, 'e', e);
    for (const auto& p : s.phones) print_line(out, 'p', p);
    if (s.connection) print_connection(out, *s.connection);
    print_bandwidths(out, s.bandwidths);
    for (const auto& t : s.timings) {
        print_line(out, 't', t.active);
        for (const auto& r : t.repeats) print_line(out, 'r', r);
    }
    if (s.timings.empty()) print_line(out, 't', "0 0");
    if (!s.zones.empty()) print_line(out, 'z', s.zones);
    if (!s.key.empty()) print_line(out, 'k', s.key);
    print_attributes(out, s.attributes);
    for (const auto& m : s.media) print_media(out, m);
    return out;
}

}  // namespace tandem::sdp
