// Knows: comma-separated values (RFC 4180): rows and fields out of a stream, and a field as it must be written.
// Must not know: what a column means.
// Next: stream.h, which gives the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stream.h"

namespace tandem {

/// How a CSV text is read.
struct CsvFormat {
    char separator = ',';                          ///< ',', ';' or a tab; '\0': whichever the first line has most of
    std::size_t max_row = std::size_t{1} << 20;    ///< bytes of a row, its quotes and line ends included
    std::size_t max_columns = 1024;                ///< fields of a row
};

/// One field of a row.
struct CsvField {
    std::string_view text;  ///< without its quotes, doubled quotes made single
    std::size_t offset = 0; ///< byte of the row at which it begins, its opening quote included
    bool quoted = false;
};

/// Why a row cannot be read, and where that was noticed. Units: lines and bytes of a line, both from 1.
struct CsvFault {
    Error error;  ///< offset: byte of the row
    std::uint64_t line = 0, column = 0;
};

/// One row. All views live until the reader's next row.
struct CsvRow {
    std::span<const CsvField> fields;  ///< empty when there is a fault
    std::string_view raw;              ///< the bytes as they came, without the line end; cut at max_row, and then end is empty
    std::string_view end;              ///< "\n", "\r\n", or nothing for a last row without
    std::uint64_t line = 0;            ///< line on which it begins, from 1
    const CsvFault* fault = nullptr;

    /// An empty line. Only a table of one column has such rows by right.
    [[nodiscard]] bool blank() const { return fault == nullptr && raw.empty(); }
};

/// Cuts a stream into rows. Memory stays within a few times max_row, whatever comes. After a row whose quotes are wrong it goes on
/// with the line behind the one on which that row began, so that one lost quote does not swallow the rest.
/// Source: RFC 4180 §2. DEVIATION: line ends may be "\n"; rows may differ in their number of fields; the bytes are UTF-8, with
/// or without a byte order mark.
class CsvReader {
public:
    explicit CsvReader(InputStream& in, const CsvFormat& format = {});

    /// The next row, nullptr at the end. Errors: io; everything wrong with a row is in its fault: syntax (text behind a closing
    /// quote, a quote inside a field without quotes, NUL, not UTF-8), truncated (a quote that is never closed), range (limits).
    Result<const CsvRow*> next();
    /// True when next() must read the stream (and may wait): time to flush what was answered.
    [[nodiscard]] bool idle();
    /// The separator in use; known after the first row.
    [[nodiscard]] char separator() const { return format_.separator; }
    /// The stream began with a byte order mark; known after the first row.
    [[nodiscard]] bool marked() const { return marked_; }

private:
    /// A field's place in the row that is being scanned.
    struct Piece {
        std::size_t begin, size;
        bool quoted, doubled;
    };
    enum class State { kStart, kPlain, kQuoted, kQuote, kReturn };

    [[nodiscard]] std::string_view pending() const { return {buffer_.data() + begin_, end_ - begin_}; }
    Result<bool> fill();
    Status begin();
    bool scan();
    void end_field(std::size_t end);
    void set_fault(Errc code, std::string what, std::size_t offset, std::string_view rule);
    const CsvRow* give_row();
    const CsvRow* give_fault();
    const CsvRow* give(std::size_t raw, std::size_t end);

    InputStream& in_;
    CsvFormat format_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;  ///< bytes read and not given out
    bool ended_ = false, begun_ = false, marked_ = false;
    bool skipping_ = false;   ///< inside the rest of a line that was too long
    std::uint64_t line_ = 1;  ///< on which the row at begin_ begins

    // What is known of the row at begin_, kept while more bytes come.
    State state_ = State::kStart;
    std::size_t at_ = 0, field_ = 0, raw_size_ = 0;
    bool doubled_ = false, faulty_ = false;
    bool complete_ = false;  ///< scan() has found its end
    std::vector<Piece> pieces_;

    std::string decoded_;
    std::vector<CsvField> fields_;
    CsvFault fault_;
    CsvRow row_;
};

/// A whole table in memory: header and rows.
struct CsvTable {
    struct Row {
        std::vector<std::string> fields;
        std::uint64_t line = 0;
    };
    std::vector<std::string> header;
    std::vector<Row> rows;
    std::vector<CsvFault> faults;  ///< rows that could not be read, in order
    char separator = ',';

    /// Place of a column by its name (ASCII case does not matter); nothing when there is none.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
    /// Place of the first column whose name (ASCII case does not matter) stands before it already; empty names count as none.
    [[nodiscard]] std::optional<std::size_t> same_name() const;
};

/// Reads a table whose first row names its columns; empty lines are left out. Rows with more fields than the header are faults.
CsvTable read_csv(std::string_view text, const CsvFormat& format = {});

/// Appends a field as a row must have it: in quotes when it holds a separator (any of , ; and tab), a quote or a line end, or
/// begins or ends with a blank. Source: RFC 4180 §2, rules 6 and 7.
void append_csv(std::string& out, std::string_view field, char separator = ',');
/// Appends a row with its line end.
void append_csv_row(std::string& out, std::span<const std::string_view> fields, char separator = ',',
                    std::string_view end = "\n");

}  // namespace tandem
