// Knows: the INVITE client transaction as RFC 6026 §8.4 draws it (figure 5), arrow by arrow, and the values of its timers.
// Must not know: messages, sockets.
// Next: table.h, which reads these tables; machines_test.cpp for courses through several states.
#include "siptx/client_invite.h"

#include "unit/siptx/table.h"

using namespace tandem;
using namespace tandem::test;
using siptx::ClientInvite;

namespace {

std::string_view name(ClientInvite::State state) {
    switch (state) {
        case ClientInvite::State::kCalling: return "Calling";
        case ClientInvite::State::kProceeding: return "Proceeding";
        case ClientInvite::State::kAccepted: return "Accepted";
        case ClientInvite::State::kCompleted: return "Completed";
        case ClientInvite::State::kTerminated: return "Terminated";
    }
    return "?";
}

const Subject<ClientInvite> kSubject{
    .name = name,
    .events = {{"1xx", {100, 101, 180, 183, 199}},
               {"2xx", {200, 202, 299}},
               {"300-699", {300, 302, 399, 400, 407, 486, 500, 503, 600, 699}},
               {"transport error", {0}}},
    .apply = [](ClientInvite& m, std::string_view event, int status, const Timers& timers, MonoTime now) {
        return event == "transport error" ? m.on_transport_error() : m.on_response(status, timers, now);
    },
    .ways = {{"Calling", {}},
             {"Proceeding", {"1xx"}},
             {"Accepted", {"2xx"}},
             {"Accepted, after 1xx", {"1xx", "2xx"}},
             {"Completed", {"300-699"}},
             {"Completed, after 1xx", {"1xx", "300-699"}},
             {"Terminated", {"time"}}},
    .never_reliable = {"Completed"},  // Timer D
};

// clang-format off
constexpr Row kRows[] = {
    // state                   event               next           actions        over TCP and TLS
    {"Calling",                "1xx",              "Proceeding",  "deliver"},
    {"Calling",                "2xx",              "Accepted",    "deliver"},
    {"Calling",                "300-699",          "Completed",   "ack deliver", "Terminated", "ack deliver end"},
    {"Calling",                "transport error",  "Terminated",  "error end"},
    {"Proceeding",             "1xx",              "Proceeding",  "deliver"},
    {"Proceeding",             "2xx",              "Accepted",    "deliver"},
    {"Proceeding",             "300-699",          "Completed",   "ack deliver", "Terminated", "ack deliver end"},
    {"Proceeding",             "transport error",  "Proceeding",  "-"},  // it sends nothing here that could fail
    {"Accepted",               "1xx",              "Accepted",    "-"},
    {"Accepted",               "2xx",              "Accepted",    "deliver"},
    {"Accepted",               "300-699",          "Accepted",    "-"},
    {"Accepted",               "transport error",  "Accepted",    "-"},
    {"Accepted, after 1xx",    "1xx",              "Accepted",    "-"},
    {"Accepted, after 1xx",    "2xx",              "Accepted",    "deliver"},
    {"Accepted, after 1xx",    "300-699",          "Accepted",    "-"},
    {"Accepted, after 1xx",    "transport error",  "Accepted",    "-"},
    {"Completed",              "1xx",              "Completed",   "-"},
    {"Completed",              "2xx",              "Completed",   "-"},
    {"Completed",              "300-699",          "Completed",   "ack"},
    {"Completed",              "transport error",  "Terminated",  "error end"},
    {"Completed, after 1xx",   "1xx",              "Completed",   "-"},
    {"Completed, after 1xx",   "2xx",              "Completed",   "-"},
    {"Completed, after 1xx",   "300-699",          "Completed",   "ack"},
    {"Completed, after 1xx",   "transport error",  "Terminated",  "error end"},
    {"Terminated",             "1xx",              "Terminated",  "-"},
    {"Terminated",             "2xx",              "Terminated",  "-"},
    {"Terminated",             "300-699",          "Terminated",  "-"},
    {"Terminated",             "transport error",  "Terminated",  "-"},
};

// Timer A sends, B ends Calling; M ends Accepted; D ends Completed. Proceeding waits for ever: a proxy's Timer C watches it.
constexpr Silence kDefaults[] = {
    {"Calling", "500 send, 1500 send, 3500 send, 7500 send, 15500 send, 31500 send, 32000 timeout end", "32000 timeout end"},
    {"Proceeding",           "-",         "-"},
    {"Accepted",             "32000 end", "32000 end"},
    {"Accepted, after 1xx",  "32000 end", "32000 end"},
    {"Completed",            "32000 end", ""},
    {"Completed, after 1xx", "32000 end", ""},
    {"Terminated",           "-",         "-"},
};

// T1 = 100 ms: all but Timer D, which never falls below 32 s, follow it. T2 has no say in Timer A.
constexpr Silence kQuick[] = {
    {"Calling", "100 send, 300 send, 700 send, 1500 send, 3100 send, 6300 send, 6400 timeout end", "6400 timeout end"},
    {"Proceeding",           "-",         "-"},
    {"Accepted",             "6400 end",  "6400 end"},
    {"Accepted, after 1xx",  "6400 end",  "6400 end"},
    {"Completed",            "32000 end", ""},
    {"Completed, after 1xx", "32000 end", ""},
    {"Terminated",           "-",         "-"},
};

// T1 = 1 s: Timer D is no shorter than the peer's Timer H.
constexpr Silence kSlow[] = {
    {"Calling", "1000 send, 3000 send, 7000 send, 15000 send, 31000 send, 63000 send, 64000 timeout end", "64000 timeout end"},
    {"Proceeding",           "-",         "-"},
    {"Accepted",             "64000 end", "64000 end"},
    {"Accepted, after 1xx",  "64000 end", "64000 end"},
    {"Completed",            "64000 end", ""},
    {"Completed, after 1xx", "64000 end", ""},
    {"Terminated",           "-",         "-"},
};

// DEVIATION, where a profile sets it: Timer B of its own, and nothing else by it.
constexpr Silence kOwnB[] = {
    {"Calling", "500 send, 1500 send, 3000 timeout end", "3000 timeout end"},
    {"Proceeding",           "-",         "-"},
    {"Accepted",             "32000 end", "32000 end"},
    {"Accepted, after 1xx",  "32000 end", "32000 end"},
    {"Completed",            "32000 end", ""},
    {"Completed, after 1xx", "32000 end", ""},
    {"Terminated",           "-",         "-"},
};
// clang-format on

}  // namespace

TEST_CASE("table: INVITE client, each state with each event (RFC 6026 figure 5)", "[siptx][table]") { check_rows(kSubject, kRows); }

TEST_CASE("table: INVITE client, Timers A, B, D and M", "[siptx][table]") {
    check_silence(kSubject, Timers{}, kDefaults);
    check_silence(kSubject, Timers{.t1 = milliseconds(100), .t2 = milliseconds(400), .t4 = seconds(1)}, kQuick);
    check_silence(kSubject, Timers{.t1 = seconds(1)}, kSlow);
    check_silence(kSubject, Timers{.own_b = seconds(3), .own_f = seconds(1)}, kOwnB);
}

TEST_CASE("table: INVITE client, the INVITE leaves at once by each transport", "[siptx][table]") {
    for (const Reliability reliability : {Reliability::kUnreliable, Reliability::kReliable}) {
        ClientInvite m;
        CHECK(words(m.start(Timers{}, reliability, kStart)) == "send");
        CHECK(name(m.state()) == "Calling");
    }
}
