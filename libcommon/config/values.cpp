// Knows: how the file's values are written.
// Must not know: keys.
// Next: reader.cpp, which checks by them.
#include "config/values.h"

#include <algorithm>
#include <vector>

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
    const std::string_view whole = text;
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
    out.any_transport = out.port == 0 && host.data() == whole.data();
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

bool is_line(std::string_view text) {
    const auto [number, extension] = cut(text, ';');
    if (!is_e164(number)) return false;
    if (number.size() == text.size()) return true;
    return extension.starts_with("ext=") && is_digits(extension.substr(4)) && extension.size() <= 4 + 20;
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

bool is_host(std::string_view text) { return is_host_name(text) || net::IpAddress::parse(text).has_value(); }

bool is_user_part(std::string_view text) {
    constexpr std::string_view kMarks = "-_.!~*'()&=+$,;?/%";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alpha(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
    });
}

bool is_quotable(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return c == '"' || c == '\\' || c == '\x7f' || static_cast<unsigned char>(c) < 0x20;
    });
}

bool is_unicast(const net::IpAddress& ip) {
    if (ip.none() || ip.unspecified()) return false;
    const std::uint8_t first = ip.bytes()[0];
    return ip.is_v4() ? first < 224 : first != 0xff;
}

namespace {

struct Groups {
    std::size_t count = 0;
    std::vector<std::string_view> names;
    bool countable = true;
};

Groups groups_of(std::string_view pattern) {
    Groups out;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\') {
            ++i;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            if (pattern.substr(i + 1).starts_with("^]") || pattern.substr(i + 1).starts_with("]")) i += pattern[i + 1] == '^' ? 2U : 1U;
        } else if (c == '(') {
            const std::string_view rest = pattern.substr(i + 1);
            if (!rest.starts_with('?')) {
                ++out.count;
                continue;
            }
            const bool angle = rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
            if (angle || rest.starts_with("?'")) {
                ++out.count;
                out.names.push_back(rest.substr(2, rest.substr(2).find(angle ? '>' : '\'')));
            } else if (!rest.starts_with("?:") && !rest.starts_with("?=") && !rest.starts_with("?!") && !rest.starts_with("?<") &&
                       !rest.starts_with("?>")) {
                out.countable = false;  // options such as (?n) change what a group is
            }
        }
    }
    return out;
}

}  // namespace

std::string_view reference_to_nothing(std::string_view pattern, std::string_view translation) {
    const Groups groups = groups_of(pattern);
    if (!groups.countable) return {};
    const auto known = [&](std::string_view name) {
        if (const auto number = to_number<std::size_t>(name); number && *number <= groups.count) return true;
        return std::find(groups.names.begin(), groups.names.end(), name) != groups.names.end();
    };
    for (std::size_t i = 0; i + 1 < translation.size(); ++i) {
        if (translation[i] != '$') continue;
        const std::string_view rest = translation.substr(i + 1);
        if (rest[0] == '$') {
            ++i;
        } else if (rest[0] == '{') {
            const std::size_t end = rest.find('}');
            if (end != std::string_view::npos && !known(rest.substr(1, end - 1))) return translation.substr(i, end + 2);
        } else if (is_digit(rest[0])) {
            const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
            if (!known(rest.substr(0, digits))) return translation.substr(i, digits + 1);
        }
    }
    return {};
}

}  // namespace tandem::config
