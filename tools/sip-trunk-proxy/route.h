// Knows: the subcommand route: where calls would go, as a filter over dialled numbers and records.
// Must not know: how it is decided (policy), how a filter treats lines (cli/filter.h), anything of a running node.
// Next: policy/policy.h; record/route.h for the record; serve.h, which asks the same decide().
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "cli/options.h"
#include "topology/topology.h"

namespace tandem::proxy {

/// Options of the subcommand, validated.
struct RouteSettings {
    std::string topology;
    std::string input;
    std::string user;  ///< who calls, where a line or record does not tell; at most one of the two
    std::string trunk;
    cli::FilterOptions filter;
};

/// Declares what `route` takes (--topology is the program's own).
void declare_route(cli::Options& options);
Result<RouteSettings> route_settings(const cli::Options& options);

/// Answers numbers and records by decide() with an empty LiveView: what a node that has just started would do.
class RouteHandler final : public cli::FilterHandler {
public:
    /// user, trunk: source of what does not tell its own; kNoIndex for none. Both references must outlive the handler.
    RouteHandler(const topology::Topology& topology, const Clock& clock, topology::Index user,
                 topology::Index trunk)
        : topology_(topology), clock_(clock), user_(user), trunk_(trunk) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override;
    /// field: the called number; when it is empty, `number.e164`, `number.input`, `call.dialled` or `call.to` is.
    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override;

private:
    cli::Answer answer(std::string_view called, topology::Index user, topology::Index trunk,
                       std::string calling, json::Writer& value);

    const topology::Topology& topology_;
    const Clock& clock_;
    topology::Index user_;
    topology::Index trunk_;
};

/// Loads the topology; complains itself.
cli::ExitCode load_for_route(const RouteSettings& settings, cli::Context& context,
                             std::shared_ptr<const topology::Topology>& topology);
/// Runs the filter over a topology from load_for_route().
cli::ExitCode route(const RouteSettings& settings, const topology::Topology& topology, cli::Context& context);

}  // namespace tandem::proxy
