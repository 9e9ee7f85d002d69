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

// The record is used again and again: a text takes the room of the one before it.
void set(std::optional<std::string>& to, std::string_view text) {
    if (text.empty()) {
        to.reset();
    } else if (to) {
        to->assign(text);
    } else {
        to.emplace(text);
    }
}

std::string_view path_of(bool mediated) { return mediated ? "mediated" : "direct"; }

void set_attempts(std::vector<record::CallAttempt>& out, const CallLog& log) {
    out.resize(log.attempts.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const AttemptLog& a = log.attempts[i];
        record::CallAttempt& attempt = out[i];
        attempt.target = a.target;
        attempt.status = a.status == 0 ? std::nullopt : std::optional<int>(a.status);
        set(attempt.reason, a.end);
        attempt.after_ms = static_cast<double>(a.after_ms);
        attempt.progress_ms = maybe_ms(a.progress_ms);
        attempt.final_ms = maybe_ms(a.final_ms);
        set(attempt.path, path_of(a.mediated));
    }
}

void set_legs(std::vector<record::CallLeg>& out, const CallLog& log) {
    out.resize(log.has_target ? 2 : 1);
    set(out[0].src, log.source_at.port == 0 ? std::string{} : log.source_at.str());
    set(out[0].peer, log.texts.get(T::kSource));
    set(out[0].realm, log.texts.get(T::kSourceRealm));
    if (!log.has_target) return;
    set(out[1].dst, log.target_at.port == 0 ? std::string{} : log.target_at.str());
    set(out[1].peer, log.texts.get(T::kTarget));
    set(out[1].realm, log.texts.get(T::kTargetRealm));
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
    record::Call& c = record_;
    c.call_id = log.texts.get(T::kCallId);
    set(c.session_id, log.texts.get(T::kSessionId));
    c.status = log.status == 0 ? std::nullopt : std::optional<int>(log.status);
    set(c.from, log.texts.get(T::kFrom));
    set(c.to, log.texts.get(T::kTo));
    c.invite_ts = log.invite_ts;
    c.pdd_ms = maybe_ms(log.pdd_ms);
    c.ring_ms = maybe_ms(log.ring_ms);
    c.answer_ms = maybe_ms(log.answer_ms);
    const bool end = phase == "end";
    c.outcome = end ? std::optional(call::outcome_of(ending)) : std::nullopt;
    c.timeout = end && call::timed_out(ending);
    c.duration_ms.reset();
    if (end && log.answer_ms >= 0) c.duration_ms = std::chrono::duration<double, std::milli>(clock_.mono() - log.answer_at).count();
    set(c.ended_by, end ? ended_by : std::string_view{});
    c.q850 = end && log.q850 >= 0 ? std::optional<int>(log.q850) : std::nullopt;
    if (!c.legs) c.legs.emplace();
    set_legs(*c.legs, log);
    set(c.phase, phase);
    set(c.direction, log.direction == policy::Direction::kUnknown ? std::string_view{} : to_string(log.direction));
    set(c.source, log.texts.get(T::kSource));
    set(c.source_kind, !c.source ? "" : log.source_is_trunk ? "trunk" : "user");
    set(c.target, log.texts.get(T::kTarget));
    set(c.target_kind, !c.target ? "" : log.target_is_trunk ? "trunk" : "user");
    set(c.dialled, log.texts.get(T::kDialled));
    set(c.called, log.texts.get(T::kCalled));
    set(c.calling, log.texts.get(T::kCalling));
    set(c.dial_plan, log.texts.get(T::kDialPlan));
    set(c.route, log.texts.get(T::kRoute));
    c.emergency = log.emergency ? std::optional(true) : std::nullopt;
    set(c.path, log.has_target ? path_of(log.mediated) : std::string_view{});
    set(c.reason, log.texts.get(T::kPathCode));
    c.bypass.reset();
    if (log.verdict) {
        c.bypass = record::CallBypass{std::string(to_string(*log.verdict)), log.texts.maybe(T::kVerdictCode),
                                      log.texts.maybe(T::kVerdictReason)};
    }
    if (!c.attempts) c.attempts.emplace();
    set_attempts(*c.attempts, log);
    c.truncated = truncated_of(log.texts);
    line_.clear();
    std::string id = "call-";
    append_hex(id, log.key);
    record::append(line_, c, id, log.invite_ts);
    sink_(line_);
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

CallLog Accounting::end(Calls::iterator call, std::string_view by) {
    write(*call, "end", by);
    live_.release_all(call->held);
    CallLog over = std::move(*call);
    by_key_.erase(over.key);
    calls_.erase(call);
    return over;
}

void Accounting::ended(std::uint64_t key, std::string_view by) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    CallLog over = end(found->second, by);
    if (on_ended_) on_ended_(std::move(over));
}

void Accounting::end_all(std::string_view by) {
    while (!calls_.empty()) end(calls_.begin(), by);
}

void Accounting::end_older_than(MonoTime time, std::string_view by) {
    while (!calls_.empty() && calls_.front().answer_at < time) end(calls_.begin(), by);
}

}  // namespace tandem::proxy
