// Knows: which subcommand has which options.
// Must not know: what a subcommand does.
// Next: serve.cpp, route.cpp.
#include "sip-trunk-proxy/tool.h"

#include "cli/groups.h"
#include "sip-trunk-proxy/route.h"
#include "sip-trunk-proxy/serve.h"

namespace tandem::proxy {

namespace {

class SipTrunkProxy final : public cli::Tool {
public:
    [[nodiscard]] std::string_view name() const override { return "sip-trunk-proxy"; }
    [[nodiscard]] std::string_view summary() const override {
        return "Edge and router of SIP trunks: takes calls, decides by the topology, forwards, fails over, writes call records";
    }

    void declare(cli::Options& options) const override {
        options.require_command();
        cli::declare_topology(options, true);
        cli::Options& serve_command = options.command("serve", "Serve SIP until TERM; records go to stdout");
        declare_serve(serve_command);
        serve_command.example("sip-trunk-proxy serve --topology company.json", "Serve the trunks and users of a topology");
        serve_command.example("sip-trunk-proxy serve --topology company.json --check", "Say what is wrong with it, bind nothing");
        cli::Options& route_command = options.command("route", "Say where calls to numbers would go, and why: a filter over lines and records");
        ask::declare_route(route_command);
        route_command.add({.name = "dial-plan", .metavar = "NAME", .help = "Dial plan of a caller who is not in the topology; the global one when absent"});
        route_command.example("echo 5550100 | sip-trunk-proxy route --topology company.json --user alice", "Where a dialled number goes");
        route_command.example("pcap-analyze trace.pcap | sip-trunk-proxy route --topology company.json", "Where the calls of a capture would go now");
        options.exit_note(1, "route: a call would be refused and --strict was given");
        options.exit_note(2, "the topology has a fault; each is told with file, line and column");
        options.exit_note(4, "a listen address cannot be bound");
    }

    Status setup(const cli::Options& options) override {
        routing_ = options.command_name() == "route";
        if (routing_) {
            auto settings = ask::route_settings(options, name());
            if (!settings) return fail(std::move(settings.error()));
            route_ = std::move(*settings);
            topology_file_ = options.text("topology");
            return {};
        }
        auto settings = serve_settings(options);
        if (!settings) return fail(std::move(settings.error()));
        settings_ = std::move(*settings);
        return {};
    }

    cli::ExitCode load(cli::Context& context) override {
        if (routing_) return load_for_route(topology_file_, route_, context, topology_);
        cli::ExitCode code = cli::ExitCode::kOk;
        snapshot_ = load_snapshot(settings_.topology, context, code);
        return code;
    }

    cli::ExitCode run(cli::Context& context) override {
        return routing_ ? ask::route(route_, *topology_, context) : serve(settings_, std::move(snapshot_), context);
    }

    [[nodiscard]] bool long_running(const cli::Options& options) const override { return options.command_name() == "serve"; }

private:
    bool routing_ = false;
    std::string topology_file_;
    ask::RouteSettings route_;
    std::shared_ptr<const topology::Topology> topology_;
    ServeSettings settings_;
    std::shared_ptr<Snapshot> snapshot_;
};

}  // namespace

std::unique_ptr<cli::Tool> make_tool() { return std::make_unique<SipTrunkProxy>(); }

}  // namespace tandem::proxy
