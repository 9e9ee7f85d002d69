#include "number/parse.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace tandem::number {

namespace {

constexpr std::size_t kMaxWritten = 250;     // longer texts are no numbers
constexpr std::size_t kMaxDigits = 15;       // ITU-T E.164 §6: country code and national number together
constexpr std::size_t kMinPossible = 8;      // of countries that are not in the table
constexpr std::size_t kMaxExtension = 20;

/// A written number taken apart: what was dialled, and what was said beside it.
struct Written {
    std::string dialled;
    std::string extension;
    std::string context;  ///< phone-context when it is digits: "+44"
    bool uri = false;
    bool bad = false;        ///< a character that no number has
    bool trunk_zero = false; ///< "(0)" stood behind the country code
};

// RFC 3986 §2.1; what is no escape stays.
std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            if (auto byte = from_hex(text.substr(i + 1, 2))) {
                out += static_cast<char>(byte->front());
                i += 2;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

// Written forms of blanks and hyphens beyond ASCII: no-break space, narrow no-break space, hyphens and dashes, word joiner.
std::size_t separator_length(std::string_view text) {
    constexpr std::string_view kAscii = " \t-./()[]";
    if (kAscii.find(text[0]) != std::string_view::npos) return 1;
    for (std::string_view mark : {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92", "\xE2\x80\x93",
                                  "\xE2\x80\x94", "\xE2\x81\xA0"})
        if (text.starts_with(mark)) return mark.size();
    return 0;
}

// Length of a word that announces an extension: "ext.", "extension", "x", "#" is left to feature codes.
std::size_t extension_word(std::string_view text) {
    for (std::string_view word : {"extension", "extn", "ext.", "ext", "x"})
        if (istarts_with(text, word)) return word.size();
    return 0;
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// Digits with their separators removed; nothing when anything else is there.
std::optional<std::string> bare_digits(std::string_view text) {
    std::string digits;
    while (!text.empty()) {
        if (is_digit(text[0])) {
            digits += text[0];
            text.remove_prefix(1);
        } else if (std::size_t n = separator_length(text); n != 0) {
            text.remove_prefix(n);
        } else {
            return std::nullopt;
        }
    }
    return digits;
}

void read_digits(std::string_view text, Written& w) {
    while (!text.empty()) {
        char c = text[0];
        if (w.dialled.starts_with('+') && text.starts_with("(0)")) {
            w.trunk_zero = true;
            text.remove_prefix(3);
        } else if (is_digit(c) || c == '*' || c == '#' || (c == '+' && w.dialled.empty())) {
            w.dialled += c;
            text.remove_prefix(1);
        } else if (std::size_t n = separator_length(text); n != 0) {
            text.remove_prefix(n);
        } else if (n = extension_word(text); n != 0 && !w.dialled.empty()) {
            auto extension = bare_digits(text.substr(n));
            w.bad = !extension || extension->empty() || extension->size() > kMaxExtension;
            if (!w.bad) w.extension = std::move(*extension);
            return;
        } else {
            w.bad = true;
            return;
        }
    }
}

// RFC 3966 §3: ";ext=" and ";phone-context="; the other parameters say nothing about the number.
void read_parameters(std::string_view text, Written& w) {
    for (std::string_view parameter : split(text, ';')) {
        auto [name, value] = cut(parameter, '=');
        if (iequals(name, "ext")) {
            if (auto digits = bare_digits(value); digits && !digits->empty() && digits->size() <= kMaxExtension) w.extension = *digits;
        } else if (iequals(name, "phone-context") && value.starts_with('+')) {
            if (auto digits = bare_digits(value.substr(1))) w.context = cat('+', *digits);
        }
    }
}

Written take_apart(std::string_view text) {
    Written w;
    // "Alice" <sip:…>: the URI is between the last "<" and its ">".
    if (auto open = text.rfind('<'); open != std::string_view::npos && text.find('>', open) != std::string_view::npos)
        text = text.substr(open + 1, text.find('>', open) - open - 1);
    text = trim(text);

    std::string decoded;
    auto scheme = [&](std::string_view name) { return istarts_with(text, name); };
    if (scheme("sip:") || scheme("sips:")) {
        w.uri = true;
        text = cut(text, ':').second;
        auto at = text.rfind('@');
        if (at == std::string_view::npos) return w;  // a host without a user is nobody's number
        decoded = percent_decoded(cut(text.substr(0, at), ':').first);  // without a password
        text = decoded;
    } else if (scheme("tel:")) {
        w.uri = true;
        text = text.substr(4);
    }
    auto [number, parameters] = cut(text, ';');
    read_parameters(parameters, w);
    read_digits(number, w);
    if (!w.context.empty() && !w.dialled.empty() && !w.dialled.starts_with('+')) w.dialled.insert(0, w.context);
    return w;
}

class Reading {
public:
    explicit Reading(const DialContext& context) : context_(context) {}

    Number run(std::string_view written) {
        if (written.size() > kMaxWritten) return refuse("too_long_text");
        if (trim(written).empty()) return refuse("empty");
        Written w = take_apart(written);
        if (w.uri) n_.flags.push_back("uri");
        n_.dialled = std::move(w.dialled);
        n_.extension = std::move(w.extension);
        trunk_zero_ = w.trunk_zero;
        if (w.bad) return refuse("bad_character");
        if (n_.dialled.empty() || n_.dialled == "+") return refuse("no_digits");
        if (emergency(n_.dialled)) return found_emergency(n_.dialled);
        std::string_view outside = outside_line();
        if (!outside.empty() && emergency(outside)) {
            n_.flags.push_back("access_prefix");
            return found_emergency(std::string(outside));
        }
        if (by_dial_plan(outside)) return std::move(n_);
        by_country();
        return std::move(n_);
    }

private:
    Number refuse(std::string_view reason) {
        n_.reasons.push_back(reason);
        return std::move(n_);
    }

    [[nodiscard]] bool emergency(std::string_view dialled) const {
        return is_emergency(dialled, context_.country) ||
               std::find(context_.emergency.begin(), context_.emergency.end(), dialled) != context_.emergency.end();
    }
    Number found_emergency(std::string dialled) {
        n_.dialled = std::move(dialled);
        n_.emergency = true;
        n_.flags.push_back("emergency");
        return refuse("emergency");
    }

    // What follows the digits that ask for an outside line; empty when they are not there.
    [[nodiscard]] std::string_view outside_line() const {
        std::string_view dialled = n_.dialled;
        std::string_view prefix = context_.access_prefix;
        return !prefix.empty() && dialled.starts_with(prefix) ? dialled.substr(prefix.size()) : std::string_view();
    }

    // True when a rule decided. A number that is global already ("+…") is not for the rules.
    bool by_dial_plan(std::string_view outside) {
        std::optional<Applied> applied;
        if (context_.dial_plan != nullptr && !n_.dialled.starts_with('+')) {
            // The whole string first: an extension may begin with the digit of the outside line.
            applied = context_.dial_plan->apply(n_.dialled);
            if (!applied && !outside.empty() && (applied = context_.dial_plan->apply(outside))) n_.flags.push_back("access_prefix");
        }
        if (!applied) {
            if (!outside.empty() && !n_.dialled.starts_with('+')) {
                std::string cut_off(outside);
                n_.dialled = std::move(cut_off);
                n_.flags.push_back("access_prefix");
            }
            return false;
        }
        n_.rule = applied->rule;
        n_.dial_plan = context_.dial_plan->name();
        n_.internal = applied->internal;
        std::string_view result = applied->text;
        if (emergency(result)) {
            n_ = found_emergency(std::string(result));
        } else if (applied->internal && !result.starts_with('+')) {
            n_.dialled = result;
            n_.flags.push_back("internal");
            n_.reasons.push_back("internal");
        } else if (result.size() > 1 && result[0] == '+' && all_digits(result.substr(1))) {
            if (applied->internal) n_.flags.push_back("internal");
            international(result.substr(1));
        } else {
            n_.reasons.push_back("rule_result_not_e164");
        }
        return true;
    }

    void by_country() {
        std::string_view dialled = n_.dialled;
        const Country* c = context_.country;
        if (dialled.starts_with('+')) {
            if (all_digits(dialled.substr(1))) return international(dialled.substr(1));
            n_.reasons.push_back("bad_character");
        } else if (!all_digits(dialled)) {
            n_.reasons.push_back("bad_character");  // "*" and "#" are for feature codes, not for numbers
        } else if (c == nullptr) {
            n_.reasons.push_back("no_country");
        } else if (!c->idd.empty() && dialled.starts_with(c->idd) && dialled.size() > c->idd.size()) {
            international(dialled.substr(c->idd.size()));
        } else if (!c->trunk.empty() && dialled.starts_with(c->trunk)) {
            national(*c, dialled.substr(c->trunk.size()));
        } else {
            national(*c, dialled);
        }
    }

    void international(std::string_view digits) {
        std::size_t length = calling_code_length(digits);
        if (length == 0) {
            n_.reasons.push_back("unknown_calling_code");
            return;
        }
        n_.calling_code = digits.substr(0, length);
        std::string_view rest = digits.substr(length);
        const Country* c = country_by_calling_code(n_.calling_code);
        // "+39 (0)6…": where there is no trunk prefix, the zero belongs to the number.
        std::string kept;
        if (trunk_zero_ && c != nullptr && c->trunk.empty()) {
            kept = cat('0', rest);
            rest = kept;
        }
        std::size_t total = length + rest.size();
        if (total > kMaxDigits || rest.empty()) {
            n_.reasons.push_back(rest.empty() ? "too_short" : "too_long");
            return;
        }
        finish(c, rest, c != nullptr ? c->min_length : kMinPossible - length, c != nullptr ? c->max_length : kMaxDigits - length);
    }

    void national(const Country& c, std::string_view digits) {
        n_.calling_code = c.calling_code;
        if (digits.size() < c.min_length || digits.size() + c.calling_code.size() > kMaxDigits) {
            // Short ones may be local numbers or service codes; without their area or a rule nothing can be made of them.
            n_.calling_code.clear();
            n_.reasons.push_back(digits.size() < c.min_length ? "too_short" : "too_long");
            return;
        }
        finish(&c, digits, c.min_length, c.max_length);
    }

    void finish(const Country* c, std::string_view national_digits, std::size_t least, std::size_t most) {
        n_.e164 = cat('+', n_.calling_code, national_digits);
        if (c != nullptr) n_.region = region_of(*c, national_digits);
        if (national_digits.size() < least) {
            n_.reasons.push_back("too_short");
        } else if (national_digits.size() > most) {
            n_.reasons.push_back("too_long");
        } else {
            n_.possible = true;
        }
    }

    const DialContext& context_;
    Number n_;
    bool trunk_zero_ = false;
};

}  // namespace

Number normalize(std::string_view written, const DialContext& context) { return Reading(context).run(written); }

}  // namespace tandem::number
