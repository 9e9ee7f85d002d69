// Knows: how to ask libphonenumber what Tandem's number engine is asked, and how to compare the answers.
// Must not know: corpora, timing.
// Next: numbers.cpp (parity), bench/against/numbers.cpp (speed).
#pragma once

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "number/format.h"
#include "number/phone.h"
#include "number/plan.h"
#include "number/short_number.h"

namespace i18n::phonenumbers {
// In the library for its own use; not in its headers.
int metadata_size();
const void* metadata_get();
int short_metadata_size();
const void* short_metadata_get();
}  // namespace i18n::phonenumbers

namespace tandem::parity {

namespace reference = i18n::phonenumbers;
using Util = reference::PhoneNumberUtil;

inline std::string read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes the metadata that is compiled into the library: two PhoneMetadataCollection messages.
inline bool dump_metadata(const char* phone, const char* short_numbers) {
    auto write = [](const char* path, const void* data, int size) {
        std::ofstream file(path, std::ios::binary);
        return static_cast<bool>(file.write(static_cast<const char*>(data), size));
    };
    return write(phone, reference::metadata_get(), reference::metadata_size()) &&
           write(short_numbers, reference::short_metadata_get(), reference::short_metadata_size());
}

/// One (region, written number) pair of a corpus, and the reader of the file format of tests/support/number_corpus.py.
struct Sample {
    std::string region, written;
};

inline std::vector<Sample> read_corpus(std::string_view bytes) {
    std::vector<Sample> samples;
    while (bytes.size() >= 4) {
        const std::size_t size = static_cast<unsigned char>(bytes[2]) | static_cast<std::size_t>(static_cast<unsigned char>(bytes[3])) << 8;
        if (bytes.size() < 4 + size) break;
        samples.push_back({std::string(bytes.substr(0, 2)), std::string(bytes.substr(4, size))});
        bytes.remove_prefix(4 + size);
    }
    return samples;
}

inline constexpr std::array kTypes = {Util::UNKNOWN,      Util::FIXED_LINE, Util::MOBILE,          Util::FIXED_LINE_OR_MOBILE,
                                      Util::TOLL_FREE,    Util::PREMIUM_RATE, Util::SHARED_COST,   Util::VOIP,
                                      Util::PERSONAL_NUMBER, Util::PAGER,   Util::UAN,             Util::VOICEMAIL};
inline constexpr std::array kPossible = {Util::IS_POSSIBLE,  Util::IS_POSSIBLE_LOCAL_ONLY, Util::INVALID_COUNTRY_CODE,
                                         Util::TOO_SHORT,    Util::INVALID_LENGTH,         Util::TOO_LONG};

/// Everything that must be equal, as one line of text.
inline std::string reference_answer(const Util& util, const Sample& sample) {
    reference::PhoneNumber number;
    const auto error = util.Parse(sample.written, sample.region, &number);
    std::string line = cat("error ", static_cast<int>(error));
    if (error != Util::NO_PARSING_ERROR) return line;
    std::string text;
    util.Format(number, Util::E164, &text);
    line += cat(" ", text, " code ", number.country_code(), " valid ", util.IsValidNumber(number) ? 1 : 0);
    util.GetRegionCodeForNumber(number, &text);
    line += cat(" region ", text, " type ", static_cast<int>(util.GetNumberType(number)), " possible ",
                static_cast<int>(util.IsPossibleNumberWithReason(number)));
    // Deviation: our extensions have ASCII digits, the library's the ones that were written.
    std::string extension = number.extension();
    util.NormalizeDigitsOnly(&extension);
    if (extension.empty()) number.clear_extension();
    else number.set_extension(extension);
    line += cat(" ext ", extension);
    util.Format(number, Util::NATIONAL, &text);
    line += cat(" [", text);
    util.Format(number, Util::INTERNATIONAL, &text);
    return line + cat("] [", text, "]");
}

inline std::string our_answer(const number::Plan& plan, const Sample& sample) {
    number::Phone phone;
    number::parse_phone(sample.written, plan, plan.region(sample.region), phone);
    std::string line = cat("error ", static_cast<int>(phone.error));
    if (phone.error != number::PhoneError::kNone) return line;
    line += cat(" ", phone.e164(), " code ", phone.calling_code, " valid ", phone.valid ? 1 : 0);
    line += cat(" region ", phone.region == number::kNoRow ? std::string_view("ZZ") : plan.regions[phone.region].name());
    line += cat(" type ", static_cast<int>(kTypes[static_cast<std::size_t>(phone.type)]), " possible ",
                static_cast<int>(kPossible[static_cast<std::size_t>(phone.possible)]));
    return line + cat(" ext ", phone.extension(), " [", number::format(phone, plan, number::Style::kNational), "] [",
                      number::format(phone, plan, number::Style::kInternational), "]");
}

}  // namespace tandem::parity
