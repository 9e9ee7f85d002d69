#include "record/number.h"

#include <catch2/catch.hpp>

using namespace tandem;

namespace {

std::string written(std::string_view input, const number::Number& number, const record::NumberDetail& detail = {}) {
    std::string out;
    json::Writer w(out);
    record::write_number(w, input, number, detail);
    return out;
}

}  // namespace

TEST_CASE("number record: keys in the fixed order", "[record][number]") {
    number::Number n;
    n.e164 = "+4930123456";
    n.calling_code = 49;
    n.region = "DE";
    n.type = number::Type::kFixedLine;
    n.possible = n.valid = true;
    n.extension = "12";
    n.rule = "local";
    n.dial_plan = "berlin";
    n.flags = 1U << static_cast<unsigned>(number::Flag::kUri) | 1U << static_cast<unsigned>(number::Flag::kAccessPrefix);
    n.reason = number::Reason::kTooShort;
    CHECK(written("030 123456", n) ==
          R"({"input":"030 123456","e164":"+4930123456","calling_code":"49","region":"DE","kind":"fixed_line","possible":true,)"
          R"("valid":true,"extension":"12","rfc3966":"tel:+4930123456;ext=12","rule":"local","dial_plan":"berlin",)"
          R"("flags":["uri","access_prefix"],"reasons":["too_short"]})");
}

TEST_CASE("number record: national and international forms when they are asked for", "[record][number]") {
    const number::Number n = number::normalize("+442079460958", {});
    CHECK(written("x", n, {&number::builtin_plan()}).find(R"("national":"020 7946 0958","international":"+44 20 7946 0958")") !=
          std::string::npos);
    CHECK(written("x", n).find("national") == std::string::npos);
}

TEST_CASE("number record: unknown is absent, known to be none is null", "[record][number]") {
    CHECK(written("x", number::Number{}) == R"({"input":"x","e164":null,"possible":false,"flags":[],"reasons":[]})");
}

TEST_CASE("number record: parameters of a URI, their faults, and the tel URI with them", "[record][number]") {
    const auto record_of = [](std::string_view input) { return written("x", number::normalize(input, {})); };
    CHECK(record_of("tel:+1-202-533-1234;ext=7;rn=+1-202-544-0000;npdi").find(
              R"("extension":"7","rfc3966":"tel:+12025331234;ext=7;npdi;rn=+12025440000",)"
              R"("parameters":{"npdi":true,"rn":"+12025440000"},"flags":["uri"])") != std::string::npos);
    CHECK(record_of("tel:+12025331234;rn=2025440000").find(
              R"("rfc3966":"tel:+12025331234","parameters":{"rn":"2025440000"},"parameter_faults":["rn_without_context"],)") !=
          std::string::npos);
    CHECK(record_of("tel:+12025331234;ext=7").find("parameters") == std::string::npos);
    CHECK(record_of("tel:+12025331234;npdi=1").find(R"("rfc3966":"tel:+12025331234","parameter_faults":["npdi_bad_value"],)") !=
          std::string::npos);
}
