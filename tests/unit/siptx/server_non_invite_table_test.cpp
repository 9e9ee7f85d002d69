// Knows: the non-INVITE server transaction as RFC 3261 §17.2.2 draws it (figure 8), changed by RFC 4320 §4 and RFC 6026 §8.8, arrow by
//        arrow, and the values of its timers.
// Must not know: messages, sockets.
// Next: table.h, which reads these tables; machines_test.cpp for courses through several states.
#include "siptx/server_non_invite.h"

#include "unit/siptx/table.h"

using namespace tandem;
using namespace tandem::test;
using siptx::ServerNonInvite;

namespace {

std::string_view name(ServerNonInvite::State state) {
    switch (state) {
        case ServerNonInvite::State::kTrying: return "Trying";
        case ServerNonInvite::State::kProceeding: return "Proceeding";
        case ServerNonInvite::State::kCompleted: return "Completed";
        case ServerNonInvite::State::kTerminated: return "Terminated";
    }
    return "?";
}

const Subject<ServerNonInvite> kSubject{
    .name = name,
    .events = {{"request", {0}},
               {"1xx from TU", {100, 180, 183, 199}},
               {"408 from TU", {408}},
               {"200-699 from TU", {200, 202, 302, 404, 481, 503, 603, 699}},
               {"100 due", {0}},
               {"transport error", {0}}},
    .apply =
        [](ServerNonInvite& m, std::string_view event, int status, const Timers& timers, MonoTime now) {
            if (event == "request") return m.on_request();
            if (event == "100 due") return m.on_time(timers, now + timers.e_at_t2());
            if (event == "transport error") return m.on_transport_error();
            return m.on_response(status, timers, now);
        },
    .ways = {{"Trying", {}}, {"Proceeding", {"100 due"}}, {"Completed", {"200-699 from TU"}}, {"Terminated", {"time"}}},
    .never_reliable = {"Completed"},  // Timer J
};

// clang-format off
constexpr Row kRows[] = {
    // state       event              next          actions    over TCP and TLS
    {"Trying",     "request",         "Trying",     "-"},
    {"Trying",     "1xx from TU",     "Trying",     "-"},      // RFC 4320 §4.1: the 100 is the machine's own, others never go out
    {"Trying",     "408 from TU",     "Terminated", "end"},    // RFC 4320 §4.2: it never goes out
    {"Trying",     "200-699 from TU", "Completed",  "send",    "Terminated", "send end"},
    {"Trying",     "100 due",         "Proceeding", "100"},
    {"Trying",     "transport error", "Trying",     "-"},      // it has sent nothing that could fail
    {"Proceeding", "request",         "Proceeding", "send"},
    {"Proceeding", "1xx from TU",     "Proceeding", "-"},
    {"Proceeding", "408 from TU",     "Terminated", "end"},
    {"Proceeding", "200-699 from TU", "Completed",  "send",    "Terminated", "send end"},
    {"Proceeding", "100 due",         "Proceeding", "-"},      // once
    {"Proceeding", "transport error", "Proceeding", "error"},  // RFC 6026 §8.8: told, and it stays, unlike figure 8
    {"Completed",  "request",         "Completed",  "send"},
    {"Completed",  "1xx from TU",     "Completed",  "-"},
    {"Completed",  "408 from TU",     "Completed",  "-"},
    {"Completed",  "200-699 from TU", "Completed",  "-"},
    {"Completed",  "100 due",         "Completed",  "-"},
    {"Completed",  "transport error", "Completed",  "error"},
    {"Terminated", "request",         "Terminated", "-"},
    {"Terminated", "1xx from TU",     "Terminated", "-"},
    {"Terminated", "408 from TU",     "Terminated", "-"},
    {"Terminated", "200-699 from TU", "Terminated", "-"},
    {"Terminated", "100 due",         "Terminated", "-"},
    {"Terminated", "transport error", "Terminated", "-"},
};

// A 100 when the client's Timer E has come to T2, over each transport (RFC 4320 §4.1); at the client's Timer F nobody waits for an
// answer any more and it ends without one (§4.2); Timer J ends Completed.
constexpr Silence kDefaults[] = {
    {"Trying",     "3500 100, 32000 end", "3500 100, 32000 end"},
    {"Proceeding", "32000 end",           "32000 end"},
    {"Completed",  "32000 end",           ""},
    {"Terminated", "-",                   "-"},
};

constexpr Silence kQuick[] = {  // T1 = 100 ms, T2 = 400 ms
    {"Trying",     "300 100, 6400 end", "300 100, 6400 end"},
    {"Proceeding", "6400 end",          "6400 end"},
    {"Completed",  "6400 end",          ""},
    {"Terminated", "-",                 "-"},
};
// clang-format on

}  // namespace

TEST_CASE("table: non-INVITE server, each state with each event (RFC 3261 figure 8, RFC 4320, RFC 6026)", "[siptx][table]") {
    check_rows(kSubject, kRows);
}

TEST_CASE("table: non-INVITE server, the 100, the client's Timer F, and Timer J", "[siptx][table]") {
    check_silence(kSubject, Timers{}, kDefaults);
    check_silence(kSubject, Timers{.t1 = milliseconds(100), .t2 = milliseconds(400), .t4 = seconds(1)}, kQuick);
}
