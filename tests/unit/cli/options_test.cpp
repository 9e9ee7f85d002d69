#include "cli/options.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "cli/config_file.h"
#include "cli/groups.h"
#include "cli/parser.h"

using namespace tandem;
using namespace tandem::cli;
using namespace std::chrono_literals;

namespace {

/// One option of each kind, and two subcommands.
struct Table {
    Table() {
        declare_common(o);
        o.add({.name = "region", .metavar = "CC", .help = "x"});
        o.add({.name = "field", .help = "x", .repeatable = true});
        o.add({.name = "max-line", .kind = Kind::kSize, .help = "x", .default_value = "1MiB", .min = 16, .max = 1 << 30});
        o.add({.name = "calls", .kind = Kind::kInteger, .help = "x", .min = 0, .max = 100});
        o.add({.name = "ratio", .kind = Kind::kReal, .help = "x", .default_value = "0.5"});
        o.add({.name = "wait", .kind = Kind::kDuration, .help = "x", .default_value = "500ms", .min = 1'000'000});
        o.add({.name = "mode", .kind = Kind::kChoice, .help = "x", .default_value = "a", .choices = {"a", "b", "c"}});
        o.add({.name = "listen", .kind = Kind::kEndpoint, .help = "x"});
        o.add({.name = "strict", .kind = Kind::kFlag, .help = "x"});
        o.positional({.name = "FILE", .help = "x"});
        Options& serve = o.command("serve", "serves");
        serve.add({.name = "drain-timeout", .kind = Kind::kDuration, .help = "x", .default_value = "10s"});
        Options& route = o.command("route", "routes");
        route.add({.name = "key", .help = "x", .default_value = "route"});
        route.positional({.name = "FILE", .help = "x", .repeatable = true});
    }
    Status parse(std::vector<std::string> arguments) { return parse_arguments(o, arguments); }
    std::string error(std::vector<std::string> arguments) {
        auto ok = parse(std::move(arguments));
        REQUIRE_FALSE(ok);
        return ok.error().what;
    }
    Options o{"tool", "does"};
};

}  // namespace

TEST_CASE("options: each kind has its written form", "[cli][options]") {
    Table t;
    REQUIRE(t.parse({"--region", "DE", "--field=a", "--field", "b.c", "--max-line=64KiB", "--calls", "7", "--ratio", "0.25", "--wait", "2min",
                     "--mode", "c", "--listen", "[2001:db8::1]:5060", "--strict", "-vv", "-o", "-", "file.json"}));
    CHECK(t.o.text("region") == "DE");
    CHECK(t.o.texts("field") == std::vector<std::string>{"a", "b.c"});
    CHECK(t.o.size("max-line") == 65536);
    CHECK(t.o.integer("calls") == 7);
    CHECK(t.o.real("ratio") == 0.25);
    CHECK(t.o.duration("wait") == 2min);
    CHECK(t.o.text("mode") == "c");
    CHECK(t.o.endpoint("listen")->port == 5060);
    CHECK(t.o.flag("strict"));
    CHECK(t.o.count("verbose") == 2);
    CHECK(t.o.first_positional() == "file.json");
    CHECK(t.o.given("region"));
    CHECK_FALSE(t.o.given("quiet"));
}

TEST_CASE("options: defaults hold when nothing is given, and the last of several wins", "[cli][options]") {
    Table t;
    REQUIRE(t.parse({"--mode", "b", "--mode", "c", "-"}));
    CHECK(t.o.size("max-line") == 1 << 20);
    CHECK(t.o.duration("wait") == 500ms);
    CHECK(t.o.text("mode") == "c");
    CHECK(t.o.first_positional() == "-");
    CHECK_FALSE(t.o.maybe_integer("calls"));
    CHECK_FALSE(t.o.endpoint("listen"));
    CHECK(t.o.source("wait") == Source::kDefault);
}

