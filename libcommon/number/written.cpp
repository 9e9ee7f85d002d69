#include "number/written.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::number {

namespace {

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// RFC 3986 §2.1: escapes become what they stand for; what is no escape stays.
std::string_view percent_decoded(std::string_view text, InlineText<kMaxWritten>& room) {
    if (text.find('%') == std::string_view::npos) return text;
    room.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
            if (high >= 0 && low >= 0) {
                room.push_back(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
        }
        room.push_back(text[i]);
    }
    return room.view();
}

void read_parameters(std::string_view rest, Written& out) {
    while (!rest.empty()) {
        auto [parameter, more] = cut(rest, ';');
        rest = more;
        auto [name, value] = cut(parameter, '=');
        if (iequals(name, "ext")) out.extension = value;
        if (iequals(name, "phone-context")) out.context = value;
    }
}

}  // namespace

bool telephone_subscriber(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || c == '+' || c == '-' || c == '.' || c == '(' || c == ')' || c == '*' || c == '#' || c == ' ';
    });
}

void undress(std::string_view written, Written& out) {
    // "Alice" <sip:…>: the URI is between the last "<" and its ">".
    if (!written.empty() && written.back() != '>' && written.find('<') == std::string_view::npos) {
        out.text = trim(written);
    } else if (auto open = written.rfind('<'); open != std::string_view::npos && written.find('>', open) != std::string_view::npos) {
        out.text = trim(written.substr(open + 1, written.find('>', open) - open - 1));
    } else {
        out.text = trim(written);
    }
    const bool sip = istarts_with(out.text, "sip:") || istarts_with(out.text, "sips:");
    if (sip) {
        out.uri = true;
        std::string_view rest = cut(out.text, ':').second;
        const auto at = rest.rfind('@');
        // A host without a user is nobody's number; a password is no part of it.
        const std::string_view user = at == std::string_view::npos ? std::string_view() : cut(rest.substr(0, at), ':').first;
        out.parameters = cut(user, ';').second;
        out.text = percent_decoded(user, out.room);
    } else if (istarts_with(out.text, "tel:")) {
        out.uri = true;
        out.text = out.text.substr(4);
        out.parameters = cut(out.text, ';').second;
    }
    if (!out.uri) return;
    auto [number, parameters] = cut(out.text, ';');
    read_parameters(parameters, out);
    out.text = number;
    out.name = sip && !telephone_subscriber(number);
}

}  // namespace tandem::number
