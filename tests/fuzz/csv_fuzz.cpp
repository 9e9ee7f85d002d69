// Knows: that the CSV reader gives out every byte once, whatever the chunks, that fields stand within their row, and that a row
// written from what was read gives the same fields again.
// Must not know: what columns mean.
// Next: tests/unit/base/csv_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/csv.h"
#include "base/text.h"

namespace {

using namespace tandem;

void must(bool truth) {
    if (!truth) std::abort();
}

struct Read {
    std::string bytes;
    std::string told;
    bool shortened = false;
};

void check_again(const CsvRow& row, char separator) {
    std::vector<std::string_view> fields;
    for (const CsvField& field : row.fields) fields.push_back(field.text);
    std::string text;
    append_csv_row(text, fields, separator);
    StringInput in(text);
    CsvFormat format;
    format.separator = separator;
    CsvReader reader(in, format);
    auto again = reader.next();
    must(again && *again != nullptr && (*again)->fault == nullptr && (*again)->fields.size() == fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) must((*again)->fields[i].text == fields[i]);
}

Read read(const std::string& text, const CsvFormat& format, std::size_t chunk) {
    StringInput in(text, chunk);
    CsvReader reader(in, format);
    Read out;
    std::uint64_t line = 0;
    for (;;) {
        static_cast<void>(reader.idle());
        auto next = reader.next();
        must(next.has_value());
        if (*next == nullptr) return out;
        const CsvRow& row = **next;
        must(row.line > line);
        line = row.line;
        append(out.bytes, row.raw, row.end);
        append(out.told, row.line, row.raw, '\n');
        if (row.fault != nullptr) {
            must(row.fields.empty() && row.fault->line >= row.line && row.fault->column > 0);
            if (row.raw.size() == format.max_row) out.shortened = true;
            append(out.told, row.fault->line, ':', row.fault->column, row.fault->error.what, '\n');
            continue;
        }
        must(!row.fields.empty() && row.fields.size() <= format.max_columns && row.raw.size() <= format.max_row);
        for (const CsvField& field : row.fields) {
            must(field.offset <= row.raw.size());
            append(out.told, field.text, '|');
        }
        check_again(row, reader.separator());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    CsvFormat format;
    format.separator = std::string_view(",;\t\0", 4)[data[0] % 4U];
    format.max_row = data[1] % 2U == 0 ? 4096 : data[1];
    format.max_columns = data[0] / 4U + 1U;
    std::string text(as_text({data + 3, size - 3}));
    const Read whole = read(text, format, 65536);
    const Read pieces = read(text, format, data[2] % 16U + 1U);
    static_cast<void>(read_csv(text, format));
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    // A row over the limit is cut; all others come whole.
    must(pieces.told == whole.told);
    if (!whole.shortened) must(whole.bytes == text);
    return 0;
}
