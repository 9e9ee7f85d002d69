#include "policy/parties.h"

#include <catch2/catch.hpp>

#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::End;
using policy::EndFacts;

TEST_CASE("parties: an end by name, number, address of record or endpoint", "[policy]") {
    struct Row {
        EndFacts facts;
        std::string_view found;
    };
    const auto at = [](std::string_view text) { return net::Endpoint::parse(text); };
    const Row row = GENERATE_COPY(values<Row>({
        {{"user", "alice", "", {}}, "alice"},
        {{"trunk", "itsp", "", {}}, "itsp"},
        {{"", "itsp", "", {}}, "itsp"},
        {{"user", "itsp", "", {}}, ""},                // a user of that name there is not
        {{"user", "nobody", "+14255550111", {}}, ""},  // the name is told, and wrong: nothing is guessed
        {{"", "", "sip:alice@company.example;tag=1", {}}, "alice"},
        {{"", "", "+14255550121", {}}, "carol"},
        {{"", "", "tel:+1-425-555-0121", {}}, "carol"},
        {{"", "", "+4930123", at("198.51.100.6:5060")}, "itsp"},
        {{"", "", "", at("10.0.1.12:5060")}, "bob"},
        {{"", "", "", at("192.0.2.1:5060")}, ""},
    }));
    const auto t = load();
    const End end = policy::end_of(row.facts, *t);
    const std::string name = end.user != topology::kNoIndex    ? t->users[end.user].name
                             : end.trunk != topology::kNoIndex ? t->trunks[end.trunk].name
                                                               : std::string();
    CAPTURE(row.facts.kind, row.facts.name, row.facts.number_or_uri);
    CHECK(name == row.found);
    CHECK(end.known() == !row.found.empty());
}

TEST_CASE("parties: an unknown name comes with a suggestion", "[policy]") {
    const auto t = load();
    CHECK(policy::unknown_name("--user", "allice", policy::user_names(*t)) ==
          "--user \"allice\" is not in the topology; did you mean \"alice\"?");
    CHECK(policy::unknown_name("--trunk", "zzzzzz", policy::trunk_names(*t)) ==
          "--trunk \"zzzzzz\" is not in the topology");
}