TEST_CASE("options: an error says what to write instead", "[cli][options]") {
    struct Row {
        std::vector<std::string> arguments;
        const char* what;
    };
    for (const Row& row : {Row{{"--regoin", "DE"}, "unknown option --regoin; did you mean --region?"},
                           Row{{"--regoin=DE"}, "unknown option --regoin; did you mean --region?"},
                           Row{{"-x"}, "unknown option -x"},
                           Row{{"--max-line", "64K"}, "--max-line \"64K\" is no size; write 64KiB, 1MiB or a number of bytes"},
                           Row{{"--max-line", "1"}, "--max-line \"1\" is out of range; write a value from 16 to 1GiB"},
                           Row{{"--calls", "x"}, "--calls \"x\" is no whole number; write digits such as 5"},
                           Row{{"--calls", "101"}, "--calls \"101\" is out of range; write a value from 0 to 100"},
                           Row{{"--ratio", "nan"}, "--ratio \"nan\" is no number; write digits such as 0.5"},
                           Row{{"--wait", "5"}, "--wait \"5\" is no duration; write 500ms, 10s, 2min or 1h"},
                           Row{{"--wait", "99999999999999h"}, "--wait \"99999999999999h\" is no duration; write 500ms, 10s, 2min or 1h"},
                           Row{{"--wait", "1ns"}, "--wait \"1ns\" is out of range; write a value at least 1ms"},
                           Row{{"--mode", "d"}, "--mode \"d\" is no choice here; write a, b or c"},
                           Row{{"--listen", "example.com:5060"}, "--listen \"example.com:5060\" is no endpoint; write 192.0.2.1:5060 or [2001:db8::1]:5060"},
                           Row{{"a", "b"}, "unexpected argument \"b\""},
                           Row{{"a", "--", "b"}, "unexpected argument \"b\""},
                           Row{{"--", "a", "--strict"}, "unexpected argument \"--strict\""},
                           Row{{"--region", ""}, "--region is empty; leave it out or give a value"},
                           Row{{"--field", "a", "--field", ""}, "--field is empty; leave it out or give a value"},
                           Row{{"--region="}, "--region needs a value"},
                           Row{{"--region"}, "--region needs a value"},
                           Row{{""}, "FILE is empty; leave it out or give a name"},
                           Row{{"route", "a", ""}, "FILE is empty; leave it out or give a name"},
                           Row{{"serve", "--key", "x"}, "unknown option --key"}}) {
        INFO(row.what);
        Table t;
        CHECK_THAT(t.error(row.arguments), Catch::Matchers::StartsWith(row.what));
    }
    Table t;
    CHECK_FALSE(t.parse({"--region"}));  // a value is missing
}

TEST_CASE("options: what stands behind -- is no option", "[cli][options]") {
    Table one;
    REQUIRE(one.parse({"--region", "DE", "--", "--strict"}));
    CHECK(one.o.text("region") == "DE");
    CHECK_FALSE(one.o.flag("strict"));
    CHECK(one.o.first_positional() == "--strict");
    Table many;
    REQUIRE(many.parse({"route", "a", "--", "-b", "--"}));
    CHECK(many.o.command_name() == "route");
    CHECK(many.o.positionals() == std::vector<std::string>{"a", "-b", "--"});
    Table none;
    REQUIRE(none.parse({"--strict", "--"}));
    CHECK(none.o.flag("strict"));
    CHECK(none.o.positionals().empty());
}

TEST_CASE("options: an environment variable that is set to nothing is not set", "[cli][options]") {
    Table t;
    REQUIRE(parse_environment(t.o, {{"TANDEM_REGION", ""}, {"TANDEM_CALLS", ""}}));
    CHECK_FALSE(t.o.given("region"));
    CHECK_FALSE(t.o.given("calls"));
}

TEST_CASE("options: a subcommand has its own options and takes the parent's, too", "[cli][options]") {
    Table t;
    REQUIRE(t.parse({"--strict", "route", "--key", "k", "--region", "DE", "a", "b"}));
    CHECK(t.o.command_name() == "route");
    CHECK(t.o.text("key") == "k");
    CHECK(t.o.text("region") == "DE");
    CHECK(t.o.flag("strict"));
    CHECK(t.o.positionals() == std::vector<std::string>{"a", "b"});
    Table other;
    REQUIRE(other.parse({"serve"}));
    CHECK(other.o.duration("drain-timeout") == 10s);
    CHECK_THROWS_AS(other.o.text("key"), std::logic_error);
}

