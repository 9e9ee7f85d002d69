#include "cli/app.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

#include "cli/filter.h"
#include "cli/groups.h"
#include "json/document.h"

using namespace tandem;
using namespace tandem::cli;

namespace {

/// Answers a digit string with its length; "bad" is adverse, "bug" a bug.
class Lengths final : public Tool, public FilterHandler {
public:
    std::string_view name() const override { return "lengths"; }
    std::string_view summary() const override { return "lengths of texts"; }
    void declare(Options& o) const override {
        declare_input(o, "texts");
        declare_filter(o, "length", true);
        o.add({.name = "refuse", .kind = Kind::kFlag, .help = "Refuse to be set up"});
        o.add({.name = "unloadable", .kind = Kind::kFlag, .help = "Fail to load"});
        o.add({.name = "stop-after", .kind = Kind::kInteger, .help = "Ask for a stop after so many"});
        o.example("echo a | lengths", "one text");
    }
    Status setup(const Options& o) override {
        if (o.flag("refuse")) return fail(Errc::kConflict, "refused");
        unloadable_ = o.flag("unloadable");
        stop_after_ = o.maybe_integer("stop-after").value_or(-1);
        filter_ = filter_options(o, "lengths", "length");
        filter_.types = types;
        return check(filter_);
    }
    ExitCode load(Context& context) override {
        context.log.info("loading", "number", Pii{"+14255550100"});
        loaded = true;
        if (!unloadable_) return ExitCode::kOk;
        context.complain("topology.json:1:2: nonsense");
        return ExitCode::kUsage;
    }
    ExitCode run(Context& context) override {
        ran = true;
        stop_ = &context.stop;
        return run_filter(context, context.in, filter_, *this);
    }
    bool takes_plain_lines() const override { return plain_lines; }
    Answer plain(std::string_view line, json::Writer& value) override {
        if (line == "bug") throw std::runtime_error("a bug");
        if (line == "not mine") return Answer::kSkip;
        value.begin_object().member("n", line.size()).end_object();
        if (--stop_after_ == 0) stop_->request(SIGINT);
        return line == "bad" ? Answer::kBad : Answer::kOk;
    }
    Answer record(const json::Object&, std::string_view field, json::Writer& value) override {
        if (field == "not mine") return Answer::kSkip;
        return plain(field, value);
    }

    bool loaded = false, ran = false, plain_lines = true;
    std::vector<std::string> types;

private:
    FilterOptions filter_;
    bool unloadable_ = false;
    std::int64_t stop_after_ = -1;
    StopFlag* stop_ = nullptr;
};

TestOutput run(std::vector<std::string> arguments, std::string in = {}) {
    Lengths tool;
    return run_for_test(tool, {std::move(arguments), std::move(in), {}, 65536});
}

constexpr const char* kNothing = "{\"type\":\"summary\",\"v\":1,\"summary\":{\"tool\":\"lengths\",\"in\":0,\"ok\":0,\"bad\":0,\"skipped\":0}}\n";

}  // namespace

TEST_CASE("app: --help fits a screen and names examples and exit codes", "[cli][app]") {
    auto out = run({"--help"});
    CHECK(out.code == 0);
    CHECK(out.err.empty());
    CHECK(out.out.find("lengths - lengths of texts") == 0);
    CHECK(out.out.find("echo a | lengths") != std::string::npos);
    CHECK(out.out.find("Exit codes: 0 done") != std::string::npos);
    CHECK(out.out.find("--generate") == std::string::npos);
    auto lines = split(out.out, '\n');
    CHECK(lines.size() <= 50);
    for (auto line : lines) CHECK(line.size() <= 80);
}

TEST_CASE("app: --version, --schema and --generate print and end", "[cli][app]") {
    CHECK(run({"--version"}).out.find("lengths ") == 0);
    CHECK(json::parse_document(run({"--schema"}).out, "schema"));
    for (const char* what : {"man", "bash", "zsh", "fish"}) CHECK_FALSE(run({"--generate", what}).out.empty());
    CHECK(run({"--generate", "nonsense"}).code == 2);
}

TEST_CASE("app: wrong usage is told in one line and exits with 2", "[cli][app]") {
    auto out = run({"--strct"});
    CHECK(out.code == 2);
    CHECK(out.err == "lengths: unknown option --strct; did you mean --strict?\nTry 'lengths --help'.\n");
    CHECK(out.out.empty());
    CHECK(run({"--refuse"}).code == 2);
    CHECK(run({"--refuse"}).err == "lengths: refused\n");
    CHECK(run({"--config", "/nonexistent/c.json"}).code == 2);
    CHECK(run({"--field", "length"}).code == 2);
    CHECK(run({"--key", "type"}).code == 2);
}

