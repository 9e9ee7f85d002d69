// Knows: which characters the grammar of RFC 3261 §25.1 allows where.
// Must not know: what is read with them.
// Next: uri.cpp, values.cpp, scan.cpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tandem::sip {

namespace detail {

enum CharClass : std::uint8_t {
    kToken = 1,      // token
    kUserChar = 2,   // user, without '%' escapes
    kHostChar = 4,   // hostname or IPv4address; '_' is seen in the wild and taken
    kParamChar = 8,  // uri-parameter and headers, without '%'
    kLws = 16,       // blank, tab and the CR LF of a fold
    kWordChar = 32,  // word (Call-ID)
    kNameEnd = 64,   // what ends the name of a parameter
};

constexpr std::array<std::uint8_t, 256> make_char_table() {
    std::array<std::uint8_t, 256> t{};
    auto mark = [&t](std::string_view chars, std::uint8_t bits) {
        for (char c : chars) {
            auto& cell = t[static_cast<unsigned char>(c)];
            cell = static_cast<std::uint8_t>(cell | bits);
        }
    };
    constexpr std::string_view kAlnum = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    mark(kAlnum, kToken | kUserChar | kHostChar | kParamChar | kWordChar);
    mark("-.!%*_+`'~", kToken | kWordChar);
    mark("-_.!~*'()&=+$,;?/", kUserChar);
    // DEVIATION: '#' unescaped in a user part is no valid URI, but telephones dial "*21*…#" that way.
    mark("#", kUserChar);
    mark("-._", kHostChar);
    mark("-_.!~*'()[]/:&+$=?,@;", kParamChar);
    mark(" \t\r\n", kLws);
    mark("()<>:\\\"/[]?{}@", kWordChar);
    mark("=;,\"<> \t\r\n", kNameEnd);
    return t;
}
inline constexpr std::array<std::uint8_t, 256> kChars = make_char_table();

inline unsigned bits(char c) { return kChars[static_cast<unsigned char>(c)]; }
inline bool is(char c, CharClass k) { return (kChars[static_cast<unsigned char>(c)] & k) != 0; }

}  // namespace detail

/// A few bytes that text is searched for, sixteen bytes of it at a time where the processor can.
template <char... kBytes>
class ByteSet {
public:
    /// How many bytes stand at the front of the text before the first one of the set.
    [[nodiscard]] static std::size_t before(std::string_view text) {
        const char* const begin = text.data();
        const char* const end = begin + text.size();
        const char* p = begin;
#if defined(__SSE2__)
        if (text.size() >= 16) {
            // The last step goes over some bytes again, none of which is of the set.
            for (const char* const last = end - 16;; p = end - p < 32 ? last : p + 16) {
                const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
                __m128i found = _mm_setzero_si128();
                ((found = _mm_or_si128(found, _mm_cmpeq_epi8(chunk, _mm_set1_epi8(kBytes)))), ...);
                if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)); mask != 0)
                    return static_cast<std::size_t>(p - begin) + static_cast<std::size_t>(std::countr_zero(mask));
                if (p == last) return text.size();
            }
        }
#endif
        while (p != end && !kMember[static_cast<unsigned char>(*p)]) ++p;
        return static_cast<std::size_t>(p - begin);
    }

    /// The same for what is expected within the first sixteen bytes; up to `readable` bytes can be read at the text's begin, which may go
    /// beyond its end.
    [[nodiscard]] static std::size_t near(std::string_view text, [[maybe_unused]] std::size_t readable) {
#if defined(__SSE2__)
        if (readable >= 16) {
            const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
            __m128i found = _mm_setzero_si128();
            ((found = _mm_or_si128(found, _mm_cmpeq_epi8(chunk, _mm_set1_epi8(kBytes)))), ...);
            if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)); mask != 0) {
                const auto at = static_cast<std::size_t>(std::countr_zero(mask));
                return at < text.size() ? at : text.size();
            }
        }
#endif
        return before(text);
    }

private:
    static constexpr std::array<bool, 256> kMember = [] {
        std::array<bool, 256> member{};
        ((member[static_cast<unsigned char>(kBytes)] = true), ...);
        return member;
    }();
};

inline bool is_token_char(char c) { return detail::is(c, detail::kToken); }
inline bool is_lws(char c) { return detail::is(c, detail::kLws); }

/// How many bytes at the front of the text are of that class.
inline std::size_t run_of(std::string_view text, detail::CharClass k) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* p = begin;
    while (end - p >= 4 && (detail::bits(p[0]) & detail::bits(p[1]) & detail::bits(p[2]) & detail::bits(p[3]) & k) != 0) p += 4;
    while (p != end && detail::is(*p, k)) ++p;
    return static_cast<std::size_t>(p - begin);
}

inline bool is_token(std::string_view text) { return !text.empty() && run_of(text, detail::kToken) == text.size(); }

/// True for the text in any case; what it is compared with is given in lower case.
template <std::size_t kRoom>
constexpr bool is_word(std::string_view text, const char (&lower_case)[kRoom]) {
    if (text.size() != kRoom - 1) return false;
    for (std::size_t i = 0; i + 1 < kRoom; ++i) {
        const char c = lower_case[i];
        if (c >= 'a' && c <= 'z' ? (text.data()[i] | 0x20) != c : text.data()[i] != c) return false;
    }
    return true;
}
/// The same for the front of the text.
template <std::size_t kRoom>
constexpr bool begins_with_word(std::string_view text, const char (&lower_case)[kRoom]) {
    return text.size() >= kRoom - 1 && is_word({text.data(), kRoom - 1}, lower_case);
}

/// The digits at the front of the text as a number, cut off; above 65535 it is any such number. Nothing when there is no digit.
inline std::optional<std::uint32_t> take_port(std::string_view& text) {
    std::uint32_t value = 0;
    std::size_t n = 0;
    for (; n < text.size() && text.data()[n] >= '0' && text.data()[n] <= '9'; ++n) {
        if (value <= 0xffff) value = value * 10 + static_cast<std::uint32_t>(text.data()[n] - '0');
    }
    if (n == 0) return std::nullopt;
    text.remove_prefix(n);
    return value;
}

inline std::string_view trim_lws(std::string_view text) {
    while (!text.empty() && is_lws(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_lws(text.back())) text.remove_suffix(1);
    return text;
}
inline std::string_view skip_lws(std::string_view text) {
    while (!text.empty() && is_lws(text.front())) text.remove_prefix(1);
    return text;
}

}  // namespace tandem::sip
