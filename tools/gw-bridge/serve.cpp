// Knows: the life of a serving bridge.
// Must not know: calls.
// Next: service.cpp.
#include "gw-bridge/serve.h"

#include <cstdlib>

#include "base/secret_file.h"
#include "base/text.h"
#include "cli/record_writer.h"
#include "config/topology_file.h"
#include "gw-bridge/service.h"
#include "record/envelope.h"

namespace tandem::bridge {
namespace {

constexpr milliseconds kWriterPatience{3000};  // at the end, for a reader that is slow
constexpr milliseconds kPeerPatience{2000};    // at the end, for answers to BYE
constexpr milliseconds kMediaPatience{3000};   // for the media thread to close what was hung up
constexpr std::size_t kMaxKeyFile = 64 * 1024;

class Server {
public:
    Server(const ServeSettings& settings, cli::Context& context)
        : settings_(settings),
          context_(context),
          writer_(context.out),
          service_(loop_, context.clock, context.log, writer_) {}

    cli::ExitCode run(Loaded loaded) {
        const std::string product = cat("Tandem-gw-bridge/", TANDEM_VERSION);
        snapshot_ = loaded.snapshot;
        if (auto ok = service_.open(std::move(loaded.snapshot), std::move(loaded.keys), product); !ok) {
            context_.complain(ok.error().what);
            return cli::ExitCode::kEnvironment;
        }
        loop_.watch(context_.stop.fd(), [this] { on_signal(); });
        service_.on_idle([this] { look(); });
        event("ready", snapshot_->listen().str());
        on_signal();  // one that came before the loop
        loop_.run();
        return finish();
    }

private:
    void on_signal() {
        context_.stop.clear_wakeup();
        if (context_.stop.take_hup()) reload();
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
        event("draining", cat("live calls: ", service_.live_calls()));
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
    void reload() {
        Loaded loaded = load(settings_, context_, snapshot_.get());
        if (loaded.snapshot) {
            const auto snapshot = loaded.snapshot;
            if (auto ok = service_.adopt(std::move(loaded.snapshot), std::move(loaded.keys)); ok) {
                snapshot_ = snapshot;
                event("reloaded", settings_.topology);
                return;
            } else {
                context_.complain(ok.error().what);
            }
        }
        event("reload_failed", settings_.topology);
    }

    void event(std::string_view name, std::string_view detail, std::optional<std::uint64_t> count = {}) {
        std::string line;
        record::Record r(line, "event");
        r.stamp(context_.clock.wall());
        auto& json = r.begin();
        json.member("name", name);
        if (!detail.empty()) json.member("detail", detail);
        json.member("count", count);
        r.finish();
        writer_.write(std::move(line));
        context_.log.info(name, "detail", detail);
    }

    cli::ExitCode finish() {
        service_.shutdown(at_once_ ? milliseconds{300} : kPeerPatience);
        const Counters& c = service_.counters();
        const std::pair<std::string_view, std::uint64_t> named[] = {
            {"refused_source", service_.refused_sources()},
            {"refused_token", c.bad_token},
            {"refused_draining", c.draining},
            {"records_dropped", writer_.dropped()}};
        for (const auto& [name, count] : named)
            if (count != 0) event(name, {}, count);
        const std::uint64_t skipped = service_.refused_sources() + c.bad_token + c.draining;
        std::string line;
        record::append(
            line, record::Summary{context_.tool, c.invites + service_.refused_sources(), c.answered,
                                  c.invites + service_.refused_sources() - c.answered - skipped, skipped});
        writer_.write(std::move(line));
        if (!writer_.finish(at_once_ ? milliseconds(200) : kWriterPatience) && !writer_.reader_gone()) {
            // The thread hangs in a write that nobody takes; waiting for it would keep the program for ever.
            context_.complain("records could not be written to the end");
            std::_Exit(static_cast<int>(cli::ExitCode::kEnvironment));
        }
        return at_once_ ? cli::from_signal(context_.stop.signal()) : cli::ExitCode::kOk;
    }

    const ServeSettings& settings_;
    cli::Context& context_;
    sipua::Loop loop_;
    cli::RecordWriter writer_;
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

Loaded load(const ServeSettings& settings, cli::Context& context, const Snapshot* before) {
    Loaded out;
    config::LoadedTopology file = config::load_topology(settings.topology);
    for (const std::string& line : file.errors) context.complain(line);
    if (!file.ok()) return {};
    for (const std::string& line : file.warnings) context.log.warning(line);
    auto snapshot = Snapshot::make(file.topology, settings.name, before);
    if (!snapshot) {
        context.complain(cat(settings.topology, ": ", snapshot.error().what));
        return {};
    }
    for (const std::string& line : (*snapshot)->shortcomings()) context.log.warning(line);
    const std::string& key_file = file.topology->secrets.key_file;
    if (key_file.empty()) {
        context.complain(
            cat(settings.topology, ": \"secrets\" has no \"key_file\": the proxy's tokens cannot be opened"));
        return {};
    }
    auto file_of_key = read_secret_file(key_file, kMaxKeyFile);
    if (!file_of_key) {
        context.complain(cat("secrets: ", file_of_key.error().what));
        return {};
    }
    if (!file_of_key->warning.empty()) context.log.warning(file_of_key->warning);
    auto keys = sip::Keyring::from_text(file_of_key->text);
    if (!keys) {
        context.complain(cat("secrets: ", key_file, ": ", keys.error().what));
        return {};
    }
    out.snapshot = std::move(*snapshot);
    out.keys = std::make_shared<sip::Keyring>(std::move(*keys));
    return out;
}

cli::ExitCode serve(const ServeSettings& settings, Loaded loaded, cli::Context& context) {
    return Server(settings, context).run(std::move(loaded));
}

}  // namespace tandem::bridge
