// Knows: the scanner's grammar, one function a rule.
// Must not know: lines, streams, what a member is for.
// Next: scanner.h; line.cpp, which says what a fault means to people.
#include "json/scanner.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "json/runs.h"

namespace tandem::json {

namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The value of a hexadecimal digit, 0xFF for any other byte.
constexpr std::array<std::uint8_t, 256> kHex = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(0xFF);
    for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
    for (unsigned i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
    return values;
}();

/// Reads from at_ on. Every step stops at the NUL behind the text, so none looks for the end; only a fault asks whether that was it.
class Scanner {
public:
    Scanner(const char* begin, const char* end, std::vector<RawMember>& members) : at_(begin), end_(end), members_(members) {}

    Scan run() {
        if (object<true>(1)) {
            blanks();
            if (at_ != end_) failed(ScanFault::kTrailing, at_);
        }
        return result_;
    }

private:
    void blanks() {
        while (is_blank(*at_)) ++at_;
    }
    bool failed(ScanFault fault, const char* at) {
        result_.fault = fault;
        result_.at = at;
        return false;
    }
    bool unexpected() {
        return at_ == end_ ? failed(ScanFault::kOpenObject, at_) : failed(ScanFault::kUnexpected, at_);
    }
    /// Enters an object or array.
    bool enter(std::size_t depth) {
        ++at_;
        blanks();
        return depth <= kMaxDepth || failed(ScanFault::kDepth, at_);
    }

    template <bool kOutermost>
    bool object(std::size_t depth) {
        if (!enter(depth)) return false;
        if (*at_ == '}') return ++at_, true;
        for (;;) {
            if (*at_ != '"') return unexpected();
            const char* const key = at_ + 1;
            bool escaped = false;
            if (!string(escaped)) return false;
            const char* const key_end = at_ - 1;
            if (*at_ != ':') {
                blanks();
                if (*at_ != ':') return unexpected();
            }
            ++at_;
            blanks();
            const char* const from = at_;
            if (!value(depth)) return false;
            if constexpr (kOutermost) {
                if (escaped) result_.escaped_keys = true;
                members_.push_back({{key, static_cast<std::size_t>(key_end - key)}, {from, static_cast<std::size_t>(at_ - from)}});
            }
            blanks();
            if (*at_ == '}') return ++at_, true;
            if (*at_ != ',') return unexpected();
            ++at_;
            blanks();
        }
    }

    bool array(std::size_t depth) {
        if (!enter(depth)) return false;
        if (*at_ == ']') return ++at_, true;
        for (;;) {
            if (!value(depth)) return false;
            blanks();
            if (*at_ == ']') return ++at_, true;
            if (*at_ != ',') return unexpected();
            ++at_;
            blanks();
        }
    }

    bool value(std::size_t depth) {
        switch (*at_) {
            case '"': {
                bool escaped = false;
                return string(escaped);
            }
            case '{': return object<false>(depth + 1);
            case '[': return array(depth + 1);
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return is_digit(*at_) || *at_ == '-' ? number() : unexpected();
        }
    }

    bool word(std::string_view text) {
        for (std::size_t i = 1; i < text.size(); ++i)
            if (at_[i] != text[i]) return at_ + i == end_ ? failed(ScanFault::kOpenObject, end_) : unexpected();
        at_ += text.size();
        return true;
    }

    // RFC 8259 §6.
    bool number() {
        const char* const from = at_;
        const char* p = from;
        auto digits = [&p] {
            const char* const first = p;
            while (is_digit(*p)) ++p;
            return p != first;
        };
        if (*p == '-') ++p;
        const bool zero = *p == '0';
        const char* const whole = p;
        bool good = digits() && !(zero && p - whole > 1);
        if (good && *p == '.') ++p, good = digits();
        if (good && (*p | 0x20) == 'e') {
            ++p;
            if (*p == '+' || *p == '-') ++p;
            good = digits();
        }
        // What goes on as no number can ("1x", "1.2.3") is no number, rather than a number with something behind it.
        if (!good || !(p == end_ || *p == ',' || *p == '}' || *p == ']' || is_blank(*p))) return failed(ScanFault::kNumber, from);
        at_ = p;
        return true;
    }

    // RFC 8259 §7. at_ is at the opening quote, afterwards behind the closing one.
    bool string(bool& escaped) {
        const char* p = at_ + 1;
        bool bad_escape = false;
        for (;;) {
            p = string_run(p, result_.high);
            if (*p == '"') break;
            if (*p != '\\') return p == end_ ? failed(ScanFault::kOpenString, p) : failed(ScanFault::kControl, p);
            escaped = true;
            if (!escape(p)) bad_escape = true, ++p;
        }
        at_ = p + 1;
        if (!bad_escape) return true;
        blanks();
        return failed(ScanFault::kEscape, at_);
    }

    // False, with p where it was, when no escape stands there.
    static bool escape(const char*& p) {
        switch (p[1]) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': p += 2; return true;
            case 'u': break;
            default: return false;
        }
        const std::int32_t first = four_digits(p + 2);
        if (first < 0 || (first >= 0xDC00 && first < 0xE000)) return false;
        if (first < 0xD800 || first >= 0xE000) {
            p += 6;
            return true;
        }
        if (p[6] != '\\' || p[7] != 'u') return false;
        const std::int32_t second = four_digits(p + 8);
        if (second < 0xDC00 || second >= 0xE000) return false;
        p += 12;
        return true;
    }
    // One after the other: the NUL behind the text ends it before anything beyond is read.
    static std::int32_t four_digits(const char* p) {
        std::int32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const std::uint8_t digit = kHex[static_cast<std::uint8_t>(p[i])];
            if (digit == 0xFF) return -1;
            value = value << 4 | digit;
        }
        return value;
    }

    const char* at_;
    const char* end_;
    std::vector<RawMember>& members_;
    Scan result_;
};

}  // namespace

Scan scan_object(const char* begin, const char* end, std::vector<RawMember>& members) {
    members.clear();
    return Scanner(begin, end, members).run();
}

}  // namespace tandem::json
