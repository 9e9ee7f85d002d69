// Knows: the non-INVITE client transaction as RFC 3261 §17.1.2 draws it (figure 6), arrow by arrow, and the values of its timers.
// Must not know: messages, sockets.
// Next: table.h, which reads these tables; machines_test.cpp for courses through several states.
#include "siptx/client_non_invite.h"

#include "unit/siptx/table.h"

using namespace tandem;
using namespace tandem::test;
using siptx::ClientNonInvite;

namespace {

std::string_view name(ClientNonInvite::State state) {
    switch (state) {
        case ClientNonInvite::State::kTrying: return "Trying";
        case ClientNonInvite::State::kProceeding: return "Proceeding";
        case ClientNonInvite::State::kCompleted: return "Completed";
        case ClientNonInvite::State::kTerminated: return "Terminated";
    }
    return "?";
}

const Subject<ClientNonInvite> kSubject{
    .name = name,
    .events = {{"1xx", {100, 180, 199}}, {"200-699", {200, 202, 302, 401, 408, 481, 503, 600, 699}}, {"transport error", {0}}},
    .apply = [](ClientNonInvite& m, std::string_view event, int status, const Timers& timers, MonoTime now) {
        return event == "transport error" ? m.on_transport_error() : m.on_response(status, timers, now);
    },
    .ways = {{"Trying", {}},
             {"Proceeding", {"1xx"}},
             {"Completed", {"200-699"}},
             {"Completed, after 1xx", {"1xx", "200-699"}},
             {"Terminated", {"time"}}},
    .never_reliable = {"Completed"},  // Timer K
};

// clang-format off
constexpr Row kRows[] = {
    // state                  event              next          actions      over TCP and TLS
    {"Trying",                "1xx",             "Proceeding", "deliver"},
    {"Trying",                "200-699",         "Completed",  "deliver",   "Terminated", "deliver end"},
    {"Trying",                "transport error", "Terminated", "error end"},
    {"Proceeding",            "1xx",             "Proceeding", "deliver"},
    {"Proceeding",            "200-699",         "Completed",  "deliver",   "Terminated", "deliver end"},
    {"Proceeding",            "transport error", "Terminated", "error end"},
    {"Completed",             "1xx",             "Completed",  "-"},
    {"Completed",             "200-699",         "Completed",  "-"},
    {"Completed",             "transport error", "Completed",  "-"},  // it sends nothing any more
    {"Completed, after 1xx",  "1xx",             "Completed",  "-"},
    {"Completed, after 1xx",  "200-699",         "Completed",  "-"},
    {"Completed, after 1xx",  "transport error", "Completed",  "-"},
    {"Terminated",            "1xx",             "Terminated", "-"},
    {"Terminated",            "200-699",         "Terminated", "-"},
    {"Terminated",            "transport error", "Terminated", "-"},
};

// Timer E sends: from T1 doubling up to T2, in Proceeding every T2; F ends both; K ends Completed.
constexpr Silence kDefaults[] = {
    {"Trying",
     "500 send, 1500 send, 3500 send, 7500 send, 11500 send, 15500 send, 19500 send, 23500 send, 27500 send, 31500 send, "
     "32000 timeout end",
     "32000 timeout end"},
    // The one that runs when the provisional comes runs out first.
    {"Proceeding", "500 send, 4500 send, 8500 send, 12500 send, 16500 send, 20500 send, 24500 send, 28500 send, 32000 timeout end",
     "32000 timeout end"},
    {"Completed",            "5000 end", ""},
    {"Completed, after 1xx", "5000 end", ""},
    {"Terminated",           "-",        "-"},
};

constexpr Silence kQuick[] = {  // T1 = 100 ms, T2 = 400 ms, T4 = 1 s
    {"Trying",
     "100 send, 300 send, 700 send, 1100 send, 1500 send, 1900 send, 2300 send, 2700 send, 3100 send, 3500 send, 3900 send, 4300 send, "
     "4700 send, 5100 send, 5500 send, 5900 send, 6300 send, 6400 timeout end",
     "6400 timeout end"},
    {"Proceeding",
     "100 send, 500 send, 900 send, 1300 send, 1700 send, 2100 send, 2500 send, 2900 send, 3300 send, 3700 send, 4100 send, 4500 send, "
     "4900 send, 5300 send, 5700 send, 6100 send, 6400 timeout end",
     "6400 timeout end"},
    {"Completed",            "1000 end", ""},
    {"Completed, after 1xx", "1000 end", ""},
    {"Terminated",           "-",        "-"},
};

// DEVIATION, where a profile sets it: Timer F of its own, and nothing else by it.
constexpr Silence kOwnF[] = {
    {"Trying",               "500 send, 1000 timeout end", "1000 timeout end"},
    {"Proceeding",           "500 send, 1000 timeout end", "1000 timeout end"},
    {"Completed",            "5000 end", ""},
    {"Completed, after 1xx", "5000 end", ""},
    {"Terminated",           "-",        "-"},
};
// clang-format on

}  // namespace

TEST_CASE("table: non-INVITE client, each state with each event (RFC 3261 figure 6)", "[siptx][table]") { check_rows(kSubject, kRows); }

TEST_CASE("table: non-INVITE client, Timers E, F and K", "[siptx][table]") {
    check_silence(kSubject, Timers{}, kDefaults);
    check_silence(kSubject, Timers{.t1 = milliseconds(100), .t2 = milliseconds(400), .t4 = seconds(1)}, kQuick);
    check_silence(kSubject, Timers{.own_b = seconds(3), .own_f = seconds(1)}, kOwnF);
}

TEST_CASE("table: non-INVITE client, the request leaves at once by each transport", "[siptx][table]") {
    for (const Reliability reliability : {Reliability::kUnreliable, Reliability::kReliable}) {
        ClientNonInvite m;
        CHECK(words(m.start(Timers{}, reliability, kStart)) == "send");
        CHECK(name(m.state()) == "Trying");
    }
}
