// Knows: the question where calls would go, as a filter over dialled numbers and records; who calls by default.
// Must not know: how it is decided (policy), how a filter treats lines (cli/filter.h), anything of a running node.
// Next: policy/policy.h; record/route.h for the record; tools/sip-trunk-proxy/serve.h, which asks the same decide().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "cli/options.h"
#include "policy/facts.h"
#include "topology/topology.h"

namespace tandem::ask {

/// Who calls, where a line or record does not tell; at most one of user, trunk and anyone.
struct CallerSettings {
    std::string user;
    std::string trunk;
    bool anyone = false;    ///< somebody who is not in the topology
    std::string policy;     ///< of anyone; empty: the global one
    std::string dial_plan;  ///< the same
};

/// --user, --trunk and --policy.
void declare_caller(cli::Options& options);
/// --dial-plan is read too, for the dial plan of anyone: it must be declared. plan_is_caller: given alone it means anyone as well.
/// Errors: conflict when more than one caller is given.
Result<CallerSettings> caller_settings(const cli::Options& options, bool plan_is_caller);

/// The same in a topology; kNoIndex for none.
struct Caller {
    topology::Index user = topology::kNoIndex;
    topology::Index trunk = topology::kNoIndex;
    std::optional<policy::Anyone> anyone;
};
/// False when a name is not in the topology: complains itself.
bool find_caller(const CallerSettings& settings, const topology::Topology& topology, cli::Context& context, Caller& caller);

/// Which number a record asks about and who calls; the called number is empty when it does not say.
/// field: the called number; when it is empty, `number.e164`, `call.dialled`, `call.to` or `number.input` is.
policy::CallFacts facts_of(const json::Object& record, std::string_view field, const topology::Topology& topology, const Caller& caller);
/// The same of a plain line, which outlives the facts.
policy::CallFacts facts_of(std::string_view line, const Caller& caller);

/// Options of the question, validated.
struct RouteSettings {
    std::string input;
    CallerSettings caller;
    cli::FilterOptions filter;
};

/// Declares what it takes but --topology and --dial-plan.
void declare_route(cli::Options& options);
Result<RouteSettings> route_settings(const cli::Options& options, std::string_view tool);

/// Answers numbers and records by decide() with an empty LiveView: what a node that has just started would do.
class RouteHandler final : public cli::FilterHandler {
public:
    /// Both references must outlive the handler.
    RouteHandler(const topology::Topology& topology, const Clock& clock, const Caller& caller)
        : topology_(topology), clock_(clock), caller_(caller) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override;
    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override;
    /// Questions of which nothing told who calls.
    [[nodiscard]] std::uint64_t of_nobody() const { return of_nobody_; }

private:
    cli::Answer answer(const policy::CallFacts& facts, json::Writer& value);

    const topology::Topology& topology_;
    const Clock& clock_;
    Caller caller_;
    std::uint64_t of_nobody_ = 0;
};

/// Runs the filter.
cli::ExitCode route(const RouteSettings& settings, const topology::Topology& topology, cli::Context& context);

}  // namespace tandem::ask
