#include "e164-normalize/export.h"

#include <algorithm>

#include "base/text.h"
#include "e164-normalize/numbers.h"

namespace tandem::e164 {

void Export::declare(cli::Options& options) const {
    std::vector<std::string> formats(exchange::kTargetNames.begin(), exchange::kTargetNames.end());
    options.add({.name = "format", .kind = cli::Kind::kChoice, .help = "What to write", .choices = std::move(formats), .required = true});
    options.add({.name = "trunk", .metavar = "NAME", .help = "asterisk: the endpoint that Dial() sends numbers to", .default_value = "trunk"});
    options.add({.name = "digits-only", .kind = cli::Kind::kFlag, .help = "asterisk: take it that only digits are dialled, so that \".\" may stand for \\d+"});
    options.example("e164-normalize export --topology company.json --format teams-json > voice.json", "all dial plans and routes");
    options.example("e164-normalize export --topology company.json --dial-plan headquarters --format cisco-ios > rules.cfg", "one dial plan");
    options.exit_note(1, "done; something was left out that the target cannot say");
}

std::vector<Unmeant> Export::unmeant() const {
    constexpr std::string_view kWhy = "it writes rules as they are and reads no number";
    return {{"region", kWhy}, {"numbering", kWhy}};
}

Status Export::setup(const cli::Options& options) {
    const auto format = std::find(exchange::kTargetNames.begin(), exchange::kTargetNames.end(), options.text("format"));
    target_ = static_cast<exchange::Target>(format - exchange::kTargetNames.begin());
    options_.plan = options.text("dial-plan");
    options_.trunk = options.text("trunk");
    options_.digits_only = options.flag("digits-only");
    const bool plain = !options_.trunk.empty() && std::all_of(options_.trunk.begin(), options_.trunk.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
    if (!plain) return fail(Errc::kSyntax, cat("--trunk \"", shown(options_.trunk, 40), "\" is no name of letters, digits, \"-\", \"_\" and \".\""));
    return {};
}

cli::ExitCode Export::run(cli::Context& context, const Numbers& numbers) {
    const exchange::Exported result = exchange::export_topology(*numbers.topology(), target_, options_);
    std::size_t refused = 0;
    for (const exchange::Finding& one : result.findings) {
        const std::string line = cat(numbers.topology_file(), ": ", one.where, ": ", one.what, one.hint.empty() ? "" : "; ", one.hint);
        if (one.refused) context.complain(line);
        else context.log.info(line);
        refused += one.refused ? 1 : 0;
    }
    if (const auto end = context.print(result.text)) return *end;
    return refused > 0 ? cli::ExitCode::kFinding : cli::ExitCode::kOk;
}

}  // namespace tandem::e164