TEST_CASE("app: nothing that a stranger wrote can act on a terminal", "[cli][app]") {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--strct\x1b[2J\nERROR forged"}, {"--key", "type\x1b[2J"}, {"--config", "/no\x1b[2J\n.json"}, {"--field", "a\x9b"}}) {
        auto out = run(arguments);
        CAPTURE(out.err);
        CHECK(out.err.find('\x1b') == std::string::npos);
        CHECK(out.err.find("\nERROR") == std::string::npos);
        for (const char c : out.err) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    }
    auto out = run({std::string("--") + std::string(100000, 'x')});
    CHECK(out.err.size() < 5000);
    CHECK(out.err.find("… (100") != std::string::npos);
}

TEST_CASE("app: --check reads everything and does nothing", "[cli][app]") {
    Lengths tool;
    auto out = run_for_test(tool, {{"--check"}, "a\n", {}, 65536});
    CHECK(out.code == 0);
    CHECK(out.out.empty());
    CHECK(tool.loaded);
    CHECK_FALSE(tool.ran);
    auto bad = run({"--check", "--unloadable"});
    CHECK(bad.code == 2);
    CHECK(bad.err == "lengths: topology.json:1:2: nonsense\n");
}

TEST_CASE("app: logs hide numbers unless told otherwise", "[cli][app]") {
    CHECK(run({}).err.empty());
    CHECK(run({"-v"}).err == "INFO lengths: loading number=+xxxxxxxxx00\n");
    CHECK(run({"-v", "--log-pii"}).err == "INFO lengths: loading number=+14255550100\n");
    CHECK(run({"-v", "-q"}).err.empty());
}

TEST_CASE("app: a bug ends with 70", "[cli][app]") {
    auto out = run({}, "bug\n");
    CHECK(out.code == 70);
    CHECK(out.err == "lengths: internal error: a bug\n");
}

TEST_CASE("app: output that cannot be made ends with 4", "[cli][app]") {
    auto out = run({"-o", "/nonexistent/x"}, "a\n");
    CHECK(out.code == 4);
    CHECK(out.err.find("/nonexistent/x") != std::string::npos);
}

TEST_CASE("app: a file that is read is not written", "[cli][app]") {
    std::string path = std::string(::getenv("TMPDIR") ? ::getenv("TMPDIR") : "/tmp") + "/tandem_same_test.XXXXXX";
    const int fd = ::mkstemp(path.data());
    REQUIRE(fd >= 0);
    REQUIRE(::write(fd, "{}\n", 3) == 3);
    ::close(fd);
    const auto [code, out, err] = run({"--output", path, path});
    CHECK(code == 2);
    CHECK(err == "lengths: --output " + path + " is the same file as the input " + path + "; write to another\n");
    CHECK(run({"--output", path, "--config", path}).code == 2);
    CHECK(*read_file(path) == "{}\n");
    CHECK(run({"--output", path}, "a\n").code == 0);
    ::unlink(path.c_str());
}

TEST_CASE("filter: a field's path has no empty part", "[cli][filter]") {
    for (const char* field : {"a..b", ".a", "a.", "."}) {
        const auto [code, out, err] = run({"--field", field});
        CAPTURE(field);
        CHECK(code == 2);
        CHECK(err.find("has an empty part") != std::string::npos);
    }
    CHECK(run({"--field", "a.b"}).code == 0);
}

TEST_CASE("filter: nothing in, a summary out", "[cli][filter]") {
    CHECK(run({}).out == kNothing);
    CHECK(run({"--no-summary"}).out.empty());
}

TEST_CASE("filter: each plain line gets one answer, in order, whatever the chunks", "[cli][filter]") {
    Lengths tool;
    for (std::size_t chunk : {1U, 3U, 65536U}) {
        auto out = run_for_test(tool, {{}, "abc\n\nbad\nnot mine\nlast", {}, chunk});
        CHECK(out.code == 0);
        CHECK(out.out ==
              "{\"type\":\"length\",\"v\":1,\"length\":{\"n\":3}}\n"
              "{\"type\":\"length\",\"v\":1,\"length\":{\"n\":0}}\n"
              "{\"type\":\"length\",\"v\":1,\"length\":{\"n\":3}}\n"
              "{\"type\":\"length\",\"v\":1,\"length\":{\"n\":4}}\n"
              "{\"type\":\"summary\",\"v\":1,\"summary\":{\"tool\":\"lengths\",\"in\":5,\"ok\":3,\"bad\":1,\"skipped\":1}}\n");
    }
    CHECK(run({"--strict"}, "bad\n").code == 1);
    CHECK(run({"--strict"}, "good\n").code == 0);
}

TEST_CASE("filter: copies every field byte for byte and adds its own object", "[cli][filter]") {
    struct Row {
        std::vector<std::string> arguments;
        std::string in, out;
    };
    for (const Row& row : {
             Row{{"--field", "a"}, R"( { "a" : "\u0078y", "big":1e400,"d":1,"d":2 } )", R"({ "a" : "\u0078y", "big":1e400,"d":1,"d":2 ,"length":{"n":2}})"},
             Row{{"--field", "a"}, R"({"length":[1,{"}":2}],"a":"xy","z":0})", R"({"length":{"n":2},"a":"xy","z":0})"},
             Row{{"--field", "a", "--key", "o\"k"}, R"({"a":"xy"})", R"({"a":"xy","o\"k":{"n":2}})"},
             Row{{"--field", "c.to"}, R"({"c":{"to":"abc"}})", R"({"c":{"to":"abc"},"length":{"n":3}})"},
             Row{{"--field", "a", "--field", "c.to", "--field", "no"}, R"({"c":{"to":"abc"},"a":""})",
                 R"({"c":{"to":"abc"},"a":"","length":{"a":{"n":0},"c.to":{"n":3}}})"},
             Row{{}, R"({})", R"({"length":{"n":0}})"},
         }) {
        INFO(row.in);
        auto arguments = row.arguments;
        arguments.push_back("--no-summary");
        auto out = run(arguments, row.in + "\n");
        CHECK(out.code == 0);
        CHECK(out.out == row.out + "\n");
    }
}

