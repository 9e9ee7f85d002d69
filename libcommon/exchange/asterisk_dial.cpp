// Knows: dial strings of Asterisk's channels.
// Must not know: contexts, patterns.
// Next: asterisk_dial.h.
#include "exchange/asterisk_dial.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace tandem::exchange {
namespace {

// Up to a separator outside ${…} and (…).
std::string_view up_to(std::string_view text, std::string_view separators) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '{' || text[at] == '(') ++depth;
        if ((text[at] == '}' || text[at] == ')') && depth > 0) --depth;
        if (depth == 0 && separators.find(text[at]) != std::string_view::npos) return text.substr(0, at);
    }
    return text;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::string_view part = up_to(text, separators);
        out.push_back(part);
        if (part.size() == text.size()) return out;
        text.remove_prefix(part.size() + 1);
    }
}

bool has_exten(std::string_view text) { return text.find("${EXTEN") != std::string_view::npos; }
bool dialled(char c) { return is_digit(c) || c == '+' || c == '*' || c == '#'; }

// Digits and ${EXTEN…} only.
bool is_number(std::string_view text) {
    while (!text.empty()) {
        if (text.starts_with("${EXTEN}") || text.starts_with("${EXTEN:")) {
            const auto end = text.find('}');
            if (end == std::string_view::npos) return false;
            text.remove_prefix(end + 1);
        } else if (dialled(text.front())) {
            text.remove_prefix(1);
        } else {
            return false;
        }
    }
    return true;
}

std::optional<long> signed_number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > 1000 || value < -1000) return std::nullopt;
    return value;
}

// offset:length of one ${EXTEN…}, as places [begin, end).
Result<Piece> slice(std::string_view spec, const Steps& steps) {
    const auto total = static_cast<long>(steps.size());
    const bool fixed = fixed_length(steps);
    // Places that are one character each, from the front.
    const long places = fixed ? total : total - 1;
    const auto [offset_text, length_text] = cut(spec, ':');
    const auto offset = signed_number(offset_text);
    const bool has_length = spec.find(':') != std::string_view::npos && !length_text.empty();
    const auto length = has_length ? signed_number(length_text) : std::optional<long>(0);
    if (!offset || !length) return fail(Errc::kSyntax, cat("${EXTEN:", shown(spec, 20), "} is no slice"));
    const std::string varies = cat("${EXTEN:", spec, "} depends on how long the dialled string is, which this pattern leaves open");
    if (!fixed && (*offset < 0 || *length < 0)) return fail(Errc::kUnsupported, varies);
    long begin = *offset >= 0 ? *offset : std::max(0L, total + *offset);
    if (!fixed && begin > places) return fail(Errc::kUnsupported, varies);
    begin = std::min(begin, total);
    long end = total;
    if (has_length && *length >= 0) end = begin + *length;
    if (has_length && *length < 0) end = std::max(begin, total + *length);
    if (!fixed && has_length && end > places) return fail(Errc::kUnsupported, varies);
    return Piece{{}, static_cast<std::size_t>(begin), static_cast<std::size_t>(std::min(end, total))};
}

}  // namespace

namespace {

// Channels whose peers are called by a name, which for a phone is its extension.
bool of_devices(std::string_view technology) {
    static constexpr std::array<std::string_view, 7> kNames = {"pjsip", "sip", "iax2", "sccp", "skinny", "mgcp", "h323"};
    return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) { return iequals(name, technology); });
}

}  // namespace

Result<AsteriskNumber> asterisk_number(std::string_view arguments) {
    const std::string_view first = trim(up_to(arguments, ",|"));
    const auto unsupported = [&](std::string_view why) { return fail(Errc::kUnsupported, cat("Dial(", shown(first, 60), ") ", why)); };
    if (parts_of(first, "&").size() > 1) return unsupported("rings several at once");
    const auto parts = parts_of(first, "/");
    if (parts.size() < 2) return unsupported("names no channel");
    if (iequals(parts[0], "local")) return unsupported("goes on in another context");
    std::string_view chosen;
    std::size_t found = 0;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (!has_exten(parts[i])) continue;
        chosen = parts[i];
        ++found;
    }
    if (found > 1) return unsupported("has ${EXTEN} in two places");
    // Without ${EXTEN} "number@trunk" is a number, and digits alone are an extension, which its device is called like.
    if (found == 0 && parts.size() == 2 && (parts[1].find('@') != std::string_view::npos || is_number(parts[1]))) chosen = parts[1];
    if (found == 0 && chosen.empty()) return unsupported("dials a device, not a number");
    std::string_view number = up_to(chosen, "@");
    const std::string_view host = chosen.substr(number.size());
    if (has_exten(host)) return unsupported("has ${EXTEN} in the trunk's name");
    if (host == "@") return unsupported("names no trunk behind \"@\"");
    // Without a trunk the technology alone tells what is meant; a variable before the "/" is a trunk with its technology.
    const bool alone = parts.size() == 2 && host.empty() && parts[0].find("${") == std::string_view::npos;
    if (alone && !of_devices(parts[0])) return unsupported("dials a line that is called as what was dialled");
    if (number.starts_with("sip:") || number.starts_with("tel:")) number.remove_prefix(4);
    if (number.empty() || !is_number(number)) return unsupported("dials what is no number made of digits and ${EXTEN}");
    return AsteriskNumber{std::string(number), alone};
}

Result<std::vector<Piece>> asterisk_pieces(std::string_view number, const Steps& steps) {
    std::vector<Piece> out;
    while (!number.empty()) {
        if (!number.starts_with("${EXTEN")) {
            if (out.empty() || out.back().literal.empty()) out.emplace_back();
            out.back().literal += number.front();
            number.remove_prefix(1);
            continue;
        }
        const auto end = number.find('}');
        if (end == std::string_view::npos) return fail(Errc::kSyntax, "\"${EXTEN\" without \"}\"");
        std::string_view spec = number.substr(7, end - 7);
        if (spec.starts_with(':')) spec.remove_prefix(1);
        auto piece = spec.empty() ? Result<Piece>(Piece{{}, 0, steps.size()}) : slice(spec, steps);
        if (!piece) return fail(std::move(piece.error()));
        if (piece->begin < piece->end) out.push_back(std::move(*piece));
        number.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace tandem::exchange
