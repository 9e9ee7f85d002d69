// Knows: how an option table is shown: --help on one screen, the man page's sections.
// Must not know: any tool; completions (completions.cpp).
// Next: generate.h.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/generate.h"

namespace tandem::cli {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kHelpColumn = 25;

struct ExitRow {
    int code;
    std::string_view text;
};
constexpr std::array kExitRows{ExitRow{0, "done, nothing adverse"},
                               ExitRow{1, "done, adverse finding"},
                               ExitRow{2, "usage or configuration"},
                               ExitRow{3, "input unreadable, or read to its end with something bad in it"},
                               ExitRow{4, "environment: bind, connect, permission, disk"},
                               ExitRow{70, "internal error"}};

std::string title(const Option& option) {
    std::string out = option.shortcut == '\0' ? std::string("    --") : cat('-', option.shortcut, ", --");
    append(out, option.name);
    if (const std::string metavar = metavar_of(option); !metavar.empty()) append(out, ' ', metavar);
    return out;
}

// Words of text from column on, broken before kWidth.
void wrap(std::string& out, std::string_view text, std::size_t column, std::size_t indent) {
    for (std::string_view word : split(text, ' ')) {
        if (column + 1 + word.size() > kWidth && column > indent) {
            append(out, '\n', std::string(indent, ' '), word);
            column = indent + word.size();
        } else {
            if (column > indent) {
                out += ' ';
                ++column;
            }
            out += word;
            column += word.size();
        }
    }
    out += '\n';
}

void row(std::string& out, std::string_view left, std::string_view right) {
    std::string line = cat("  ", left);
    if (line.size() + 2 > kHelpColumn) {
        append(out, line, '\n', std::string(kHelpColumn, ' '));
    } else {
        append(out, line, std::string(kHelpColumn - line.size(), ' '));
    }
    wrap(out, right, kHelpColumn, kHelpColumn);
}

std::string describe(const Option& option) {
    std::string text = option.help;
    if (!option.choices.empty()) {
        text += ": ";
        for (const std::string& choice : option.choices) append(text, &choice == &option.choices.front() ? "" : ", ", choice);
    }
    if (!option.unit.empty()) append(text, " (", option.unit, ")");
    if (!option.default_value.empty() && option.default_value != "-") append(text, " [", option.default_value, ']');
    if (option.repeatable) text += " (repeatable)";
    if (option.required) text += " (required)";
    return text;
}

// default_group: how the group that options are in by default is called here.
void options_of(std::string& out, const Options& table, std::string_view default_group = "Options") {
    std::string group;
    for (const Options::Entry& entry : table.entries()) {
        const Option& option = entry.option;
        if (option.hidden || option.shared) continue;
        if (option.group != group) {
            group = option.group;
            append(out, '\n', group == "Options" ? default_group : group, ":\n");
        }
        row(out, title(option), describe(option));
    }
}

// "--name VALUE, …" of the options that all tools share, or of all others.
std::string names_of(const Options& table, bool shared) {
    std::string names;
    for (const Options::Entry& entry : table.entries()) {
        const Option& option = entry.option;
        if (option.hidden || option.shared != shared) continue;
        append(names, names.empty() ? "" : ", ", option.shortcut == '\0' ? cat("--", option.name) : cat('-', option.shortcut));
        if (const std::string metavar = metavar_of(option); !metavar.empty()) append(names, ' ', metavar);
    }
    return names;
}

void shared_line(std::string& out, const Options& root) {
    out += "\nAll programs have";
    wrap(out, cat(names_of(root, true), "; see ", root.tool(), "(1)."), 17, 0);
}

void examples_of(std::string& out, const Options& table) {
    std::vector<Example> shown = table.examples();
    // A program of subcommands: the first example of each.
    if (shown.empty()) {
        for (const auto& command : table.commands())
            if (!command->examples().empty()) shown.push_back(command->examples().front());
    }
    if (!shown.empty()) out += "\nExamples:\n";
    for (const Example& example : shown) {
        append(out, "  ", example.command, "\n      ");
        wrap(out, example.what, 6, 6);
    }
}

}  // namespace

std::string metavar_of(const Option& option) {
    if (!option.metavar.empty()) return option.metavar;
    switch (option.kind) {
        case Kind::kFlag: return {};
        case Kind::kText: return "TEXT";
        case Kind::kInteger:
        case Kind::kReal: return "N";
        case Kind::kSize: return "SIZE";
        case Kind::kDuration: return "TIME";
        case Kind::kChoice: return "WHICH";
        case Kind::kEndpoint: return "ADDRESS:PORT";
        case Kind::kFile: return "FILE";
    }
    return {};
}

std::string exit_text(const Options& options, int code, const Options* command) {
    for (const Options* table : {command, &options}) {
        if (table == nullptr) continue;
        for (const auto& [noted, text] : table->exit_notes())
            if (noted == code) return text;
    }
    for (const ExitRow& exit : kExitRows)
        if (exit.code == code) return std::string(exit.text);
    return {};
}

