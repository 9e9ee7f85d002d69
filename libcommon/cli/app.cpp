#include "cli/app.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/config_file.h"
#include "cli/generate.h"
#include "cli/groups.h"
#include "cli/outputs.h"
#include "cli/parser.h"
#include "cli/queued_output.h"
#include "cli/same_file.h"
#include "record/envelope.h"

namespace tandem::cli {

namespace {

/// What a run of a tool touches: the machine's, or a test's.
struct World {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
    InputStream& in;
    OutputStream& out;
    OutputStream& err;
    const Clock& clock;
    StopFlag& stop;
    bool own_process;  ///< may change signal handlers
};

StopFlag* signal_target = nullptr;

extern "C" void tandem_on_stop(int signal) { signal_target->request(signal); }
extern "C" void tandem_on_hup(int) { signal_target->hup(); }

void install_signals(StopFlag& stop, bool long_running) {
    signal_target = &stop;
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = tandem_on_stop;
    // A filter that does not come to an end is ended by a second signal; a server counts them itself.
    action.sa_flags = long_running ? 0 : static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    if (long_running) {
        action.sa_handler = tandem_on_hup;
        sigaction(SIGHUP, &action, nullptr);
    }
}

std::map<std::string, std::string> tandem_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        auto [name, value] = cut(*entry, '=');
        if (name.starts_with("TANDEM_")) variables.emplace(name, value);
    }
    return variables;
}

/// One run, from the table to the exit code.
class Life {
public:
    Life(Tool& tool, World& world)
        : tool_(tool), world_(world), err_(world.err), options_(std::string(tool.name()), std::string(tool.summary())) {}

    ExitCode run();

private:
    void complain(std::string_view text) { static_cast<void>(err().write(cat(tool_.name(), ": ", shown(text), '\n'))); }
    /// stderr; that of a program that serves by a queue.
    OutputStream& err() { return queued_err_ ? *queued_err_ : err_; }
    ExitCode usage(std::string_view text, bool hint) {
        complain(text);
        if (hint) static_cast<void>(err().write(cat("Try '", tool_.name(), " --help'.\n")));
        return ExitCode::kUsage;
    }
    ExitCode print(std::string_view text);
    /// Values of environment and file.
    ExitCode gather();
    Log make_log();
    ExitCode finish(OutputStream& out, ExitCode code);

    Tool& tool_;
    World& world_;
    PeopleOutput err_;
    std::unique_ptr<QueuedOutput> queue_;
    std::unique_ptr<PeopleOutput> queued_err_;
    Options options_;
};

ExitCode Life::print(std::string_view text) {
    if (Status written = world_.out.write(text); !written && !world_.out.reader_gone()) {
        complain(written.error().what);
        return ExitCode::kEnvironment;
    }
    return finish(world_.out, ExitCode::kOk);
}

ExitCode Life::finish(OutputStream& out, ExitCode code) {
    if (Status flushed = out.flush(); !flushed && !out.reader_gone()) {
        complain(flushed.error().what);
        return ExitCode::kEnvironment;
    }
    return code;
}

Log Life::make_log() {
    int verbose = options_.count("verbose");
    LogLevel level = options_.flag("quiet") ? LogLevel::kError
                     : verbose == 0         ? LogLevel::kWarning
                     : verbose == 1         ? LogLevel::kInfo
                                            : LogLevel::kDebug;
    return {tool_.name(), level, options_.flag("log-pii"), [this](std::string_view line) { static_cast<void>(err().write(line)); }};
}

ExitCode Life::gather() {
    if (Status ok = parse_environment(options_, world_.environment); !ok) return usage(ok.error().what, false);
    if (const std::string& path = options_.text("config"); !path.empty()) {
        auto document = json::load_document(path);
        if (!document) return usage(document.error().what, false);
        auto faults = apply_config(options_, *document);
        for (const std::string& fault : faults) complain(fault);
        if (!faults.empty()) return ExitCode::kUsage;
    }
    if (Status ok = check_required(options_); !ok) return usage(ok.error().what, true);
    return ExitCode::kOk;
}

