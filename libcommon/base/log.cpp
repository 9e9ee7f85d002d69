#include "base/log.h"

#include <algorithm>

namespace tandem {

std::string redact(std::string_view text) {
    std::string out(text);
    std::size_t kept = 0;
    for (auto it = out.rbegin(); it != out.rend(); ++it) {
        bool telling = is_digit(*it) || is_alpha(*it) || static_cast<std::uint8_t>(*it) >= 0x80;
        if (telling && ++kept > 2) *it = 'x';
    }
    // A text of one or two characters would be shown whole.
    if (kept <= 2) std::fill(out.begin(), out.end(), 'x');
    return out;
}

std::string Log::head(LogLevel level, std::string_view message) const {
    constexpr std::string_view kNames[] = {"ERROR", "WARNING", "INFO", "DEBUG"};
    std::string line = cat(kNames[static_cast<int>(level)], ' ', tool_, ": ");
    append_shown(line, message);
    return line;
}

void Log::append_value(std::string& line, std::string_view text) const {
    // Control characters and quotes from the network must not forge lines or keys.
    bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '\\';
    });
    if (plain) {
        line += text;
        return;
    }
    std::string safe;
    append_utf8_repaired(safe, text);
    line += '"';
    for (char c : safe) {
        auto byte = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            append(line, '\\', c);
        } else if (byte < 0x20 || byte == 0x7F) {
            append(line, "\\x", to_hex({&byte, 1}));
        } else {
            line += c;
        }
    }
    line += '"';
}

void Log::append_value(std::string& line, Pii pii) const {
    append_value(line, show_pii_ ? std::string(pii.text) : redact(pii.text));
}

}  // namespace tandem
