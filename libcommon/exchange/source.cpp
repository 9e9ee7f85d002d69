// Knows: encodings of text files, and what a rule must be to be accepted.
// Must not know: any foreign format.
// Next: source.h.
#include "exchange/source.h"

#include <algorithm>

#include "base/text.h"
#include "number/regex.h"

namespace tandem::exchange {
namespace {

constexpr std::size_t kStride = 512;

// Bytes that go on with a character are not counted.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Source::Source(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)), lines_{0} {
    for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) lines_.push_back(at + 1);
    std::size_t sum = 0;
    for (std::size_t at = 0; at <= text_.size(); at += kStride) {
        characters_.push_back(sum);
        sum += characters(std::string_view(text_).substr(at, kStride));
    }
}

std::size_t Source::characters_before(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    const std::size_t known = offset / kStride;
    return characters_[known] + characters(std::string_view(text_).substr(known * kStride, offset - known * kStride));
}

std::size_t Source::line_of(std::size_t offset) const {
    return static_cast<std::size_t>(std::upper_bound(lines_.begin(), lines_.end(), offset) - lines_.begin());
}

std::size_t Source::line_begin(std::size_t line) const { return line == 0 || line > lines_.size() ? text_.size() : lines_[line - 1]; }

std::string Source::where(std::size_t offset) const {
    const std::size_t line = line_of(offset);
    return cat(name_, ':', line, ':', 1 + characters_before(offset) - characters_before(line_begin(line)));
}

namespace {
std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}
}  // namespace

std::string Source::stem() const {
    const std::string_view base = base_name(name_);
    const auto dot = base.rfind('.');
    return topology_name(dot == std::string_view::npos || dot == 0 ? base : base.substr(0, dot));
}

std::string Source::described(std::string_view own, std::size_t offset) const {
    const std::string place = cat(base_name(name_), ':', line_of(offset));
    const std::string_view text = trim(own);
    return text.empty() ? cat("from ", place) : cat(shown(text, 512), " (", place, ')');
}

namespace {

Result<std::string> from_utf16(std::string_view bytes, bool big) {
    std::string out;
    out.reserve(bytes.size());
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(big ? first << 8 | second : second << 8 | first);
    };
    if (bytes.size() % 2 != 0) return fail(Errc::kTruncated, "UTF-16 text ends within a character", bytes.size() - 1, "RFC 2781 §2");
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        char32_t c = unit(at);
        if (c >= 0xD800 && c < 0xE000) {
            const char32_t low = at + 3 < bytes.size() ? unit(at + 2) : 0;
            if (c >= 0xDC00 || low < 0xDC00 || low > 0xDFFF) return fail(Errc::kSyntax, "not UTF-16: half a pair of surrogates", at, "RFC 2781 §2.2");
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        }
        append_utf8(out, c);
    }
    return out;
}

}  // namespace

Result<std::string> to_utf8(std::string_view bytes) {
    std::string out;
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        auto text = from_utf16(bytes.substr(2), bytes.front() == '\xFE');
        if (!text) return text;
        out = std::move(*text);
    } else {
        if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
        if (const auto valid = utf8_prefix(bytes); valid != bytes.size())
            return fail(Errc::kSyntax, "neither UTF-8 nor UTF-16 with a byte order mark", valid, "RFC 3629 §4");
        out = bytes;
    }
    if (const auto nul = out.find('\0'); nul != std::string::npos) return fail(Errc::kSyntax, "NUL character", nul);
    return out;
}

void RuleSink::add(number::Rule rule, std::string where) {
    if (rule.name.empty()) rule.name = cat("rule ", rules_.size() + 1);
    const auto refuse = [&](std::string why, std::string hint) {
        findings_.push_back({std::move(where), cat("rule \"", shown(rule.name, 60), "\": ", why), std::move(hint), true});
    };
    for (const std::string* text : {&rule.name, &rule.pattern, &rule.translation})
        if (shown(*text) != *text) return refuse("it holds a control character", {});
    const auto regex = number::Regex::compile(rule.pattern);
    if (!regex) return refuse(cat("pattern ", shown(rule.pattern, 80), ": ", regex.error().what), "write it with what dial plans share, see e164-normalize(1)");
    if (rule.translation.find_first_of(" \"<>@") != std::string::npos)
        return refuse(cat("translation ", shown(rule.translation, 80), " gives what is no number"), "leave out blanks, quotes, \"<\", \">\" and \"@\"");
    if (rule.translation.empty()) return refuse("it would leave nothing of the number", {});
    add_again(std::move(rule));
}

void RuleSink::add_again(number::Rule rule) {
    rule.name = names_.unique(std::move(rule.name));
    rules_.push_back(std::move(rule));
}

}  // namespace tandem::exchange
