// Knows: how a transaction's table is written down, and how a machine is held against it: state by state, event by event.
// Must not know: any one machine.
// Next: the four *_table_test.cpp.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "siptx/actions.h"
#include "siptx/timers.h"

namespace tandem::test {

using siptx::Actions;
using siptx::kNever;
using siptx::Reliability;
using siptx::Timers;

inline constexpr MonoTime kStart{seconds{100}};

/// "send deliver end": what was asked for, in the order in which it is done; "-" for nothing.
inline std::string words(Actions actions) {
    using Named = std::pair<Actions::Bit, std::string_view>;
    std::string out;
    for (const auto& [bit, name] : {Named{Actions::kSend, "send"}, Named{Actions::kSendAck, "ack"}, Named{Actions::kSendTrying, "100"},
                                    Named{Actions::kDeliver, "deliver"}, Named{Actions::kTimeout, "timeout"},
                                    Named{Actions::kTransportError, "error"}, Named{Actions::kTerminate, "end"}}) {
        if (actions.has(bit)) append(out, out.empty() ? "" : " ", name);
    }
    return out.empty() ? "-" : out;
}

/// One arrow of an RFC's figure, or one that it does not draw: then state and next are the same and nothing is done. A state may carry
/// what the figure leaves to its text: "Proceeding, silent".
struct Row {
    std::string_view state, event, next, actions;
    std::string_view reliable_next = {}, reliable_actions = {};  ///< over TCP and TLS, where that differs
};

/// What a machine that is left alone does from a state on: "500 send, 32000 timeout end", in milliseconds since it came to be in it.
struct Silence {
    std::string_view state, unreliable, reliable;
};

/// One machine as the tables speak of it.
template <class Machine>
struct Subject {
    std::string_view (*name)(typename Machine::State);
    /// Events that the tables name, each with what stands for it: the statuses of a class.
    struct Event {
        std::string_view name;
        std::vector<int> statuses;  ///< {0} for what is no response
    };
    std::vector<Event> events;
    std::function<Actions(Machine&, std::string_view event, int status, const Timers&, MonoTime)> apply;
    /// How each state is reached: events one behind the other, "time" for waiting until nothing is due.
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>> ways;
    std::vector<std::string_view> never_reliable;  ///< states whose timer is 0 over a reliable transport: passed through at once
};

template <class Machine>
std::string wait(Machine& m, const Timers& timers, MonoTime since) {
    std::string out;
    for (int i = 0; i < 100 && m.deadline() != kNever; ++i) {
        const MonoTime at = m.deadline();
        // Nothing happens before its time.
        CHECK(m.on_time(timers, at - nanoseconds(1)).none());
        const Actions done = m.on_time(timers, at);
        append(out, out.empty() ? "" : ", ", std::chrono::duration_cast<milliseconds>(at - since).count(), " ", words(done));
    }
    return out.empty() ? "-" : out;
}

template <class Machine>
Machine reach(const Subject<Machine>& s, std::string_view state, Reliability reliability, const Timers& timers) {
    Machine m;
    m.start(timers, reliability, kStart);
    for (const auto& [name, way] : s.ways) {
        if (name != state) continue;
        for (const std::string_view event : way) {
            if (event == "time") {
                while (m.deadline() != kNever) m.on_time(timers, m.deadline());
                continue;
            }
            for (const auto& e : s.events) {
                if (e.name == event) s.apply(m, event, e.statuses.front(), timers, kStart);
            }
        }
    }
    return m;
}

inline std::string_view bare(std::string_view state) { return state.substr(0, state.find(',')); }

template <class Machine>
bool reachable(const Subject<Machine>& s, std::string_view state, Reliability reliability) {
    if (reliability == Reliability::kUnreliable) return true;
    for (const std::string_view never : s.never_reliable) {
        if (never == bare(state)) return false;
    }
    return true;
}

/// Each state with each event, over both kinds of transport; a row that is missing fails.
template <class Machine>
void check_rows(const Subject<Machine>& s, std::span<const Row> rows) {
    const Timers timers;
    std::size_t used = 0;
    for (const auto& way : s.ways) {
        for (const auto& event : s.events) {
            const Row* row = nullptr;
            for (const Row& r : rows) {
                if (r.state != way.first || r.event != event.name) continue;
                CHECK(row == nullptr);
                row = &r;
            }
            CAPTURE(std::string(way.first), std::string(event.name));
            REQUIRE(row != nullptr);
            ++used;
            for (const Reliability reliability : {Reliability::kUnreliable, Reliability::kReliable}) {
                const bool reliable = reliability == Reliability::kReliable;
                for (const int status : event.statuses) {
                    Machine m = reach(s, way.first, reliability, timers);
                    CAPTURE(reliable, status);
                    if (!reachable(s, way.first, reliability)) {
                        CHECK(s.name(m.state()) == "Terminated");
                        continue;
                    }
                    REQUIRE(s.name(m.state()) == bare(way.first));
                    const Actions done = s.apply(m, event.name, status, timers, kStart);
                    CHECK(words(done) == (reliable && !row->reliable_actions.empty() ? row->reliable_actions : row->actions));
                    CHECK(s.name(m.state()) == bare(reliable && !row->reliable_next.empty() ? row->reliable_next : row->next));
                    // A machine that is over asks for no more time.
                    if (s.name(m.state()) == "Terminated") CHECK(m.deadline() == kNever);
                }
            }
        }
    }
    CHECK(used == rows.size());
}

/// Each state left alone, by that set of timers.
template <class Machine>
void check_silence(const Subject<Machine>& s, const Timers& timers, std::span<const Silence> rows) {
    for (const auto& way : s.ways) {
        const Silence* row = nullptr;
        for (const Silence& r : rows) {
            if (r.state == way.first) row = &r;
        }
        CAPTURE(std::string(way.first));
        REQUIRE(row != nullptr);
        for (const Reliability reliability : {Reliability::kUnreliable, Reliability::kReliable}) {
            Machine m = reach(s, way.first, reliability, timers);
            CAPTURE(reliability == Reliability::kReliable);
            if (!reachable(s, way.first, reliability)) continue;
            const std::string said = wait(m, timers, kStart);
            CHECK(said == (reliability == Reliability::kReliable ? row->reliable : row->unreliable));
            CHECK(s.name(m.state()) == (said == "-" ? bare(way.first) : std::string_view("Terminated")));
        }
    }
    CHECK(rows.size() == s.ways.size());
}

}  // namespace tandem::test
