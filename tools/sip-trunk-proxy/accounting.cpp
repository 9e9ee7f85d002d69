// Knows: from what is kept of a call to its record.
// Must not know: messages.
// Next: record/call.cpp.
#include "sip-trunk-proxy/accounting.h"

#include "base/text.h"
#include "record/call.h"
#include "sip/keyring.h"

namespace tandem::proxy {

namespace {

using T = CallTexts;

std::optional<double> maybe_ms(float ms) {
    return ms < 0 ? std::nullopt : std::optional<double>(static_cast<double>(ms));
}

std::vector<record::CallAttempt> attempts_of(const CallLog& log) {
    std::vector<record::CallAttempt> out;
    for (const AttemptLog& a : log.attempts) {
        record::CallAttempt attempt;
        attempt.target = a.target;
        if (a.status != 0) attempt.status = a.status;
        if (!a.end.empty()) attempt.reason = a.end;
        attempt.after_ms = static_cast<double>(a.after_ms);
        attempt.progress_ms = maybe_ms(a.progress_ms);
        attempt.final_ms = maybe_ms(a.final_ms);
        attempt.path = a.mediated ? "mediated" : "direct";
        out.push_back(std::move(attempt));
    }
    return out;
}

std::vector<record::CallLeg> legs_of(const CallLog& log) {
    std::vector<record::CallLeg> out(1);
    if (log.source_at.port != 0) out[0].src = log.source_at.str();
    out[0].peer = log.texts.maybe(T::kSource);
    out[0].realm = log.texts.maybe(T::kSourceRealm);
    if (log.has_target) {
        record::CallLeg leg;
        if (log.target_at.port != 0) leg.dst = log.target_at.str();
        leg.peer = log.texts.maybe(T::kTarget);
        leg.realm = log.texts.maybe(T::kTargetRealm);
        out.push_back(std::move(leg));
    }
    return out;
}

// The record's keys of the texts; a leg's realm and the verdict's texts stand within these.
constexpr std::array<std::string_view, T::kCount> kKeys{
    "call_id", "session_id", "from", "to", "source", "target", "dialled", "called", "calling", "dial_plan", "route", "reason",
    "bypass", "bypass", "legs", "legs",
};

std::vector<std::string> truncated_of(const CallTexts& texts) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        if (texts.cut(static_cast<T::Field>(i)) && (out.empty() || out.back() != kKeys[i])) out.emplace_back(kKeys[i]);
    }
    return out;
}

}  // namespace

void Accounting::write(const CallLog& log, std::string_view phase, std::string_view ended_by) {
    const call::Ending ending{log.status, log.rang, log.q850 < 0 ? std::nullopt : std::optional<int>(log.q850),
                              log.timed_out};
    record::Call c;
    c.call_id = log.texts.get(T::kCallId);
    c.session_id = log.texts.maybe(T::kSessionId);
    c.status = log.status == 0 ? std::nullopt : std::optional<int>(log.status);
    c.from = log.texts.maybe(T::kFrom);
    c.to = log.texts.maybe(T::kTo);
    c.invite_ts = log.invite_ts;
    c.pdd_ms = maybe_ms(log.pdd_ms);
    c.ring_ms = maybe_ms(log.ring_ms);
    c.answer_ms = maybe_ms(log.answer_ms);
    if (phase == "end") {
        c.outcome = call::outcome_of(ending);
        c.timeout = call::timed_out(ending);
        if (log.answer_ms >= 0) {
            c.duration_ms = std::chrono::duration<double, std::milli>(clock_.mono() - log.answer_at).count();
        }
        if (!ended_by.empty()) c.ended_by = ended_by;
        if (log.q850 >= 0) c.q850 = log.q850;
    }
    c.legs = legs_of(log);
    c.phase = phase;
    if (log.direction != policy::Direction::kUnknown) c.direction = to_string(log.direction);
    c.source = log.texts.maybe(T::kSource);
    if (c.source) c.source_kind = log.source_is_trunk ? "trunk" : "user";
    c.target = log.texts.maybe(T::kTarget);
    if (c.target) c.target_kind = log.target_is_trunk ? "trunk" : "user";
    c.dialled = log.texts.maybe(T::kDialled);
    c.called = log.texts.maybe(T::kCalled);
    c.calling = log.texts.maybe(T::kCalling);
    c.dial_plan = log.texts.maybe(T::kDialPlan);
    c.route = log.texts.maybe(T::kRoute);
    if (log.emergency) c.emergency = true;
    if (log.has_target) c.path = log.mediated ? "mediated" : "direct";
    c.reason = log.texts.maybe(T::kPathCode);
    if (log.verdict) {
        c.bypass = record::CallBypass{std::string(to_string(*log.verdict)), log.texts.maybe(T::kVerdictCode),
                                      log.texts.maybe(T::kVerdictReason)};
    }
    c.attempts = attempts_of(log);
    c.truncated = truncated_of(log.texts);
    std::string line;
    std::string id = "call-";
    append_hex(id, log.key);
    record::append(line, c, id, log.invite_ts);
    sink_(std::move(line));
}

void Accounting::answered(CallLog&& log) {
    // The same dialog twice: a peer that uses a Call-ID and tags again.
    ended(log.key, "replaced");
    if (calls_.size() >= max_calls_ && !calls_.empty()) {
        ++counters_.calls_forgotten;
        end(calls_.begin(), "table_full");
    }
    write(log, "start", {});
    calls_.push_back(std::move(log));
    by_key_.emplace(calls_.back().key, std::prev(calls_.end()));
}

void Accounting::failed(CallLog&& log) {
    write(log, "end", {});
    live_.release_all(log.held);
}

void Accounting::end(Calls::iterator call, std::string_view by) {
    write(*call, "end", by);
    live_.release_all(call->held);
    by_key_.erase(call->key);
    calls_.erase(call);
}

void Accounting::ended(std::uint64_t key, std::string_view by) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) end(found->second, by);
}

void Accounting::end_all(std::string_view by) {
    while (!calls_.empty()) end(calls_.begin(), by);
}

void Accounting::end_older_than(MonoTime time, std::string_view by) {
    while (!calls_.empty() && calls_.front().answer_at < time) end(calls_.begin(), by);
}

}  // namespace tandem::proxy
