// Knows: the loop of the SIP worker and what signals make of it.
// Must not know: SIP.
// Next: proxy.cpp.
#include "sip-trunk-proxy/serve.h"

#include <algorithm>

#include "base/text.h"
#include "cli/reloader.h"
#include "cli/serve_output.h"
#include "config/topology_file.h"
#include "sip-trunk-proxy/certificates.h"
#include "sip-trunk-proxy/proxy.h"
#include "sip-trunk-proxy/sockets.h"
#include "sipnet/resolver.h"

namespace tandem::proxy {

namespace {

// A drained node stays so long after its last call: the bridge's other leg hangs up just after the first, and a lost response
// is asked for again.
constexpr milliseconds kLinger{1500};

using Loading = cli::Loading<Snapshot>;

// Nothing of the program's is touched here: it may run on a thread that outlives the rest.
Loading load_all(const std::string& path) {
    config::LoadedTopology file = config::load_topology(path, config::Decks::kRead);
    Loading out{nullptr, std::move(file.errors), std::move(file.warnings)};
    if (file.topology == nullptr || !out.errors.empty()) return out;
    if (auto made = make_snapshot(file.topology, out.warnings)) {
        out.snapshot = std::move(*made);
    } else {
        out.errors.push_back(std::move(made.error().what));
    }
    return out;
}

class Server {
public:
    Server(const ServeSettings& settings, cli::Context& context)
        : settings_(settings),
          context_(context),
          sockets_(context.clock, context.log, settings.streams),
          output_(context),
          reloader_([path = settings.topology] { return load_all(path); }, [this] { sockets_.loop().wake(); }),
          proxy_(sockets_.transports(), settings.timers, context.clock, context.log,
                 [this](std::string_view line) { output_.records().write(line); },
                 {std::chrono::duration_cast<seconds>(settings.max_call_age), settings.max_transactions, settings.max_calls,
                  [this](const dns::Question& question) { resolver_.ask(question); },
                  [this](std::string_view name, std::string detail) { output_.event(name, detail); }}),
          resolver_(sockets_.loop(), context.clock, {.servers = settings.dns_servers},
                    [this](const dns::Question& question, Result<dns::Answer> answer) { proxy_.on_name(question, std::move(answer)); }) {
        sockets_.feed(proxy_);
    }

    cli::ExitCode run(std::shared_ptr<Snapshot> snapshot) {
        if (const Status bound = sockets_.bind(*snapshot); !bound) {
            context_.complain(bound.error().what);
            return cli::ExitCode::kEnvironment;
        }
        proxy_.adopt(snapshot);
        const auto& stop = context_.stop;
        sipnet::Loop& loop = sockets_.loop();
        sipnet::StreamTransport& streams = sockets_.transports().streams();
        loop.watch(stop.fd(), [this] { context_.stop.clear_wakeup(); });
        output_.event("ready", settings_.topology);
        certificates_.adopt(std::move(snapshot));
        MonoTime drain_until = MonoTime::max(), idle_until = MonoTime::max();
        for (;;) {
            if (context_.stop.take_hup()) reloader_.ask();
            if (auto loading = reloader_.take()) reload(std::move(*loading));
            if (stop.requested() && drain_until == MonoTime::max()) {
                drain_until = context_.clock.mono() + settings_.drain_timeout;
                output_.event("draining", cat("live calls: ", proxy_.live_calls()));
                proxy_.drain();
            }
            const MonoTime now = context_.clock.mono();
            if (stop.requested()) {
                if (stop.count() > 1 || now >= drain_until) break;
                // A call is live long after its last transaction; only when no call is left do transactions matter.
                if (!proxy_.idle()) {
                    idle_until = MonoTime::max();
                } else if (!proxy_.remembers()) {
                    break;
                } else if (idle_until == MonoTime::max()) {
                    idle_until = now + kLinger;
                }
                if (now >= idle_until) break;
            }
            sockets_.flush();
            loop.wait(now, std::min({proxy_.next_deadline(), streams.next_deadline(), resolver_.next_deadline(),
                                     certificates_.next_deadline(), drain_until, idle_until}));
            streams.on_time();
            resolver_.on_time();
            proxy_.on_time();
            certificates_.on_time();
            output_.tell_dropped();
        }
        return finish();
    }

private:
    // All or nothing: a file with any fault, or a port that cannot be bound, changes nothing.
    void reload(Loading loading) {
        auto snapshot = cli::tell(std::move(loading), context_);
        if (snapshot) {
            if (const Status bound = sockets_.bind(*snapshot); bound) {
                resolver_.restart();
                proxy_.adopt(snapshot);
                output_.event("reloaded", settings_.topology);
                return certificates_.adopt(std::move(snapshot));
            } else {
                context_.complain(bound.error().what);
            }
        }
        output_.event("reload_failed", settings_.topology);
    }

