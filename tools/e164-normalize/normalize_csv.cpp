#include "e164-normalize/normalize_csv.h"

#include "base/text.h"
#include "e164-normalize/normalize.h"

namespace tandem::e164 {

namespace {
constexpr std::string_view kColumns[] = {"e164", "region", "kind", "possible", "valid", "extension", "rule", "flags", "reasons"};

std::string flags_of(const number::Number& number) {
    std::string out;
    for (unsigned i = 0; number.flags >> i != 0; ++i)
        if ((number.flags >> i & 1U) != 0) append(out, out.empty() ? "" : " ", number::to_string(static_cast<number::Flag>(i)));
    return out;
}
}  // namespace

std::span<const std::string_view> CsvAnswerer::columns() const { return kColumns; }

cli::Answer CsvAnswerer::answer(std::string_view field, std::string_view region, std::vector<std::string>& cells) {
    number::DialContext here = dial_;
    // What a row does not tell is asked of the command line.
    if (with_region_ && !region.empty()) here.region = here.plan->region(region);
    const number::Number number = number::normalize(field, here);
    const bool known = !std::string_view(number.e164).empty();
    cells.emplace_back(number.e164);
    cells.emplace_back(known ? number.region : std::string_view());
    cells.emplace_back(known ? number::to_string(number.type) : std::string_view());
    cells.emplace_back(number.possible ? "true" : "false");
    cells.emplace_back(number.valid ? "true" : "false");
    cells.emplace_back(number.extension);
    cells.emplace_back(number.rule);
    cells.push_back(flags_of(number));
    cells.emplace_back(number.reason == number::Reason::kNone ? std::string_view() : number::to_string(number.reason));
    return judge(number);
}

}  // namespace tandem::e164
