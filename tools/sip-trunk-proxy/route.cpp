// Knows: which text of a line or record is the called number, and who calls.
// Must not know: how it is decided.
// Next: policy/decide.cpp.
#include "sip-trunk-proxy/route.h"

#include "base/text.h"
#include "cli/groups.h"
#include "config/topology_file.h"
#include "policy/parties.h"
#include "policy/policy.h"
#include "record/route.h"

namespace tandem::proxy {
namespace {

using topology::Index;
using topology::kNoIndex;

/// The text at the first of the paths that has one; a key that stands twice is not known.
std::string first_text(const json::Object& record, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
        auto text = record.text(path);
        if (text && *text) return std::move(**text);
    }
    return {};
}

}  // namespace

void declare_route(cli::Options& options) {
    cli::declare_input(options, "Dialled numbers, one a line, or JSON lines; stdin when absent or -");
    options.add({.name = "user", .metavar = "NAME", .help = "User who calls, where a record does not tell"});
    options.add({.name = "trunk",
                 .metavar = "NAME",
                 .help = "Trunk that the call comes from, where a record does not tell"});
    cli::declare_filter(options, "route", true);
}

Result<RouteSettings> route_settings(const cli::Options& options) {
    RouteSettings settings;
    settings.topology = options.text("topology");
    settings.input = options.first_positional();
    settings.user = options.text("user");
    settings.trunk = options.text("trunk");
    settings.filter = cli::filter_options(options, "sip-trunk-proxy", "route");
    if (settings.filter.fields.empty()) settings.filter.types = {"number", "call"};
    if (!settings.user.empty() && !settings.trunk.empty())
        return fail(Errc::kConflict, "--user and --trunk exclude each other: a call has one source");
    if (Status ok = cli::check(settings.filter); !ok) return fail(std::move(ok.error()));
    return settings;
}

cli::Answer RouteHandler::answer(std::string_view called, Index user, Index trunk, std::string calling,
                                 json::Writer& value) {
    policy::CallFacts facts;
    facts.user = user;
    facts.trunk = trunk;
    facts.called = called;
    facts.calling = std::move(calling);
    if (const auto at = called.find('@'); at != std::string_view::npos) {
        facts.called_host = cut(cut(called.substr(at + 1), ';').first, ':').first;
    }
    const policy::Decision decision = policy::decide(facts, topology_, {}, clock_.wall());
    record::write(value, decision, topology_);
    return decision.reject() ? cli::Answer::kBad : cli::Answer::kOk;
}

cli::Answer RouteHandler::plain(std::string_view line, json::Writer& value) {
    return answer(trim(line), user_, trunk_, {}, value);
}

cli::Answer RouteHandler::record(const json::Object& record, std::string_view field, json::Writer& value) {
    const std::string called =
        !field.empty() ? std::string(field)
                       : first_text(record, {"number.e164", "call.dialled", "call.to", "number.input"});
    if (called.empty()) return cli::Answer::kSkip;
    policy::EndFacts caller;
    caller.kind = first_text(record, {"call.source_kind"});
    caller.name = first_text(record, {"call.source"});
    caller.number_or_uri = first_text(record, {"call.calling", "call.from"});
    policy::End source = policy::end_of(caller, topology_);
    if (!source.known()) source = {user_, trunk_};
    return answer(called, source.user, source.trunk, caller.number_or_uri, value);
}

cli::ExitCode load_for_route(const RouteSettings& settings, cli::Context& context,
                             std::shared_ptr<const topology::Topology>& topology) {
    config::LoadedTopology loaded = config::load_topology(settings.topology, config::Decks::kRead);
    for (const std::string& line : loaded.errors) context.complain(line);
    for (const std::string& line : loaded.warnings) context.log.warning(line);
    if (!loaded.ok()) return cli::ExitCode::kUsage;
    topology = loaded.topology;
    const bool user_known = settings.user.empty() || topology->find_user(settings.user) != kNoIndex;
    const bool trunk_known = settings.trunk.empty() || topology->find_trunk(settings.trunk) != kNoIndex;
    if (!user_known)
        context.complain(policy::unknown_name("--user", settings.user, policy::user_names(*topology)));
    if (!trunk_known)
        context.complain(policy::unknown_name("--trunk", settings.trunk, policy::trunk_names(*topology)));
    return user_known && trunk_known ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
}

cli::ExitCode route(const RouteSettings& settings, const topology::Topology& topology,
                    cli::Context& context) {
    auto input = context.open_input(settings.input);
    if (!input) {
        context.complain(input.error().what);
        return cli::ExitCode::kInput;
    }
    const Index user = settings.user.empty() ? kNoIndex : topology.find_user(settings.user);
    const Index trunk = settings.trunk.empty() ? kNoIndex : topology.find_trunk(settings.trunk);
    RouteHandler handler(topology, context.clock, user, trunk);
    return cli::run_filter(context, *input->stream, settings.filter, handler);
}

}  // namespace tandem::proxy
