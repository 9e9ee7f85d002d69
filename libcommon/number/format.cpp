#include "number/format.h"

#include "base/text.h"
#include "number/program.h"

namespace tandem::number {

namespace {

bool whole(const Plan& plan, std::uint16_t program, std::string_view digits, Captures& captures) {
    return run_program(plan.programs, program, digits.data(), digits.size(), &captures) == static_cast<int>(digits.size());
}

/// The groups of `digits` put into the text's $1, $2, …
std::string expanded(std::string_view text, std::string_view digits, const Captures& captures) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$' || i + 1 == text.size() || !is_digit(text[i + 1])) {
            out += text[i];
            continue;
        }
        const auto group = static_cast<std::size_t>(text[++i] - '0');
        const std::size_t from = captures.at[2 * group], to = captures.at[2 * group + 1];
        if (from != Captures::kUnset && from <= to && to <= digits.size()) out += digits.substr(from, to - from);
    }
    return out;
}

std::string grouped(const Plan& plan, const RegionRow& region, std::string_view digits, Style style) {
    const bool national = style == Style::kNational;
    const std::size_t first = national ? region.formats : region.intl_formats;
    const std::size_t count = national ? region.formats_count : region.intl_formats_count;
    for (const FormatRow& row : plan.formats.subspan(first, count)) {
        if (row.leading != kNoRow && run_program(plan.programs, row.leading, digits.data(), digits.size(), nullptr) < 0) continue;
        Captures captures;
        if (!whole(plan, row.pattern, digits, captures)) continue;
        return expanded(plan.text(national ? row.national : row.international), digits, captures);
    }
    return std::string(digits);
}

}  // namespace

std::string format(const Phone& phone, const Plan& plan, Style style) {
    if (phone.error != PhoneError::kNone) return {};
    if (style == Style::kTelUri)
        return phone.extension_size == 0 ? cat("tel:", phone.e164()) : cat("tel:", phone.e164(), ";ext=", phone.extension());
    const CodeRow* code = plan.code(phone.calling_code);
    if (code == nullptr) return {};
    const RegionRow& region = plan.regions[code->main_region];
    std::string text = grouped(plan, region, phone.national(), style);
    if (style == Style::kInternational) text = cat('+', phone.calling_code, ' ', text);
    if (phone.extension_size != 0) {
        const std::string_view prefix = plan.text(region.extension_prefix);
        text += cat(prefix.empty() ? std::string_view(" ext. ") : prefix, phone.extension());
    }
    return text;
}

}  // namespace tandem::number
