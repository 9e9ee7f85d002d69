// Knows: how to compare Tandem's number engine with libphonenumber, answer by answer, on the library's own metadata.
// Must not know: how corpora are made.
// Next: numbers_test.py, which drives this; reference_library.h.
//
//   number_parity dump PHONE SHORT          writes the metadata that is compiled into the library (two protobuf files)
//   number_parity compare PLAN CORPUS       every answer for every sample; exit code 1 when one differs
//   number_parity short PLAN                all digit strings of 2 to 4 digits and samples of 5 and 6, in all regions
#include <cstdio>
#include <set>

#include "number/plan_file.h"
#include "parity/reference_library.h"

namespace {

using namespace tandem;
using namespace tandem::parity;

constexpr int kShown = 20;

int compare(const number::Plan& plan, const char* corpus) {
    const Util& util = *Util::GetInstance();
    std::size_t parsed = 0, extensions = 0, differences = 0;
    const auto samples = read_corpus(read_file(corpus));
    for (const Sample& sample : samples) {
        const std::string want = reference_answer(util, sample), have = our_answer(plan, sample);
        parsed += want.starts_with("error 0") ? 1U : 0U;
        extensions += want.find(" ext  [") == std::string::npos && want.starts_with("error 0") ? 1U : 0U;
        if (want != have && ++differences <= kShown)
            std::printf("%s \"%s\"\n  want %s\n  have %s\n", sample.region.c_str(), sample.written.c_str(), want.c_str(), have.c_str());
    }
    std::printf("%zu numbers, %zu parsed, %zu with extension, %zu differences\n", samples.size(), parsed, extensions, differences);
    return differences == 0 && !samples.empty() ? 0 : 1;
}

/// Bits and cost of one short number as text.
std::string short_reference(const reference::ShortNumberInfo& info, const std::string& region, int code, const std::string& digits) {
    reference::PhoneNumber number;
    number.set_country_code(code);
    number.set_national_number(std::stoull(digits));
    int zeros = 0;
    while (zeros + 1 < static_cast<int>(digits.size()) && digits[static_cast<std::size_t>(zeros)] == '0') ++zeros;
    if (zeros > 0) {
        number.set_italian_leading_zero(true);
        number.set_number_of_leading_zeros(zeros);
    }
    return cat(info.IsPossibleShortNumberForRegion(number, region) ? "possible " : "", info.IsValidShortNumberForRegion(number, region) ? "valid " : "",
               info.IsEmergencyNumber(digits, region) ? "emergency " : "", info.ConnectsToEmergencyNumber(digits, region) ? "connects " : "",
               info.IsCarrierSpecificForRegion(number, region) ? "carrier " : "", info.IsSmsServiceForRegion(number, region) ? "sms " : "",
               static_cast<int>(info.GetExpectedCostForRegion(number, region)));
}

std::string short_ours(const number::Plan& plan, std::uint16_t region, const std::string& digits) {
    const unsigned bits = number::short_bits(plan, region, digits);
    constexpr std::array kCosts = {reference::ShortNumberInfo::UNKNOWN_COST, reference::ShortNumberInfo::TOLL_FREE,
                                   reference::ShortNumberInfo::STANDARD_RATE, reference::ShortNumberInfo::PREMIUM_RATE};
    return cat((bits & number::kShortPossible) != 0 ? "possible " : "", (bits & number::kShortValid) != 0 ? "valid " : "",
               (bits & number::kShortEmergency) != 0 ? "emergency " : "", (bits & number::kShortConnects) != 0 ? "connects " : "",
               (bits & number::kShortCarrierSpecific) != 0 ? "carrier " : "", (bits & number::kShortSms) != 0 ? "sms " : "",
               static_cast<int>(kCosts[static_cast<std::size_t>(number::short_cost(static_cast<std::uint16_t>(bits)))]));
}

int compare_short(const number::Plan& plan) {
    const Util& util = *Util::GetInstance();
    const reference::ShortNumberInfo info;
    std::set<std::string> regions;
    util.GetSupportedRegions(&regions);
    std::size_t asked = 0, differences = 0;
    for (const std::string& region : regions) {
        for (std::size_t size = 2; size <= 6; ++size) {
            unsigned limit = 1;
            for (std::size_t i = 0; i < size; ++i) limit *= 10;
            for (unsigned value = 0; value < limit; value += size <= 3 ? 1 : size == 4 ? 7 : 997) {
                std::string digits = std::to_string(value);
                digits.insert(0, size - digits.size(), '0');
                const std::string want = short_reference(info, region, util.GetCountryCodeForRegion(region), digits);
                const std::string have = short_ours(plan, plan.region(region), digits);
                ++asked;
                if (want != have && ++differences <= kShown)
                    std::printf("%s %s: want %s, have %s\n", region.c_str(), digits.c_str(), want.c_str(), have.c_str());
            }
        }
    }
    std::printf("%zu short numbers, %zu differences\n", asked, differences);
    return differences == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view act = argc > 1 ? argv[1] : "";
    if (act == "dump" && argc == 4) {
        return dump_metadata(argv[2], argv[3]) ? 0 : 1;
    }
    if ((act == "compare" && argc == 4) || (act == "short" && argc == 3)) {
        auto loaded = number::load_plan(read_file(argv[2]));
        if (!loaded) {
            std::fprintf(stderr, "%s: %s\n", argv[2], loaded.error().what.c_str());
            return 1;
        }
        return act == "compare" ? compare(loaded->plan, argv[3]) : compare_short(loaded->plan);
    }
    std::fputs("usage: number_parity dump PHONE SHORT | compare PLAN CORPUS | short PLAN\n", stderr);
    return 2;
}
