#include "cli/parser.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace tandem::cli {

namespace {

std::string names_of(const Option& option) {
    return option.shortcut == '\0' ? cat("--", option.name) : cat('-', option.shortcut, ",--", option.name);
}

/// CLI11's side of one table.
struct Bound {
    const Option* option;
    CLI::Option* handle;
};

void declare_to(CLI::App& app, const Options& table, std::vector<Bound>& bound) {
    app.set_help_flag();  // ours is an option like any other
    for (const Options::Entry& entry : table.entries()) {
        const Option& option = entry.option;
        CLI::Option* handle = nullptr;
        if (option.kind == Kind::kFlag) {
            handle = app.add_flag(names_of(option))->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        } else {
            handle = app.add_option(names_of(option))->type_size(1)->expected(1);
            handle->multi_option_policy(option.repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
            handle->allow_extra_args(false);
        }
        bound.push_back({&option, handle});
    }
}

// All option names that may be written, to suggest one.
std::vector<std::string_view> all_names(const Options& options) {
    std::vector<std::string_view> names;
    auto take = [&](const Options& table) {
        for (const Options::Entry& entry : table.entries())
            if (!entry.option.hidden) names.push_back(entry.option.name);
    };
    take(options);
    for (const auto& command : options.commands()) take(*command);
    return names;
}

Error unexpected(const Options& options, std::string_view argument) {
    std::string what;
    std::string_view near;
    if (argument.starts_with("--")) {
        std::string_view name = cut(argument.substr(2), '=').first;
        what = cat("unknown option --", name);
        near = nearest(name, all_names(options));
        if (!near.empty()) append(what, "; did you mean --", near, '?');
    } else if (argument.starts_with('-') && argument.size() > 1) {
        what = cat("unknown option ", argument);
    } else {
        what = cat("unexpected argument \"", argument, '"');
        std::vector<std::string_view> commands;
        for (const auto& command : options.commands()) commands.push_back(command->tool());
        near = nearest(argument, commands);
        if (!near.empty()) append(what, "; did you mean the command ", near, '?');
    }
    return {Errc::kSyntax, std::move(what), 0, {}};
}

// The subcommand that the arguments name; empty when the first word that is neither an option of the program nor such an option's
// value is none, or there is no such word. An option of a subcommand before any name can only be the default one's.
std::string_view named_command(const Options& options, const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--") return {};
        if (!word.starts_with('-') || word == "-") {
            const bool known = std::any_of(options.commands().begin(), options.commands().end(), [&](const auto& c) { return c->tool() == word; });
            return known ? word : std::string_view();
        }
        const auto [name, value] = cut(word.starts_with("--") ? word.substr(2) : word.substr(1), '=');
        const bool has_value = word.find('=') != std::string_view::npos;
        const Option* option = nullptr;
        for (const Options::Entry& entry : options.entries())
            if (word.starts_with("--") ? entry.option.name == name : !name.empty() && entry.option.shortcut == name.front())
                option = &entry.option;
        if (option == nullptr) return {};
        const bool glued = !word.starts_with("--") && name.size() > 1;  // -oFILE, -vv
        if (option->kind != Kind::kFlag && !has_value && !glued) ++i;
    }
    return {};
}

Status take(Options& options, const Bound& bound) {
    if (bound.handle->count() == 0) return {};
    if (auto ok = options.assign(bound.option->name, bound.handle->results(), Source::kCommandLine); !ok)
        return fail(ok.error().code, cat("--", bound.option->name, ' ', ok.error().what));
    return {};
}

}  // namespace

