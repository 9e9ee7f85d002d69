#include "e164-normalize/import.h"

#include <algorithm>

#include "base/text.h"
#include "config/topology_file.h"

namespace tandem::e164 {

void Import::declare(cli::Options& options) const {
    options.positional({.name = "FILE", .help = "Dial plans of another system; stdin when absent or -", .repeatable = true});
    std::vector<std::string> formats = {"auto"};
    formats.insert(formats.end(), exchange::kFormatNames.begin(), exchange::kFormatNames.end());
    options.add({.name = "from", .kind = cli::Kind::kChoice, .help = "What the files are", .default_value = "auto", .choices = std::move(formats)});
    options.add({.name = "plan-name", .metavar = "NAME", .help = "Name of the dial plan of rules that name none; by default the file's"});
    options.add({.name = "strict", .kind = cli::Kind::kFlag, .help = "Exit with 1 when something could not be taken"});
    options.example("e164-normalize import lync.xml > plan.json", "the dial plans of a Lync pool, exported with Export-Clixml");
    options.example("e164-normalize import --from cisco-ios --strict router.cfg > plan.json", "the translation rules of a router; fails when one is not taken");
    options.exit_note(1, "done; something could not be taken and --strict was given");
    options.exit_note(3, "a file is unreadable or of no known format, or nothing in it could be taken");
}

std::vector<Unmeant> Import::unmeant() const {
    constexpr std::string_view kTopology = "it makes a topology and reads none", kNumbers = "it takes rules as they are and reads no number";
    return {{"topology", kTopology}, {"dial-plan", kTopology}, {"region", kNumbers}, {"numbering", kNumbers}};
}

Status Import::setup(const cli::Options& options) {
    files_ = options.positionals();
    if (files_.empty()) files_.emplace_back("-");
    const auto format = std::find(exchange::kFormatNames.begin(), exchange::kFormatNames.end(), options.text("from"));
    if (format != exchange::kFormatNames.end()) options_.format = static_cast<exchange::Format>(format - exchange::kFormatNames.begin());
    options_.plan_name = options.text("plan-name");
    strict_ = options.flag("strict");
    return {};
}

Status Import::read(cli::Context& context, const std::string& file, exchange::Fragment& into) const {
    auto input = context.open_input(file);
    if (!input) return fail(std::move(input.error()));
    const std::string name = file == "-" ? "stdin" : file;
    const auto placed = [&](Error error, const std::string& where) {
        // Errors of documents name file and place already.
        if (!error.what.starts_with(name)) error.what = cat(where, ": ", error.what);
        return fail(std::move(error));
    };
    auto bytes = read_all(*input->stream);
    if (!bytes) return placed(std::move(bytes.error()), name);
    auto text = exchange::to_utf8(*bytes);
    if (!text) {
        const std::string where = cat(name, ": byte ", text.error().offset);
        return placed(std::move(text.error()), where);
    }
    const exchange::Source source(name, std::move(*text));
    if (Status done = exchange::import(source, options_, into); !done) {
        const std::string where = source.where(done.error().offset);
        if (done.error().code == Errc::kUnsupported && !exchange::detect(source)) done.error().what += "; say what it is with --from";
        return placed(std::move(done.error()), where);
    }
    return {};
}

cli::ExitCode Import::run(cli::Context& context, const Numbers&) {
    exchange::Fragment fragment;
    bool unreadable = false;
    for (const std::string& file : files_) {
        if (Status done = read(context, file, fragment); !done) {
            context.complain(done.error().what);
            unreadable = true;
        }
    }
    exchange::finish(fragment);
    std::size_t refused = 0;
    for (const exchange::Finding& one : fragment.findings) {
        const std::string line = cat(one.where, ": ", one.what, one.hint.empty() ? "" : "; ", one.hint);
        if (one.refused) context.complain(line);
        else context.log.info(line);
        refused += one.refused ? 1 : 0;
    }
    if (fragment.empty()) {
        if (!unreadable) context.complain("nothing in the input could be taken");
        return cli::ExitCode::kInput;
    }
    const std::string text = exchange::write_topology(fragment);
    // Whoever reads the file next must be able to: what the loader says now, it would say then.
    const config::LoadedTopology loaded = config::parse_topology(text, "result");
    for (const std::string& line : loaded.errors) context.complain(line);
    for (const std::string& line : loaded.warnings) context.log.info(line);
    if (const auto end = context.print(text)) return *end;
    if (unreadable || !loaded.ok()) return cli::ExitCode::kInput;
    return strict_ && refused > 0 ? cli::ExitCode::kFinding : cli::ExitCode::kOk;
}

}  // namespace tandem::e164
