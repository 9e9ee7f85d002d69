// Knows: how patterns and masks are taken apart, and how many strings a pattern matches.
// Must not know: files, partitions.
// Next: cucm_pattern.h.
#include "exchange/cucm_pattern.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::exchange {
namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD";

Result<CharSet> set_of(std::string_view inside, std::size_t offset) {
    const bool inverted = inside.starts_with('^');
    if (inverted) inside.remove_prefix(1);
    CharSet out;
    for (std::size_t at = 0; at < inside.size(); ++at) {
        if (kKeys.find(inside[at]) == std::string_view::npos) return fail(Errc::kSyntax, cat("\"", shown(inside.substr(at, 1)), "\" in a set"), offset);
        if (at + 2 < inside.size() && inside[at + 1] == '-') {
            if (!is_digit(inside[at]) || !is_digit(inside[at + 2]) || inside[at + 2] < inside[at]) return fail(Errc::kSyntax, "a range that is none", offset);
            out.add(digits(inside[at], inside[at + 2]));
            at += 2;
        } else {
            out.add(chars(inside.substr(at, 1)));
        }
    }
    if (inverted) {
        CharSet rest;
        for (const char c : std::string_view("0123456789"))
            if (!out.has(static_cast<unsigned char>(c))) rest.add(static_cast<unsigned char>(c));
        out = rest;
    }
    if (count(out) == 0) return fail(Errc::kSyntax, "an empty set", offset);
    return out;
}

}  // namespace

Result<CucmPattern> cucm_pattern(std::string_view text) {
    CucmPattern out;
    bool repeated = false;
    const auto repeat = [&](std::size_t at) -> Status {
        if (repeated) return fail(Errc::kUnsupported, "two places that are repeated", at);
        repeated = true;
        return {};
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        Status ok;
        if (c == '@') {
            return fail(Errc::kUnsupported, "\"@\" stands for the numbers of a numbering plan that is installed there, cut down by a route filter; neither is in the table", at);
        } else if (c == 'X' || c == 'x') {
            out.steps.push_back({digits('0', '9')});
        } else if (c == '!') {
            ok = repeat(at);
            out.steps.push_back({digits('0', '9'), 1, true});
        } else if (c == '[') {
            const auto close = text.find(']', at);
            if (close == std::string_view::npos) return fail(Errc::kSyntax, "\"[\" without \"]\"", at);
            auto set = set_of(text.substr(at + 1, close - at - 1), at);
            if (!set) return fail(std::move(set.error()));
            out.steps.push_back({*set});
            at = close;
        } else if (c == '?' || c == '+') {
            if (out.steps.empty() || out.steps.back().unbounded || text[at - 1] == '.') return fail(Errc::kSyntax, cat("\"", c, "\" with nothing to repeat before it"), at);
            ok = repeat(at);
            out.steps.back().min = c == '?' ? 0 : 1;
            out.steps.back().unbounded = true;
        } else if (c == '.') {
            if (out.dot) return fail(Errc::kSyntax, "a second \".\"", at);
            out.dot = out.steps.size();
        } else if (c == '\\' && text.substr(at).starts_with("\\+")) {
            out.steps.push_back({chars("+")});
            ++at;
        } else if (kKeys.find(c) != std::string_view::npos) {
            out.steps.push_back({chars(text.substr(at, 1))});
        } else {
            return fail(Errc::kSyntax, cat("\"", shown(text.substr(at, 1)), "\" in a pattern"), at);
        }
        if (!ok) return fail(std::move(ok.error()));
    }
    if (out.steps.empty()) return fail(Errc::kSyntax, "an empty pattern");
    return out;
}

namespace {

// A mask laid over places [begin, end) from the right.
Result<std::vector<Piece>> masked(const Steps& steps, std::size_t begin, std::string_view mask) {
    std::vector<Piece> out;
    std::size_t at = steps.size();
    for (std::size_t i = mask.size(); i > 0; --i) {
        const char c = mask[i - 1];
        const bool number_left = at > begin;
        if (number_left && steps[at - 1].unbounded && (c == 'X' || c == 'x' || mask.find_first_of("Xx") < i))
            return fail(Errc::kUnsupported, cat("mask ", shown(mask, 40), " reaches into the part of the pattern whose length is open"));
        if (number_left) --at;
        if (c == 'X' || c == 'x') {
            if (!number_left) return fail(Errc::kUnsupported, cat("mask ", shown(mask, 40), " has more X than the pattern has digits"));
            out.insert(out.begin(), Piece{{}, at, at + 1});
        } else if (kKeys.find(c) != std::string_view::npos || c == '+') {
            out.insert(out.begin(), Piece{std::string(1, c), 0, 0});
        } else {
            return fail(Errc::kSyntax, cat("\"", shown(mask.substr(i - 1, 1)), "\" in mask ", shown(mask, 40)));
        }
    }
    return out;
}

}  // namespace

