// Knows: how places become a regular expression, and when two patterns meet.
// Must not know: any system's syntax.
// Next: steps.h.
#include "exchange/steps.h"

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace tandem::exchange {

CharSet chars(std::string_view text) {
    CharSet out;
    for (const char c : text) out.add(static_cast<unsigned char>(c) & 0x7FU);
    return out;
}

CharSet digits(char first, char last) {
    CharSet out;
    out.add(static_cast<unsigned char>(first) & 0x7FU, static_cast<unsigned char>(last) & 0x7FU);
    return out;
}

CharSet any_char() {
    CharSet out;
    out.add(0x20, 0x7E);
    return out;
}

std::size_t count(const CharSet& set) { return static_cast<std::size_t>(std::popcount(set.low) + std::popcount(set.high)); }

char first_of(const CharSet& set) {
    for (unsigned c = 0; c < 128; ++c)
        if (set.has(c)) return static_cast<char>(c);
    return '\0';
}

namespace {

void append_escaped(std::string& out, char c, std::string_view special) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
}

std::string regex_of(const CharSet& set) {
    std::string out;
    if (set == any_char()) return ".";
    if (set == digits('0', '9')) return "\\d";
    if (count(set) == 1) {
        append_escaped(out, first_of(set), "\\^$.|?*+()[]{}");
        return out;
    }
    out += '[';
    for (unsigned c = 0; c < 128; ++c) {
        if (!set.has(c)) continue;
        unsigned last = c;
        while (last + 1 < 128 && set.has(last + 1)) ++last;
        append_escaped(out, static_cast<char>(c), "\\^]-[");
        if (last > c + 1) out += '-';
        if (last > c) append_escaped(out, static_cast<char>(last), "\\^]-[");
        c = last;
    }
    out += ']';
    return out;
}

// Steps [begin, end), runs of the same set written once.
void append_regex(std::string& out, const Steps& steps, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end;) {
        std::size_t min = steps[i].min;
        bool unbounded = steps[i].unbounded;
        std::size_t next = i + 1;
        for (; next < end && steps[next].set == steps[i].set && !unbounded; ++next) {
            min += steps[next].min;
            unbounded = steps[next].unbounded;
        }
        const std::string one = regex_of(steps[i].set);
        // Two of one character are written out; it reads better.
        const std::size_t copies = !unbounded && count(steps[i].set) == 1 ? min : 1;
        for (std::size_t n = 0; n < copies; ++n) out += one;
        if (unbounded) append(out, min == 0 ? "*" : min == 1 ? "+" : cat('{', min, ",}"));
        else if (copies == 1 && min != 1) append(out, '{', min, '}');
        i = next;
    }
}

std::string escaped_literal(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '$' ? "$$" : std::string(1, c);
    return out;
}

}  // namespace

number::Rule rule_of(const Steps& steps, const std::vector<Piece>& pieces) {
    std::vector<std::size_t> cuts = {0, steps.size()};
    for (const Piece& piece : pieces) {
        if (piece.begin >= piece.end) continue;
        cuts.push_back(piece.begin);
        cuts.push_back(piece.end);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    // Between two cuts lies a group, where some piece takes it.
    std::vector<unsigned> groups(cuts.size(), 0);
    number::Rule rule;
    rule.pattern = "^";
    unsigned number = 0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const bool taken = std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return piece.begin <= cuts[i] && cuts[i + 1] <= piece.end && piece.begin < piece.end; });
        if (taken) groups[i] = ++number;
        if (taken) rule.pattern += '(';
        append_regex(rule.pattern, steps, cuts[i], cuts[i + 1]);
        if (taken) rule.pattern += ')';
    }
    rule.pattern += '$';
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        const Piece& piece = pieces[p];
        rule.translation += escaped_literal(piece.literal);
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
            if (piece.begin <= cuts[i] && cuts[i + 1] <= piece.end && piece.begin < piece.end) append(rule.translation, "${", groups[i], '}');
    }
    // "${1}" is needed only before a digit.
    std::string plain;
    for (std::size_t at = 0; at < rule.translation.size(); ++at) {
        const auto close = rule.translation.find('}', at);
        const bool group = rule.translation.substr(at, 2) == "${" && (at == 0 || rule.translation[at - 1] != '$');
        const bool digit = group && close + 1 < rule.translation.size() && is_digit(rule.translation[close + 1]);
        if (group && !digit) {
            append(plain, '$', rule.translation.substr(at + 2, close - at - 2));
            at = close;
        } else {
            plain += rule.translation[at];
        }
    }
    rule.translation = std::move(plain);
    return rule;
}

std::size_t shortest(const Steps& steps) {
    std::size_t sum = 0;
    for (const Step& step : steps) sum += step.min;
    return sum;
}

bool fixed_length(const Steps& steps) {
    return std::none_of(steps.begin(), steps.end(), [](const Step& step) { return step.unbounded; });
}

std::vector<CharSet> of_length(const Steps& steps, std::size_t length) {
    const std::size_t least = shortest(steps);
    std::vector<CharSet> out;
    if (length < least || (length > least && fixed_length(steps))) return out;
    std::size_t spare = length - least;
    for (const Step& step : steps) {
        std::size_t n = step.min;
        if (step.unbounded) {
            n += spare;
            spare = 0;
        }
        out.insert(out.end(), n, step.set);
    }
    return out;
}

bool overlap(const Steps& a, const Steps& b) {
    // With one unbounded step each, beyond both shortest lengths together a longer string brings nothing new.
    const std::size_t longest = shortest(a) + shortest(b) + 2;
    for (std::size_t length = std::max(shortest(a), shortest(b)); length <= longest; ++length) {
        const auto left = of_length(a, length);
        const auto right = of_length(b, length);
        if (left.size() != length || right.size() != length) continue;
        bool meet = true;
        for (std::size_t i = 0; i < length && meet; ++i)
            meet = (left[i].low & right[i].low) != 0 || (left[i].high & right[i].high) != 0;
        if (meet) return true;
    }
    return false;
}

}  // namespace tandem::exchange
