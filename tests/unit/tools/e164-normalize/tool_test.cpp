#include "e164-normalize/tool.h"

#include <catch2/catch.hpp>

#include "e164-normalize/normalize.h"

using namespace tandem;

namespace {

cli::TestOutput run(std::vector<std::string> arguments, std::string in, std::map<std::string, std::string> environment = {}) {
    e164::E164Normalize tool;
    return cli::run_for_test(tool, {std::move(arguments), std::move(in), std::move(environment), 65536});
}

}  // namespace

TEST_CASE("e164-normalize: an answer is adverse unless the number can be dialled", "[e164]") {
    number::Number n;
    CHECK(e164::judge(n) == cli::Answer::kBad);
    n.possible = true;
    CHECK(e164::judge(n) == cli::Answer::kOk);
    n.possible = false;
    n.emergency = true;
    CHECK(e164::judge(n) == cli::Answer::kOk);
    n.emergency = false;
    n.internal = true;
    CHECK(e164::judge(n) == cli::Answer::kOk);
}

TEST_CASE("e164-normalize: the same input gives the same bytes, whatever the chunks", "[e164]") {
    std::string in = "030 123456\n{\"a\":\"+14255550100\"}\n112\n\n";
    e164::E164Normalize tool;
    auto whole = cli::run_for_test(tool, {{"--region", "DE", "--field", "a"}, in, {}, 65536});
    CHECK(whole.code == 0);
    for (std::size_t chunk : {1U, 2U, 5U, 13U}) {
        e164::E164Normalize again;
        CHECK(cli::run_for_test(again, {{"--region", "DE", "--field", "a"}, in, {}, chunk}).out == whole.out);
    }
}

TEST_CASE("e164-normalize: the region comes from option, environment or record", "[e164]") {
    CHECK(run({}, "030 123456\n", {{"TANDEM_REGION", "DE"}}).out.find("+4930123456") != std::string::npos);
    CHECK(run({"--region", "AT"}, "030 123456\n", {{"TANDEM_REGION", "DE"}}).out.find("+4330123456") != std::string::npos);
    CHECK(run({"--region", "AT", "--field", "n", "--region-field", "c"}, "{\"n\":\"030 123456\",\"c\":\"de\"}\n").out.find("+4930123456") !=
          std::string::npos);
    // What a record does not tell, the command line does.
    for (const char* country : {"\"\"", "null", "7", "\"DE\",\"c\":\"FR\""})
        CHECK(run({"--region", "AT", "--field", "n", "--region-field", "c"}, std::string("{\"n\":\"030 123456\",\"c\":") + country + "}\n").out.find("+4330123456") !=
              std::string::npos);
    CHECK(run({"--region", "XX"}, "").code == 2);
    CHECK(run({}, "", {{"TANDEM_REGION", "XX"}}).code == 2);
}

TEST_CASE("e164-normalize: an option that a command has no use for is refused where it is typed, not where all commands are set up", "[e164]") {
    const char* rules = "Name,Pattern,Translation\nten,^(\\d{10})$,+1$1\n";
    for (const char* option : {"--region", "--numbering", "--topology", "--dial-plan"}) {
        const auto out = run({"import", option, "DE"}, rules);
        CAPTURE(option, out.err);
        CHECK(out.code == 2);
        CHECK(out.err.find(std::string(option) + " has no meaning for the command import") != std::string::npos);
    }
    const auto out = run({"import"}, rules, {{"TANDEM_REGION", "DE"}, {"TANDEM_TOPOLOGY", "/nonexistent"}, {"TANDEM_DIAL_PLAN", "main"}, {"TANDEM_NUMBERING", "/nonexistent"}});
    CAPTURE(out.err);
    CHECK(out.code == 0);
    CHECK(out.out.find("\"ten\"") != std::string::npos);
}

TEST_CASE("e164-normalize: no number is ever lost", "[e164]") {
    // in = ok + bad + skipped, and one line out for each line in.
    std::string in;
    for (int i = 0; i < 5000; ++i) {
        in += i % 7 == 0 ? "{\"n\":\"+14255550100\"}\n" : i % 5 == 0 ? "{broken\n" : i % 3 == 0 ? "nobody\n" : "+442079460018\n";
    }
    auto out = run({"--field", "n"}, in);
    CHECK(out.code == 3);
    CHECK(std::count(out.out.begin(), out.out.end(), '\n') == 5001);
    CHECK(out.out.find("\"in\":5000,") != std::string::npos);
}
