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


// The value of a hexadecimal digit, 0xFF for any other byte.
constexpr std::array<std::uint8_t, 256> kHexDigit = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(0xFF);
    for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
    for (unsigned i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
    return values;
}();

/// Every rule takes where it begins and gives where it ends, nullptr for a fault. Each step stops at the NUL behind the text, so none
/// looks for the end; only a fault asks whether that was it.
class Scanner {
public:
    Scanner(const char* begin, const char* end, std::vector<RawMember>& members) : end_(end), stops_(begin), members_(members) {}

    Scan run(const char* begin) {
        const char* const p = object<true>(begin, 1);
        if (p != nullptr && blanks(p) != end_) failed(ScanFault::kTrailing, blanks(p));
        result_.high = stops_.high();
        return result_;
    }

private:
    static const char* blanks(const char* p) {
        while (is_blank(*p)) ++p;
        return p;
    }
    const char* failed(ScanFault fault, const char* at) {
        result_.fault = fault;
        result_.at = at;
        return nullptr;
    }
    const char* unexpected(const char* p) { return failed(p == end_ ? ScanFault::kOpenObject : ScanFault::kUnexpected, p); }

    template <bool kOutermost>
    const char* object(const char* p, std::size_t depth) {
        p = blanks(p + 1);
        if (depth > kMaxDepth) return failed(ScanFault::kDepth, p);
        if (*p == '}') return p + 1;
        for (;;) {
            if (*p != '"') return unexpected(p);
            const char* const key = p + 1;
            bool escaped = false;
            p = string(p, escaped);
            if (p == nullptr) return nullptr;
            const char* const key_end = p - 1;
            p = blanks(p);
            if (*p != ':') return unexpected(p);
            const char* const from = p = blanks(p + 1);
            p = value(p, depth);
            if (p == nullptr) return nullptr;
            if constexpr (kOutermost) {
                if (escaped) result_.escaped_keys = true;
                members_.push_back({{key, static_cast<std::size_t>(key_end - key)}, {from, static_cast<std::size_t>(p - from)}});
            }
            p = blanks(p);
            if (*p == '}') return p + 1;
            if (*p != ',') return unexpected(p);
            p = blanks(p + 1);
        }
    }

    const char* array(const char* p, std::size_t depth) {
        p = blanks(p + 1);
        if (depth > kMaxDepth) return failed(ScanFault::kDepth, p);
        if (*p == ']') return p + 1;
        for (;;) {
            p = value(p, depth);
            if (p == nullptr) return nullptr;
            p = blanks(p);
            if (*p == ']') return p + 1;
            if (*p != ',') return unexpected(p);
            p = blanks(p + 1);
        }
    }

    [[gnu::always_inline]] const char* value(const char* p, std::size_t depth) {
        bool escaped = false;
        return *p == '"' ? string(p, escaped) : no_string(p, depth);
    }
    const char* no_string(const char* p, std::size_t depth) {
        switch (*p) {
            case '{': return object<false>(p, depth + 1);
            case '[': return array(p, depth + 1);
            case 't': return word(p, "true");
            case 'f': return word(p, "false");
            case 'n': return word(p, "null");
            default: return is_digit(*p) || *p == '-' ? number(p) : unexpected(p);
        }
    }

    const char* word(const char* p, std::string_view text) {
        for (std::size_t i = 1; i < text.size(); ++i)
            if (p[i] != text[i]) return p + i == end_ ? failed(ScanFault::kOpenObject, end_) : unexpected(p);
        return p + text.size();
    }

    // RFC 8259 §6.
    const char* number(const char* const from) {
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
        if (good && (*p == ',' || *p == '}' || *p == ']' || is_blank(*p) || p == end_)) return p;
        return failed(ScanFault::kNumber, from);
    }

    // RFC 8259 §7. From the opening quote to behind the closing one.
    [[gnu::always_inline]] const char* string(const char* p, bool& escaped) {
        // Between strings a tab may have been passed by.
        if (stops_.next() != p) stops_.skip_to(p + 1);
        p = stops_.next();
        return *p == '"' ? p + 1 : rest_of_string(p, escaped);
    }
    [[gnu::noinline]] const char* rest_of_string(const char* p, bool& escaped) {
        bool bad_escape = false;
        for (; *p != '"'; p = stops_.next()) {
            if (*p != '\\') return failed(p == end_ ? ScanFault::kOpenString : ScanFault::kControl, p);
            escaped = true;
            if (!escape(p)) bad_escape = true, ++p;
            stops_.skip_to(p);
        }
        return bad_escape ? failed(ScanFault::kEscape, blanks(p + 1)) : p + 1;
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
            const std::uint8_t digit = kHexDigit[static_cast<std::uint8_t>(p[i])];
            if (digit == 0xFF) return -1;
            value = value << 4 | digit;
        }
        return value;
    }

    const char* end_;
    Stops stops_;
    std::vector<RawMember>& members_;
    Scan result_;
};

}  // namespace

Scan scan_object(const char* begin, const char* end, std::vector<RawMember>& members) {
    members.clear();
    return Scanner(begin, end, members).run(begin);
}

}  // namespace tandem::json
