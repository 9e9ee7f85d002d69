#include "ask/route.h"

#include "ask/rule_limits.h"
#include "base/text.h"
#include "cli/groups.h"
#include "policy/parties.h"
#include "policy/policy.h"
#include "record/route.h"

namespace tandem::ask {
namespace {

using topology::kNoIndex;

/// The text at the first of the paths that has one; a key that stands twice is not known.
std::string first_text(const json::Object& record, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
        auto text = record.text(path);
        if (text && *text) return std::move(**text);
    }
    return {};
}

void set_called(policy::CallFacts& facts, std::string_view called) {
    facts.called = called;
    if (const auto at = called.find('@'); at != std::string_view::npos)
        facts.called_host = cut(cut(called.substr(at + 1), ';').first, ':').first;
}

}  // namespace

void declare_caller(cli::Options& options) {
    options.add({.name = "user", .metavar = "NAME", .help = "User who calls, where a record does not tell"});
    options.add({.name = "trunk",
                 .metavar = "NAME",
                 .help = "Trunk that the call comes from, where a record does not tell"});
    options.add({.name = "policy",
                 .metavar = "NAME",
                 .help = "Policy of a caller who is not in the topology, with the dial plan of --dial-plan; media is then not asked about"});
}

Result<CallerSettings> caller_settings(const cli::Options& options, bool plan_is_caller) {
    CallerSettings settings{options.text("user"), options.text("trunk"), false, options.text("policy"), options.text("dial-plan")};
    if (!settings.user.empty() && !settings.trunk.empty())
        return fail(Errc::kConflict, "--user and --trunk exclude each other: a call has one source");
    if (settings.user.empty() && settings.trunk.empty()) {
        settings.anyone = !settings.policy.empty() || (plan_is_caller && !settings.dial_plan.empty());
        return settings;
    }
    // What is set for all commands is passed over.
    const std::string_view caller = settings.user.empty() ? "--trunk" : "--user";
    for (const std::string_view option : {"policy", "dial-plan"})
        if (options.source(option) == cli::Source::kCommandLine)
            return fail(Errc::kConflict, cat("--", option, " and ", caller, " exclude each other: the caller's own ", option == "policy" ? "policy" : "dial plan", " counts"));
    return settings;
}

namespace {

/// The thing of that name, or the one that holds for all; false when there is none of that name: complains itself.
template <class T>
bool find_or_global(const std::vector<T>& things, std::string_view option, const std::string& name, cli::Context& context, topology::Index& found) {
    std::vector<std::string_view> names;
    for (topology::Index i = 0; i < things.size(); ++i) {
        names.emplace_back(things[i].name);
        if (name.empty() ? things[i].scope == topology::Scope::kGlobal : things[i].name == name) found = i;
    }
    if (name.empty() || found != kNoIndex) return true;
    context.complain(policy::unknown_name(option, name, names));
    return false;
}

}  // namespace

bool find_caller(const CallerSettings& settings, const topology::Topology& topology, cli::Context& context, Caller& caller) {
    if (!settings.user.empty()) caller.user = topology.find_user(settings.user);
    if (!settings.trunk.empty()) caller.trunk = topology.find_trunk(settings.trunk);
    const bool user_known = settings.user.empty() || caller.user != kNoIndex;
    const bool trunk_known = settings.trunk.empty() || caller.trunk != kNoIndex;
    if (!user_known) context.complain(policy::unknown_name("--user", settings.user, policy::user_names(topology)));
    if (!trunk_known) context.complain(policy::unknown_name("--trunk", settings.trunk, policy::trunk_names(topology)));
    if (!settings.anyone) return user_known && trunk_known;
    policy::Anyone& anyone = caller.anyone.emplace();
    const bool plan_known = find_or_global(topology.dial_plans, "--dial-plan", settings.dial_plan, context, anyone.dial_plan);
    return find_or_global(topology.policies, "--policy", settings.policy, context, anyone.policy) && plan_known;
}

policy::CallFacts facts_of(const json::Object& record, std::string_view field, const topology::Topology& topology, const Caller& caller) {
    policy::CallFacts facts;
    set_called(facts, !field.empty() ? std::string(field) : first_text(record, {"number.e164", "call.dialled", "call.to", "number.input"}));
    policy::EndFacts end;
    end.kind = first_text(record, {"call.source_kind"});
    end.name = first_text(record, {"call.source"});
    end.number_or_uri = first_text(record, {"call.calling", "call.from"});
    policy::End source = policy::end_of(end, topology);
    if (!source.known()) {
        source = {caller.user, caller.trunk};
        facts.anyone = caller.anyone;
    }
    facts.user = source.user;
    facts.trunk = source.trunk;
    facts.calling = std::move(end.number_or_uri);
    return facts;
}

policy::CallFacts facts_of(std::string_view line, const Caller& caller) {
    policy::CallFacts facts;
    set_called(facts, trim(line));
    facts.user = caller.user;
    facts.trunk = caller.trunk;
    facts.anyone = caller.anyone;
    return facts;
}

void declare_route(cli::Options& options) {
    cli::declare_input(options, "Dialled numbers, one a line, or JSON lines; stdin when absent or -");
    declare_caller(options);
    cli::declare_filter(options, "route", true);
}

Result<RouteSettings> route_settings(const cli::Options& options, std::string_view tool) {
    RouteSettings settings;
    settings.input = options.first_positional();
    auto caller = caller_settings(options, true);
    if (!caller) return fail(std::move(caller.error()));
    settings.caller = std::move(*caller);
    settings.filter = cli::filter_options(options, std::string(tool), "route");
    if (settings.filter.fields.empty()) settings.filter.types = {"number", "call"};
    if (Status ok = cli::check(settings.filter); !ok) return fail(std::move(ok.error()));
    return settings;
}

cli::Answer RouteHandler::answer(const policy::CallFacts& facts, json::Writer& value) {
    if (facts.user == kNoIndex && facts.trunk == kNoIndex && !facts.anyone) ++of_nobody_;
    const policy::Decision decision = policy::decide(facts, topology_, {}, clock_.wall());
    record::write(value, decision, topology_);
    return decision.reject() ? cli::Answer::kBad : cli::Answer::kOk;
}

cli::Answer RouteHandler::plain(std::string_view line, json::Writer& value) { return answer(facts_of(line, caller_), value); }

cli::Answer RouteHandler::record(const json::Object& record, std::string_view field, json::Writer& value) {
    const policy::CallFacts facts = facts_of(record, field, topology_, caller_);
    return facts.called.empty() ? cli::Answer::kSkip : answer(facts, value);
}

cli::ExitCode route(const RouteSettings& settings, const topology::Topology& topology, cli::Context& context) {
    Caller caller;
    if (!find_caller(settings.caller, topology, context, caller)) return cli::ExitCode::kUsage;
    RouteHandler handler(topology, context.clock, caller);
    cli::FilterOptions filter = settings.filter;
    tell_rule_limits(filter, topology, context);
    const cli::ExitCode code = cli::run_filter(context, settings.input, filter, handler);
    // Not to somebody who has stopped reading the answers, nor beside the fault that they could not be written.
    const bool answered = code != cli::ExitCode::kEnvironment && !context.out.reader_gone();
    if (answered && handler.of_nobody() > 0) {
        context.log.warning(cat(handler.of_nobody(), handler.of_nobody() == 1 ? " call was" : " calls were", " refused because nothing tells who calls; give ",
                                topology.users.empty() ? "" : "--user NAME, ", "--trunk NAME, or --policy NAME for a caller who is not in the topology"));
    }
    return code;
}

}  // namespace tandem::ask
