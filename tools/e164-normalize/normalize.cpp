#include "e164-normalize/normalize.h"

#include <algorithm>

#include "ask/rule_limits.h"
#include "base/text.h"
#include "cli/groups.h"
#include "e164-normalize/normalize_csv.h"
#include "e164-normalize/numbers.h"

namespace tandem::e164 {

cli::Answer judge(const number::Number& number) {
    const bool dialable = number.emergency || number.internal || number.has(number::Flag::kShortCode) || number.has(number::Flag::kFeatureCode);
    if (dialable) return cli::Answer::kOk;
    return number.possible ? cli::Answer::kOk : cli::Answer::kBad;
}

cli::Answer Answerer::answer(std::string_view written, const number::DialContext& dial, json::Writer& value) const {
    const number::Number number = number::normalize(written, dial);
    record::write_number(value, written, number, detail_);
    cli::Answer verdict = judge(number);
    if (verdict == cli::Answer::kBad) log_.debug("not dialable", "input", Pii{written}, "reason", number::to_string(number.reason));
    return verdict;
}

cli::Answer Answerer::plain(std::string_view line, json::Writer& value) { return answer(line, dial_, value); }

cli::Answer Answerer::record(const json::Object& record, std::string_view field, json::Writer& value) {
    if (!with_fields_) return cli::Answer::kSkip;
    if (region_field_.empty()) return answer(field, dial_, value);
    // A region that is given twice, is no text or is empty is not told: the command line's counts.
    auto region = record.text(region_field_);
    if (!region || !*region || (*region)->empty()) return answer(field, dial_, value);
    number::DialContext here = dial_;
    here.region = here.plan->region(**region);
    return answer(field, here, value);
}

void Normalize::declare(cli::Options& options) const {
    cli::declare_input(options, "Numbers, one a line, or JSON lines; stdin when absent or -");
    options.add({.name = "region-field", .metavar = "KEY", .help = "Field of JSON records that names their country"});
    options.add({.name = "formats", .kind = cli::Kind::kFlag, .help = "Write the national and the international form too"});
    options.add({.name = "csv", .kind = cli::Kind::kFlag, .help = "Read and write a table (RFC 4180): --field names its columns"});
    options.add({.name = "no-header", .kind = cli::Kind::kFlag, .help = "The table has no header; --field gives places from 1 instead of names"});
    options.add({.name = "separator", .kind = cli::Kind::kChoice, .help = "What stands between fields of the table", .default_value = "auto",
                 .choices = {"auto", "comma", "semicolon", "tab"}});
    cli::declare_filter(options, "number", true);
    options.example("echo '020 7946 0018' | e164-normalize --region GB", "one number");
    options.example("pcap-analyze trace.pcap | e164-normalize --field call.to --region US", "the called numbers of a capture");
    options.example("e164-normalize --csv --field phone --region DE customers.csv > checked.csv", "a table with the answer in columns of its own");
}

Status Normalize::setup(const cli::Options& options) {
    input_ = options.first_positional();
    region_field_ = options.text("region-field");
    formats_ = options.flag("formats");
    filter_ = cli::filter_options(options, "e164-normalize", "number");
    if (options.flag("csv")) return setup_csv(options);
    if (options.flag("no-header")) return fail(Errc::kMissing, "--no-header has a meaning only with --csv");
    if (options.text("separator") != "auto") return fail(Errc::kMissing, "--separator has a meaning only with --csv");
    return cli::check(filter_);
}

Status Normalize::setup_csv(const cli::Options& options) {
    if (filter_.fields.empty()) return fail(Errc::kMissing, "--csv needs --field, the column of the numbers");
    if (formats_) return fail(Errc::kConflict, "--formats has no columns in a table");
    for (std::size_t i = 0; i < filter_.fields.size(); ++i)
        if (std::find(filter_.fields.begin(), filter_.fields.begin() + static_cast<std::ptrdiff_t>(i), filter_.fields[i]) != filter_.fields.begin() + static_cast<std::ptrdiff_t>(i))
            return fail(Errc::kConflict, cat("--field ", filter_.fields[i], " is given twice"));
    csv_.emplace();
    csv_->filter = filter_;
    csv_->header = !options.flag("no-header");
    csv_->other_column = region_field_;
    const std::string& separator = options.text("separator");
    csv_->separator = separator == "comma" ? ',' : separator == "semicolon" ? ';' : separator == "tab" ? '\t' : '\0';
    return {};
}

cli::ExitCode Normalize::run(cli::Context& context, const Numbers& numbers) {
    if (numbers.topology() != nullptr) ask::tell_rule_limits(csv_ ? csv_->filter : filter_, *numbers.topology(), context);
    if (csv_) {
        CsvAnswerer answerer(numbers.dial(), !region_field_.empty());
        return cli::run_csv_filter(context, input_, *csv_, answerer);
    }
    record::NumberDetail detail;
    if (formats_) detail.formats = &numbers.plan();
    Answerer answerer(numbers.dial(), region_field_, !filter_.fields.empty(), detail, context.log);
    cli::FilterCounts counts;
    cli::ExitCode code = cli::run_filter(context, input_, filter_, answerer, &counts);
    if (filter_.fields.empty() && counts.in > 0 && counts.skipped == counts.in)
        context.log.warning("no field of the JSON records was asked for; name one with --field");
    return code;
}

}  // namespace tandem::e164
