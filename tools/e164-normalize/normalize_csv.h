// Knows: which columns a number is in a table.
// Must not know: rows, options.
// Next: normalize.h for lines and records; cli/csv_filter.h for the loop.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/csv_filter.h"
#include "number/parse.h"

namespace tandem::e164 {

/// Columns e164, region, kind, possible, valid, extension, rule, flags, reasons; lists with blanks between their elements.
class CsvAnswerer final : public cli::CsvFilterHandler {
public:
    /// with_region: the other column names the country of the number.
    CsvAnswerer(const number::DialContext& dial, bool with_region) : dial_(dial), with_region_(with_region) {}

    [[nodiscard]] std::span<const std::string_view> columns() const override;
    cli::Answer answer(std::string_view field, std::string_view region, std::vector<std::string>& cells) override;

private:
    const number::DialContext& dial_;
    bool with_region_;
};

}  // namespace tandem::e164
