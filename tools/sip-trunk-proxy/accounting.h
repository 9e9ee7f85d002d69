// Knows: the calls that are answered and not ended, and the `call` records of all of them.
// Must not know: messages; how a call was routed.
// Next: record/call.h for the keys; cli/record_writer.h for the way out.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "record/call.h"
#include "sip-trunk-proxy/call_log.h"
#include "sip-trunk-proxy/counters.h"
#include "sip-trunk-proxy/live_counters.h"

namespace tandem::proxy {

/// Thread: the SIP worker.
class Accounting {
public:
    using Sink = std::function<void(std::string_view line)>;
    /// At most max_calls are remembered: beyond that the one that was answered first gets its end record, "table_full".
    Accounting(const Clock& clock, LiveCounters& live, Counters& counters, std::size_t max_calls, Sink sink)
        : clock_(clock), live_(live), counters_(counters), max_calls_(max_calls), sink_(std::move(sink)) {}

    /// The call was answered: its start record, and it is live from now on. One with the same key is over then ("replaced").
    void answered(CallLog&& log);
    /// The call never was answered: its only record.
    void failed(CallLog&& log);
    /// Is given each call that ended().
    void set_on_ended(std::function<void(CallLog&& over)> f) { on_ended_ = std::move(f); }
    /// A BYE went through (or something else ended it): the end record. Nothing when the call is not (any more) live here.
    void ended(std::uint64_t key, std::string_view by);
    /// Every live call gets its end record, for instance because the node stops.
    void end_all(std::string_view by);
    /// Calls answered before that time and never ended: their BYE was lost or went another way.
    void end_older_than(MonoTime time, std::string_view by);

    [[nodiscard]] std::size_t live_calls() const { return calls_.size(); }
    /// That call was answered here and has not ended.
    [[nodiscard]] bool lives(std::uint64_t key) const { return by_key_.contains(key); }

private:
    using Calls = std::list<CallLog>;
    CallLog end(Calls::iterator call, std::string_view by);
    void write(const CallLog& log, std::string_view phase, std::string_view ended_by);

    const Clock& clock_;
    LiveCounters& live_;
    Counters& counters_;
    std::size_t max_calls_;
    Sink sink_;
    std::function<void(CallLog&&)> on_ended_;
    record::Call record_;  ///< written anew for each, as line_
    std::string line_;
    Calls calls_;  // in the order of their answers
    std::unordered_map<std::uint64_t, Calls::iterator> by_key_;
};

}  // namespace tandem::proxy
