#include "record/number.h"

#include <catch2/catch.hpp>

using namespace tandem;

namespace {
std::string written(const record::Number& n) {
    std::string out;
    json::Writer w(out);
    write(w, n);
    return out;
}
}  // namespace

TEST_CASE("number record: what is written is read again, in the fixed order", "[record][number]") {
    record::Number n;
    n.input = "030 1234";
    n.e164 = "+49301234";
    n.calling_code = "49";
    n.region = "DE";
    n.kind = "fixed_line";
    n.possible = true;
    n.valid = true;
    n.extension = "12";
    n.rfc3966 = "tel:+49-30-1234;ext=12";
    n.rule = "local";
    n.dial_plan = "berlin";
    n.flags = {"uri"};
    n.reasons = {"too_short"};
    std::string text = written(n);
    CHECK(text ==
          R"({"input":"030 1234","e164":"+49301234","calling_code":"49","region":"DE","kind":"fixed_line","possible":true,)"
          R"("valid":true,"extension":"12","rfc3966":"tel:+49-30-1234;ext=12","rule":"local","dial_plan":"berlin",)"
          R"("flags":["uri"],"reasons":["too_short"]})");
    json::LineParser parser;
    auto object = parser.parse(text);
    REQUIRE(object);
    auto again = record::read_number(**object);
    REQUIRE(again);
    CHECK(written(*again) == text);
}

TEST_CASE("number record: unknown is absent, known to be none is null", "[record][number]") {
    record::Number n;
    n.input = "x";
    CHECK(written(n) == R"({"input":"x","e164":null,"possible":false,"flags":[],"reasons":[]})");
}

TEST_CASE("number record: refuses an object that is no number", "[record][number]") {
    json::LineParser parser;
    for (std::string_view bad : {R"({})", R"({"input":1,"possible":true})", R"({"input":"x"})",
                                 R"({"input":"x","possible":"yes"})", R"({"input":"x","possible":true,"flags":[1]})",
                                 R"({"input":"x","possible":true,"e164":"+1","e164":"+2"})"}) {
        INFO(bad);
        CHECK_FALSE(record::read_number(**parser.parse(bad)));
    }
}
