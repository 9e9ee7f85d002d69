#include "e164-normalize/test.h"

#include <algorithm>

#include "base/text.h"
#include "e164-normalize/case_report.h"
#include "e164-normalize/findings.h"
#include "e164-normalize/numbers.h"
#include "e164-normalize/trial.h"
#include "record/envelope.h"

namespace tandem::e164 {

namespace {

constexpr std::size_t kMaxFaults = 20;  // what is said of one file; the rest is counted

}  // namespace

void Test::declare(cli::Options& options) const {
    options.positional({.name = "CASES", .help = "Cases as JSON lines, or as CSV where the name ends with .csv; stdin when absent or -"});
    options.add({.name = "csv", .kind = cli::Kind::kFlag, .help = "The cases are CSV, whatever the file is called"});
    options.add({.name = "format",
                 .kind = cli::Kind::kChoice,
                 .help = "Form of the results: records, Test Anything Protocol, JUnit's XML",
                 .default_value = "json",
                 .choices = {"json", "tap", "junit"}});
    options.add({.name = "coverage", .kind = cli::Kind::kFlag, .help = "Tell which rules, routes and usages no case used"});
    options.add({.name = "no-summary", .kind = cli::Kind::kFlag, .help = "Leave out the summary at the end"});
    options.example("e164-normalize test --topology company.json --format tap cases.jsonl", "whether a change of the topology broke a call");
    options.exit_note(1, "done; a case failed");
    options.exit_note(2, "a case cannot be read, or names what the topology has not");
}

Status Test::setup(const cli::Options& options) {
    input_ = options.first_positional();
    csv_ = options.flag("csv") || input_.ends_with(".csv");
    form_ = options.text("format");
    coverage_ = options.flag("coverage");
    summary_ = !options.flag("no-summary");
    return {};
}

cli::ExitCode Test::load(cli::Context& context, const Numbers& numbers) {
    auto input = context.open_input(input_);
    auto text = input ? read_all(*input->stream) : Result<std::string>(fail(std::move(input.error())));
    if (!text) {
        context.complain(text.error().what);
        return cli::ExitCode::kInput;
    }
    const std::string name = input_.empty() || input_ == "-" ? "stdin" : input_;
    file_ = csv_ ? read_csv_cases(*text, name) : read_json_cases(*text, name);
    const Trials trials(*numbers.topology(), numbers.dial(), numbers.region(), context.clock.wall());
    std::vector<CaseFault>& faults = file_.faults;
    for (const Case& c : file_.cases)
        if (Status ok = trials.known(c); !ok) faults.push_back({c.line, cat(name, ':', c.line, ": ", ok.error().what)});
    if (faults.empty() && file_.cases.empty()) faults.push_back({0, cat(name, ": no case in it")});
    std::stable_sort(faults.begin(), faults.end(), [](const CaseFault& x, const CaseFault& y) { return x.line < y.line; });
    for (std::size_t i = 0; i < faults.size() && i < kMaxFaults; ++i) context.complain(faults[i].text);
    if (faults.size() > kMaxFaults) context.complain(cat("and ", faults.size() - kMaxFaults, " more"));
    return faults.empty() ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
}

cli::ExitCode Test::run(cli::Context& context, const Numbers& numbers) {
    Trials trials(*numbers.topology(), numbers.dial(), numbers.region(), context.clock.wall());
    std::vector<record::CaseCheck> checks;
    record::Summary summary{"e164-normalize", file_.cases.size(), 0, 0, 0};
    for (const Case& c : file_.cases) {
        checks.push_back(trials.run(c));
        ++(checks.back().failures.empty() ? summary.ok : summary.bad);
    }
    const std::vector<lint::Finding> untested = coverage_ ? trials.untested() : std::vector<lint::Finding>{};
    std::string out;
    if (form_ == "tap") {
        out = tap(checks, untested);
    } else if (form_ == "junit") {
        out = junit(checks, untested, input_.empty() ? "e164-normalize" : input_);
    } else {
        for (const record::CaseCheck& check : checks) {
            record::Record record(out, "check");
            record::write(record.json().key("check"), check);
            record.finish();
        }
        for (const lint::Finding& finding : untested) write_finding(out, finding, FindingForm::kJson, numbers.topology_file());
        if (summary_) record::append(out, summary);
    }
    if (const auto end = context.print(out)) return *end;
    return summary.bad == 0 ? cli::ExitCode::kOk : cli::ExitCode::kFinding;
}

}  // namespace tandem::e164
