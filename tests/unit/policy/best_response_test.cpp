// Knows: which response of several goes upstream (RFC 3261 §16.7 step 6), pair by pair.
// Must not know: what is tried next (next_test.cpp).
#include <catch2/catch.hpp>
#include <vector>

#include "unit/policy/support.h"

using namespace tandem;
using namespace tandem::test;
using policy::Outcome;
using Kind = Outcome::Kind;

namespace {

// What two contacts of a user brought; the caller is somebody to whom a 503 may or may not be told.
std::string best(const topology::Topology& t, policy::Plan plan, Outcome a, Outcome b, bool upstream_503) {
    plan.upstream_503 = upstream_503;
    a.target = 0;
    b.target = 1;
    const std::vector<Outcome> tried{a, b};
    const policy::Next next = policy::next(plan, tried, t, {}, WallTime{});
    const auto* stop = std::get_if<policy::GiveUp>(&next);
    REQUIRE(stop != nullptr);
    // The one that is handed back as it came, or a response of ours.
    return cat(stop->status, stop->attempt ? (*stop->attempt == 0 ? " a" : " b") : " own");
}

Outcome response(unsigned status) {
    Outcome out;
    out.status = status;
    return out;
}

Outcome of(Kind kind) {
    Outcome out;
    out.kind = kind;
    return out;
}

}  // namespace

TEST_CASE("best response: 6xx, then the lowest class, in 4xx what helps to ask again; 503 never alone", "[policy][best]") {
    const auto t = load();
    const auto decision = decide(from_user(*t, "alice", "114"), *t);
    REQUIRE(decision.forward());
    const policy::Plan plan = decision.forward()->plan;
    REQUIRE(plan.targets.size() == 2);
    struct Row {
        Outcome a, b;
        std::string_view best, with_forward_503 = {};  ///< DEVIATION; where it differs
    };
    // clang-format off
    const Row rows[] = {
        // a 6xx before all others, MUST
        {response(600), response(302),             "600 a"},
        {response(404), response(603),             "603 b"},
        {response(503), response(606),             "606 b"},
        // the lowest class
        {response(302), response(404),             "302 a"},
        {response(500), response(300),             "300 b"},
        {response(404), response(500),             "404 a"},
        {response(599), response(480),             "480 b"},
        {response(486), response(500),             "486 a"},
        // 401, 407, 415, 420, 484 before other 4xx
        {response(404), response(401),             "401 b"},
        {response(407), response(404),             "407 a"},
        {response(486), response(415),             "415 b"},
        {response(420), response(480),             "420 a"},
        {response(408), response(484),             "484 b"},
        {response(404), response(484),             "484 b"},
        // ours: busy says more than not found, any answer more than none
        {response(404), response(486),             "486 b"},
        {response(404), response(408),             "404 a"},
        {response(408), response(480),             "480 b"},
        // of equals the later one
        {response(404), response(480),             "480 b"},
        {response(480), response(404),             "404 b"},
        // any other 5xx before 503; a lone 503 is our 500
        {response(503), response(500),             "500 b"},
        {response(504), response(503),             "504 a"},
        {response(503), response(503),             "500 own", "503 b"},
        {response(503), of(Kind::kTransportError), "500 own", "503 own"},
        {of(Kind::kTransportError), response(503), "500 own", "503 b"},
        {response(503), response(404),             "404 b"},
        // what did not come at all counts as 408, what could not be sent as 503 (§8.1.3.1, §16.9)
        {of(Kind::kTimeout), of(Kind::kTransportError),        "408 own"},
        {of(Kind::kTransportError), of(Kind::kTransportError), "500 own", "503 own"},
        {of(Kind::kNoProgress), response(500),                 "408 own"},
        {of(Kind::kTimeout), response(404),                    "404 b"},
        // what fits into no datagram, wherever it was to go, is told so (§21.5.7)
        {of(Kind::kTooLarge), of(Kind::kTooLarge),             "513 own"},
        {of(Kind::kTooLarge), of(Kind::kTransportError),       "513 own"},
        {of(Kind::kTooLarge), response(404),                   "404 b"},
    };
    // clang-format on
    for (const Row& row : rows) {
        CAPTURE(row.a.as_status(), row.b.as_status(), to_string(row.a.kind), to_string(row.b.kind));
        CHECK(best(*t, plan, row.a, row.b, false) == row.best);
        CHECK(best(*t, plan, row.a, row.b, true) == (row.with_forward_503.empty() ? row.best : row.with_forward_503));
    }
}
