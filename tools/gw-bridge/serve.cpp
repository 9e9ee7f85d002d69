// Knows: the life of a serving bridge.
// Must not know: calls.
// Next: service.cpp.
#include "gw-bridge/serve.h"

#include "base/secret_file.h"
#include "base/text.h"
#include "cli/serve_output.h"
#include "config/topology_file.h"
#include "gw-bridge/service.h"

namespace tandem::bridge {
namespace {

constexpr milliseconds kPeerPatience{2000};   // at the end, for answers to BYE
constexpr milliseconds kMediaPatience{3000};  // for the media thread to close what was hung up
constexpr std::size_t kMaxKeyFile = 64 * 1024;

class Server {
public:
    Server(const ServeSettings& settings, cli::Context& context)
        : settings_(settings),
          context_(context),
          output_(context),
          reloader_([topology = settings.topology, name = settings.name] { return load(topology, name); },
                    [this] { context_.stop.wake(); }),
          service_(loop_, context.clock, context.log, output_.records()) {}

    cli::ExitCode run(Loaded loaded) {
        const std::string product = cat("Tandem-gw-bridge/", TANDEM_VERSION);
        snapshot_ = loaded.snapshot;
        if (auto ok = service_.open(std::move(loaded.snapshot), std::move(loaded.keys), product); !ok) {
            context_.complain(ok.error().what);
            return cli::ExitCode::kEnvironment;
        }
        loop_.watch(context_.stop.fd(), [this] { on_signal(); });
        service_.on_idle([this] { look(); });
        output_.event("ready", snapshot_->listen().str());
        on_signal();  // one that came before the loop
        loop_.run();
        return finish();
    }

private:
    void on_signal() {
        context_.stop.clear_wakeup();
        if (context_.stop.take_hup()) reloader_.ask();
        if (auto loading = reloader_.take()) reload(std::move(*loading));
        if (!context_.stop.requested()) return;
        if (context_.stop.count() > 1) {
            at_once_ = true;
            service_.drain();
            service_.hang_up_all("stopped", "stopped");
            loop_.stop();
            return;
        }
        if (draining_) return;
        draining_ = true;
        service_.drain();
        output_.event("draining", cat("live calls: ", service_.live_calls()));
        loop_.after(std::chrono::duration_cast<milliseconds>(settings_.drain_timeout), [this] {
            service_.hang_up_all("drain", "drain timeout");
            loop_.after(kMediaPatience, [this] { loop_.stop(); });
        });
        look();
    }

    void look() {
        if (draining_ && service_.live_calls() == 0) loop_.stop();
    }

    // All or nothing: a file with any fault changes nothing.
    void reload(cli::Loading<Loaded> loading) {
        if (const auto loaded = cli::tell(std::move(loading), context_)) {
            loaded->snapshot->keep_ports(*snapshot_);
            if (auto ok = service_.adopt(loaded->snapshot, loaded->keys); ok) {
                snapshot_ = loaded->snapshot;
                output_.event("reloaded", settings_.topology);
                return;
            } else {
                context_.complain(ok.error().what);
            }
        }
        output_.event("reload_failed", settings_.topology);
    }

    cli::ExitCode finish() {
        service_.shutdown(at_once_ ? milliseconds{300} : kPeerPatience);
        const Counters& c = service_.counters();
        const cli::ServeOutput::Count named[] = {{"refused_source", service_.refused_sources()},
                                                 {"refused_token", c.bad_token},
                                                 {"refused_draining", c.draining}};
        const std::uint64_t skipped = service_.refused_sources() + c.bad_token + c.draining;
        const std::uint64_t read = c.invites + service_.refused_sources();
        return output_.finish(named, {context_.tool, read, c.answered, read - c.answered - skipped, skipped});
    }

    const ServeSettings& settings_;
    cli::Context& context_;
    sipua::Loop loop_;
    cli::ServeOutput output_;
    cli::Reloader<Loaded> reloader_;
    Service service_;
    std::shared_ptr<const Snapshot> snapshot_;
    bool draining_ = false;
    bool at_once_ = false;
};

}  // namespace

void declare_serve(cli::Options& command) {
    using cli::Kind;
    command.add({.name = "name",
                 .metavar = "NAME",
                 .help = "Which gw_bridge of the topology this is; needed when it has several"});
    command.add({.name = "drain-timeout",
                 .kind = Kind::kDuration,
                 .help = "How long live calls are waited for after TERM before they get BYE",
                 .default_value = "10s",
                 .min = 0});
}

ServeSettings serve_settings(const cli::Options& options) {
    return {options.text("topology"), options.text("name"), options.duration("drain-timeout")};
}

cli::Loading<Loaded> load(const std::string& topology, const std::string& name) {
    config::LoadedTopology file = config::load_topology(topology);
    cli::Loading<Loaded> out{nullptr, std::move(file.errors), std::move(file.warnings)};
    if (file.topology == nullptr || !out.errors.empty()) return out;
    const auto refuse = [&out](std::string why) {
        out.errors.push_back(std::move(why));
        return std::move(out);
    };
    auto snapshot = Snapshot::make(file.topology, name);
    if (!snapshot) return refuse(cat(topology, ": ", snapshot.error().what));
    for (std::string& line : (*snapshot)->shortcomings()) out.warnings.push_back(std::move(line));
    const std::string& key_file = file.topology->secrets.key_file;
    if (key_file.empty())
        return refuse(
            cat(topology, ": \"secrets\" has no \"key_file\": the proxy's tokens cannot be opened"));
    auto file_of_key = read_secret_file(key_file, kMaxKeyFile);
    if (!file_of_key) return refuse(cat("secrets: ", file_of_key.error().what));
    if (!file_of_key->warning.empty()) out.warnings.push_back(file_of_key->warning);
    auto keys = sip::Keyring::from_text(file_of_key->text);
    if (!keys) return refuse(cat("secrets: ", key_file, ": ", keys.error().what));
    out.snapshot = std::make_shared<Loaded>(
        Loaded{std::move(*snapshot), std::make_shared<sip::Keyring>(std::move(*keys))});
    return out;
}

cli::ExitCode serve(const ServeSettings& settings, Loaded loaded, cli::Context& context) {
    return Server(settings, context).run(std::move(loaded));
}

}  // namespace tandem::bridge
