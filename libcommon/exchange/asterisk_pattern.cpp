// Knows: how a pattern of Asterisk is taken apart.
// Must not know: contexts, applications.
// Next: asterisk_pattern.h.
#include "exchange/asterisk_pattern.h"

#include <optional>
#include <utility>

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

std::strong_ordering asterisk_order(std::string_view a, std::string_view b) {
    const bool pattern_a = a.starts_with('_');
    const bool pattern_b = b.starts_with('_');
    if (pattern_a != pattern_b) return pattern_a ? std::strong_ordering::greater : std::strong_ordering::less;
    if (!pattern_a) return a <=> b;
    const auto left = places(a.substr(1));
    const auto right = places(b.substr(1));
    if (!left || !right) return left.has_value() ? std::strong_ordering::less : right.has_value() ? std::strong_ordering::greater : a <=> b;
    constexpr unsigned kDot = 0x18000, kBang = 0x28000, kEnd = 0x30000;
    const auto weight = [](const std::vector<Place>& all, std::size_t at) {
        if (at >= all.size()) return kEnd;
        if (all[at].wildcard != '\0') return all[at].wildcard == '.' ? kDot : kBang;
        return static_cast<unsigned>(count(all[at].set) << 8) | static_cast<unsigned char>(first_of(all[at].set));
    };
    for (std::size_t at = 0; at < left->size() || at < right->size(); ++at) {
        if (const auto order = weight(*left, at) <=> weight(*right, at); order != 0) return order;
        if ((*left)[at].wildcard != '\0' || (*left)[at].set == (*right)[at].set) continue;
        // Sets of one size and one lowest character: the one with the lower next character first.
        for (unsigned c = 0; c < 128; ++c)
            if ((*left)[at].set.has(c) != (*right)[at].set.has(c)) return (*left)[at].set.has(c) ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return std::strong_ordering::equal;
}

}  // namespace tandem::exchange
