// Knows: how a call ended, in one word, from its final response.
// Must not know: messages, records.
// Next: tracker.h, which finds the facts in a capture; a proxy or bridge has them at hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::call {

enum class Outcome : std::uint8_t {
    kAnswered,    ///< 2xx
    kBusy,        ///< 486, 600
    kCancelled,   ///< 487
    kNoAnswer,    ///< 408 or 480 after a 18x, or Q.850 18 or 19
    kRedirected,  ///< 3xx
    kRejected,    ///< other 4xx, 6xx
    kFailed,      ///< 5xx, 408 without a 18x, or no final response and no 18x
    kIncomplete,  ///< still open when the observation ended
};

/// "answered", "busy", "cancelled", "no_answer", "redirected", "rejected", "failed", "incomplete".
std::string_view to_string(Outcome outcome);

/// What decides the outcome.
struct Ending {
    int status = 0;           ///< final response to the INVITE; 0 = none came
    bool rang = false;        ///< a 18x came before it
    std::optional<int> q850;  ///< cause of a Reason header field (RFC 3326)
    bool expired = false;     ///< with status 0: the wait was over (timer B or C), the observation went on
};

Outcome outcome_of(const Ending& ending);

/// True when it failed for want of an answer ("failure":"timeout"): no final response and no 18x, or a 408 without one.
bool timed_out(const Ending& ending);

}  // namespace tandem::call