Result<std::vector<Piece>> cucm_pieces(const CucmPattern& pattern, std::string_view discard, std::string_view mask, std::string_view prefix) {
    std::size_t begin = 0;
    if (iequals(discard, "predot")) {
        if (!pattern.dot) return fail(Errc::kUnsupported, "PreDot, but the pattern has no \".\"");
        begin = *pattern.dot;
    } else if (!discard.empty() && !iequals(discard, "none") && !iequals(discard, "<none>") && !iequals(discard, "nodigits")) {
        return fail(Errc::kUnsupported, cat("discard instruction ", shown(discard, 40), " needs a numbering plan"));
    }
    if (prefix.find_first_not_of("0123456789*#+") != std::string_view::npos) return fail(Errc::kSyntax, cat("prefix ", shown(prefix, 40), " is not digits"));
    std::vector<Piece> out;
    if (mask.empty()) {
        if (begin < pattern.steps.size()) out.push_back({{}, begin, pattern.steps.size()});
    } else {
        std::string plain;  // a plus of a mask may stand as "\+"
        for (const char c : mask)
            if (c != '\\') plain += c;
        auto pieces = masked(pattern.steps, begin, plain);
        if (!pieces) return pieces;
        out = std::move(*pieces);
    }
    if (!prefix.empty()) out.insert(out.begin(), Piece{std::string(prefix), 0, 0});
    // Neighbours make one piece.
    std::vector<Piece> joined;
    for (Piece& piece : out) {
        if (!joined.empty() && piece.literal.empty() && joined.back().literal.empty() && joined.back().end == piece.begin) joined.back().end = piece.end;
        else if (!joined.empty() && !piece.literal.empty() && !joined.back().literal.empty()) joined.back().literal += piece.literal;
        else joined.push_back(std::move(piece));
    }
    return joined;
}

namespace {

/// The places of steps for strings of one length, without writing them out.
class Places {
public:
    Places(const Steps& steps, std::size_t least, std::size_t length) : steps_(steps), spare_(length - least) { enter(); }
    const CharSet& set() const { return steps_[step_].set; }
    void next() {
        if (--left_ > 0) return;
        ++step_;
        enter();
    }

private:
    void enter() {
        for (; step_ < steps_.size(); ++step_) {
            left_ = steps_[step_].min + (steps_[step_].unbounded ? spare_ : 0);
            if (left_ > 0) return;
        }
    }
    const Steps& steps_;
    std::size_t spare_, step_ = 0, left_ = 0;
};

}  // namespace

Closer cucm_closer(const Steps& a, const Steps& b) {
    const std::size_t least_a = shortest(a), least_b = shortest(b);
    const bool fixed_a = fixed_length(a), fixed_b = fixed_length(b);
    // With one unbounded step each, beyond both shortest lengths together a longer string brings nothing new.
    const std::size_t longest = fixed_a ? least_a : fixed_b ? least_b : least_a + least_b + 24;
    bool first = false, second = false, equal = false;
    for (std::size_t length = std::max(least_a, least_b); length <= longest; ++length) {
        if (fixed_b && length != least_b) break;
        Places left(a, least_a, length), right(b, least_b, length);
        bool meet = true;
        double left_count = 1, right_count = 1;
        for (std::size_t i = 0; i < length && meet; ++i, left.next(), right.next()) {
            meet = (left.set().low & right.set().low) != 0 || (left.set().high & right.set().high) != 0;
            left_count *= static_cast<double>(count(left.set()));
            right_count *= static_cast<double>(count(right.set()));
        }
        if (!meet) continue;
        // Counts beyond what a double holds are rounded, so that nearly the same is taken for the same.
        const double ratio = left_count / right_count;
        first = first || ratio < 1 - 1e-9;
        second = second || ratio > 1 + 1e-9;
        equal = equal || (ratio >= 1 - 1e-9 && ratio <= 1 + 1e-9);
    }
    if (!equal && !first && !second) return Closer::kNeither;
    if (equal || (first && second)) return Closer::kDepends;
    return first ? Closer::kFirst : Closer::kSecond;
}

}  // namespace tandem::exchange
