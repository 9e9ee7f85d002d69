#include "number/scan.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "number/symbols.h"

namespace tandem::number {

namespace {

// --- the quick way: digits and plain ASCII separators, a plus only in front ----------------------------------------

enum Class : std::uint8_t { kDigitClass = 1, kPlainClass = 2, kOtherClass = 4 };

constexpr std::array<std::uint8_t, 256> kClasses = [] {
    std::array<std::uint8_t, 256> classes{};
    classes.fill(kOtherClass);
    for (char c = '0'; c <= '9'; ++c) classes[static_cast<std::uint8_t>(c)] = kDigitClass;
    for (char c : {' ', '-', '.', '(', ')', '[', ']', '/'}) classes[static_cast<std::uint8_t>(c)] = kPlainClass;
    return classes;
}();

/// Eight ASCII digits? Each byte's upper half must be 3 and must still be so with 6 added.
bool eight_digits(const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return ((word & 0xF0F0F0F0F0F0F0F0U) | ((word + 0x0606060606060606U) & 0xF0F0F0F0F0F0F0F0U) >> 4) == 0x3333333333333333U;
}

/// Whether a text of at least eight bytes is nothing but ASCII digits.
bool all_digits(std::string_view text) {
    for (std::size_t i = 0; i + 8 <= text.size(); i += 8)
        if (!eight_digits(text.data() + i)) return false;
    return eight_digits(text.data() + text.size() - 8);
}

// --- the careful way: symbols ------------------------------------------------------------------------------------

using Symbols = std::basic_string_view<std::uint8_t>;

enum Trait : std::uint8_t {
    kIsDigit = 1,    ///< decimal digit of any script
    kIsLetter = 2,   ///< a to z in either case, with what Unicode folds to them
    kIsBetween = 4,  ///< may stand between the digits
    kIsKept = 8,     ///< not cut from the end
    kIsBlank = 16,   ///< blank, no-break space, tab: before an extension label
};

constexpr std::array<std::uint8_t, 256> kTraits = [] {
    std::array<std::uint8_t, 256> traits{};
    for (unsigned c = '0'; c <= '9'; ++c) traits[c] = kIsDigit | kIsKept;
    for (unsigned d = 0; d < 10; ++d) traits[symbol::kDigit + d] = kIsDigit | kIsKept;
    for (unsigned c = 'a'; c <= 'z'; ++c) traits[c] = traits[c - 32] = kIsLetter | kIsBetween | kIsKept;
    traits[symbol::kLongS] = traits[symbol::kKelvin] = kIsLetter | kIsBetween | kIsKept;
    for (char c : {'-', ' ', '(', ')', '.', '[', ']', '/', '~', '*'}) traits[static_cast<std::uint8_t>(c)] = kIsBetween;
    traits[symbol::kPunctuation] = traits[symbol::kNoBreakSpace] = traits[symbol::kFullStop] = kIsBetween;
    traits[symbol::kProlonged] = kIsBetween | kIsKept;
    for (std::uint8_t s : {symbol::kWideX, symbol::kWideE, symbol::kWideT, symbol::kWideN, symbol::kWideI, symbol::kOAcute,
                           symbol::kDe, symbol::kO, symbol::kBe, symbol::kLetter})
        traits[s] = kIsKept;
    traits['#'] = kIsKept;
    traits[' '] |= kIsBlank;
    traits['\t'] |= kIsBlank;
    traits[symbol::kNoBreakSpace] |= kIsBlank;
    return traits;
}();

bool is(std::uint8_t s, std::uint8_t trait) { return (kTraits[s] & trait) != 0; }
std::uint8_t lower_symbol(std::uint8_t s) { return s >= 'A' && s <= 'Z' ? static_cast<std::uint8_t>(s | 0x20U) : s; }

/// Any number of pluses, then at least three digits with separators before them, then separators, letters and digits.
bool number_body(Symbols s) {
    std::size_t i = 0, digits = 0;
    while (i < s.size() && s[i] == '+') ++i;
    for (; i < s.size() && digits < 3; ++i) {
        if (is(s[i], kIsDigit)) {
            ++digits;
        } else if (!is(s[i], kIsBetween) || (is(s[i], kIsLetter) && lower_symbol(s[i]) != 'x')) {
            return false;  // before the third digit x is the only letter: it stands for a carrier code
        }
    }
    return digits == 3 && std::all_of(s.begin() + static_cast<std::ptrdiff_t>(i), s.end(),
                                      [](std::uint8_t c) { return is(c, kIsDigit | kIsBetween); });
}

bool two_digits(Symbols s) { return s.size() == 2 && is(s[0], kIsDigit) && is(s[1], kIsDigit); }

// --- extensions --------------------------------------------------------------------------------------------------

/// Where the extension at the end of s begins (with what announces it), and its digits.
struct Extension {
    std::size_t begin, digits, digits_end;
};

std::size_t back_over(Symbols s, std::size_t end, std::uint8_t trait, std::string_view more) {
    while (end > 0 && (is(s[end - 1], trait) || more.find(static_cast<char>(s[end - 1])) != std::string_view::npos)) --end;
    return end;
}

bool ends_with(Symbols s, std::size_t end, std::initializer_list<std::uint8_t> word) {
    if (end < word.size()) return false;
    return std::equal(word.begin(), word.end(), s.begin() + static_cast<std::ptrdiff_t>(end - word.size()),
                      [](std::uint8_t want, std::uint8_t have) {
                          return want == lower_symbol(have) || (want == 's' && have == symbol::kLongS);
                      });
}

/// Where a word that plainly says "extension" begins when one ends at `end`; the longest spelling wins.
std::optional<std::size_t> explicit_label(Symbols s, std::size_t end) {
    using namespace symbol;
    std::optional<std::size_t> best;
    auto found = [&](std::size_t size) {
        if (!best || end - size < *best) best = end - size;
    };
    if (end < 2) return best;
    // [e]xt[ensio[´]|ensió][n], written backwards: the n, then the long form or not, then xt, then the e.
    for (std::size_t n = 0; n < (lower_symbol(s[end - 1]) == 'n' ? 2U : 1U); ++n) {
        const std::size_t stem = end - n;
        std::array<std::size_t, 2> tails{0, 0};
        const std::uint8_t last = lower_symbol(s[stem - 1]);
        if (last == 'o' && ends_with(s, stem, {'e', 'n', 's', 'i', 'o'})) tails[1] = 5;
        if (last == kAcute && ends_with(s, stem, {'e', 'n', 's', 'i', 'o', kAcute})) tails[1] = 6;
        if (last == kOAcute && ends_with(s, stem, {'e', 'n', 's', 'i', kOAcute})) tails[1] = 5;
        for (std::size_t tail : tails) {
            const std::size_t at = stem - tail;
            if (at < 2 || lower_symbol(s[at - 1]) != 't' || lower_symbol(s[at - 2]) != 'x') continue;
            found(n + tail + (at >= 3 && lower_symbol(s[at - 3]) == 'e' ? 3 : 2));
        }
    }
    for (std::size_t n = 0; n < 2; ++n) {
        if (n == 1 && !ends_with(s, end, {kWideN})) break;
        if (ends_with(s, end - n, {kWideE, kWideX, kWideT})) found(n + 3);
        if (ends_with(s, end - n, {kWideX, kWideT})) found(n + 2);
    }
    if (ends_with(s, end, {kDe, kO, kBe})) found(3);
    if (ends_with(s, end, {'a', 'n', 'e', 'x', 'o'})) found(5);
    return best;
}

/// Where a sign that may announce an extension begins when one ends at `end`.
std::optional<std::size_t> ambiguous_label(Symbols s, std::size_t end) {
    using namespace symbol;
    if (end == 0) return std::nullopt;
    const std::uint8_t last = lower_symbol(s[end - 1]);
    if (last == 'x' || last == kWideX || last == '#' || last == kWideHash || last == '~' || last == kWideTilde) return end - 1;
    if (ends_with(s, end, {'i', 'n', 't'}) || ends_with(s, end, {kWideI, kWideN, kWideT})) return end - 3;
    return std::nullopt;
}

/// The extension at the end of s; of several readings the one that begins first.
std::optional<Extension> find_extension(Symbols s) {
    const bool hash = !s.empty() && s.back() == '#';
    const std::size_t digits_end = s.size() - (hash ? 1 : 0);
    const std::size_t digits = back_over(s, digits_end, kIsDigit, {});
    const std::size_t count = digits_end - digits;
    if (count == 0 || count > kMaxExtension) return std::nullopt;

    std::size_t begin = s.size();
    auto reading = [&](std::size_t at) { begin = std::min(begin, at); };

    if (!hash && digits >= 5 && std::equal(s.begin() + static_cast<std::ptrdiff_t>(digits) - 5,
                                           s.begin() + static_cast<std::ptrdiff_t>(digits), ";ext=",
                                           [](std::uint8_t have, char want) { return lower_symbol(have) == static_cast<std::uint8_t>(want); }))
        reading(digits - 5);
    if (hash && count <= 6) {  // "- 503#"
        std::size_t at = back_over(s, digits, 0, " -");
        if (at < digits) reading(at);
    }

    const std::size_t run = back_over(s, digits, kIsBlank, ",-");  // [run, digits): blanks, commas, hyphens
    std::size_t label_end = run;
    const bool mark = label_end > 0 && (s[label_end - 1] == ':' || s[label_end - 1] == '.' || s[label_end - 1] == symbol::kFullStop);
    if (mark) --label_end;
    if (auto at = explicit_label(s, label_end)) reading(back_over(s, *at, kIsBlank, ","));
    if (auto at = ambiguous_label(s, label_end); at && count <= 9) reading(back_over(s, *at, kIsBlank, ","));
    if (count <= 15 && label_end > 0 && s[label_end - 1] == ';') reading(back_over(s, label_end - 1, kIsBlank, {}));
    // Commas announce an extension too: before a mark, or anywhere among the blanks, commas and hyphens before the digits.
    if (mark) {
        const std::size_t commas = back_over(s, label_end, 0, ",");
        if (commas < label_end && count <= 9) reading(back_over(s, commas, kIsBlank, {}));
        if (label_end - commas >= 2 && count <= 15)
            reading(label_end - commas == 2 ? back_over(s, commas, kIsBlank, {}) : label_end - 2);
    }
    const std::size_t wanted = count <= 9 ? 1 : 2;
    for (std::size_t i = run; count <= 15 && i < digits; ++i) {
        std::size_t comma = i, n = 0;
        while (comma < digits && is(s[comma], kIsBlank)) ++comma;
        while (comma + n < digits && s[comma + n] == ',') ++n;
        if (n >= wanted) {
            reading(i);
            break;
        }
    }
    if (begin == s.size()) return std::nullopt;
    return Extension{begin, digits, digits_end};
}

// --- putting it together -----------------------------------------------------------------------------------------

bool line_end(std::uint8_t s) { return s == '\n' || s == '\r' || s == '\f' || s == symbol::kLineEnd; }

/// Cuts a second number ("… x302/x2303"): in the first line that has one, all from the last slash that announces it.
Symbols without_second_number(Symbols s) {
    std::size_t line = 0;
    while (line < s.size()) {
        std::size_t end = line;
        while (end < s.size() && !line_end(s[end])) ++end;
        for (std::size_t i = end; i-- > line;) {
            if (s[i] != '/' && s[i] != '\\') continue;
            std::size_t x = i + 1;
            while (x < s.size() && s[x] == ' ') ++x;
            if (x < s.size() && s[x] == 'x') return s.substr(line, i - line);
        }
        line = end + 1;
    }
    return s;
}

/// From the first plus or digit, without what is neither letter, number nor # at the end, without a second number.
Symbols possible_number(Symbols s) {
    std::size_t begin = 0;
    while (begin < s.size() && s[begin] != '+' && !is(s[begin], kIsDigit)) ++begin;
    s.remove_prefix(begin);
    while (!s.empty() && !is(s.back(), kIsKept)) s.remove_suffix(1);
    return without_second_number(s);
}

// ITU-T E.161 keypad.
constexpr std::string_view kKeys = "22233344455566677778889999";

char digit_of(std::uint8_t s) {
    return static_cast<char>(s < symbol::kDigit ? s : '0' + (s - symbol::kDigit));
}

void take_digits(Symbols s, Scanned& out) {
    const auto letters = std::count_if(s.begin(), s.end(), [](std::uint8_t c) { return is(c, kIsLetter); });
    std::size_t size = 0;
    for (std::uint8_t c : s) {
        if (letters >= 3) {
            // A keypad has ASCII letters and digits; other digits beside letters are dropped, as the reference library does.
            if (c >= '0' && c <= '9') out.buffer[size++] = static_cast<char>(c);
            else if (lower_symbol(c) >= 'a' && lower_symbol(c) <= 'z') out.buffer[size++] = kKeys[lower_symbol(c) - 'a'];
        } else if (is(c, kIsDigit)) {
            out.buffer[size++] = digit_of(c);
        }
    }
    out.digits = {out.buffer.data(), size};
}

bool scan_carefully(std::string_view written, Scanned& out) {
    std::array<std::uint8_t, 2 * kMaxWritten> buffer;  // NOLINT: written before it is read
    Symbols s;
    constexpr std::string_view kContext = ";phone-context=";
    if (auto context = written.find(';') == std::string_view::npos ? std::string_view::npos : written.find(kContext);
        context != std::string_view::npos) {
        // RFC 3966 §5.1.5: a global context is put in front; a domain says nothing about digits.
        const std::size_t begin = context + kContext.size();
        std::size_t size = 0;
        auto add = [&](std::string_view part) { size += to_symbols(part, BadText::kOther, buffer.data() + size); };
        if (begin + 1 < written.size() && written[begin] == '+') add(written.substr(begin, written.find(';', begin) - begin));
        auto scheme = written.find("tel:");
        const std::size_t from = scheme == std::string_view::npos ? 0 : scheme + 4;
        // A scheme behind the context is nonsense; all behind it is taken then, as the reference library does.
        add(from <= context ? written.substr(from, context - from) : written.substr(from));
        s = {buffer.data(), size};
    } else {
        const std::size_t size = to_symbols(written, BadText::kRefuse, buffer.data());
        if (size == kRefused) return false;
        s = possible_number({buffer.data(), size});
    }
    constexpr std::string_view kSubaddress = ";isub=";
    if (auto at = written.find(';') == std::string_view::npos ? s.end() : std::search(s.begin(), s.end(), kSubaddress.begin(), kSubaddress.end(),
                              [](std::uint8_t have, char want) { return have == static_cast<std::uint8_t>(want); });
        at != s.end())
        s = s.substr(0, static_cast<std::size_t>(at - s.begin()));

    auto extension = find_extension(s);
    if (!two_digits(s) && !number_body(s) && !(extension && number_body(s.substr(0, extension->begin)))) return false;
    out.extension_size = 0;
    if (extension) {
        const Symbols before = s.substr(0, extension->begin);
        if (number_body(before) || two_digits(before)) {
            for (std::size_t i = extension->digits; i < extension->digits_end; ++i)
                out.extension[out.extension_size++] = digit_of(s[i]);
            s = before;
        }
    }
    out.plus = !s.empty() && s.front() == '+';
    take_digits(s, out);
    return true;
}

}  // namespace

bool scan(std::string_view written, Scanned& out) {
    if (written.size() > kMaxWritten) return false;
    // The scheme of a URI has no digit, so that what is read begins behind it in any case.
    const std::string_view whole = written;
    if (!written.empty() && written.front() == 't' && written.starts_with("tel:")) written.remove_prefix(4);
    const bool leading_plus = !written.empty() && written.front() == '+';
    const std::string_view rest = leading_plus ? written.substr(1) : written;
    if (rest.size() >= 8 && all_digits(rest)) {
        out.digits = rest;
        out.plus = leading_plus;
        out.extension_size = 0;
        return true;
    }
    unsigned seen = 0;
    std::size_t size = 0;
    for (char c : rest) {
        const unsigned kind = kClasses[static_cast<std::uint8_t>(c)];
        out.buffer[size] = c;
        size += kind & kDigitClass;
        seen |= kind;
    }
    if ((seen & kOtherClass) != 0 || size < 3) return scan_carefully(whole, out);
    out.digits = {out.buffer.data(), size};
    out.plus = leading_plus;
    out.extension_size = 0;
    return true;
}

}  // namespace tandem::number
