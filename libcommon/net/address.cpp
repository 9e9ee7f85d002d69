#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace tandem::net {

IpAddress IpAddress::v4(std::uint32_t host_order) {
    IpAddress a;
    a.family_ = 4;
    store_be32(a.bytes_.data(), host_order);
    return a;
}

IpAddress IpAddress::from_bytes(Bytes bytes) {
    IpAddress a;
    if (bytes.size() != 4 && bytes.size() != 16) return a;
    a.family_ = bytes.size() == 4 ? 4 : 6;
    std::copy(bytes.begin(), bytes.end(), a.bytes_.begin());
    return a;
}

namespace {

constexpr std::size_t kV4Text = 15;  // "255.255.255.255"

char* write_v4(char* to, const std::uint8_t* bytes) {
    for (int i = 0; i < 4; ++i) {
        if (i != 0) *to++ = '.';
        unsigned n = bytes[i];
        if (n >= 100) *to++ = static_cast<char>('0' + n / 100);
        if (n >= 10) *to++ = static_cast<char>('0' + n / 10 % 10);
        *to++ = static_cast<char>('0' + n % 10);
    }
    return to;
}

// "192.0.2.1" as inet_pton() reads it: four decimal numbers up to 255, no leading zeros.
std::optional<std::uint32_t> parse_v4(std::string_view text) {
    std::uint32_t address = 0, number = 0;
    unsigned digits = 0, dots = 0;
    for (const char c : text) {
        if (is_digit(c)) {
            if (digits != 0 && number == 0) return std::nullopt;
            number = number * 10 + static_cast<std::uint32_t>(c - '0');
            if (++digits > 3 || number > 255) return std::nullopt;
        } else if (c == '.' && digits != 0 && dots < 3) {
            address = address << 8 | number;
            number = digits = 0;
            ++dots;
        } else {
            return std::nullopt;
        }
    }
    if (dots != 3 || digits == 0) return std::nullopt;
    return address << 8 | number;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (!text.empty() && is_digit(text.front()) && text.find(':') == std::string_view::npos) {
        const auto v4 = parse_v4(text);
        return v4 ? std::optional(IpAddress::v4(*v4)) : std::nullopt;
    }
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
        if (text.find(':') == std::string_view::npos) return std::nullopt;
    }
    char buffer[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof buffer || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::copy(text.begin(), text.end(), buffer);
    buffer[text.size()] = '\0';
    bool six = text.find(':') != std::string_view::npos;
    IpAddress a;
    if (inet_pton(six ? AF_INET6 : AF_INET, buffer, a.bytes_.data()) != 1) return std::nullopt;
    a.family_ = six ? 6 : 4;
    return a;
}

bool IpAddress::unspecified() const {
    auto b = bytes();
    return !b.empty() && std::all_of(b.begin(), b.end(), [](std::uint8_t x) { return x == 0; });
}

bool IpAddress::loopback() const {
    if (is_v4()) return bytes_[0] == 127;
    return is_v6() && bytes_[15] == 1 &&
           std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t x) { return x == 0; });
}

std::string IpAddress::str() const {
    if (none()) return {};
    if (is_v4()) {
        std::array<char, kV4Text> text;
        return std::string(text.data(), write_v4(text.data(), bytes_.data()));
    }
    char buffer[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
    return buffer;
}

std::string IpAddress::uri_str() const { return is_v6() ? cat('[', str(), ']') : str(); }

std::optional<Endpoint> Endpoint::parse(std::string_view text, std::uint16_t fallback_port) {
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (!text.empty() && text.front() == '[') {
        auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = text.substr(0, close + 1);
        auto rest = text.substr(close + 1);
        if (!rest.empty()) {
            if (rest.front() != ':') return std::nullopt;
            port = rest.substr(1);
            has_port = true;
        }
    } else if (auto colon = text.find(':'); colon != std::string_view::npos) {
        if (text.find(':', colon + 1) == std::string_view::npos) {
            host = text.substr(0, colon);
            port = text.substr(colon + 1);
            has_port = true;
        }
    }
    auto ip = IpAddress::parse(host);
    if (!ip) return std::nullopt;
    if (!has_port) {
        if (fallback_port == 0) return std::nullopt;
        return Endpoint{*ip, fallback_port};
    }
    auto number = to_number<std::uint16_t>(port);
    if (!number || *number == 0) return std::nullopt;
    return Endpoint{*ip, *number};
}

std::string Endpoint::str() const {
    if (!ip.is_v4()) return cat(ip.uri_str(), ':', port);
    std::array<char, kV4Text + 6> text;
    char* at = write_v4(text.data(), ip.bytes().data());
    *at++ = ':';
    at = std::to_chars(at, text.data() + text.size(), port).ptr;
    return std::string(text.data(), at);
}

}  // namespace tandem::net
