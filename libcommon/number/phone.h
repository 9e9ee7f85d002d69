// Knows: what a written number is by the tables of a numbering plan: calling code, national number, validity, region, type.
// Must not know: dial plans, URIs of SIP, records.
// Next: scan.h (text to digits), plan.h (tables); parse.h, which adds what is dialled and where.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "number/plan.h"
#include "number/scan.h"

namespace tandem::number {

/// Why a text has no E.164 form.
enum class PhoneError : std::uint8_t {
    kNone, kInvalidCountryCode, kNotANumber, kTooShortAfterIdd, kTooShort, kTooLong,
};

/// Whether a number's length is one that its calling code has.
enum class Possible : std::uint8_t {
    kYes, kLocalOnly, kInvalidCountryCode, kTooShort, kInvalidLength, kTooLong,
};

/// A number taken apart. Plain data, no heap; members other than error mean something only when error is kNone.
struct Phone {
    PhoneError error = PhoneError::kNotANumber;
    Possible possible = Possible::kTooShort;
    Type type = Type::kUnknown;
    bool valid = false;
    std::uint16_t calling_code = 0;
    std::uint16_t region = kNoRow;     ///< row of the plan; kNoRow when no region of the code has such a number
    std::uint8_t e164_size = 0;
    std::uint8_t national_at = 0;     ///< where the national number begins in e164
    std::uint8_t extension_size = 0;
    std::array<char, 1 + 3 + kLongestNational> e164_text;
    std::array<char, kMaxExtension> extension_text;

    Phone() {}  // NOLINT: texts are not initialised, their sizes say what is there
    [[nodiscard]] std::string_view e164() const { return {e164_text.data(), e164_size}; }
    [[nodiscard]] std::string_view national() const { return e164().substr(national_at); }
    [[nodiscard]] std::string_view extension() const { return {extension_text.data(), extension_size}; }
};
static_assert(sizeof(Phone) <= 128);

/// What `written` means when it is dialled or written in the given region (a row of the plan; kNoRow: only international
/// forms have a meaning). Gives the same answers as libphonenumber's Parse, IsValidNumber, IsPossibleNumberWithReason,
/// GetRegionCodeForNumber and GetNumberType on the same metadata; deviations stand in e164-normalize(1).
/// Cost: about 100 ns; no heap. Thread: any.
void parse_phone(std::string_view written, const Plan& plan, std::uint16_t region, Phone& out);

/// The same for digits that were read already: at least three, ASCII, with or without a plus in front.
void parse_digits(std::string_view digits, bool plus, const Plan& plan, std::uint16_t region, Phone& out);

/// Whether a national number of `size` digits is possible in a region. Source: possible lengths of the metadata.
Possible possible_length(const RegionRow& region, std::size_t size);

}  // namespace tandem::number
