// Knows: the completion files of bash, zsh and fish for an option table.
// Must not know: any tool.
// Next: generate.h.
#include <functional>

#include "base/text.h"
#include "cli/generate.h"

namespace tandem::cli {

namespace {

constexpr std::string_view kHeader = "# Made from the option table by scripts/generate; do not edit.\n";

void each_visible(const Options& table, const std::function<void(const Option&)>& f) {
    for (const Options::Entry& entry : table.entries())
        if (!entry.option.hidden) f(entry.option);
}

// Text inside single quotes of a shell.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + '\'';
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) append(out, out.empty() ? std::string_view() : separator, part);
    return out;
}

std::string function_name(std::string_view tool) {
    std::string out = "_tandem_";
    for (char c : tool) out += c == '-' ? '_' : c;
    return out;
}

std::string words_of(const Options& table) {
    std::string words;
    each_visible(table, [&](const Option& option) {
        append(words, words.empty() ? "" : " ", "--", option.name);
        if (option.shortcut != '\0') append(words, " -", option.shortcut);
    });
    return words;
}

std::string command_words(const Options& options) {
    std::string words;
    for (const auto& command : options.commands()) append(words, words.empty() ? "" : " ", command->tool());
    return words;
}

// The options of the command that need not be named, each after a space.
std::string default_words(const Options& options) {
    for (const auto& command : options.commands())
        if (command->tool() == options.default_command()) return cat(' ', words_of(*command));
    return {};
}

// "--field|-o" as a case pattern.
std::string pattern(const Option& option) {
    return option.shortcut == '\0' ? cat("--", option.name) : cat("--", option.name, "|-", option.shortcut);
}

void bash_values(std::string& out, const Options& table) {
    each_visible(table, [&](const Option& option) {
        if (option.kind == Kind::kFlag) return;
        std::string reply = option.kind == Kind::kFile     ? "COMPREPLY=($(compgen -f -- \"$cur\"))"
                            : option.kind == Kind::kChoice ? cat("COMPREPLY=($(compgen -W '", joined(option.choices, " "), "' -- \"$cur\"))")
                                                           : std::string("COMPREPLY=()");
        append(out, "        ", pattern(option), ") ", reply, "; return ;;\n");
    });
}

}  // namespace

std::string bash_completion(const Options& options) {
    std::string name = function_name(options.tool());
    std::string out = cat(kHeader, name, "() {\n    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n",
                          "    local words=", quoted(words_of(options)), "\n    case \"$prev\" in\n");
    bash_values(out, options);
    for (const auto& command : options.commands()) bash_values(out, *command);
    out += "    esac\n";
    if (!options.commands().empty()) {
        out += "    local word command=\n    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case \"$word\" in\n";
        for (const auto& command : options.commands()) {
            append(out, "            ", command->tool(), ") command=$word; words+=", quoted(cat(' ', words_of(*command))), " ;;\n");
        }
        append(out, "        esac\n    done\n    [ -n \"$command\" ] || words+=", quoted(cat(' ', command_words(options), default_words(options))), "\n");
    }
    out += "    case \"$cur\" in\n        -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n";
    if (options.commands().empty()) {
        out += "        *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n";
    } else {
        out += "        *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\") $(compgen -f -- \"$cur\")) ;;\n";
    }
    append(out, "    esac\n}\ncomplete -F ", name, ' ', options.tool(), '\n');
    return out;
}

namespace {

// "'*--field[what it is]:KEY:'" as zsh's _arguments reads it.
std::string zsh_spec(const Option& option) {
    std::string help;
    for (char c : option.help) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') help += '\\';
        help += c;
    }
    std::string action;
    if (option.kind != Kind::kFlag) {
        action = cat(':', metavar_of(option), ':');
        if (option.kind == Kind::kFile) action += "_files";
        if (option.kind == Kind::kChoice) append(action, '(', joined(option.choices, " "), ')');
    }
    std::string_view many = option.repeatable ? "*" : "";
    if (option.shortcut == '\0') return quoted(cat(many, "--", option.name, '[', help, ']', action));
    std::string exclusive = option.repeatable ? std::string("'*'") : cat("'(-", option.shortcut, " --", option.name, ")'");
    return cat(exclusive, "{-", option.shortcut, ",--", option.name, '}', quoted(cat('[', help, ']', action)));
}

void zsh_specs(std::string& out, const Options& table, std::string_view indent) {
    each_visible(table, [&](const Option& option) { append(out, " \\\n", indent, zsh_spec(option)); });
}

}  // namespace

std::string zsh_completion(const Options& options) {
    std::string out = cat("#compdef ", options.tool(), '\n', kHeader);
    if (options.commands().empty()) {
        out += "_arguments -s";
        zsh_specs(out, options, "    ");
        out += " \\\n    '*:file:_files'\n";
        return out;
    }
    out += "local -a specs\nlocal word\nspecs=(";
    zsh_specs(out, options, "    ");
    for (const auto& command : options.commands())
        if (command->tool() == options.default_command()) zsh_specs(out, *command, "    ");
    out += ")\nfor word in ${words[2,CURRENT-1]}; do\n    case $word in\n";
    for (const auto& command : options.commands()) {
        append(out, "        ", command->tool(), ") specs+=(");
        zsh_specs(out, *command, "            ");
        out += ") ;;\n";
    }
    append(out, "    esac\ndone\n_arguments -s $specs '1:command:(", command_words(options), ")' '*:file:_files'\n");
    return out;
}

namespace {

void fish_options(std::string& out, std::string_view tool, const Options& table, std::string_view condition) {
    each_visible(table, [&](const Option& option) {
        append(out, "complete -c ", tool, condition, " -l ", option.name);
        if (option.shortcut != '\0') append(out, " -s ", option.shortcut);
        if (option.kind != Kind::kFlag) out += option.kind == Kind::kFile ? " -r -F" : " -x";
        if (option.kind == Kind::kChoice) append(out, " -a ", quoted(joined(option.choices, " ")));
        // fish reads \' inside single quotes, not the '\'' of sh.
        std::string help;
        for (char c : option.help) {
            if (c == '\'' || c == '\\') help += '\\';
            help += c;
        }
        append(out, " -d '", help, "'\n");
    });
}

}  // namespace

std::string fish_completion(const Options& options) {
    std::string out(kHeader);
    fish_options(out, options.tool(), options, "");
    std::string names = command_words(options);
    for (const auto& command : options.commands()) {
        append(out, "complete -c ", options.tool(), " -n 'not __fish_seen_subcommand_from ", names, "' -a ", command->tool(), '\n');
        const bool unnamed = command->tool() == options.default_command();
        fish_options(out, options.tool(), *command,
                     unnamed ? cat(" -n 'not __fish_seen_subcommand_from ", names, "; or __fish_seen_subcommand_from ", command->tool(), "'")
                             : cat(" -n '__fish_seen_subcommand_from ", command->tool(), "'"));
    }
    return out;
}

}  // namespace tandem::cli
