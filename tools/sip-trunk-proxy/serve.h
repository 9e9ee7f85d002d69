// Knows: serving: sockets, the loop, signals (drain, reload), records on their way out.
// Must not know: SIP (proxy.h), topology files (config).
// Next: tool.cpp, which declares the options; proxy.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/context.h"
#include "cli/options.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sipnet/stream_transport.h"
#include "siptx/timers.h"

namespace tandem::proxy {

struct ServeSettings {
    std::string topology;
    nanoseconds drain_timeout{};
    nanoseconds max_call_age{};
    siptx::Timers timers;
    std::size_t max_transactions = 0;
    std::size_t max_calls = 0;
    sipnet::StreamLimits streams;
    std::vector<net::Endpoint> dns_servers;
};

void declare_serve(cli::Options& command);
Result<ServeSettings> serve_settings(const cli::Options& options);

/// Reads the topology and what it names; complains about every fault. Null: the exit code says why.
std::shared_ptr<Snapshot> load_snapshot(const std::string& path, cli::Context& context, cli::ExitCode& code);

/// Serves until TERM. A port in use: kEnvironment.
cli::ExitCode serve(const ServeSettings& settings, std::shared_ptr<Snapshot> snapshot, cli::Context& context);

}  // namespace tandem::proxy
