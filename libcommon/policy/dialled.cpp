// Knows: what was dialled, freed of what a URI wraps around it, and whether it calls for help.
// Must not know: dial plans, routes.
// Next: routing.cpp, which makes a number of it.
#include <algorithm>

#include "base/text.h"
#include "policy/work.h"

namespace tandem::policy {

std::string bare_number(std::string_view text) {
    text = trim(text);
    for (const std::string_view scheme : {"sip:", "sips:", "tel:"}) {
        if (istarts_with(text, scheme)) {
            text.remove_prefix(scheme.size());
            break;
        }
    }
    text = cut(text, ';').first;
    text = cut(text, '@').first;
    // Letters are names; only a string of digits may carry separators.
    const bool number = std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || c == '+' || c == '*' || c == '#' || c == '-' || c == '.' || c == '(' ||
               c == ')' || c == ' ';
    });
    if (!number) return std::string(text);
    std::string out;
    for (const char c : text) {
        if (is_digit(c) || c == '+' || c == '*' || c == '#') out += c;
    }
    return out;
}

std::string emergency_string(const topology::Topology& topology, std::string_view dialled) {
    for (const topology::EmergencyNumber& number : topology.emergency.numbers) {
        if (number.dial == dialled) return number.dial;
        for (const std::string& mask : number.masks) {
            if (mask == dialled) return number.dial;
        }
    }
    return {};
}

}  // namespace tandem::policy
