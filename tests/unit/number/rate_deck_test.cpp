#include "number/rate_deck.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;

namespace {

constexpr std::chrono::sys_days kToday{std::chrono::year(2026) / 11 / 22};

number::LoadedDeck load(std::string_view csv, std::vector<std::string> columns = {"rate"}) {
    StringInput in{std::string(csv)};
    auto loaded = number::read_rate_deck(in, columns);
    REQUIRE(loaded);
    return std::move(*loaded);
}

std::string rate(const number::RateDeck& deck, std::string_view number, std::size_t column = 0, std::chrono::sys_days day = kToday) {
    const auto found = deck.rate(number, column, day);
    return found ? cat(number::prefix_text(found->prefix), ' ', number::to_string_rate(found->rate)) : "";
}

/// "line:column what" of each fault.
std::string faults(const number::LoadedDeck& loaded) {
    std::string out;
    for (const number::DeckFault& fault : loaded.faults) append(out, out.empty() ? "" : " | ", fault.line, ':', fault.column, ' ', fault.what);
    return out;
}

}  // namespace

TEST_CASE("rate deck: prefix and rate, without names", "[number][rates]") {
    const auto loaded = load("1,0.0102\n1425,0.008\n+44,0.02\n\n# far away\n870,6.5\n");
    REQUIRE(loaded.deck);
    CHECK(loaded.deck->rows() == 4);
    CHECK(rate(*loaded.deck, "+14255550100") == "1425 0.008");
    CHECK(rate(*loaded.deck, "12065550100") == "1 0.0102");
    CHECK(rate(*loaded.deck, "+442079460018") == "44 0.02");
    CHECK(rate(*loaded.deck, "+870773111632") == "870 6.5");
    CHECK(rate(*loaded.deck, "+4930901820") == "");
}

TEST_CASE("rate deck: named columns in any order, quoted texts, a byte order mark, CRLF", "[number][rates]") {
    const auto loaded = load("\xEF\xBB\xBF" "Destination,prefix,carrier-b,carrier-a\r\n\"USA, all\",1,0.01,0.02\r\n\"say \"\"x\"\"\",44,,0.03\r\n",
                             {"carrier-a", "carrier-b"});
    INFO(faults(loaded));
    REQUIRE(loaded.deck);
    CHECK(rate(*loaded.deck, "+14255550100", 0) == "1 0.02");
    CHECK(rate(*loaded.deck, "+14255550100", 1) == "1 0.01");
    CHECK(rate(*loaded.deck, "+442079460018", 0) == "44 0.03");
    CHECK(rate(*loaded.deck, "+442079460018", 1) == "");
}

TEST_CASE("rate deck: where the longest prefix has no rate of a carrier, a shorter one counts", "[number][rates]") {
    const auto loaded = load("prefix,a,b\n1,0.01,0.02\n1425,,0.005\n", {"a", "b"});
    REQUIRE(loaded.deck);
    CHECK(rate(*loaded.deck, "+14255550100", 0) == "1 0.01");
    CHECK(rate(*loaded.deck, "+14255550100", 1) == "1425 0.005");
}

TEST_CASE("rate deck: the latest row that holds on the day", "[number][rates]") {
    const auto loaded = load("prefix,rate,valid_from\n1425,0.3,2026-11-23\n1425,0.2,2026-11-22\n1425,0.1,2026-01-01\n1,0.5,\n1206,0.9,2027-01-01\n");
    REQUIRE(loaded.deck);
    using namespace std::chrono;
    CHECK(rate(*loaded.deck, "+14255550100", 0, kToday) == "1425 0.2");
    CHECK(rate(*loaded.deck, "+14255550100", 0, kToday + days(1)) == "1425 0.3");
    CHECK(rate(*loaded.deck, "+14255550100", 0, kToday - days(1)) == "1425 0.1");
    CHECK(rate(*loaded.deck, "+14255550100", 0, sys_days(year(2025) / 12 / 31)) == "1 0.5");
    CHECK(rate(*loaded.deck, "+12065550100", 0, kToday) == "1 0.5");
}

TEST_CASE("rate deck: rates are exact to the millionth", "[number][rates]") {
    for (const std::string_view text : {"0", "1", "0.000001", "0.1", "4294.967294", "12.5"}) {
        const auto loaded = load(cat("1,", text, "\n"));
        REQUIRE(loaded.deck);
        CHECK(rate(*loaded.deck, "1") == cat("1 ", text));
    }
    CHECK(rate(*load("1,.5\n").deck, "1") == "1 0.5");
    CHECK(rate(*load("1,5.\n").deck, "1") == "1 5");
}

