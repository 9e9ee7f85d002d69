#include "number/phone.h"

#include <bit>
#include <cstring>

#include "number/program.h"

namespace tandem::number {

namespace {

/// A run of ASCII digits somewhere in a buffer of the caller.
struct Digits {
    const char* data;
    std::size_t size;

    void drop(std::size_t n) { data += n, size -= n; }
};

/// Copies up to kLongestNational bytes; a call of memcpy costs more than the bytes.
void copy_short(char* to, const char* from, std::size_t size) {
    if (size >= 8) {
        std::uint64_t first, last;
        std::memcpy(&first, from, 8);
        std::memcpy(&last, from + size - 8, 8);
        if (size == kLongestNational) to[8] = from[8];
        std::memcpy(to, &first, 8);
        std::memcpy(to + size - 8, &last, 8);
        return;
    }
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
}

/// Room for a number whose prefix a rule has rewritten; long inputs never are (a transform needs a match of the pattern).
using Rewritten = std::array<char, kMaxWritten + 16>;

bool matches_general(const Plan& plan, const RegionRow& region, Digits digits) {
    return plan.label(region.general_root, digits.data, digits.size) != 0;
}

/// Takes a national prefix (and a carrier code with it) off, or rewrites it by the region's transform rule. A number that
/// matched the plan before and would not afterwards stays as it is.
void strip_national_prefix(const Plan& plan, const RegionRow& region, Digits& digits, Rewritten& room) {
    if (digits.size == 0 || region.national_prefix_program == kNoRow) return;
    if ((region.national_prefix_first >> (digits.data[0] & 15) & 1U) == 0) return;
    Captures captures;
    const bool transforms = region.transform != 0 && region.groups > 0;
    const int length = run_program(plan.programs, region.national_prefix_program, digits.data, digits.size,
                                   transforms ? &captures : nullptr);
    if (length < 0) return;
    auto matched = static_cast<std::size_t>(length);

    Digits stripped = digits;
    stripped.drop(matched);
    // With two groups the first is a carrier code and the second is what the rule needs.
    const std::size_t needed = region.groups >= 2 ? 2 : 1;
    if (transforms && captures.at[2 * needed] != Captures::kUnset && captures.at[2 * needed] != captures.at[2 * needed + 1]) {
        std::size_t size = 0;
        for (const char* c = plan.text(region.transform).data(); *c != '\0' && size + digits.size < room.size(); ++c) {
            if (*c != '$') {
                room[size++] = *c;
                continue;
            }
            if (*++c < '0' || *c > '9') return;  // no rule of the public metadata; a loaded plan may say anything
            const auto group = static_cast<std::size_t>(*c - '0');
            const std::size_t from = captures.at[2 * group], to = captures.at[2 * group + 1];
            if (from == Captures::kUnset || to > digits.size || from > to || size + (to - from) > room.size()) continue;
            std::memcpy(room.data() + size, digits.data + from, to - from);
            size += to - from;
        }
        if (size + stripped.size > room.size()) return;
        std::memmove(room.data() + size, stripped.data, stripped.size);
        stripped = {room.data(), size + stripped.size};
    } else if (matched == 0) {
        return;
    }
    if (matches_general(plan, region, digits) && !matches_general(plan, region, stripped)) return;
    digits = stripped;
}

/// The calling code in front of three or more digits, taken off; nullptr when there is none.
const CodeRow* take_calling_code(const Plan& plan, Digits& digits) {
    const CodeRow* code = plan.code_in_front(digits.data);
    if (code != nullptr) digits.drop(code->code >= 100 ? 3 : code->code >= 10 ? 2 : 1);
    return code;
}

struct Extracted {
    PhoneError error = PhoneError::kNone;
    const CodeRow* code = nullptr;  ///< nullptr without an error: a national number
};

Extracted after_international_prefix(const Plan& plan, Digits& digits) {
    if (digits.size <= 2) return {PhoneError::kTooShortAfterIdd, nullptr};
    const CodeRow* code = take_calling_code(plan, digits);
    return {code != nullptr ? PhoneError::kNone : PhoneError::kInvalidCountryCode, code};
}

/// The calling code behind the region's international prefix, or written without any prefix.
Extracted extract_dialled(const Plan& plan, const RegionRow* region, Digits& digits, Rewritten& room) {
    if (region == nullptr || digits.size == 0) return {};
    if (region->idd != kNoRow && (region->idd_first >> (digits.data[0] & 15) & 1U) != 0) {
        const int length = run_program(plan.programs, region->idd, digits.data, digits.size, nullptr);
        // No calling code begins with 0, so a 0 behind the prefix says that it is none.
        if (length >= 0 && (static_cast<std::size_t>(length) == digits.size || digits.data[length] != '0')) {
            digits.drop(static_cast<std::size_t>(length));
            return after_international_prefix(plan, digits);
        }
    }
    // The region's own calling code without a plus is taken off only when the number makes no sense with it.
    const unsigned value = region->code;
    char text[3];
    const std::size_t size = value >= 100 ? 3 : value >= 10 ? 2 : 1;
    for (std::size_t i = size, rest = value; i-- > 0; rest /= 10) text[i] = static_cast<char>('0' + rest % 10);
    if (digits.size < size || digits.data[0] != text[0] || (size > 1 && digits.data[1] != text[1]) || (size > 2 && digits.data[2] != text[2]))
        return {};
    Digits national = digits;
    national.drop(size);
    strip_national_prefix(plan, *region, national, room);
    if ((!matches_general(plan, *region, digits) && matches_general(plan, *region, national)) ||
        possible_length(*region, digits.size) == Possible::kTooLong) {
        digits = national;
        return {PhoneError::kNone, plan.codes.data() + region->code_row};
    }
    return {};
}

}  // namespace

Possible possible_length(const RegionRow& region, std::size_t size) {
    const std::uint32_t bit = size < 32 ? 1U << size : 0;
    if (region.lengths == 0) return Possible::kInvalidLength;
    if ((region.local_lengths & bit) != 0) return Possible::kLocalOnly;
    if ((region.lengths & bit) != 0) return Possible::kYes;
    if (size < static_cast<std::size_t>(std::countr_zero(region.lengths))) return Possible::kTooShort;
    if (size >= static_cast<std::size_t>(std::bit_width(region.lengths))) return Possible::kTooLong;
    return Possible::kInvalidLength;
}

void parse_phone(std::string_view written, const Plan& plan, std::uint16_t region_row, Phone& out) {
    Scanned scanned;
    if (!scan(written, scanned)) {
        out.error = PhoneError::kNotANumber;
        return;
    }
    parse_digits(scanned.digits, scanned.plus, plan, region_row, out);
    out.extension_size = scanned.extension_size;
    if (scanned.extension_size != 0) std::memcpy(out.extension_text.data(), scanned.extension.data(), scanned.extension_size);
}

void parse_digits(std::string_view written, bool plus, const Plan& plan, std::uint16_t region_row, Phone& out) {
    const RegionRow* region = region_row == kNoRow ? nullptr : plan.regions.data() + region_row;
    if (region == nullptr && !plus) {
        out.error = PhoneError::kInvalidCountryCode;
        return;
    }

    Rewritten room, room2;  // NOLINT: written before they are read
    Digits digits{written.data(), written.size()};
    Extracted extracted;
    if (plus) {
        extracted = after_international_prefix(plan, digits);
        if (extracted.error == PhoneError::kInvalidCountryCode) {
            // "+" in front of a number that is not international: once more as if it were not there.
            digits = {written.data(), written.size()};
            extracted = extract_dialled(plan, region, digits, room);
            if (extracted.code == nullptr) extracted.error = PhoneError::kInvalidCountryCode;
        }
    } else {
        extracted = extract_dialled(plan, region, digits, room);
    }
    if (extracted.error != PhoneError::kNone) {
        out.error = extracted.error;
        return;
    }

    const CodeRow* code = extracted.code;
    if (code == nullptr) code = plan.codes.data() + region->code_row;
    // Prefixes are the main region's unless the number is dialled within another region of the same code.
    const RegionRow& rules = plan.regions.data()[extracted.code == nullptr ? region_row : code->main_region];
    if (digits.size < 2) {
        out.error = PhoneError::kTooShort;
        return;
    }
    Digits stripped = digits;
    strip_national_prefix(plan, rules, stripped, room2);
    if (stripped.data != digits.data) {
        const Possible length = possible_length(rules, stripped.size);
        if (length != Possible::kTooShort && length != Possible::kLocalOnly && length != Possible::kInvalidLength) digits = stripped;
    }
    if (digits.size < 2 || digits.size > kLongestNational) {
        out.error = digits.size < 2 ? PhoneError::kTooShort : PhoneError::kTooLong;
        return;
    }

    out.error = PhoneError::kNone;
    out.calling_code = code->code;
    char* to = out.e164_text.data();
    *to++ = '+';
    const unsigned value = code->code;
    if (value >= 100) *to++ = static_cast<char>('0' + value / 100);
    if (value >= 10) *to++ = static_cast<char>('0' + value / 10 % 10);
    *to++ = static_cast<char>('0' + value % 10);
    out.national_at = static_cast<std::uint8_t>(to - out.e164_text.data());
    copy_short(to, digits.data, digits.size);
    out.e164_size = static_cast<std::uint8_t>(out.national_at + digits.size);
    out.extension_size = 0;

    const std::uint16_t label = plan.label(code->root, digits.data, digits.size);
    out.type = static_cast<Type>(label & 15U);
    out.valid = out.type != Type::kUnknown;
    // A code of one region is that region's whatever the digits are.
    const unsigned place = label >> 4U;
    out.region = place != 0 && place <= code->count ? plan.region_lists.data()[code->list + place - 1]
                 : code->count == 1                 ? code->main_region
                                                    : kNoRow;
    out.possible = possible_length(plan.regions.data()[code->main_region], digits.size);
}

}  // namespace tandem::number
