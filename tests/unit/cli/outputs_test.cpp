#include "cli/outputs.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "base/text.h"

using namespace tandem;
using namespace tandem::cli;

TEST_CASE("outputs: stderr keeps lines and tabs, and shows other control characters", "[cli][outputs]") {
    StringOutput to;
    PeopleOutput err(to);
    REQUIRE(err.write("a\tb\nc\x1b[31m\r\nd"));
    CHECK(to.text() == "a\tb\nc\\x1b[31m\\x0d\nd");
}

TEST_CASE("outputs: a line of stderr has an end", "[cli][outputs]") {
    StringOutput to;
    PeopleOutput err(to);
    REQUIRE(err.write(std::string(10000, 'x') + "\nnext\n"));
    CHECK(to.text() == std::string(PeopleOutput::kLongestLine, 'x') + "… (10000 bytes)\nnext\n");
}

TEST_CASE("outputs: a record that is too long becomes an error record", "[cli][outputs]") {
    StringOutput to;
    RecordLimit out(to, "tool", 100);
    const std::string fits = cat("{\"a\":\"", std::string(92, 'x'), "\"}\n");
    REQUIRE(fits.size() == 101);
    const std::string long_record = cat("{\"a\":\"", std::string(93, 'x'), "\"}\n");
    const std::string long_text = std::string(500, 'x') + "\n";
    REQUIRE(out.write(fits));
    CHECK(out.left_out() == 0);
    REQUIRE(out.write(long_record + fits + long_text));
    CHECK(out.left_out() == 1);
    CHECK(to.text() ==
          cat(fits,
              "{\"type\":\"error\",\"v\":1,\"error\":{\"tool\":\"tool\",\"code\":\"range\",\"what\":"
              "\"a record of 101 bytes is left out: more than 100\",\"offset\":0}}\n",
              fits, long_text));
}

TEST_CASE("outputs: of many lines beyond the limit each is written or counted, also behind one that fails", "[cli][outputs]") {
    auto full = FdOutput(::open("/dev/full", O_WRONLY | O_CLOEXEC), true);
    RecordLimit out(full, "tool", 1000);
    // Two writes of the whole buffer, and what is left in it.
    std::string lines;
    constexpr std::uint64_t kLines = 20'000;
    for (std::uint64_t i = 0; i < kLines; ++i) lines += "{\"a\":1}\n";
    CHECK_FALSE(out.write(lines));
    CHECK_FALSE(out.flush());
    CHECK(out.lines_lost() == kLines);
}
