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

/// Length of the national prefix in front of digits by the region's program, -1 for none.
int national_prefix(const Plan& plan, const RegionRow& region, Digits digits, Captures* captures) {
    const std::size_t at = region.national_prefix_program;
    const std::span<const std::uint16_t> words = plan.programs;
    // Most are one digit or one of a few: no need to run anything.
    if (captures == nullptr && at + 1 < words.size() && is_one_digit(words[at], words[at + 1])) return (words[at] >> (digits.data[0] & 15) & 1U) != 0 ? 1 : -1;
    return run_program(words, at, digits.data, digits.size, captures);
}

/// The work of strip_national_prefix() where a prefix may be.
[[gnu::noinline]] Digits without_national_prefix(const Plan& plan, const RegionRow& region, const Digits digits, Rewritten& room) {
    Captures captures;
    const bool transforms = region.transform != 0 && region.groups > 0;
    const int length = national_prefix(plan, region, digits, transforms ? &captures : nullptr);
    if (length < 0) return digits;
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
            if (*++c < '0' || *c > '9') return digits;  // no rule of the public metadata; a loaded plan may say anything
            const auto group = static_cast<std::size_t>(*c - '0');
            const std::size_t from = captures.at[2 * group], to = captures.at[2 * group + 1];
            if (from == Captures::kUnset || to > digits.size || from > to || size + (to - from) > room.size()) continue;
            std::memcpy(room.data() + size, digits.data + from, to - from);
            size += to - from;
        }
        if (size + stripped.size > room.size()) return digits;
        std::memmove(room.data() + size, stripped.data, stripped.size);
        stripped = {room.data(), size + stripped.size};
    } else if (matched == 0) {
        return digits;
    }
    return matches_general(plan, region, digits) && !matches_general(plan, region, stripped) ? digits : stripped;
}

/// Takes a national prefix (and a carrier code with it) off, or rewrites it by the region's transform rule. A number that
/// matched the plan before and would not afterwards stays as it is.
/// Digits go in and out by value everywhere: in registers they cost nothing.
Digits strip_national_prefix(const Plan& plan, const RegionRow& region, const Digits digits, Rewritten& room) {
    if (digits.size == 0 || region.national_prefix_program == kNoRow) return digits;
    if ((region.national_prefix_first >> (digits.data[0] & 15) & 1U) == 0) return digits;
    return without_national_prefix(plan, region, digits, room);
}

/// Digits of a calling code, without a branch: nothing tells beforehand whether it is one, two or three.
std::size_t size_of(unsigned code) { return 1U + static_cast<unsigned>(code >= 10) + static_cast<unsigned>(code >= 100); }

/// Writes "+", the calling code and up to two bytes of nothing to `to`, and gives where the code ends.
char* write_code(char* to, unsigned code) {
    const std::uint32_t three = ('0' + code / 100) | ('0' + code / 10 % 10) << 8 | ('0' + code % 10) << 16;
    const std::size_t size = size_of(code);
    const std::uint32_t shifted = three >> (24 - 8 * size);
    to[0] = '+';
    for (std::size_t i = 0; i < 3; ++i) to[1 + i] = static_cast<char>(shifted >> 8 * i & 0xFFU);
    return to + 1 + size;
}

/// What remains of the digits when the calling code in front is taken off.
struct Extracted {
    PhoneError error = PhoneError::kNone;
    const CodeRow* code = nullptr;  ///< nullptr without an error: a national number
};

/// The calling code behind a plus or an international prefix.
[[gnu::always_inline]] inline Extracted after_international_prefix(const Plan& plan, Digits& digits) {
    if (digits.size <= 2) return {PhoneError::kTooShortAfterIdd, nullptr};
    const CodeRow* code = plan.code_in_front(digits.data);
    if (code == nullptr) return {PhoneError::kInvalidCountryCode, nullptr};
    digits.drop(size_of(code->code));
    return {PhoneError::kNone, code};
}

/// The calling code behind the region's international prefix, or written without any prefix.
[[gnu::always_inline]] inline Extracted extract_dialled(const Plan& plan, const RegionRow* region, Digits& digits, Rewritten& room) {
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
    const std::size_t size = size_of(region->code);
    unsigned front = 0;
    for (std::size_t i = 0; i < size && i < digits.size; ++i) front = front * 10 + static_cast<unsigned>(digits.data[i] & 15);
    if (digits.size < size || front != region->code) return {};
    const Digits national = strip_national_prefix(plan, *region, {digits.data + size, digits.size - size}, room);
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
    if (plus) extracted = after_international_prefix(plan, digits);
    if (!plus || extracted.error == PhoneError::kInvalidCountryCode) {
        // "+" in front of a number that is not international counts as if it were not there.
        extracted = extract_dialled(plan, region, digits, room);
        if (plus && extracted.code == nullptr) extracted.error = PhoneError::kInvalidCountryCode;
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
    const Digits stripped = strip_national_prefix(plan, rules, digits, room2);
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
    char* const to = write_code(out.e164_text.data(), code->code);
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
