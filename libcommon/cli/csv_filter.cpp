#include "cli/csv_filter.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "record/envelope.h"

namespace tandem::cli {
namespace {

class CsvRun {
public:
    CsvRun(Context& context, const CsvFilterOptions& options, CsvFilterHandler& handler)
        : context_(context), options_(options), filter_(options.filter), handler_(handler) {}

    ExitCode all(InputStream& in);

private:
    Status first_row(const CsvRow& row);
    Result<std::size_t> place(std::string_view name, const CsvRow& row) const;
    void row(const CsvRow& row);
    void append_cells();
    bool unreadable(std::uint64_t line, Error error);
    bool write(ExitCode& code);
    bool delivered(const Status& written, ExitCode& code);

    Context& context_;
    const CsvFilterOptions& options_;
    const FilterOptions& filter_;
    CsvFilterHandler& handler_;
    char separator_ = ',';
    std::size_t width_ = 0;              ///< fields of the first row
    std::vector<std::size_t> places_;    ///< of the fields that are asked
    std::optional<std::size_t> other_;
    std::vector<std::string> cells_;
    std::string out_;
    FilterCounts counts_;
    bool adverse_ = false, unreadable_ = false, failed_ = false, begun_ = false;
};

// By name, or by number where there is no header.
Result<std::size_t> CsvRun::place(std::string_view name, const CsvRow& row) const {
    if (!options_.header) {
        const auto number = to_number<std::size_t>(name);
        if (!number || *number == 0 || *number > row.fields.size())
            return fail(Errc::kMissing, cat("column \"", shown(name, 60), "\" is not there; without a header columns are numbers from 1 to ", row.fields.size()));
        return *number - 1;
    }
    std::vector<std::string_view> names;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        names.push_back(row.fields[i].text);
        if (names.back() != name) continue;
        if (found)
            return fail(Errc::kConflict, cat("columns ", *found + 1, " and ", i + 1, " are both called \"", shown(name, 60), "\": rename one, or take the header off and give the column's number with --no-header"));
        found = i;
    }
    if (found) return *found;
    const std::string_view near = nearest(name, names);
    return fail(Errc::kMissing, cat("the header has no column \"", shown(name, 60), '"', near.empty() ? "" : "; did you mean \"", shown(near, 60), near.empty() ? "" : "\"?"));
}

// Where the columns are. The header's own line, where there is one.
Status CsvRun::first_row(const CsvRow& row) {
    width_ = row.fields.size();
    for (const std::string& field : filter_.fields) {
        const auto at = place(field, row);
        if (!at) return fail(at.error());
        places_.push_back(*at);
    }
    if (!options_.other_column.empty()) {
        const auto at = place(options_.other_column, row);
        if (!at) return fail(at.error());
        other_ = *at;
    }
    if (!options_.header) return {};
    const std::string& key = filter_.key.empty() ? filter_.type : filter_.key;
    for (const std::string& field : filter_.fields) {
        for (const std::string_view column : handler_.columns()) {
            std::string name = filter_.fields.size() > 1 ? cat(field, '_', key, '_', column) : cat(key, '_', column);
            if (std::any_of(row.fields.begin(), row.fields.end(), [&](const CsvField& one) { return one.text == name; }))
                return fail(Errc::kConflict, cat("the table has a column \"", shown(name, 60), "\" already; choose another beginning with --key NAME"));
            cells_.push_back(std::move(name));
        }
    }
    out_ += row.raw;
    append_cells();
    out_ += row.end;
    return {};
}

void CsvRun::append_cells() {
    for (const std::string& cell : cells_) {
        out_ += separator_;
        append_csv(out_, cell, separator_);
    }
}

// False ends the run.
bool CsvRun::unreadable(std::uint64_t line, Error error) {
    ++counts_.bad;
    if (filter_.on_error == OnError::kSkip) return true;
    unreadable_ = true;
    failed_ = filter_.on_error == OnError::kFail;
    std::string record;
    append(record, record::InputError{filter_.tool, line, std::move(error)});
    static_cast<void>(context_.err.write(record));
    return !failed_;
}

void CsvRun::row(const CsvRow& row) {
    ++counts_.in;
    if (row.fault != nullptr) {
        Error error = row.fault->error;
        error.what += cat(" (line ", row.fault->line, ", column ", row.fault->column, ')');
        unreadable(row.line, std::move(error));
        return;
    }
    if (row.blank() && width_ > 1) {
        append(out_, row.raw, row.end);
        ++counts_.skipped;
        return;
    }
    if (row.fields.size() > width_) {
        unreadable(row.line, {Errc::kSyntax, cat(row.fields.size(), " fields where the first row has ", width_), row.fields[width_].offset, "RFC 4180 §2 rule 4"});
        return;
    }
    cells_.clear();
    Answer whole = Answer::kSkip;
    for (const std::size_t at : places_) {
        if (at >= row.fields.size()) {
            cells_.resize(cells_.size() + handler_.columns().size());
            continue;
        }
        const std::string_view other = other_ && *other_ < row.fields.size() ? row.fields[*other_].text : std::string_view();
        const Answer one = handler_.answer(row.fields[at].text, other, cells_);
        if (one == Answer::kBad || whole == Answer::kSkip) whole = one;
    }
    out_ += row.raw;
    // A short row is filled up, so that the answer stands under its own header.
    out_.append(width_ - row.fields.size(), separator_);
    append_cells();
    out_ += row.end;
    if (whole == Answer::kBad) adverse_ = true;
    ++(whole == Answer::kOk ? counts_.ok : whole == Answer::kBad ? counts_.bad : counts_.skipped);
}

bool CsvRun::write(ExitCode& code) {
    const Status written = context_.out.write(out_);
    out_.clear();
    return delivered(written, code);
}

// False ends the run: nobody reads any more, or the disk is full.
bool CsvRun::delivered(const Status& written, ExitCode& code) {
    if (written) return true;
    code = ExitCode::kOk;
    if (!context_.out.reader_gone()) {
        context_.complain(written.error().what);
        code = ExitCode::kEnvironment;
    }
    return false;
}

ExitCode CsvRun::all(InputStream& in) {
    CsvReader reader(in, {.separator = options_.separator, .max_row = filter_.max_line});
    ExitCode code = ExitCode::kOk;
    while (!context_.stop.requested() && !failed_) {
        if (reader.idle() && !delivered(context_.out.flush(), code)) return code;
        const auto next = reader.next();
        if (!next) {
            context_.complain(next.error().what);
            code = ExitCode::kInput;
            break;
        }
        if (*next == nullptr) break;
        const CsvRow& one = **next;
        if (context_.stop.requested() && one.end.empty()) break;
        if (!begun_) {
            begun_ = true;
            separator_ = reader.separator();
            if (one.fault != nullptr && options_.header) {
                context_.complain(cat("line ", one.fault->line, ", column ", one.fault->column, ": the header cannot be read: ", one.fault->error.what));
                return ExitCode::kInput;
            }
            if (one.fault == nullptr) {
                if (reader.marked()) out_ += "\xEF\xBB\xBF";
                if (const Status ok = first_row(one); !ok) {
                    context_.complain(ok.error().what);
                    return ExitCode::kUsage;
                }
                if (options_.header) {
                    if (!write(code)) return code;
                    continue;
                }
            } else {
                begun_ = false;  // without a header the next row tells how many columns there are
            }
        }
        row(one);
        if (!write(code)) return code;
    }
    if (!delivered(context_.out.flush(), code)) return code;
    record::Summary summary{filter_.tool, counts_.in, counts_.ok, counts_.bad, counts_.skipped};
    if (filter_.at_end) filter_.at_end(summary);
    if (filter_.summary) {
        std::string record;
        append(record, summary);
        static_cast<void>(context_.err.write(record));
    }
    if (context_.stop.requested()) return from_signal(context_.stop.signal());
    if (code != ExitCode::kOk) return code;
    if (unreadable_) return ExitCode::kInput;
    return filter_.strict && adverse_ ? ExitCode::kFinding : ExitCode::kOk;
}

}  // namespace

ExitCode run_csv_filter(Context& context, InputStream& in, const CsvFilterOptions& options, CsvFilterHandler& handler) {
    return CsvRun(context, options, handler).all(in);
}

ExitCode run_csv_filter(Context& context, const std::string& file, const CsvFilterOptions& options, CsvFilterHandler& handler) {
    auto input = context.open_input(file);
    if (input) return run_csv_filter(context, *input->stream, options, handler);
    context.complain(input.error().what);
    return ExitCode::kInput;
}

}  // namespace tandem::cli
