// Knows: how a pattern of Asterisk is taken apart.
// Must not know: contexts, applications.
// Next: asterisk_pattern.h.
#include "exchange/asterisk_pattern.h"

#include <optional>

#include "base/text.h"

namespace tandem::exchange {
namespace {

/// One place of a pattern: a set, or a wildcard.
struct Place {
    CharSet set;
    char wildcard = '\0';  ///< '.' or '!'
};

// A set begins behind "[" and ends before "]"; gives nothing for a range that runs backwards.
std::optional<CharSet> set_of(std::string_view text) {
    CharSet out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char first = text[at];
        if (at + 2 < text.size() && text[at + 1] == '-') {
            const char last = text[at + 2];
            if (last < first) return std::nullopt;
            out.add(digits(first, last));
            at += 2;
        } else {
            out.add(chars(text.substr(at, 1)));
        }
    }
    return out;
}

Result<std::vector<Place>> places(std::string_view pattern) {
    std::vector<Place> out;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) > 0x7E)
            return fail(Errc::kSyntax, "a character that cannot be dialled", at);
        switch (c) {
            case '-': break;
            case 'x': case 'X': out.push_back({digits('0', '9')}); break;
            case 'z': case 'Z': out.push_back({digits('1', '9')}); break;
            case 'n': case 'N': out.push_back({digits('2', '9')}); break;
            case '.': case '!': out.push_back({{}, c}); break;
            case '[': {
                const auto end = pattern.find(']', at);
                if (end == std::string_view::npos) return fail(Errc::kSyntax, "\"[\" without \"]\"", at);
                const auto set = set_of(pattern.substr(at + 1, end - at - 1));
                if (!set) return fail(Errc::kSyntax, "a range that runs backwards", at);
                if (count(*set) > 0) out.push_back({*set});  // an empty set is nothing
                at = end;
                break;
            }
            default: out.push_back({chars(pattern.substr(at, 1))}); break;
        }
    }
    return out;
}

}  // namespace

Result<Steps> asterisk_steps(std::string_view extension) {
    Steps out;
    if (!extension.starts_with('_')) {
        for (const char c : extension)
            if (c != '-') out.push_back({chars(std::string_view(&c, 1))});
        return out;
    }
    auto all = places(extension.substr(1));
    if (!all) return fail(std::move(all.error()));
    for (const Place& place : *all) {
        if (place.wildcard == '\0') {
            out.push_back({place.set});
            continue;
        }
        // What stands behind a wildcard is never looked at.
        out.push_back({any_char(), place.wildcard == '.' ? 1U : 0U, true});
        break;
    }
    return out;
}

std::string asterisk_key(std::string_view extension) {
    if (!extension.starts_with('_')) return cat('0', extension);
    const auto all = places(extension.substr(1));
    if (!all) return cat('2', extension);
    constexpr unsigned kDot = 0x18000, kBang = 0x28000, kEnd = 0x30000;
    std::string out = "1";
    const auto weight = [&out](unsigned value) {
        for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(value >> shift & 0xFFU);
    };
    for (const Place& place : *all) {
        if (place.wildcard != '\0') {
            weight(place.wildcard == '.' ? kDot : kBang);
            continue;
        }
        weight(static_cast<unsigned>(count(place.set) << 8) | static_cast<unsigned char>(first_of(place.set)));
        // Sets of one size and one lowest character: the one with the lower next character first.
        for (unsigned c = 0; c < 128; c += 8) {
            unsigned bits = 0;
            for (unsigned i = 0; i < 8; ++i) bits = bits << 1 | (place.set.has(c + i) ? 0U : 1U);
            out += static_cast<char>(bits);
        }
    }
    weight(kEnd);
    return out;
}

std::strong_ordering asterisk_order(std::string_view a, std::string_view b) { return asterisk_key(a) <=> asterisk_key(b); }

}  // namespace tandem::exchange
