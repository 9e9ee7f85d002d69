#include "sip-trunk-proxy/route.h"

#include "config/topology_file.h"

namespace tandem::proxy {

cli::ExitCode load_for_route(const std::string& file, const ask::RouteSettings& settings, cli::Context& context,
                             std::shared_ptr<const topology::Topology>& topology) {
    config::LoadedTopology loaded = config::load_topology(file, config::Decks::kRead);
    for (const std::string& line : loaded.errors) context.complain(line);
    for (const std::string& line : loaded.warnings) context.log.warning(line);
    if (!loaded.ok()) return cli::ExitCode::kUsage;
    topology = loaded.topology;
    ask::Caller caller;
    return ask::find_caller(settings.caller, *topology, context, caller) ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
}

}  // namespace tandem::proxy
