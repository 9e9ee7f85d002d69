// Knows: serving: the loop, signals (drain, reload), events and records on their way out.
// Must not know: SIP, media (service.h).
// Next: tool.cpp, which declares the options; service.h.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/context.h"
#include "cli/options.h"
#include "cli/reloader.h"
#include "gw-bridge/snapshot.h"
#include "sip/keyring.h"

namespace tandem::bridge {

struct ServeSettings {
    std::string topology;
    std::string name;  ///< of the bridge; empty when the topology has just one
    nanoseconds drain_timeout{};
};

void declare_serve(cli::Options& command);
ServeSettings serve_settings(const cli::Options& options);

/// What a topology file and its key file give.
struct Loaded {
    std::shared_ptr<Snapshot> snapshot;
    std::shared_ptr<sip::Keyring> keys;
};

/// Reads both. Thread: any; nothing of the program's is touched.
cli::Loading<Loaded> load(const std::string& topology, const std::string& name);

/// Serves until TERM. A port in use: kEnvironment.
cli::ExitCode serve(const ServeSettings& settings, Loaded loaded, cli::Context& context);

}  // namespace tandem::bridge
