// Knows: the chaining law for tables: a row keeps its bytes and gets columns behind them; header, summary and errors.
// Must not know: what is asked or answered.
// Next: filter.h for lines and records; base/csv.h for rows; tools/e164-normalize/normalize_csv.cpp, which uses it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "cli/filter.h"

namespace tandem::cli {

struct CsvFilterOptions {
    FilterOptions filter;      ///< fields: names of columns, or their places from 1 without a header; types does not matter
    bool header = true;        ///< the first row names the columns
    char separator = '\0';     ///< '\0': found in the first line
    std::string other_column;  ///< one more column that the handler gets; empty for none
};

/// Answers one field with one cell a column.
class CsvFilterHandler {
public:
    virtual ~CsvFilterHandler() = default;
    /// Names of the columns of an answer, without what stands before them. The same each time.
    [[nodiscard]] virtual std::span<const std::string_view> columns() const = 0;
    /// Appends one cell a column. other: the field of other_column, empty when the row has none. Never kSkip.
    virtual Answer answer(std::string_view field, std::string_view other, std::vector<std::string>& cells) = 0;
};

/// Runs the filter. Rows that have none of the fields (empty lines, short rows) keep their bytes, with empty cells behind them.
/// What cannot be read becomes an error record; those and the summary go to context.err, because context.out is a table.
/// Columns added: KEY_NAME, with several fields FIELD_KEY_NAME.
ExitCode run_csv_filter(Context& context, InputStream& in, const CsvFilterOptions& options, CsvFilterHandler& handler);
/// The same of a file, or of stdin for "-" and "". Complains itself when it cannot be opened.
ExitCode run_csv_filter(Context& context, const std::string& file, const CsvFilterOptions& options, CsvFilterHandler& handler);

}  // namespace tandem::cli
