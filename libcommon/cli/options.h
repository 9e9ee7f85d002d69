// Knows: the one table of a tool's options: names, kinds, defaults, help; and, after parsing, their values.
// Must not know: how a command line is cut up (parser.cpp), what a tool does with a value.
// Next: groups.h for the groups that all tools share, generate.h for what is made from the table, app.h for the order of things.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace tandem::cli {

/// What a value is. Each kind has one written form, the same on the command line, in the environment and in a file.
enum class Kind {
    kFlag,      ///< no value; repeatable: counts (-vv)
    kText,
    kInteger,
    kReal,
    kSize,      ///< "64KiB", "1MiB", "512"; bytes
    kDuration,  ///< "500ms", "10s", "2min", "1h"
    kChoice,    ///< one of `choices`
    kEndpoint,  ///< "192.0.2.1:5060"
    kFile,      ///< a file name; "-" where the tool says so
};

/// One line of the table. Write it with designated initialisers.
struct Option {
    std::string name{};  ///< long name without "--"; also the key in --config and, as TANDEM_NAME, the environment
    char shortcut = '\0';  ///< only h v q o i r are used
    Kind kind = Kind::kText;
    std::string metavar{};  ///< "FILE", "CC"; a default per kind when empty
    std::string help{};     ///< one sentence without full stop
    std::string default_value{};  ///< written form; empty for none
    std::vector<std::string> choices{};
    std::string unit{};  ///< of a number, for people: "packets"
    std::int64_t min = std::numeric_limits<std::int64_t>::min();  ///< of kInteger, kSize (bytes), kDuration (ns)
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    bool repeatable = false;
    bool required = false;
    bool hidden = false;      ///< in no help text and no generated file
    std::string group{"Options"};
    bool shared = false;      ///< belongs to a group that all tools share: --help names it in one line
    bool meta = false;        ///< --help, --version, ...: no key in --config, no environment
};

struct Positional {
    std::string name;  ///< "FILE"
    std::string help;
    bool repeatable = false;
    bool required = false;
};

struct Example {
    std::string command;
    std::string what;
};

/// Where a value came from, weakest first.
enum class Source { kNone, kDefault, kFile, kEnvironment, kCommandLine };

/// The table, and the values once parsed. Asking for a name that was never declared throws std::logic_error (a bug).
class Options {
public:
    Options() = default;
    explicit Options(std::string tool, std::string summary) : tool_(std::move(tool)), summary_(std::move(summary)) {}
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // Declaring.
    Options& add(Option option);
    Options& positional(Positional positional);
    Options& example(std::string command, std::string what);
    /// A subcommand with a table of its own. Options declared on the parent may be given after it, too.
    Options& command(std::string name, std::string summary);
    /// No work without a subcommand (otherwise one is optional).
    void require_command() { command_required_ = true; }
    /// The subcommand that is meant where none is named: `tool FILE` is `tool NAME FILE`.
    void default_command(std::string name) { default_ = std::move(name); }
    /// One more line for EXIT STATUS of this tool, such as {1, "a number is invalid and --strict was given"}.
    Options& exit_note(int code, std::string note);

    // Asking. A name is looked up in the chosen subcommand, then here.
    /// Name of the chosen subcommand; empty for none.
    [[nodiscard]] const std::string& command_name() const { return chosen_; }
    [[nodiscard]] bool given(std::string_view name) const;  ///< by file, environment or command line
    [[nodiscard]] Source source(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const { return count(name) > 0; }
    [[nodiscard]] int count(std::string_view name) const;
    /// The last value given; "" when there is none and no default. kText, kChoice, kFile.
    [[nodiscard]] const std::string& text(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& texts(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(std::string_view name) const;
    /// kInteger and kSize. There must be a value or a default.
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] std::size_t size(std::string_view name) const;
    [[nodiscard]] double real(std::string_view name) const;
    [[nodiscard]] std::optional<std::chrono::nanoseconds> maybe_duration(std::string_view name) const;
    [[nodiscard]] std::chrono::nanoseconds duration(std::string_view name) const;
    [[nodiscard]] std::optional<net::Endpoint> endpoint(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& positionals() const { return positional_values_; }
    /// The first positional; "" when there is none.
    [[nodiscard]] std::string first_positional() const {
        return positional_values_.empty() ? std::string() : positional_values_.front();
    }

    // For the parser and the generators.
    struct Entry {
        Option option;
        std::vector<std::string> values;  ///< of the strongest source so far; a flag counts its entries
        Source source = Source::kNone;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const std::vector<std::unique_ptr<Options>>& commands() const { return commands_; }
    [[nodiscard]] const std::vector<Positional>& positional_table() const { return positionals_; }
    [[nodiscard]] const std::vector<Example>& examples() const { return examples_; }
    [[nodiscard]] const std::vector<std::pair<int, std::string>>& exit_notes() const { return exit_notes_; }
    [[nodiscard]] const std::string& tool() const { return tool_; }
    [[nodiscard]] const std::string& summary() const { return summary_; }
    [[nodiscard]] bool command_required() const { return command_required_; }
    /// Name of the subcommand that need not be named; empty for none.
    [[nodiscard]] const std::string& default_command() const { return default_; }
    [[nodiscard]] Options* find_command(std::string_view name);
    [[nodiscard]] Entry* find(std::string_view name);
    [[nodiscard]] const Entry* find(std::string_view name) const;
    /// Takes values when source is at least as strong as the one that they came from. Errors: range, syntax, with what to write.
    Status assign(std::string_view name, std::vector<std::string> values, Source source);
    void choose_command(std::string name) { chosen_ = std::move(name); }
    /// The default command was meant without being named.
    void set_unnamed() { unnamed_ = true; }
    [[nodiscard]] bool unnamed() const { return unnamed_; }
    void set_positionals(std::vector<std::string> values) { positional_values_ = std::move(values); }

private:
    [[nodiscard]] const Entry& at(std::string_view name, std::initializer_list<Kind> kinds) const;

    std::string tool_;
    std::string summary_;
    std::vector<Entry> entries_;
    std::vector<Positional> positionals_;
    std::vector<Example> examples_;
    std::vector<std::pair<int, std::string>> exit_notes_;
    std::vector<std::unique_ptr<Options>> commands_;
    std::vector<std::string> positional_values_;
    std::string chosen_;
    std::string default_;
    bool command_required_ = false;
    bool unnamed_ = false;
};

/// "64KiB" in bytes. Units: B (or none), KiB, MiB, GiB, kB, MB, GB.
std::optional<std::int64_t> parse_size(std::string_view text);
/// "500ms" as a duration. Units: ns, us, ms, s, min, h.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// Whether text is a value of that option. Errors: what is wrong and what to write instead.
Status check_value(const Option& option, std::string_view text);
/// "TANDEM_LOG_PII" for "log-pii".
std::string environment_name(std::string_view option);

}  // namespace tandem::cli
