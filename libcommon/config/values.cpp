// Knows: how the file's values are written.
// Must not know: keys.
// Next: reader.cpp, which checks by them.
#include "config/values.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::config {
namespace {

using topology::Transport;

/// Takes "udp:", "tcp:" or "tls:" off the front; UDP when there is none.
Transport take_transport(std::string_view& text) {
    for (const Transport t : {Transport::kUdp, Transport::kTcp, Transport::kTls}) {
        const std::string_view name = to_string(t);
        if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == ':') {
            text.remove_prefix(name.size() + 1);
            return t;
        }
    }
    return Transport::kUdp;
}

}  // namespace

std::optional<topology::Listen> parse_listen(std::string_view text) {
    topology::Listen out;
    out.transport = take_transport(text);
    if (const auto endpoint = net::Endpoint::parse(text, default_port(out.transport))) {
        out.endpoint = *endpoint;
        return out;
    }
    return std::nullopt;
}

std::optional<topology::Target> parse_target(std::string_view text) {
    topology::Target out;
    out.transport = take_transport(text);
    if (const auto ip = net::IpAddress::parse(text)) {
        out.ip = ip;
        out.host = ip->str();
        return out;
    }
    if (const auto endpoint = net::Endpoint::parse(text)) {
        if (endpoint->port == 0) return std::nullopt;
        out.ip = endpoint->ip;
        out.host = endpoint->ip.str();
        out.port = endpoint->port;
        return out;
    }
    const auto [host, port] = cut(text, ':');
    if (!is_host_name(host)) return std::nullopt;
    if (host.size() != text.size()) {
        const auto number = to_number<std::uint16_t>(port);
        if (!number || *number == 0) return std::nullopt;
        out.port = *number;
    }
    out.host = lower(host);
    return out;
}

std::optional<topology::PortRange> parse_ports(std::string_view text) {
    const auto [first_text, last_text] = cut(text, '-');
    const auto first = to_number<std::uint16_t>(first_text);
    const auto last = to_number<std::uint16_t>(last_text);
    if (!first || !last || *first < 1024 || *first % 2 != 0 || *last % 2 != 1 || *last < *first)
        return std::nullopt;
    return topology::PortRange{*first, *last};
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

bool is_e164(std::string_view text) {
    if (text.size() < 3 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
    return is_digits(text.substr(1));
}

bool is_name(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    bool letter = false;
    for (const std::string_view label : split(text, '.')) {
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        for (const char c : label) {
            if (!is_alpha(c) && !is_digit(c) && c != '-') return false;
            letter = letter || is_alpha(c);
        }
    }
    return letter;  // digits and dots alone are a misspelt address
}

}  // namespace tandem::config