TEST_CASE("options: a command that need not be named takes what names none", "[cli][options]") {
    struct Case {
        std::vector<std::string> arguments;
        std::string command;
        std::vector<std::string> positionals;
    };
    const Case cases[] = {
        {{}, "route", {}},
        {{"--strict"}, "route", {}},
        {{"a.json"}, "route", {"a.json"}},
        {{"-"}, "route", {"-"}},
        {{"route", "a.json"}, "route", {"a.json"}},
        {{"--key", "serve"}, "route", {}},                      // the value of the default command's own option
        {{"--region", "serve"}, "route", {}},                   // the value of the program's option
        {{"-o", "serve"}, "route", {}},
        {{"-oserve", "serve"}, "serve", {}},
        {{"--region=serve", "serve"}, "serve", {}},
        {{"-vv", "--strict", "serve", "--drain-timeout", "1s"}, "serve", {}},
        {{"a.json", "serve"}, "route", {"a.json", "serve"}},    // a file of that name
        {{"--", "serve"}, "route", {"serve"}},
        {{"./serve"}, "route", {"./serve"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.arguments);
        Table t;
        t.o.default_command("route");
        const Status ok = t.parse(c.arguments);
        CAPTURE(ok ? std::string() : ok.error().what);
        REQUIRE(ok);
        CHECK(t.o.command_name() == c.command);
        CHECK(t.o.positionals() == c.positionals);
    }
    Table t;
    t.o.default_command("route");
    REQUIRE(t.parse({"--key", "serve"}));
    CHECK(t.o.text("key") == "serve");
    Table wrong;
    wrong.o.default_command("route");
    CHECK(wrong.error({"--drain-timeout", "1s"}).find("--drain-timeout") != std::string::npos);
}

TEST_CASE("options: the environment gives way to the command line", "[cli][options]") {
    Table t;
    REQUIRE(t.parse({"--mode", "b"}));
    REQUIRE(parse_environment(t.o, {{"TANDEM_MODE", "c"}, {"TANDEM_REGION", "FR"}, {"TANDEM_STRICT", "1"}, {"TANDEM_BIN", "/x"}, {"TANDEM_HELP", "1"}}));
    CHECK(t.o.text("mode") == "b");
    CHECK(t.o.text("region") == "FR");
    CHECK(t.o.flag("strict"));
    CHECK_FALSE(t.o.flag("help"));
    auto bad = parse_environment(t.o, {{"TANDEM_WAIT", "soon"}});
    REQUIRE_FALSE(bad);
    CHECK_THAT(bad.error().what, Catch::Matchers::StartsWith("TANDEM_WAIT \"soon\" is no duration"));
}

namespace {
std::vector<std::string> configured(Table& t, std::string text) {
    auto document = json::parse_document(std::move(text), "c.json");
    REQUIRE(document);
    return apply_config(t.o, *document);
}
}  // namespace

TEST_CASE("options: the file gives way to the environment", "[cli][config]") {
    Table t;
    REQUIRE(t.parse({"--mode", "b", "serve"}));
    REQUIRE(parse_environment(t.o, {{"TANDEM_CALLS", "9"}}));
    CHECK(configured(t, R"({ // comment
        "mode": "c", "calls": 8, "field": ["x", "y"], "max-line": 100, "wait": "1s", "strict": true, "verbose": 2,
        "ratio": 1, "drain-timeout": "3s", "key": "of another command" })")
              .empty());
    CHECK(t.o.text("mode") == "b");
    CHECK(t.o.integer("calls") == 9);
    CHECK(t.o.texts("field") == std::vector<std::string>{"x", "y"});
    CHECK(t.o.size("max-line") == 100);
    CHECK(t.o.duration("wait") == 1s);
    CHECK(t.o.flag("strict"));
    CHECK(t.o.count("verbose") == 2);
    CHECK(t.o.duration("drain-timeout") == 3s);
    CHECK(t.o.source("wait") == Source::kFile);
}

