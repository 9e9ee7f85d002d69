#include "e164-normalize/lint.h"

#include "e164-normalize/finding_places.h"
#include "e164-normalize/numbers.h"
#include "lint/lint.h"
#include "record/envelope.h"

namespace tandem::e164 {

void Lint::declare(cli::Options& options) const {
    options.add({.name = "format",
                 .kind = cli::Kind::kChoice,
                 .help = "Form of the findings: records, lines for people, annotations of GitHub workflows",
                 .default_value = "json",
                 .choices = {"json", "text", "github"}});
    options.add({.name = "strict", .kind = cli::Kind::kFlag, .help = "Exit with 1 on any finding, not only on an error"});
    options.add({.name = "no-summary", .kind = cli::Kind::kFlag, .help = "Leave out the summary at the end"});
    options.example("e164-normalize lint --topology company.json --format text", "what is wrong with the numbers of a company");
    options.exit_note(1, "done; a finding is an error, or there is any and --strict was given");
}

Status Lint::setup(const cli::Options& options) {
    const std::string& form = options.text("format");
    form_ = form == "text" ? FindingForm::kText : form == "github" ? FindingForm::kGithub : FindingForm::kJson;
    strict_ = options.flag("strict");
    summary_ = !options.flag("no-summary");
    return {};
}

cli::ExitCode Lint::run(cli::Context& context, const Numbers& numbers) {
    const std::vector<lint::Finding> findings = lint::check(*numbers.topology(), numbers.plan(), numbers.region());
    FindingPlaces places;
    if (form_ == FindingForm::kGithub) places.read(numbers.topology_file());
    std::string out;
    record::Summary summary{"e164-normalize", findings.size(), 0, 0, 0};
    bool errors = false;
    for (const lint::Finding& finding : findings) {
        write_finding(out, finding, form_, numbers.topology_file(), places.line_of(finding.subject));
        errors = errors || finding.severity == lint::Severity::kError;
        ++(finding.severity == lint::Severity::kNote ? summary.ok : summary.bad);
    }
    if (summary_ && form_ == FindingForm::kJson) record::append(out, summary);
    if (summary_ && form_ == FindingForm::kText) out += counts_text(findings) + '\n';
    if (const auto end = context.print(out)) return *end;
    return errors || (strict_ && !findings.empty()) ? cli::ExitCode::kFinding : cli::ExitCode::kOk;
}

}  // namespace tandem::e164
