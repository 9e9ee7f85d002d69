#include "base/log.h"

#include <catch2/catch.hpp>

using namespace tandem;

namespace {
struct Captured {
    std::string text;
    Log log(LogLevel threshold = LogLevel::kInfo, bool pii = false) {
        return Log("tool", threshold, pii, [this](std::string_view line) { text += line; });
    }
};
}  // namespace

TEST_CASE("log: numbers are hidden but for two characters unless asked for", "[base][log]") {
    Captured out;
    out.log().info("call", "to", Pii{"+14255550100"});
    CHECK(out.text == "INFO tool: call to=+xxxxxxxxx00\n");
    out.text.clear();
    out.log(LogLevel::kInfo, true).info("call", "to", Pii{"+14255550100"});
    CHECK(out.text == "INFO tool: call to=+14255550100\n");
}

TEST_CASE("log: a short number is hidden whole", "[base][log]") {
    CHECK(redact("12") == "xx");
    CHECK(redact("911") == "x11");
    CHECK(redact("").empty());
}

TEST_CASE("log: a secret is never shown", "[base][log]") {
    Captured out;
    out.log(LogLevel::kDebug, true).debug("auth", "password", Secret{"hunter2"});
    CHECK(out.text == "DEBUG tool: auth password=***\n");
}

TEST_CASE("log: lines below the threshold are not written", "[base][log]") {
    Captured out;
    out.log(LogLevel::kWarning).info("x");
    CHECK(out.text.empty());
    Log{}.error("goes nowhere");
}

TEST_CASE("log: control characters and quotes from the network cannot forge a line", "[base][log]") {
    Captured out;
    out.log().warning("bad header", "value", "a\nERROR tool: forged\x1b[31m \"q\" \xFF");
    CHECK(out.text ==
          "WARNING tool: bad header value=\"a\\x0aERROR tool: forged\\x1b[31m \\\"q\\\" \xEF\xBF\xBD\"\n");
}