std::string help_text(const Options& options) {
    const Options* table = &options;
    for (const auto& command : options.commands())
        if (command->tool() == options.command_name()) table = command.get();
    // A command that was not named has the program's page.
    const bool root = table == &options || options.unnamed();

    std::string out;
    wrap(out, root ? cat(options.tool(), " - ", options.summary()) : cat(options.tool(), ' ', table->tool(), " - ", table->summary()), 0, 0);
    append(out, "\nUsage: ", options.tool());
    if (!root) append(out, ' ', table->tool());
    out += " [OPTION]...";
    if (root && !options.commands().empty() && table == &options) out += options.command_required() ? " COMMAND" : " [COMMAND]";
    for (const Positional& p : table->positional_table()) {
        append(out, p.required ? " " : " [", p.name, p.name == "FILE" && !p.required ? "|-" : "", p.required ? "" : "]",
               p.repeatable ? "..." : "");
    }
    out += '\n';
    if (root && table != &options) append(out, "       ", options.tool(), " COMMAND [OPTION]...\n");
    for (const Positional& p : table->positional_table())
        if (!p.help.empty()) row(out, p.name, p.help);
    if (root && !options.commands().empty()) {
        out += "\nCommands:\n";
        for (const auto& command : options.commands()) row(out, command->tool(), command->summary());
    }
    if (root && options.unnamed()) {
        // The program's own page fits a screen however many commands it has; the command's page says what each option does.
        append(out, "\nOptions of ", table->tool(), ':');
        wrap(out, cat(names_of(*table, false), "; see ", options.tool(), ' ', table->tool(), " --help."), 12 + table->tool().size(), 0);
    } else {
        options_of(out, *table);
    }
    if (table != &options) options_of(out, options, "Options of all commands");
    shared_line(out, options);
    examples_of(out, *table);
    out += "\nExit codes:";
    std::string codes;
    for (const ExitRow& exit : kExitRows)
        append(codes, codes.empty() ? "" : "; ", exit.code, ' ', exit_text(options, exit.code, table));
    wrap(out, cat(codes, "; 128+n ended by signal n"), 11, 0);
    return out;
}

namespace {

// A text as scdoc must read it to print it as it is.
std::string scd(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '*' || c == '_' || c == '\\' || c == '~' || c == '`') out += '\\';
        out += c;
    }
    return out;
}

void man_option(std::string& out, const Option& option) {
    if (option.hidden) return;
    if (option.shortcut != '\0') append(out, "*-", option.shortcut, "*, ");
    append(out, "*--", option.name, '*');
    if (const std::string metavar = metavar_of(option); !metavar.empty()) append(out, " _", scd(metavar), '_');
    append(out, "\n\t", scd(option.help));
    if (!option.choices.empty()) {
        out += ": ";
        for (const std::string& choice : option.choices)
            append(out, &choice == &option.choices.front() ? "" : ", ", '*', scd(choice), '*');
    }
    if (!option.unit.empty()) append(out, " (", scd(option.unit), ')');
    out += '.';
    if (option.repeatable && option.kind != Kind::kFlag) out += " May be given several times.";
    if (option.required) out += " Must be given.";
    if (!option.default_value.empty()) append(out, " Default: *", scd(option.default_value), "*.");
    out += "\n\n";
}

void man_table(std::string& out, const Options& table, bool shared) {
    for (const Options::Entry& entry : table.entries())
        if (entry.option.shared == shared) man_option(out, entry.option);
}

}  // namespace

std::string man_sections(const Options& options) {
    std::string out;
    if (!options.commands().empty()) {
        out += "# COMMANDS\n\n";
        for (const auto& command : options.commands()) append(out, '*', command->tool(), "*\n\t", scd(command->summary()), ".\n\n");
    }
    out += "# OPTIONS\n\n";
    man_table(out, options, false);
    for (const auto& command : options.commands()) {
        if (command->entries().empty()) continue;
        append(out, "## Options of *", command->tool(), command->tool() == options.default_command() ? "*, which need not be named\n\n" : "*\n\n");
        man_table(out, *command, false);
    }
    out += "## Options of all programs\n\n";
    man_table(out, options, true);
    out += "# EXIT STATUS\n\n";
    for (const ExitRow& exit : kExitRows) {
        append(out, '*', exit.code, "*\n\t", scd(exit_text(options, exit.code)), ".\n\n");
        for (const auto& command : options.commands())
            for (const auto& [noted, text] : command->exit_notes())
                if (noted == exit.code) append(out, '*', exit.code, "*, of *", command->tool(), "*\n\t", scd(text), ".\n\n");
    }
    out += "*128+n*\n\tEnded by signal n.\n\n";
    out += "# ENVIRONMENT\n\n";
    out += "Each long option but those that print something may be set by a variable: *TANDEM\\_* and its name in capitals, with\n"
           "underscores for hyphens; *TANDEM\\_MAX\\_LINE* for *--max-line*. A flag is *1* or *0*. Order of precedence: option,\n"
           "environment, *--config* file, default.\n";
    return out;
}

}  // namespace tandem::cli
