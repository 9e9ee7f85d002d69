#include "cli/generate.h"

#include <catch2/catch.hpp>

#include "cli/groups.h"

using namespace tandem::cli;

namespace {
struct Table {
    Table() {
        declare_common(o);
        o.add({.name = "call_rate", .kind = Kind::kChoice, .help = "It's [rate]: a*b", .default_value = "x", .choices = {"x", "y"}});
        o.add({.name = "secret", .help = "Hidden", .hidden = true});
        Options& serve = o.command("serve", "serves");
        serve.add({.name = "drain", .kind = Kind::kFile, .help = "Drain"});
        serve.exit_note(1, "something of this command");
        o.exit_note(1, "something of this tool");
    }
    Options o{"gw-bridge", "bridges"};
};
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("generate: the man page escapes what scdoc would read", "[cli][generate]") {
    Table t;
    std::string man = man_sections(t.o);
    CHECK(has(man, "*--call_rate* _WHICH_\n\tIt's [rate]: a\\*b: *x*, *y*. Default: *x*.\n"));
    CHECK(has(man, "## Options of *serve*"));
    CHECK(has(man, "*1*\n\tsomething of this tool.\n\n*1*, of *serve*\n\tsomething of this command.\n"));
    CHECK(has(man, "*-v*, *--verbose*\n"));
    CHECK_FALSE(has(man, "secret"));
}

TEST_CASE("generate: completions know options, choices, files and subcommands", "[cli][generate]") {
    Table t;
    for (const std::string& text : {bash_completion(t.o), zsh_completion(t.o), fish_completion(t.o)}) {
        INFO(text);
        CHECK(has(text, "call_rate"));
        CHECK(has(text, "x y"));
        CHECK(has(text, "serve"));
        CHECK(has(text, "drain"));
        CHECK_FALSE(has(text, "secret"));
    }
    CHECK(has(fish_completion(t.o), "-d 'It\\'s [rate]: a*b'"));
    CHECK(has(zsh_completion(t.o), "'--call_rate[It'\\''s \\[rate\\]\\: a*b]:WHICH:(x y)'"));
}

TEST_CASE("generate: a subcommand has its own help", "[cli][generate]") {
    Table t;
    t.o.choose_command("serve");
    std::string help = help_text(t.o);
    CHECK(has(help, "gw-bridge serve - serves"));
    CHECK(has(help, "--drain FILE"));
    CHECK(has(help, "--call_rate"));
    CHECK(has(help, "1 something of this command"));
    CHECK_FALSE(has(help, "something of this tool"));
}

TEST_CASE("generate: the options of a command that need not be named are shown and completed without its name", "[cli][generate]") {
    Table t;
    t.o.default_command("serve");
    t.o.choose_command("serve");
    CHECK(has(help_text(t.o), "gw-bridge serve - serves"));
    t.o.set_unnamed();
    const std::string help = help_text(t.o);
    CHECK(has(help, "gw-bridge - bridges"));
    CHECK(has(help, "Options of serve: --drain FILE; see gw-bridge serve --help."));
    CHECK(has(help, "gw-bridge COMMAND [OPTION]..."));
    CHECK(has(help, "Commands:\n  serve"));
    CHECK(help.find("--drain FILE") < help.find("Options of all commands:"));
    CHECK(has(man_sections(t.o), "## Options of *serve*, which need not be named"));
    CHECK(has(bash_completion(t.o), "words+=' serve --drain'"));
    CHECK(has(fish_completion(t.o), "'not __fish_seen_subcommand_from serve; or __fish_seen_subcommand_from serve' -l drain"));
    const std::string zsh = zsh_completion(t.o);
    CHECK(zsh.find("--drain") < zsh.find("for word in"));
}