Status parse_arguments(Options& options, const std::vector<std::string>& given) {
    std::vector<std::string> arguments = given;
    std::string named(named_command(options, given));
    if (named.empty() && !options.default_command().empty()) {
        named = options.default_command();
        arguments.insert(arguments.begin(), named);
        options.set_unnamed();
    }
    CLI::App app;
    app.require_subcommand(0, 1);
    app.allow_extras();
    std::vector<Bound> root;
    declare_to(app, options, root);
    std::vector<std::string> positionals;
    if (!options.positional_table().empty()) app.add_option("positionals", positionals);

    struct Sub {
        CLI::App* app;
        Options* table;
        std::vector<Bound> bound;
        std::vector<std::string> positionals;
    };
    std::vector<std::unique_ptr<Sub>> subs;
    for (const auto& command : options.commands()) {
        // Tables of the others would cost each start time and memory.
        if (!named.empty() && command->tool() != named) continue;
        auto sub = std::make_unique<Sub>();
        sub->table = command.get();
        sub->app = app.add_subcommand(command->tool());
        sub->app->fallthrough();
        sub->app->allow_extras();
        declare_to(*sub->app, *command, sub->bound);
        if (!command->positional_table().empty()) sub->app->add_option("positionals", sub->positionals);
        subs.push_back(std::move(sub));
    }

    // What stands behind "--" is no option, whatever it looks like (POSIX.1-2017, utility syntax guideline 10).
    const auto end_of_options = std::find(arguments.begin(), arguments.end(), "--");
    try {
        app.parse(std::vector<std::string>(std::make_reverse_iterator(end_of_options), arguments.rend()));  // CLI11 takes them from the back
    } catch (const CLI::ParseError& e) {
        // CLI11's own exit codes (104 to 115) never leave this file. "--key: 1 required TEXT missing" is how it says this:
        const std::string_view what = e.what();
        if (const auto colon = what.find(": 1 required"); colon != std::string_view::npos)
            return fail(Errc::kSyntax, cat(what.substr(0, colon), " needs a value"));
        return fail(Errc::kSyntax, std::string(what));
    }
    if (auto extras = app.remaining(true); !extras.empty()) {
        for (const std::string& extra : extras)
            if (extra.starts_with('-') && extra != "-") return fail(unexpected(options, extra));
        return fail(unexpected(options, extras.front()));
    }

    const Options* table = &options;
    for (auto& sub : subs) {
        if (!sub->app->parsed()) continue;
        options.choose_command(sub->table->tool());
        for (const Bound& b : sub->bound)
            if (auto ok = take(options, b); !ok) return ok;
        table = sub->table;
        positionals = std::move(sub->positionals);
    }
    for (const Bound& b : root)
        if (auto ok = take(options, b); !ok) return ok;
    const auto& declared = table->positional_table();
    const std::size_t before_end = positionals.size();
    if (end_of_options != arguments.end()) positionals.insert(positionals.end(), end_of_options + 1, arguments.end());
    bool many = !declared.empty() && declared.back().repeatable;
    if (!many && positionals.size() > declared.size()) {
        const std::string& extra = positionals[declared.size()];
        if (declared.size() < before_end) return fail(unexpected(options, extra));
        return fail(Errc::kSyntax, cat("unexpected argument \"", extra, '"'));
    }
    for (std::size_t i = 0; i < positionals.size(); ++i) {
        if (!positionals[i].empty()) continue;
        return fail(Errc::kSyntax, cat(declared[std::min(i, declared.size() - 1)].name, " is empty; leave it out or give a name"));
    }
    options.set_positionals(std::move(positionals));
    return {};
}

Status parse_environment(Options& options, const std::map<std::string, std::string>& environment) {
    auto read = [&](const Options& table) -> Status {
        for (const Options::Entry& entry : table.entries()) {
            const Option& option = entry.option;
            if (option.meta) continue;
            std::string name = environment_name(option.name);
            auto found = environment.find(name);
            if (found == environment.end()) continue;
            if (found->second.empty()) continue;  // set to nothing is the shell's way of not set
            std::string value = found->second;
            if (option.kind == Kind::kFlag && (value == "1" || value == "0")) value = value == "1" ? "true" : "false";
            if (auto ok = options.assign(option.name, {value}, Source::kEnvironment); !ok)
                return fail(ok.error().code, cat(name, ' ', ok.error().what));
        }
        return {};
    };
    if (auto ok = read(options); !ok) return ok;
    if (Options* command = options.find_command(options.command_name())) return read(*command);
    return {};
}

Status check_required(const Options& options) {
    const Options* table = &options;
    if (options.command_required() && options.command_name().empty()) {
        std::string names;
        for (const auto& command : options.commands()) append(names, names.empty() ? "" : ", ", command->tool());
        return fail(Errc::kMissing, cat("no command given; give one of: ", names));
    }
    for (const auto& command : options.commands())
        if (command->tool() == options.command_name()) table = command.get();
    for (const Options* t : {&options, table}) {
        for (const Options::Entry& entry : t->entries()) {
            if (entry.option.required && entry.values.empty())
                return fail(Errc::kMissing, cat("--", entry.option.name, " must be given"));
        }
    }
    std::size_t needed = 0;
    for (const Positional& p : table->positional_table()) needed += p.required ? 1U : 0U;
    if (options.positionals().size() < needed)
        return fail(Errc::kMissing, cat(table->positional_table()[options.positionals().size()].name, " must be given"));
    return {};
}

}  // namespace tandem::cli