TEST_CASE("rate deck: faults with line and column", "[number][rates]") {
    struct Row {
        std::string_view csv;
        std::string_view want;
    };
    const Row rows[] = {
        {"", "1:1 the file has no prefixes"},
        {"prefix,rate\n", "1:1 the file has no prefixes"},
        {"# nothing\n", "1:1 the file has no prefixes"},
        {"1,0.1\n1,0.2\n", "2:1 prefix 1 stands in line 1 already"},
        {"prefix,rate,valid_from\n1,1,2026-01-01\n2,1,\n1,2,2026-01-01\n", "4:1 prefix 1 stands in line 2 already for the same day"},
        {"1,0.1\nx,0.2\n", "2:1 \"x\" is no prefix; write 1 to 15 digits that begin with a country code"},
        {"1,0.1\n044,0.2\n", "2:1 \"044\" is no prefix; write 1 to 15 digits that begin with a country code"},
        {"1,0.1\n1234567890123456,0.2\n", "2:1 \"1234567890123456\" is no prefix; write 1 to 15 digits that begin with a country code"},
        {"1, -0.1\n", "1:4 \"-0.1\" is no rate; write up to 4294 with at most 6 decimals, as 0.0125"},
        {"1,0.1234567\n", "1:3 \"0.1234567\" is no rate; write up to 4294 with at most 6 decimals, as 0.0125"},
        {"1,4294.967295\n", "1:3 \"4294.967295\" is no rate; write up to 4294 with at most 6 decimals, as 0.0125"},
        {"1,99999999999999999999999\n", "1:3 \"99999999999999999999999\" is no rate; write up to 4294 with at most 6 decimals, as 0.0125"},
        {"1,.\n", "1:3 \".\" is no rate; write up to 4294 with at most 6 decimals, as 0.0125"},
        {"1,0.1,2026-02-30\n", "1:7 \"2026-02-30\" is no day; write it as 2026-12-01"},
        {"1,0.1,2026-2-3\n", "1:7 \"2026-2-3\" is no day; write it as 2026-12-01"},
        {"1,0.1\n2\n", "2:1 1 fields, where the first line has 2"},
        {"1,0.1\n2,3,4\n", "2:1 3 fields, where the first line has 2"},
        {"1,0.1,,\n", "1:1 4 fields and no names; without names they are prefix,rate or prefix,rate,valid_from"},
        {"prefix,rte\n1,1\n", "1:1 there is no column \"rate\"; did you mean \"rte\"?"},
        {"code,rate\n1,1\n", "1:1 there is no column \"prefix\""},
        {"prefix,rate,Rate\n1,1,2\n", "1:13 column \"rate\" stands twice"},
        {"prefix,rate\n\"1,1\n", "2:1 a quote that is never closed"},
        {"prefix,rate\n\"1\"2,1\n", "2:4 text behind a closing quote"},
    };
    for (const Row& row : rows) {
        INFO(row.csv);
        const auto loaded = load(row.csv);
        CHECK_FALSE(loaded.deck);
        std::string want(row.want);
        CHECK(faults(loaded).substr(0, want.size()) == want);
        CHECK(loaded.faults.size() == 1);
    }
    CHECK(faults(load("1,0.1\n", {"gold"})) == "1:1 there is no line of names, so no column \"gold\"");
}

TEST_CASE("rate deck: a hundred faults are told, and reading ends", "[number][rates]") {
    std::string csv = "prefix,rate\n";
    for (int i = 0; i < 1000; ++i) csv += "x,y\n";
    CHECK(load(csv).faults.size() == 100);
}

TEST_CASE("rate deck: cut off at every byte, it is a smaller deck or has a fault", "[number][rates]") {
    const std::string whole = "prefix,\"rate\",valid_from\n\"1\",0.1,2026-01-01\n44,0.25,\n+4420,1,2026-01-01\n";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const test::ExactBuffer cut(std::string_view(whole).substr(0, size));
        const auto loaded = load(cut.text());
        CHECK((loaded.deck != nullptr) == loaded.faults.empty());
        if (loaded.deck) CHECK(loaded.deck->rows() <= 3);
    }
}
