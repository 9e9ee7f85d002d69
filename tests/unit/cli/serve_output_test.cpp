// Knows: the last lines of a program that serves.
// Must not know: what it serves.
#include "cli/serve_output.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

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

namespace {
/// Fails from time to time, as a disk that is full for a while.
class Unsteady final : public OutputStream {
public:
    Status write(std::string_view text) override {
        if (full) {
            lost += 1;  // one text, however many lines: how they are counted is the stream's
            return fail(Errc::kIo, "no space");
        }
        text_ += text;
        return {};
    }
    std::uint64_t lines_lost() const override { return lost; }
    bool reader_gone() const override { return gone && full; }
    std::atomic<bool> full{false}, gone{false};
    std::atomic<std::uint64_t> lost{0};
    std::string text_;
};
}  // namespace

TEST_CASE("serve output: what cannot be written is said once, counted, and ends with 4", "[cli][serve]") {
    const bool gone = GENERATE(false, true);
    StringInput in("");
    StringOutput err;
    Unsteady out;
    FakeClock clock;
    StopFlag stop;
    std::string logged;
    {
        Context context{"tool", in, out, err, clock, stop,
                        Log("tool", LogLevel::kError, false, [&logged](std::string_view line) { logged += line; })};
        ServeOutput output(context);
        CHECK(output.records().write("{\"a\":1}\n"));
        CHECK(output.records().finish(seconds(5)));
        out.gone = gone;
        out.full = true;
        CHECK(output.records().write("{\"a\":2}\n{\"a\":3}\n"));
        CHECK(output.records().finish(seconds(5)));
        CHECK(output.records().write("{\"a\":4}\n"));
        CHECK(output.records().finish(seconds(5)));
        CHECK(output.records().lost() == 2);
        out.full = false;
        CHECK(output.finish({}, {"tool", 0, 0, 0, 0}) == ExitCode::kEnvironment);
    }
    CHECK(logged == (gone ? "ERROR tool: the reader of the records has gone: all further records are lost why=\"no space\"\n"
                          : "ERROR tool: records cannot be written and are lost why=\"no space\"\n"));
    // A reader that has gone does not come back: what counts the loss is lost as well.
    CHECK(err.text() == (gone ? "tool: 4 records could not be written and are lost\n"
                              : "tool: 2 records could not be written and are lost\n"));
    CHECK((out.text_.find(R"("event":{"name":"records_dropped","count":2}})") != std::string::npos) == !gone);
    CHECK((out.text_.find(R"("type":"summary")") != std::string::npos) == !gone);
}

namespace {
/// A reader that takes nothing until it is let.
class Blocked final : public OutputStream {
public:
    Status write(std::string_view text) override {
        std::unique_lock lock(mutex);
        begun = true;
        changed.notify_all();
        changed.wait(lock, [this] { return open; });
        text_ += text;
        return {};
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false, begun = false;
    std::string text_;
};
}  // namespace

TEST_CASE("records: a reader that takes nothing costs what is beyond the limit, never a piece of a line", "[cli][serve]") {
    Blocked out;
    std::uint64_t taken = 0, refused = 0;
    std::string expected;
    {
        RecordWriter writer(out);
        const auto write = [&](std::size_t number) {
            const std::string line = cat(number, std::string(1000, 'x'), '\n');
            if (!writer.write(line)) return void(++refused);
            ++taken;
            expected += line;
        };
        write(0);
        {
            std::unique_lock lock(out.mutex);
            out.changed.wait(lock, [&] { return out.begun; });
        }
        const std::size_t most = RecordWriter::kMostBytes / 1000;
        for (std::size_t i = 1; i < most + 100; ++i) write(i);
        CHECK(refused > 100);
        CHECK(refused < 200);
        CHECK(writer.dropped() == refused);
        CHECK_FALSE(writer.finish(milliseconds(1)));
        {
            const std::lock_guard lock(out.mutex);
            out.open = true;
        }
        out.changed.notify_all();
        CHECK(writer.finish(seconds(5)));
        CHECK(writer.write("after\n"));
        expected += "after\n";
        CHECK(writer.finish(seconds(5)));
        CHECK(writer.lost() == 0);
    }
    CHECK(out.text_ == expected);
    CHECK(taken + refused == RecordWriter::kMostBytes / 1000 + 100);
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
