#include "e164-normalize/numbers.h"

#include "base/stream.h"
#include "base/text.h"
#include "cli/groups.h"
#include "policy/reading.h"

namespace tandem::e164 {

void Numbers::declare(cli::Options& options) {
    options.add({.name = "region", .metavar = "CC", .help = "Country of numbers in national form, such as DE, where no dial plan names one"});
    cli::declare_topology(options, false);
    options.add({.name = "dial-plan", .metavar = "NAME", .help = "Dial plan of the topology; the global one when absent"});
    options.add({.name = "numbering", .kind = cli::Kind::kFile, .metavar = "FILE", .help = "Numbering plan to use instead of the built-in one"});
}

Status Numbers::setup(const cli::Options& options) {
    topology_file_ = options.text("topology");
    dial_plan_name_ = options.text("dial-plan");
    region_text_ = options.text("region");
    region_typed_ = options.source("region") == cli::Source::kCommandLine;
    numbering_file_ = options.text("numbering");
    if (!dial_plan_name_.empty() && topology_file_.empty()) return fail(Errc::kMissing, "--dial-plan needs the --topology that holds it");
    return {};
}

cli::ExitCode Numbers::load_numbering(cli::Context& context) {
    if (!numbering_file_.empty()) {
        auto bytes = read_file(numbering_file_);
        if (!bytes) {
            context.complain(bytes.error().what);
            return cli::ExitCode::kUsage;
        }
        auto loaded = number::load_plan(*bytes);
        if (!loaded) {
            context.complain(cat("--numbering ", numbering_file_, ": ", loaded.error().what, " (byte ", loaded.error().offset,
                                 "); scripts/numbering-plan makes such a file"));
            return cli::ExitCode::kUsage;
        }
        numbering_ = std::move(*loaded);
        dial_.plan = &numbering_.plan;
    }
    if (region_text_.empty()) return cli::ExitCode::kOk;
    dial_.region = region_ = dial_.plan->region(region_text_);
    if (region_ != number::kNoRow) return cli::ExitCode::kOk;
    context.complain(cat("--region \"", region_text_, "\" is no region of the numbering plan; write an ISO 3166 code of two letters, such as DE"));
    return cli::ExitCode::kUsage;
}

cli::ExitCode Numbers::load(cli::Context& context, config::Decks decks) {
    const cli::ExitCode code = load_numbering(context);
    return code != cli::ExitCode::kOk || topology_file_.empty() ? code : load_topology(context, decks);
}

cli::ExitCode Numbers::load_topology(cli::Context& context, config::Decks decks) {
    config::LoadedTopology loaded = config::load_topology(topology_file_, decks);
    for (const std::string& line : loaded.errors) context.complain(line);
    if (!loaded.ok()) return cli::ExitCode::kUsage;
    // What a server does not honour yet is of no concern to a question about numbers.
    for (const std::string& line : loaded.warnings) context.log.info(line);
    topology_ = loaded.topology;
    if (Status ok = choose_dial_plan(context); !ok) {
        context.complain(ok.error().what);
        return cli::ExitCode::kUsage;
    }
    return cli::ExitCode::kOk;
}

Status Numbers::choose_dial_plan(cli::Context& context) {
    const topology::Topology& t = *topology_;
    const policy::Index chosen = dial_plan_name_.empty() ? policy::global_dial_plan(t) : policy::find_dial_plan(t, dial_plan_name_);
    if (chosen == policy::kNoIndex && !dial_plan_name_.empty()) {
        std::vector<std::string_view> names;
        for (const topology::DialPlan& plan : t.dial_plans) names.emplace_back(plan.name);
        std::string_view near = nearest(dial_plan_name_, names);
        return fail(Errc::kMissing, cat("--dial-plan \"", dial_plan_name_, "\" is not in ", topology_file_,
                                        near.empty() ? "" : "; did you mean \"", near, near.empty() ? "" : "\"?"));
    }
    dial_ = policy::dial_context(t, chosen, *dial_.plan, region_);
    // In the environment or a settings file it serves other plans too.
    if (region_typed_ && region_ != dial_.region)
        context.log.warning(cat("dial plan \"", t.dial_plans[chosen].name, "\" is of ", t.dial_plans[chosen].country, "; --region is for plans that name no country"));
    return {};
}

}  // namespace tandem::e164
