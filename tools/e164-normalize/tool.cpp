#include "e164-normalize/tool.h"

#include "base/text.h"
#include "config/topology_file.h"
#include "e164-normalize/commands.h"
#include "number/plan_file.h"

namespace tandem::e164 {

E164Normalize::E164Normalize() : commands_(commands()) {}

std::string E164Normalize::data_versions() const {
    const number::Plan& plan = number::builtin_plan();
    return cat("numbering plan: ", plan.source, ' ', plan.version, ", ", plan.date, '\n');
}

void E164Normalize::declare(cli::Options& options) const {
    Numbers::declare(options);
    for (const auto& command : commands_) {
        command->declare(options.command(std::string(command->name()), std::string(command->summary())));
    }
    options.default_command(std::string(commands_.front()->name()));
    options.exit_note(1, "done; an answer is adverse and --strict was given");
}

Status E164Normalize::setup(const cli::Options& options) {
    for (const auto& command : commands_)
        if (command->name() == options.command_name()) chosen_ = command.get();
    for (const auto& [option, why] : chosen_->unmeant())
        if (options.source(option) == cli::Source::kCommandLine)
            return fail(Errc::kConflict, cat("--", option, " has no meaning for the command ", chosen_->name(), ": ", why));
    if (!chosen_->asks_numbers()) return chosen_->setup(options);
    if (chosen_->needs_topology() && options.text("topology").empty())
        return fail(Errc::kMissing, cat("--topology must be given for the command ", chosen_->name()));
    if (Status ok = numbers_.setup(options); !ok) return ok;
    return chosen_->setup(options);
}

cli::ExitCode E164Normalize::load(cli::Context& context) {
    if (!chosen_->asks_numbers()) return chosen_->load(context, numbers_);
    const cli::ExitCode code = numbers_.load(context, chosen_->reads_rates() ? config::Decks::kRead : config::Decks::kLeave);
    return code == cli::ExitCode::kOk ? chosen_->load(context, numbers_) : code;
}

cli::ExitCode E164Normalize::run(cli::Context& context) { return chosen_->run(context, numbers_); }

std::optional<std::string> E164Normalize::generate(std::string_view what) const {
    if (what == "topology-schema") return config::topology_schema();
    if (what == "topology-reference") return config::topology_reference();
    return std::nullopt;
}

}  // namespace tandem::e164