ExitCode Life::run() {
    declare_common(options_);
    tool_.declare(options_);
    if (Status ok = parse_arguments(options_, world_.arguments); !ok) return usage(ok.error().what, true);
    if (options_.flag("help")) return print(help_text(options_));
    if (options_.flag("version")) return print(cat(tool_.name(), ' ', TANDEM_VERSION, '\n', tool_.data_versions()));
    if (options_.flag("schema")) return print(record::schema());
    if (const std::string& what = options_.text("generate"); !what.empty()) {
        if (what == "man") return print(man_sections(options_));
        if (what == "bash") return print(bash_completion(options_));
        if (what == "zsh") return print(zsh_completion(options_));
        if (what == "fish") return print(fish_completion(options_));
        if (auto text = tool_.generate(what)) return print(*text);
        return usage(cat("--generate knows no \"", what, '"'), false);
    }
    if (ExitCode code = gather(); code != ExitCode::kOk) return code;
    if (Status ok = tool_.setup(options_); !ok) return usage(ok.error().what, false);
    if (options_.flag("print-config")) return print(print_config(options_));

    if (world_.own_process) {
        install_signals(world_.stop, tool_.long_running(options_));
        if (tool_.long_running(options_)) {
            queue_ = std::make_unique<QueuedOutput>(world_.err, tool_.name());
            queued_err_ = std::make_unique<PeopleOutput>(*queue_);
        }
    }
    Log log = make_log();
    Context loading{std::string(tool_.name()), world_.in, world_.out, err(), world_.clock, world_.stop, log, queue_.get()};
    if (ExitCode code = tool_.load(loading); code != ExitCode::kOk)
        return finish(world_.out, world_.stop.requested() ? from_signal(world_.stop.signal()) : code);
    if (options_.flag("check")) return finish(world_.out, ExitCode::kOk);

    if (const auto same = output_is_input(options_, world_.own_process))
        return usage(cat(same->output, " is the same file as the input ", same->input, "; write to another"), false);
    std::unique_ptr<FdOutput> file;
    if (const std::string& path = options_.text("output"); path != "-") {
        auto created = FdOutput::create(path);
        if (!created) {
            if (world_.stop.requested()) return from_signal(world_.stop.signal());  // a FIFO that nobody reads
            complain(created.error().what);
            return ExitCode::kEnvironment;
        }
        file = std::move(*created);
    }
    const bool filter = options_.find("max-line") != nullptr;
    RecordLimit out(file ? static_cast<OutputStream&>(*file) : world_.out, tool_.name(),
                    std::max(json::kDefaultMaxLine, filter ? options_.size("max-line") : 0));
    Context context{std::string(tool_.name()), world_.in, out, err(), world_.clock, world_.stop, log, queue_.get()};
    ExitCode code = tool_.run(context);
    if (code == ExitCode::kOk && out.left_out() > 0) code = ExitCode::kInput;
    return finish(out, code);
}

ExitCode live(Tool& tool, World& world) {
    std::string what = "not a std::exception";
    try {
        return Life(tool, world).run();
    } catch (const std::exception& e) {
        what = e.what();
    } catch (...) {
    }
    static_cast<void>(PeopleOutput(world.err).write(cat(tool.name(), ": internal error: ", shown(what), '\n')));
    return ExitCode::kInternal;
}

}  // namespace

namespace {

// A closed stdin, stdout or stderr would be taken over by the next descriptor that is opened (an eventfd, a socket).
// What stands in for stdout cannot be written: records that go nowhere must not look delivered.
void fill_standard_descriptors() {
    for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
        if (::fcntl(wanted, F_GETFD) >= 0) continue;
        const int fd = ::open("/dev/null", wanted == STDOUT_FILENO ? O_RDONLY : O_RDWR);
        if (fd >= 0 && fd != wanted) ::close(fd);  // unreachable: the lowest free descriptor is given
    }
}

}  // namespace

int run_tool(Tool& tool, int argc, char** argv) {
    fill_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is an error of write(), as a full disk is
    StopFlag stop;
    FdInput in(STDIN_FILENO, false, stop.fd());
    FdOutput out(STDOUT_FILENO);
    // Never destroyed: a thread may hang in a write to it when the program ends (queued_output.h).
    static FdOutput& err = *new FdOutput(STDERR_FILENO);
    SystemClock clock;
    World world{std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), tandem_environment(), in, out, err, clock, stop, true};
    return static_cast<int>(live(tool, world));
}

TestOutput run_for_test(Tool& tool, const TestInput& input, const Clock* clock, StopFlag* stop) {
    StringInput in(input.in, input.chunk);
    StringOutput out;
    StringOutput err;
    FakeClock fake;
    StopFlag own_stop;
    World world{input.arguments, input.environment, in, out, err, clock != nullptr ? *clock : fake, stop != nullptr ? *stop : own_stop, false};
    auto code = static_cast<int>(live(tool, world));
    return {code, out.text(), err.text()};
}

}  // namespace tandem::cli
