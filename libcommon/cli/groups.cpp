#include "cli/groups.h"

namespace tandem::cli {

void declare_common(Options& options) {
    options.add({.name = "help", .shortcut = 'h', .kind = Kind::kFlag, .help = "Print this help", .group = "Common", .shared = true, .meta = true});
    options.add({.name = "version", .kind = Kind::kFlag, .help = "Print name and version", .group = "Common", .shared = true, .meta = true});
    options.add({.name = "schema", .kind = Kind::kFlag, .help = "Print the JSON Schema of all records", .group = "Common", .shared = true, .meta = true});
    options.add({.name = "config", .kind = Kind::kFile, .metavar = "FILE",
                 .help = "Read options from a JSON file; each long option is a key, comments are allowed", .group = "Config", .shared = true});
    options.add({.name = "print-config", .kind = Kind::kFlag, .help = "Print the effective settings as --config takes them, and end",
                 .group = "Config", .shared = true, .meta = true});
    options.add({.name = "check", .kind = Kind::kFlag, .help = "Read and validate everything, do nothing", .group = "Config", .shared = true, .meta = true});
    options.add({.name = "output", .shortcut = 'o', .kind = Kind::kFile, .metavar = "FILE", .help = "Write records to FILE instead of stdout",
                 .default_value = "-", .group = "Output", .shared = true});
    options.add({.name = "verbose", .shortcut = 'v', .kind = Kind::kFlag, .help = "Log more: -v what is done, -vv every step",
                 .repeatable = true, .group = "Log", .shared = true});
    options.add({.name = "quiet", .shortcut = 'q', .kind = Kind::kFlag, .help = "Log errors only", .group = "Log", .shared = true});
    options.add({.name = "log-pii", .kind = Kind::kFlag, .help = "Show numbers and names in logs instead of xxx89", .group = "Log", .shared = true});
    options.add({.name = "generate", .kind = Kind::kText, .help = "Print what is made from the option table: man, bash, zsh, fish",
                 .hidden = true, .meta = true});
}

void declare_input(Options& options, std::string_view help) {
    options.positional({.name = "FILE", .help = std::string(help)});
}

void declare_topology(Options& options, bool required) {
    options.add({.name = "topology", .kind = Kind::kFile, .metavar = "FILE", .help = "Read the topology (trunks, dial plans, users) from FILE",
                 .required = required});
}

void declare_filter(Options& options, std::string_view default_key, bool with_fields) {
    if (with_fields) {
        options.add({.name = "field", .kind = Kind::kText, .metavar = "KEY",
                     .help = "Answer this field of JSON records; a dotted path such as call.to",
                     .repeatable = true});
    }
    options.add({.name = "key", .kind = Kind::kText, .metavar = "NAME", .help = "Put the answer to a record under this key",
                 .default_value = std::string(default_key)});
    options.add({.name = "strict", .kind = Kind::kFlag, .help = "Exit with 1 when an answer is adverse"});
    options.add({.name = "on-error", .kind = Kind::kChoice, .help = "What to do about a line that cannot be read",
                 .default_value = "emit", .choices = {"emit", "skip", "fail"}});
    options.add({.name = "max-line", .kind = Kind::kSize, .metavar = "SIZE", .help = "Longest line that is read; above 1MiB also the longest that is printed", .default_value = "1MiB",
                 .min = 16, .max = 1 << 30});
    options.add({.name = "no-summary", .kind = Kind::kFlag, .help = "Leave out the summary record at the end"});
}

}  // namespace tandem::cli