TEST_CASE("filter: other types, records without the field and upstream's summary pass untouched", "[cli][filter]") {
    std::string in =
        "{\"type\":\"call\",\"b\":\"x\"}\n"
        "{\"type\":\"summary\",\"v\":1,\"a\":\"xy\"}\n"
        "{\"type\":\"error\",\"a\":\"xy\"}\n"
        "{\"a\":7}\n"
        "{\"a\":\"not mine\"}\n";
    auto out = run({"--field", "a"}, in);
    CHECK(out.code == 0);
    CHECK(out.out == in + "{\"type\":\"summary\",\"v\":1,\"summary\":{\"tool\":\"lengths\",\"in\":5,\"ok\":0,\"bad\":0,\"skipped\":5}}\n");

    Lengths calls_only;
    calls_only.types = {"call"};
    auto only = run_for_test(calls_only, {{"--field", "a", "--no-summary"}, "{\"type\":\"call\",\"a\":\"x\"}\n{\"type\":\"stream\",\"a\":\"x\"}\n{\"a\":\"x\"}\n", {}, 9});
    CHECK(only.out == "{\"type\":\"call\",\"a\":\"x\",\"length\":{\"n\":1}}\n{\"type\":\"stream\",\"a\":\"x\"}\n{\"a\":\"x\"}\n");
}

TEST_CASE("filter: what cannot be read becomes an error record with its line", "[cli][filter]") {
    std::string in = "ok\n{broken}\n" + std::string("n\0l\n", 4) + "\xFF\n{\"a\":\"x\",\"a\":\"y\"}\n{\"type\":1,\"type\":2}\n{\"length\":1,\"length\":2}\n" +
                     std::string(100, 'x') + "\nok\n";
    std::vector<std::string> arguments = {"--field", "a", "--max-line", "64"};
    auto out = run(arguments, in);
    CHECK(out.code == 3);
    auto lines = split(out.out, '\n');
    REQUIRE(lines.size() == 11);
    CHECK(lines[1].find(R"({"type":"error","v":1,"error":{"tool":"lengths","line":2,"code":"syntax")") == 0);
    CHECK(lines[2].find(R"("line":3,"code":"syntax","what":"NUL byte","offset":1)") != std::string::npos);
    CHECK(lines[3].find(R"("line":4,"code":"syntax","what":"not UTF-8","offset":0,"rule":"RFC 3629 §4")") != std::string::npos);
    CHECK(lines[4].find(R"("line":5,"code":"conflict")") != std::string::npos);
    CHECK(lines[5].find(R"("line":6,"code":"conflict")") != std::string::npos);
    CHECK(lines[6].find(R"("line":7,"code":"conflict")") != std::string::npos);
    CHECK(lines[7].find(R"("line":8,"code":"range","what":"line longer than 64 bytes")") != std::string::npos);
    CHECK(lines[9].find(R"("in":9,"ok":2,"bad":7,"skipped":0)") != std::string::npos);

    arguments.insert(arguments.end(), {"--on-error", "skip"});
    auto skipped = run(arguments, in);
    CHECK(skipped.code == 0);
    CHECK(split(skipped.out, '\n').size() == 4);
    CHECK(skipped.out.find(R"("in":9,"ok":2,"bad":7)") != std::string::npos);

    arguments.back() = "fail";
    auto failed = run(arguments, in);
    CHECK(failed.code == 3);
    CHECK(failed.out.find(R"("in":2,"ok":1,"bad":1)") != std::string::npos);
}

