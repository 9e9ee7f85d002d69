// Knows: which subcommand has which options.
// Must not know: what a subcommand does.
// Next: serve.cpp.
#include "gw-bridge/tool.h"

#include "cli/groups.h"
#include "gw-bridge/serve.h"

namespace tandem::bridge {
namespace {

class GwBridge final : public cli::Tool {
public:
    [[nodiscard]] std::string_view name() const override { return "gw-bridge"; }
    [[nodiscard]] std::string_view summary() const override {
        return "Media and protocol bridge behind sip-trunk-proxy: joins two SIP legs, relays and converts "
               "their media";
    }

    void declare(cli::Options& options) const override {
        options.require_command();
        cli::declare_topology(options, true);
        cli::Options& command =
            options.command("serve", "Serve mediated calls until TERM; records go to stdout");
        declare_serve(command);
        command.example("gw-bridge serve --topology company.json", "Serve the only bridge of a topology");
        command.example("gw-bridge serve --topology company.json --check",
                        "Say what is wrong with it, bind nothing");
        options.exit_note(2, "the topology or its key file has a fault; each is told with its place");
        options.exit_note(4, "the SIP address cannot be bound");
    }

    Status setup(const cli::Options& options) override {
        settings_ = serve_settings(options);
        return {};
    }

    cli::ExitCode load(cli::Context& context) override {
        loaded_ = cli::tell(bridge::load(settings_.topology, settings_.name), context);
        return loaded_ ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
    }

    cli::ExitCode run(cli::Context& context) override {
        return serve(settings_, std::move(*loaded_), context);
    }

    [[nodiscard]] bool long_running(const cli::Options&) const override { return true; }

private:
    ServeSettings settings_;
    std::shared_ptr<Loaded> loaded_;
};

}  // namespace

std::unique_ptr<cli::Tool> make_tool() { return std::make_unique<GwBridge>(); }

}  // namespace tandem::bridge
