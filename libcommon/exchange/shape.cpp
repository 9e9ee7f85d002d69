// Knows: how a plain pattern is taken apart.
// Must not know: any target.
// Next: shape.h; ../number/regex.h for the whole syntax.
#include "exchange/shape.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::exchange {
namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Shape> all() {
        while (at_ < text_.size()) {
            if (Status ok = next(); !ok) return fail(std::move(ok.error()));
        }
        if (group_ != 0) return fail(Errc::kSyntax, "a group that is not closed", at_);
        return std::move(out_);
    }

private:
    Status refuse(std::string what) { return fail(Errc::kUnsupported, std::move(what), at_); }

    Status next() {
        const char c = text_[at_];
        const std::string_view rest = text_.substr(at_);
        if (out_.ends) return refuse("something behind \"$\"");
        if (c == '^') {
            if (at_ != 0) return refuse("\"^\" behind the beginning");
            out_.begins = true;
            ++at_;
            return {};
        }
        if (c == '$') {
            if (group_ != 0) return refuse("\"$\" within a group");
            out_.ends = true;
            ++at_;
            return {};
        }
        if (c == '|') return refuse("alternatives");
        if (rest.starts_with("(?")) return refuse("look-around, a named or another special group");
        if (c == '(') {
            if (group_ != 0) return refuse("a group within a group");
            group_ = ++out_.groups;
            ++at_;
            return {};
        }
        if (c == ')') {
            group_ = 0;
            ++at_;
            if (at_ < text_.size() && std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) return refuse("a group that is repeated");
            return {};
        }
        ShapePart part;
        part.group = group_;
        if (Status ok = one(part.set); !ok) return ok;
        if (Status ok = repeat(part); !ok) return ok;
        out_.parts.push_back(part);
        return {};
    }

    Status escaped(CharSet& set) {
        ++at_;
        if (at_ >= text_.size()) return refuse("\"\\\" at the end");
        const char c = text_[at_];
        if (c == 'd') set.add(digits('0', '9'));
        else if (is_alpha(c) || is_digit(c)) return refuse(cat("\"\\", c, "\""));
        else set.add(static_cast<unsigned char>(c) & 0x7FU);
        ++at_;
        return {};
    }

    Status one(CharSet& set) {
        const char c = text_[at_];
        if (c == '\\') return escaped(set);
        if (c == '[') return bracket(set);
        if (std::string_view("*+?{").find(c) != std::string_view::npos) return refuse(cat("\"", c, "\" with nothing before it"));
        if (static_cast<unsigned char>(c) > 0x7E || static_cast<unsigned char>(c) < 0x20) return refuse("a character outside ASCII");
        set = c == '.' ? any_char() : chars(text_.substr(at_, 1));
        ++at_;
        return {};
    }

    Status bracket(CharSet& set) {
        ++at_;
        const bool inverted = text_.substr(at_).starts_with('^');
        if (inverted) ++at_;
        bool first = true;
        for (;; first = false) {
            if (at_ >= text_.size()) return refuse("\"[\" without \"]\"");
            const char c = text_[at_];
            if (c == ']' && !first) break;
            if (c == '[') return refuse("\"[\" within a set");
            if (c == '\\') {
                if (Status ok = escaped(set); !ok) return ok;
                if (text_.substr(at_).starts_with('-') && !text_.substr(at_).starts_with("-]")) return refuse("a range that begins with an escape");
                continue;
            }
            if (static_cast<unsigned char>(c) > 0x7E || static_cast<unsigned char>(c) < 0x20) return refuse("a character outside ASCII");
            const bool range = at_ + 2 < text_.size() && text_[at_ + 1] == '-' && text_[at_ + 2] != ']';
            if (!range) {
                set.add(static_cast<unsigned char>(c));
                ++at_;
                continue;
            }
            const char last = text_[at_ + 2];
            if (last == '\\' || last < c || static_cast<unsigned char>(last) > 0x7E) return refuse("a range that is none");
            set.add(static_cast<unsigned char>(c), static_cast<unsigned char>(last));
            at_ += 3;
        }
        ++at_;
        if (inverted) {
            const CharSet any = any_char();
            set = set.inverted();
            set.low &= any.low;
            set.high &= any.high;
        }
        return {};
    }

    Status repeat(ShapePart& part) {
        if (at_ >= text_.size()) return {};
        const char c = text_[at_];
        if (c == '*') part.min = 0, part.max = kMany;
        else if (c == '+') part.max = kMany;
        else if (c == '?') part.min = 0;
        else if (c == '{') {
            const auto close = text_.find('}', at_);
            if (close == std::string_view::npos) return refuse("\"{\" without \"}\"");
            const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
            const auto [low, high] = cut(inside, ',');
            const auto min = to_number<unsigned>(low);
            const auto max = high.empty() ? std::optional(kMany) : to_number<unsigned>(high);
            if (!min || !max || *min > 128 || (*max > 128 && *max != kMany)) return refuse(cat("the repetition {", shown(inside, 20), "}"));
            part.min = *min;
            part.max = inside.find(',') == std::string_view::npos ? *min : *max;
            if (part.max < part.min) return refuse("a repetition that runs backwards");
            at_ = close;
        } else {
            return {};
        }
        ++at_;
        if (at_ < text_.size() && (text_[at_] == '?' || text_[at_] == '+')) return refuse("lazy or possessive repetition");
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned group_ = 0;
    Shape out_;
};

}  // namespace

Result<Shape> shape_of(std::string_view pattern) { return Parser(pattern).all(); }

Result<std::vector<TranslationPart>> translation_parts(std::string_view translation, unsigned groups) {
    std::vector<TranslationPart> out;
    const auto literal = [&](char c) {
        if (out.empty() || out.back().group != 0) out.emplace_back();
        out.back().literal += c;
    };
    for (std::size_t at = 0; at < translation.size(); ++at) {
        if (translation[at] != '$' || at + 1 == translation.size()) {
            literal(translation[at]);
            continue;
        }
        std::string_view digits_text;
        std::size_t end = at + 1;
        if (translation[end] == '$') {
            literal('$');
            at = end;
            continue;
        }
        if (translation[end] == '{') {
            const auto close = translation.find('}', end);
            if (close == std::string_view::npos) return fail(Errc::kUnsupported, "\"${\" without \"}\" in the translation", at);
            digits_text = translation.substr(end + 1, close - end - 1);
            end = close + 1;
        } else {
            while (end < translation.size() && is_digit(translation[end])) ++end;
            digits_text = translation.substr(at + 1, end - at - 1);
        }
        const auto number = to_number<unsigned>(digits_text);
        // "$12" without so many groups is a text in part; who means that writes it otherwise.
        if (!number || *number == 0 || *number > groups)
            return fail(Errc::kUnsupported, cat("\"", shown(translation.substr(at, end - at), 20), "\" in the translation names no group"), at);
        out.push_back({{}, *number});
        at = end - 1;
    }
    return out;
}

}  // namespace tandem::exchange
