// Knows: the table from status to outcome.
// Must not know: messages.
// Next: tracker.cpp.
#include "call/outcome.h"

namespace tandem::call {

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::kAnswered: return "answered";
        case Outcome::kBusy: return "busy";
        case Outcome::kCancelled: return "cancelled";
        case Outcome::kNoAnswer: return "no_answer";
        case Outcome::kRedirected: return "redirected";
        case Outcome::kRejected: return "rejected";
        case Outcome::kFailed: return "failed";
        case Outcome::kIncomplete: break;
    }
    return "incomplete";
}

Outcome outcome_of(const Ending& e) {
    const int status = e.status;
    if (status == 0) {
        if (!e.expired) return Outcome::kIncomplete;
        return e.rang ? Outcome::kNoAnswer : Outcome::kFailed;
    }
    if (status < 300) return Outcome::kAnswered;
    if (status < 400) return Outcome::kRedirected;
    if (status == 487) return Outcome::kCancelled;
    if (status == 486 || status == 600) return Outcome::kBusy;
    // Q.850 18: no user responding, 19: no answer from the user.
    if (e.q850 == 18 || e.q850 == 19) return Outcome::kNoAnswer;
    if (status == 408) return e.rang ? Outcome::kNoAnswer : Outcome::kFailed;
    if (status == 480 && e.rang) return Outcome::kNoAnswer;
    return status >= 500 && status < 600 ? Outcome::kFailed : Outcome::kRejected;
}

bool timed_out(const Ending& e) {
    return (e.status == 0 || e.status == 408) && outcome_of(e) == Outcome::kFailed;
}

}  // namespace tandem::call