TEST_CASE("options: faults of a file are told all at once, each with its place", "[cli][config]") {
    Table t;
    REQUIRE(t.parse({}));
    auto faults = configured(t, "{\"regoin\": \"DE\",\n \"wait\": 5, \"calls\": 101,\n \"help\": true, \"field\": [\"a\", 1]}");
    REQUIRE(faults.size() == 5);
    CHECK(faults[0] == "c.json:1:2: unknown key \"regoin\"; did you mean \"region\"?");
    CHECK(faults[1] == "c.json:2:10: \"wait\": write a duration such as \"500ms\"");
    CHECK(faults[2] == "c.json:2:22: \"calls\": \"101\" is out of range; write a value from 0 to 100");
    CHECK(faults[3] == "c.json:3:2: \"help\" can be given on the command line only");
    CHECK(faults[4] == "c.json:3:31: \"field\": write a string");
    CHECK(configured(t, "[]").size() == 1);
}

TEST_CASE("options: a hundred faults of a file are told, the rest is counted", "[cli][config]") {
    std::string text = cat("{\"", std::string(100000, 'x'), "\": 1");
    for (int i = 0; i < 5000; ++i) append(text, ",\n\"k", i, "\": 1");
    auto document = json::parse_document(text + "}", "c.json");
    REQUIRE(document);
    Table t;
    const std::vector<std::string> faults = apply_config(t.o, *document);
    REQUIRE(faults.size() == 101);
    CHECK(faults.front().size() < 500);
    CHECK(faults[1].starts_with("c.json:2:1: unknown key \"k0\""));
    CHECK(faults.back() == "c.json: 4901 more faults");
}

TEST_CASE("options: what --print-config prints is accepted back and prints the same", "[cli][config]") {
    Table t;
    REQUIRE(t.parse({"serve", "--region", "D\"E", "--field", "a", "--calls", "007", "-v", "--ratio", ".25", "--strict"}));
    std::string printed = print_config(t.o);
    Table again;
    REQUIRE(again.parse({"serve"}));
    CHECK(configured(again, printed).empty());
    CHECK(print_config(again.o) == printed);
    CHECK(printed.find("\"calls\": 7") == std::string::npos);  // compact: no blank
    CHECK(printed.find("\"calls\":7") != std::string::npos);
    CHECK(printed.find("drain-timeout") != std::string::npos);
}

TEST_CASE("options: what must be given is asked for", "[cli][options]") {
    Options o("tool", "does");
    o.add({.name = "topology", .kind = Kind::kFile, .help = "x", .required = true});
    o.command("serve", "serves").positional({.name = "FILE", .help = "x", .required = true});
    o.require_command();
    REQUIRE(parse_arguments(o, {}));
    CHECK(check_required(o).error().what == "no command given; give one of: serve");
    REQUIRE(parse_arguments(o, {"serve"}));
    CHECK(check_required(o).error().what == "--topology must be given");
    REQUIRE(parse_arguments(o, {"serve", "--topology", "t"}));
    CHECK(check_required(o).error().what == "FILE must be given");
    REQUIRE(parse_arguments(o, {"serve", "--topology", "t", "f"}));
    CHECK(check_required(o));
}

TEST_CASE("options: a mistake in the table is a bug", "[cli][options]") {
    Options o("tool", "does");
    o.add({.name = "a", .help = "x"});
    CHECK_THROWS_AS(o.add({.name = "a", .help = "x"}), std::logic_error);
    CHECK_THROWS_AS(o.add({.name = "b", .kind = Kind::kInteger, .help = "x", .default_value = "x"}), std::logic_error);
    CHECK_THROWS_AS(o.text("nothing"), std::logic_error);
    CHECK_THROWS_AS(o.flag("a"), std::logic_error);
    CHECK_THROWS_AS(o.integer("a"), std::logic_error);
}

TEST_CASE("options: sizes and durations", "[cli][options]") {
    CHECK(parse_size("0") == 0);
    CHECK(parse_size("64KiB") == 65536);
    CHECK(parse_size("2kB") == 2000);
    CHECK_FALSE(parse_size("KiB"));
    CHECK_FALSE(parse_size("9999999999GiB"));
    CHECK_FALSE(parse_size("-1"));
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("0s") == 0s);
    CHECK_FALSE(parse_duration("1 s"));
    CHECK_FALSE(parse_duration(""));
}
