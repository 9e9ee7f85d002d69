#include "e164-normalize/tool.h"

#include "base/stream.h"
#include "base/text.h"
#include "cli/groups.h"
#include "config/topology_file.h"
#include "e164-normalize/answer.h"

namespace tandem::e164 {

void Normalize::declare(cli::Options& options) const {
    cli::declare_input(options, "Numbers, one a line, or JSON lines; stdin when absent or -");
    options.add({.name = "region", .metavar = "CC", .help = "Country of numbers in national form, such as DE"});
    options.add({.name = "region-field", .metavar = "KEY", .help = "Field of JSON records that names their country"});
    cli::declare_topology(options, false);
    options.add({.name = "dial-plan", .metavar = "NAME", .help = "Dial plan of the topology; the global one when absent"});
    options.add({.name = "numbering", .kind = cli::Kind::kFile, .metavar = "FILE", .help = "Numbering plan to use instead of the built-in one"});
    options.add({.name = "formats", .kind = cli::Kind::kFlag, .help = "Write the national and the international form too"});
    cli::declare_filter(options, "number", true);
    options.example("echo '020 7946 0018' | e164-normalize --region GB", "one number");
    options.example("pcap-analyze trace.pcap | e164-normalize --field call.to --region US", "the called numbers of a capture");
    options.exit_note(1, "done; a number is impossible and --strict was given");
}

Status Normalize::setup(const cli::Options& options) {
    input_ = options.first_positional();
    topology_file_ = options.text("topology");
    dial_plan_name_ = options.text("dial-plan");
    region_field_ = options.text("region-field");
    formats_ = options.flag("formats");
    filter_ = cli::filter_options(options, std::string(name()), "number");
    if (Status ok = cli::check(filter_); !ok) return ok;
    if (!dial_plan_name_.empty() && topology_file_.empty()) return fail(Errc::kMissing, "--dial-plan needs the --topology that holds it");
    region_text_ = options.text("region");
    numbering_file_ = options.text("numbering");
    return {};
}

std::string Normalize::data_versions() const {
    const number::Plan& plan = number::builtin_plan();
    return cat("numbering plan: ", plan.source, ' ', plan.version, ", ", plan.date, '\n');
}

cli::ExitCode Normalize::load_numbering(cli::Context& context) {
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
    dial_.region = dial_.plan->region(region_text_);
    if (dial_.region != number::kNoRow) return cli::ExitCode::kOk;
    context.complain(cat("--region \"", region_text_, "\" is no region of the numbering plan; write an ISO 3166 code of two letters, such as DE"));
    return cli::ExitCode::kUsage;
}

cli::ExitCode Normalize::load(cli::Context& context) {
    if (const cli::ExitCode code = load_numbering(context); code != cli::ExitCode::kOk) return code;
    if (topology_file_.empty()) return cli::ExitCode::kOk;
    config::LoadedTopology loaded = config::load_topology(topology_file_);
    for (const std::string& line : loaded.errors) context.complain(line);
    if (!loaded.ok()) return cli::ExitCode::kUsage;
    // What a server does not honour yet is of no concern to a question about numbers.
    for (const std::string& line : loaded.warnings) context.log.info(line);
    topology_ = loaded.topology;
    for (const topology::EmergencyNumber& number : topology_->emergency.numbers) {
        emergency_.push_back(number.dial);
        emergency_.insert(emergency_.end(), number.masks.begin(), number.masks.end());
    }
    dial_.emergency = emergency_;
    if (Status ok = choose_dial_plan(*topology_); !ok) {
        context.complain(ok.error().what);
        return cli::ExitCode::kUsage;
    }
    return cli::ExitCode::kOk;
}

Status Normalize::choose_dial_plan(const topology::Topology& topology) {
    const topology::DialPlan* chosen = nullptr;
    std::vector<std::string_view> names;
    for (const topology::DialPlan& plan : topology.dial_plans) {
        names.emplace_back(plan.name);
        if (dial_plan_name_.empty() ? plan.scope == topology::Scope::kGlobal : plan.name == dial_plan_name_) chosen = &plan;
    }
    if (chosen == nullptr && !dial_plan_name_.empty()) {
        std::string_view near = nearest(dial_plan_name_, names);
        return fail(Errc::kMissing, cat("--dial-plan \"", dial_plan_name_, "\" is not in ", topology_file_,
                                        near.empty() ? "" : "; did you mean \"", near, near.empty() ? "" : "\"?"));
    }
    if (chosen == nullptr) return {};
    dial_.dial_plan = &chosen->rules.compiled;
    dial_.access_prefix = chosen->access_prefix;
    if (region_text_.empty() && !chosen->country.empty()) dial_.region = dial_.plan->region(chosen->country);
    return {};
}

std::optional<std::string> Normalize::generate(std::string_view what) const {
    if (what == "topology-schema") return config::topology_schema();
    if (what == "topology-reference") return config::topology_reference();
    return std::nullopt;
}

cli::ExitCode Normalize::run(cli::Context& context) {
    auto input = context.open_input(input_);
    if (!input) {
        context.complain(input.error().what);
        return cli::ExitCode::kInput;
    }
    record::NumberDetail detail;
    if (formats_) detail.formats = dial_.plan;
    Answerer answerer(dial_, region_field_, !filter_.fields.empty(), detail, context.log);
    cli::FilterCounts counts;
    cli::ExitCode code = cli::run_filter(context, *input->stream, filter_, answerer, &counts);
    if (filter_.fields.empty() && counts.in > 0 && counts.skipped == counts.in)
        context.log.warning("no field of the JSON records was asked for; name one with --field");
    return code;
}

}  // namespace tandem::e164