    cli::ExitCode finish() {
        sockets_.flush();
        proxy_.write_off_calls("node_stopped");
        const Counters& c = proxy_.counters();
        const sipnet::StreamCounters& s = sockets_.stream_counters();
        const sipnet::HandshakeCounters& handshakes = sockets_.transports().streams().handshake_counters();
        std::vector<cli::ServeOutput::Count> named;
        for (const auto& one : c.named()) named.push_back(one);
        named.insert(named.end(), {{"connections_accepted", s.accepted},
                                   {"connections_opened", s.connected},
                                   {"connections_refused", s.refused_full},
                                   {"connections_evicted", s.evicted},
                                   {"connections_timed_out", s.timed_out},
                                   {"tls_handshakes_failed", s.handshakes_failed},
                                   {"tls_handshakes_refused", handshakes.refused},
                                   {"tls_handshakes_behind", handshakes.behind},
                                   {"stream_sends_failed", s.send_failures},
                                   {"accept_pauses", s.accept_pauses},
                                   {"dns_questions", resolver_.counters().asked},
                                   {"dns_failures", resolver_.counters().failed + resolver_.counters().refused},
                                   {"dns_last_good_kept", proxy_.name_counters().last_good},
                                   {"dns_names_nowhere", proxy_.name_counters().nowhere},
                                   {"dns_questions_limited", proxy_.name_counters().limited}});
        return output_.finish(named, {context_.tool, c.invites, c.answered, c.invites - c.answered - c.unknown_source,
                                          c.unknown_source});
    }

    const ServeSettings& settings_;
    cli::Context& context_;
    Sockets sockets_;
    cli::ServeOutput output_;
    cli::Reloader<Snapshot> reloader_;
    Proxy proxy_;
    sipnet::Resolver resolver_;
    CertificateWatch certificates_{context_.clock, context_.log,
                                   [this](std::string_view name, const std::string& detail, std::uint64_t days) { output_.event(name, detail, days); }};
};

}  // namespace

void declare_serve(cli::Options& command) {
    using cli::Kind;
    command.add({.name = "drain-timeout", .kind = Kind::kDuration, .help = "How long live calls are waited for after TERM",
                 .default_value = "10s", .min = 0});
    command.add({.name = "max-call-age", .kind = Kind::kDuration,
                 .help = "When an answered call whose BYE never came by gets its end record", .default_value = "12h",
                 .min = std::chrono::nanoseconds(seconds(60)).count()});
    command.add({.name = "t1", .kind = Kind::kDuration, .help = "Round-trip estimate, from which the timers of transactions follow",
                 .default_value = "500ms", .min = std::chrono::nanoseconds(milliseconds(10)).count(),
                 .max = std::chrono::nanoseconds(seconds(4)).count()});
    command.add({.name = "timer-c", .kind = Kind::kDuration, .help = "Longest wait between provisional responses",
                 .default_value = "181s", .min = std::chrono::nanoseconds(seconds(181)).count()});
    command.add({.name = "max-transactions", .kind = Kind::kInteger,
                 .help = "Transactions of each kind at the same time; a request beyond them gets 503", .default_value = "262144",
                 .unit = "transactions", .min = 256, .max = 4'194'304});
    command.add({.name = "max-calls", .kind = Kind::kInteger,
                 .help = "Answered calls that are remembered, 1 KB each; beyond them the oldest gets its end record early",
                 .default_value = "100000", .unit = "calls", .min = 1, .max = 4'194'304});
    command.add({.name = "max-connections", .kind = Kind::kInteger,
                 .help = "TCP and TLS connections that are accepted at the same time; beyond them who has sent no message gives way",
                 .default_value = cat(sipnet::ConnectionCaps{}.total), .unit = "connections", .min = 1, .max = 1'000'000});
    command.add({.name = "max-connections-per-peer", .kind = Kind::kInteger, .help = "The same of one IP address; beyond them it is refused",
                 .default_value = cat(sipnet::ConnectionCaps{}.per_peer), .unit = "connections", .min = 1, .max = 1'000'000});
    command.add({.name = "dns-server", .metavar = "ADDRESS[:PORT]",
                 .help = "Name server for the names of targets; /etc/resolv.conf and /etc/hosts when absent", .repeatable = true});
}

Result<ServeSettings> serve_settings(const cli::Options& options) {
    ServeSettings s;
    s.topology = options.text("topology");
    s.drain_timeout = options.duration("drain-timeout");
    s.max_call_age = options.duration("max-call-age");
    s.timers.t1 = options.duration("t1");
    s.timers.t2 = std::max<nanoseconds>(s.timers.t2, s.timers.t1);
    s.timers.c = options.duration("timer-c");
    s.max_transactions = static_cast<std::size_t>(options.integer("max-transactions"));
    s.max_calls = static_cast<std::size_t>(options.integer("max-calls"));
    s.streams.caps = {static_cast<std::size_t>(options.integer("max-connections")),
                      static_cast<std::size_t>(options.integer("max-connections-per-peer"))};
    for (const std::string& text : options.texts("dns-server")) {
        constexpr std::uint16_t kDns = 53;
        const auto server = net::Endpoint::parse(text, kDns);
        if (!server) return fail(Errc::kSyntax, cat("--dns-server \"", text, "\" is not an address with or without a port"));
        s.dns_servers.push_back(*server);
    }
    return s;
}

std::shared_ptr<Snapshot> load_snapshot(const std::string& path, cli::Context& context, cli::ExitCode& code) {
    auto snapshot = cli::tell(load_all(path), context);
    code = snapshot ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
    return snapshot;
}

cli::ExitCode serve(const ServeSettings& settings, std::shared_ptr<Snapshot> snapshot, cli::Context& context) {
    return Server(settings, context).run(std::move(snapshot));
}

}  // namespace tandem::proxy