TEST_CASE("filter: no line is printed that the next filter would refuse", "[cli][filter]") {
    // A record just within the limit, which its answer makes too long; behind it one that is left in peace.
    const std::string record = "{\"type\":\"call\",\"v\":1,\"to\":\"abc\",\"pad\":\"" + std::string(json::kDefaultMaxLine - 45, 'x') + "\"}";
    REQUIRE(record.size() < json::kDefaultMaxLine);
    const std::string other = "{\"type\":\"other\",\"v\":1}";
    auto out = run({"--field", "to"}, record + "\n" + other + "\nabc\n");
    CHECK(out.code == 3);
    auto lines = split(out.out, '\n');
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].starts_with("{\"type\":\"error\",\"v\":1,\"error\":{\"tool\":\"lengths\",\"line\":1,\"code\":\"range\",\"what\":\"the line with its answer has "));
    CHECK(lines[1] == other);
    CHECK(lines[3].find("\"in\":3,\"ok\":1,\"bad\":1,\"skipped\":1") != std::string::npos);
    CHECK(run({"--field", "to"}, out.out).code == 0);  // the next filter takes it all
    // Whoever asks for longer lines gets them.
    auto longer = run({"--field", "to", "--max-line", "2MiB"}, record + "\n");
    CHECK(longer.code == 0);
    CHECK(longer.out.starts_with(record.substr(0, record.size() - 1)));
}

TEST_CASE("filter: a tool that takes records only says so of anything else", "[cli][filter]") {
    Lengths tool;
    tool.plain_lines = false;
    auto out = run_for_test(tool, {{}, "\nabc\n{}\n", {}, 65536});
    CHECK(out.code == 3);
    CHECK(out.out.find(R"("line":2,"code":"syntax","what":"not a JSON object")") != std::string::npos);
    CHECK(out.out.find(R"("in":3,"ok":1,"bad":1,"skipped":1)") != std::string::npos);
}

TEST_CASE("filter: a signal finishes the line and prints the summary", "[cli][filter]") {
    auto out = run({"--stop-after", "2"}, "a\nb\nc\nd\n");
    CHECK(out.code == 130);
    CHECK(out.out.find(R"("in":2,"ok":2)") != std::string::npos);
}

namespace {
/// A pipe whose reader went away.
class Closed final : public OutputStream {
public:
    Status write(std::string_view) override { return {}; }
    Status flush() override { return fail(Errc::kIo, "EPIPE"); }
    bool reader_gone() const override { return gone; }
    bool gone = true;
};
}  // namespace

TEST_CASE("filter: a closed pipe ends it quietly, a full disk does not", "[cli][filter]") {
    Lengths handler;
    StringOutput err;
    FakeClock clock;
    StopFlag stop;
    Closed closed;
    for (bool gone : {true, false}) {
        closed.gone = gone;
        StringInput in("a\nb\n");
        Context context{"lengths", in, closed, err, clock, stop, {}};
        FilterOptions options;
        options.tool = options.type = "length";
        CHECK(run_filter(context, in, options, handler) == (gone ? ExitCode::kOk : ExitCode::kEnvironment));
        CHECK(err.text() == (gone ? "" : "lengths: EPIPE\n"));
    }
}

TEST_CASE("stop: counts requests, remembers the first signal, wakes once", "[cli][stop]") {
    StopFlag stop;
    CHECK_FALSE(stop.requested());
    stop.hup();
    CHECK(stop.take_hup());
    CHECK_FALSE(stop.take_hup());
    stop.request(SIGTERM);
    stop.request(SIGINT);
    CHECK(stop.count() == 2);
    CHECK(stop.signal() == SIGTERM);
    stop.clear_wakeup();
    CHECK(stop.requested());
}
