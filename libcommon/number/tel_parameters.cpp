// Knows: which characters, names and combinations the standards allow behind a number.
// Must not know: what is done with them.
// Next: record/number.cpp.
#include "number/tel_parameters.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tandem::number {
namespace {

constexpr std::string_view kMarks = "-_.!~*'()";
constexpr std::string_view kParamUnreserved = "[]/:&+$";
constexpr std::string_view kUricOnly = "?@=,";  // besides the ones above; ";" ends a parameter

bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
bool is_separator(char c) { return c == '-' || c == '.' || c == '(' || c == ')'; }

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_alpha(c) || c == '-'; });
}

bool is_value(std::string_view text, bool uric) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
            i += 2;
        } else if (!is_digit(c) && !is_alpha(c) && kMarks.find(c) == std::string_view::npos &&
                   kParamUnreserved.find(c) == std::string_view::npos && (!uric || kUricOnly.find(c) == std::string_view::npos)) {
            return false;
        }
    }
    return !text.empty();
}

std::string without_separators(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return !is_separator(c); });
    return out;
}

/// "+" and hexadecimal digits (RFC 4694 §4: a routing number may have them), or those digits alone.
bool is_routing_number(std::string_view text) {
    if (text.starts_with('+')) {
        // A global one begins with a country code, so with a digit from 1 to 9.
        text.remove_prefix(1);
        if (text.empty() || text.front() < '1' || text.front() > '9') return false;
    }
    return !text.empty() && std::all_of(text.begin(), text.end(), is_hex);
}

/// isub first, then the context of a local number, then the rest by name (RFC 3966 §3).
int rank(std::string_view name) { return name == "isub" ? 0 : name == "phone-context" ? 1 : 2; }

class Reader {
public:
    void parameter(std::string_view text) {
        const auto equals = text.find('=');
        const bool valued = equals != std::string_view::npos;
        const std::string name = lower(text.substr(0, equals));
        std::string_view value = valued ? text.substr(equals + 1) : std::string_view();
        if (!is_name(name)) return fault("bad_parameter");
        if (std::find(seen_.begin(), seen_.end(), name) != seen_.end()) return fault(cat(name, "_twice"));
        seen_.push_back(name);
        if (name == "ext") return;  // the number's own
        if (name == "npdi" ? valued : (valued || needs_value(name)) && !is_value(value, name == "isub"))
            return fault(cat(name, "_bad_value"));
        if (name == "rn" || name == "cic") {
            std::string digits = without_separators(value);
            if (!is_routing_number(digits)) return fault(cat(name, "_bad_value"));
            return keep(name, std::move(digits));
        }
        const bool number = value.starts_with('+') && (name == "phone-context" || name.ends_with("-context"));
        keep(name, number ? without_separators(value) : std::string(value));
    }

    TelParameters done() {
        for (const std::string_view name : {"rn", "cic"}) {
            const TelParameter* it = find(name);
            if (it != nullptr && !it->value.starts_with('+') && find(cat(name, "-context")) == nullptr)
                fault(cat(name, "_without_context"));
        }
        if (find("tgrp") != nullptr && find("trunk-context") == nullptr) fault("tgrp_without_context");
        std::sort(out_.list.begin(), out_.list.end(), [](const TelParameter& a, const TelParameter& b) {
            return std::pair(rank(a.name), std::string_view(a.name)) < std::pair(rank(b.name), std::string_view(b.name));
        });
        return std::move(out_);
    }

private:
    static bool needs_value(std::string_view name) {
        return name == "rn" || name == "cic" || name == "isub" || name == "tgrp" || name.ends_with("-context");
    }
    void keep(const std::string& name, std::string value) { out_.list.push_back({name, std::move(value)}); }
    void fault(std::string what) {
        if (std::find(out_.faults.begin(), out_.faults.end(), what) == out_.faults.end()) out_.faults.push_back(std::move(what));
    }
    [[nodiscard]] const TelParameter* find(std::string_view name) const {
        for (const TelParameter& one : out_.list)
            if (one.name == name) return &one;
        return nullptr;
    }

    TelParameters out_;
    std::vector<std::string> seen_;
};

}  // namespace

TelParameters read_tel_parameters(std::string_view text) {
    Reader reader;
    while (!text.empty()) {
        auto [one, rest] = cut(text, ';');
        reader.parameter(one);
        text = rest;
    }
    return reader.done();
}

std::string TelParameters::behind_global() const {
    const auto faulty = [this](std::string_view name) {
        return std::find(faults.begin(), faults.end(), cat(name, "_without_context")) != faults.end();
    };
    std::string out;
    for (const TelParameter& one : list) {
        if (one.name == "phone-context" || faulty(one.name)) continue;
        append(out, ';', one.name);
        if (!one.value.empty()) append(out, '=', one.value);
    }
    return out;
}

}  // namespace tandem::number
