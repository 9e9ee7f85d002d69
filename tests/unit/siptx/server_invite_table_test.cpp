// Knows: the INVITE server transaction as RFC 6026 §8.6 draws it (figure 7), arrow by arrow, and the values of its timers.
// Must not know: messages, sockets.
// Next: table.h, which reads these tables; machines_test.cpp for courses through several states.
#include "siptx/server_invite.h"

#include "unit/siptx/table.h"

using namespace tandem;
using namespace tandem::test;
using siptx::ServerInvite;

namespace {

std::string_view name(ServerInvite::State state) {
    switch (state) {
        case ServerInvite::State::kProceeding: return "Proceeding";
        case ServerInvite::State::kAccepted: return "Accepted";
        case ServerInvite::State::kCompleted: return "Completed";
        case ServerInvite::State::kConfirmed: return "Confirmed";
        case ServerInvite::State::kTerminated: return "Terminated";
    }
    return "?";
}

const Subject<ServerInvite> kSubject{
    .name = name,
    .events = {{"INVITE", {0}},
               {"ACK", {0}},
               {"1xx from TU", {100, 101, 180, 183, 199}},
               {"2xx from TU", {200, 202, 299}},
               {"300-699 from TU", {300, 302, 408, 486, 487, 503, 603, 699}},
               {"transport error", {0}}},
    .apply =
        [](ServerInvite& m, std::string_view event, int status, const Timers& timers, MonoTime now) {
            if (event == "INVITE") return m.on_request();
            if (event == "ACK") return m.on_ack(timers, now);
            if (event == "transport error") return m.on_transport_error();
            return m.on_response(status, timers, now);
        },
    .ways = {{"Proceeding, silent", {}},
             {"Proceeding", {"1xx from TU"}},
             {"Accepted", {"2xx from TU"}},
             {"Completed", {"1xx from TU", "300-699 from TU"}},
             {"Confirmed", {"300-699 from TU", "ACK"}},
             {"Terminated", {"300-699 from TU", "time"}}},
    .never_reliable = {"Confirmed"},  // Timer I
};

// clang-format off
constexpr Row kRows[] = {
    // state                event              next          actions    over TCP and TLS
    {"Proceeding, silent",  "INVITE",          "Proceeding", "-"},   // no response yet that could be sent again
    {"Proceeding, silent",  "ACK",             "Proceeding", "-"},
    {"Proceeding, silent",  "1xx from TU",     "Proceeding", "send"},
    {"Proceeding, silent",  "2xx from TU",     "Accepted",   "send"},
    {"Proceeding, silent",  "300-699 from TU", "Completed",  "send"},
    {"Proceeding, silent",  "transport error", "Proceeding", "error"},
    {"Proceeding",          "INVITE",          "Proceeding", "send"},
    {"Proceeding",          "ACK",             "Proceeding", "-"},
    {"Proceeding",          "1xx from TU",     "Proceeding", "send"},
    {"Proceeding",          "2xx from TU",     "Accepted",   "send"},
    {"Proceeding",          "300-699 from TU", "Completed",  "send"},
    {"Proceeding",          "transport error", "Proceeding", "error"},
    {"Accepted",            "INVITE",          "Accepted",   "-"},
    {"Accepted",            "ACK",             "Accepted",   "deliver"},
    {"Accepted",            "1xx from TU",     "Accepted",   "-"},
    {"Accepted",            "2xx from TU",     "Accepted",   "send"},
    {"Accepted",            "300-699 from TU", "Accepted",   "-"},
    {"Accepted",            "transport error", "Accepted",   "error"},
    {"Completed",           "INVITE",          "Completed",  "send"},
    {"Completed",           "ACK",             "Confirmed",  "-",       "Terminated", "end"},
    {"Completed",           "1xx from TU",     "Completed",  "-"},
    {"Completed",           "2xx from TU",     "Completed",  "-"},
    {"Completed",           "300-699 from TU", "Completed",  "-"},
    {"Completed",           "transport error", "Completed",  "error"},
    {"Confirmed",           "INVITE",          "Confirmed",  "-"},
    {"Confirmed",           "ACK",             "Confirmed",  "-"},
    {"Confirmed",           "1xx from TU",     "Confirmed",  "-"},
    {"Confirmed",           "2xx from TU",     "Confirmed",  "-"},
    {"Confirmed",           "300-699 from TU", "Confirmed",  "-"},
    {"Confirmed",           "transport error", "Confirmed",  "-"},   // it sends nothing any more
    {"Terminated",          "INVITE",          "Terminated", "-"},
    {"Terminated",          "ACK",             "Terminated", "-"},
    {"Terminated",          "1xx from TU",     "Terminated", "-"},
    {"Terminated",          "2xx from TU",     "Terminated", "-"},
    {"Terminated",          "300-699 from TU", "Terminated", "-"},
    {"Terminated",          "transport error", "Terminated", "-"},
};

// The 100 after 200 ms, over each transport; Timer L ends Accepted; G sends in Completed, from T1 doubling up to T2, and H ends it and
// says so (RFC 3261 §17.2.1); I ends Confirmed.
constexpr Silence kDefaults[] = {
    {"Accepted",   "32000 end", "32000 end"},
    {"Completed",
     "500 send, 1500 send, 3500 send, 7500 send, 11500 send, 15500 send, 19500 send, 23500 send, 27500 send, 31500 send, "
     "32000 timeout end",
     "32000 timeout end"},
    {"Confirmed",  "5000 end",  ""},
    {"Terminated", "-",         "-"},
};

constexpr Silence kQuick[] = {  // T1 = 100 ms, T2 = 400 ms, T4 = 1 s
    {"Accepted",   "6400 end", "6400 end"},
    {"Completed",
     "100 send, 300 send, 700 send, 1100 send, 1500 send, 1900 send, 2300 send, 2700 send, 3100 send, 3500 send, 3900 send, 4300 send, "
     "4700 send, 5100 send, 5500 send, 5900 send, 6300 send, 6400 timeout end",
     "6400 timeout end"},
    {"Confirmed",  "1000 end", ""},
    {"Terminated", "-",        "-"},
};
// clang-format on

}  // namespace

TEST_CASE("table: INVITE server, each state with each event (RFC 6026 figure 7)", "[siptx][table]") { check_rows(kSubject, kRows); }

TEST_CASE("table: INVITE server, Timers G, H, I and L", "[siptx][table]") {
    Subject<ServerInvite> ending = kSubject;  // Proceeding has no end of its own: the next test
    ending.ways.erase(ending.ways.begin(), ending.ways.begin() + 2);
    check_silence(ending, Timers{}, kDefaults);
    check_silence(ending, Timers{.t1 = milliseconds(100), .t2 = milliseconds(400), .t4 = seconds(1)}, kQuick);
}

TEST_CASE("table: INVITE server, a 100 after 200 ms unless the user has answered; Proceeding lasts until the user ends it", "[siptx][table]") {
    for (const Reliability reliability : {Reliability::kUnreliable, Reliability::kReliable}) {
        ServerInvite silent;
        CHECK(words(silent.start(Timers{}, reliability, kStart)) == "deliver");
        CHECK(wait(silent, Timers{}, kStart) == "200 100");
        CHECK(name(silent.state()) == "Proceeding");
        CHECK(words(silent.on_request()) == "send");  // that 100 again
        for (const int status : {100, 180}) {
            ServerInvite answered;
            answered.start(Timers{}, reliability, kStart);
            answered.on_response(status, Timers{}, kStart);
            CHECK(wait(answered, Timers{}, kStart) == "-");
        }
    }
}
