// Knows: the last lines of a program that serves.
// Must not know: what it serves.
#include "cli/serve_output.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::cli;

TEST_CASE("serve output: events as they come, then counts that are not 0, then the summary", "[cli][serve]") {
    StringInput in("");
    StringOutput out, err;
    FakeClock clock;
    StopFlag stop;
    std::string logged;
    Context context{"tool", in, out, err, clock, stop,
                    Log("tool", LogLevel::kInfo, false, [&logged](std::string_view line) { logged += line; })};
    ServeOutput output(context);
    output.event("ready", "here");
    CHECK(output.records().write("{\"a\":1}\n"));
    const ServeOutput::Count counts[] = {{"odd", 3}, {"none", 0}};
    CHECK(output.finish(counts, {"tool", 5, 2, 2, 1}) == ExitCode::kOk);
    std::vector<std::string> lines;
    for (std::string_view line : split(out.text(), '\n')) lines.emplace_back(line);
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].find(R"("event":{"name":"ready","detail":"here"}})") != std::string::npos);
    CHECK(lines[1] == "{\"a\":1}");
    CHECK(lines[2].find(R"("event":{"name":"odd","count":3}})") != std::string::npos);
    CHECK(lines[3].find(R"("summary":{"tool":"tool","in":5,"ok":2,"bad":2,"skipped":1}})") != std::string::npos);
    CHECK(lines[4].empty());
    CHECK(logged.find("INFO tool: ready detail=here\n") != std::string::npos);
}

TEST_CASE("serve output: a stop that was asked for twice gives the signal's code", "[cli][serve]") {
    StringInput in("");
    StringOutput out, err;
    FakeClock clock;
    StopFlag stop;
    Context context{"tool", in, out, err, clock, stop, Log()};
    ServeOutput output(context);
    stop.request(15);
    stop.request(2);
    CHECK(static_cast<int>(output.finish({}, {"tool", 0, 0, 0, 0})) == 128 + 15);
}
