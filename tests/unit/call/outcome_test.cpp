#include "call/outcome.h"

#include <catch2/catch.hpp>

using namespace tandem::call;

TEST_CASE("outcome: from the final response", "[call][outcome]") {
    struct Row {
        int status;
        bool rang;
        std::optional<int> q850;
        bool expired;
        Outcome outcome;
        bool timeout;
    };
    const Row rows[] = {
        {200, true, {}, false, Outcome::kAnswered, false},
        {202, false, {}, false, Outcome::kAnswered, false},
        {302, false, {}, false, Outcome::kRedirected, false},
        {486, true, {}, false, Outcome::kBusy, false},
        {600, false, {}, false, Outcome::kBusy, false},
        {487, true, {}, false, Outcome::kCancelled, false},
        {408, true, {}, false, Outcome::kNoAnswer, false},
        {408, false, {}, false, Outcome::kFailed, true},
        {480, true, {}, false, Outcome::kNoAnswer, false},
        {480, false, {}, false, Outcome::kRejected, false},
        {480, false, 18, false, Outcome::kNoAnswer, false},
        {503, false, 19, false, Outcome::kNoAnswer, false},
        {403, false, 17, false, Outcome::kRejected, false},
        {404, false, {}, false, Outcome::kRejected, false},
        {401, false, {}, false, Outcome::kRejected, false},
        {603, true, {}, false, Outcome::kRejected, false},
        {500, false, {}, false, Outcome::kFailed, false},
        {503, true, {}, false, Outcome::kFailed, false},
        {0, false, {}, false, Outcome::kIncomplete, false},
        {0, true, {}, false, Outcome::kIncomplete, false},
        {0, false, {}, true, Outcome::kFailed, true},
        {0, true, {}, true, Outcome::kNoAnswer, false},
    };
    for (const Row& row : rows) {
        const Ending e{row.status, row.rang, row.q850, row.expired};
        INFO(row.status << " " << row.rang);
        CHECK(outcome_of(e) == row.outcome);
        CHECK(timed_out(e) == row.timeout);
    }
}
