// Knows: keys of the `call` record and their order.
// Must not know: how the facts were found out.
// Next: stream.cpp.
#include "record/call.h"

#include "base/text.h"
#include "record/envelope.h"

namespace tandem::record {

namespace {

constexpr int kMsDigits = 3;

void write_media(json::Writer& out, const CallLegMedia& m) {
    out.key("media").begin_object().member("local", m.local).member("remote", m.remote).member("codec", m.codec);
    out.member("latched", m.latched).member("received", m.received).member("lost", m.lost);
    out.member("duplicate", m.duplicate).member("reordered", m.reordered);
    out.member("jitter_max_ms", m.jitter_max_ms, kMsDigits).member("jitter_mean_ms", m.jitter_mean_ms, kMsDigits);
    out.member("mos_lq", m.mos_lq, kMsDigits).member("sent", m.sent).member("converted", m.converted);
    out.member("foreign", m.foreign).member("dropped", m.dropped);
    out.member("rtcp_received", m.rtcp_received).member("rtcp_sent", m.rtcp_sent);
    out.member("rtt_ms", m.rtt_ms, kMsDigits).member("rtt_max_ms", m.rtt_max_ms, kMsDigits);
    out.member("remote_lost", m.remote_lost).member("remote_jitter_ms", m.remote_jitter_ms, kMsDigits).end_object();
}

void write_legs(json::Writer& out, const std::vector<CallLeg>& legs) {
    out.key("legs").begin_array();
    for (const CallLeg& leg : legs) {
        out.begin_object().member("call_id", leg.call_id).member("src", leg.src).member("dst", leg.dst);
        out.member("peer", leg.peer).member("realm", leg.realm).member("status", leg.status);
        if (leg.media) write_media(out, *leg.media);
        out.end_object();
    }
    out.end_array();
}

void write_attempts(json::Writer& out, const std::vector<CallAttempt>& attempts) {
    out.key("attempts").begin_array();
    for (const CallAttempt& a : attempts) {
        out.begin_object().member("target", a.target).member("uri", a.uri).member("status", a.status);
        out.member("reason", a.reason).member("after_ms", a.after_ms, kMsDigits);
        out.member("progress_ms", a.progress_ms, kMsDigits).member("final_ms", a.final_ms, kMsDigits);
        out.member("path", a.path).end_object();
    }
    out.end_array();
}

}  // namespace

void write(json::Writer& out, const Call& c) {
    out.member("call_id", c.call_id).member("session_id", c.session_id);
    if (c.outcome) out.member("outcome", call::to_string(*c.outcome));
    if (c.timeout) out.member("failure", "timeout");
    out.member("status", c.status).member("from", c.from).member("to", c.to);
    if (c.invite_ts) out.member("invite_ts", std::string_view(rfc3339(*c.invite_ts, c.digits)));
    out.member("pdd_ms", c.pdd_ms, kMsDigits).member("ring_ms", c.ring_ms, kMsDigits);
    out.member("answer_ms", c.answer_ms, kMsDigits).member("duration_ms", c.duration_ms, kMsDigits);
    out.member("ended_by", c.ended_by).member("q850", c.q850);
    if (c.legs) write_legs(out, *c.legs);
    if (c.streams) {
        out.key("streams").begin_array();
        for (const std::string& id : *c.streams) out.string(id);
        out.end_array();
    }
    if (c.diagnosis) {
        out.key("diagnosis").begin_array();
        for (const Diagnosis& d : *c.diagnosis)
            out.begin_object().member("code", d.code).member("text", d.text).end_object();
        out.end_array();
    }
    out.member("phase", c.phase).member("direction", c.direction);
    out.member("source_kind", c.source_kind).member("source", c.source);
    out.member("target_kind", c.target_kind).member("target", c.target);
    out.member("dialled", c.dialled).member("called", c.called).member("calling", c.calling);
    out.member("dial_plan", c.dial_plan).member("route", c.route).member("emergency", c.emergency);
    out.member("path", c.path).member("reason", c.reason);
    if (c.bypass) {
        out.key("bypass").begin_object().member("verdict", c.bypass->verdict).member("code", c.bypass->code);
        out.member("reason", c.bypass->reason).end_object();
    }
    if (c.attempts) write_attempts(out, *c.attempts);
    if (!c.truncated.empty()) {
        out.key("truncated").begin_array();
        for (const std::string& key : c.truncated) out.string(key);
        out.end_array();
    }
}

void append(std::string& out, const Call& c, std::string_view id, WallTime stamp) {
    Record record(out, "call");
    record.stamp(c.invite_ts.value_or(stamp), c.digits).id(id);
    write(record.begin(), c);
    record.finish();
}

Result<Call> read_call(const json::Object& object) {
    Call call;
    auto call_id = object.text("call_id");
    if (!call_id) return fail(std::move(call_id.error()));
    if (!*call_id) return fail(Errc::kMissing, "call.call_id: not there or no string");
    call.call_id = std::move(**call_id);

    struct TextField {
        std::string_view key;
        std::optional<std::string>& value;
    };
    for (const TextField& field :
         {TextField{"session_id", call.session_id}, TextField{"from", call.from}, TextField{"to", call.to},
          TextField{"ended_by", call.ended_by}, TextField{"phase", call.phase},
          TextField{"direction", call.direction}, TextField{"source_kind", call.source_kind},
          TextField{"source", call.source}, TextField{"target_kind", call.target_kind},
          TextField{"target", call.target}, TextField{"dialled", call.dialled},
          TextField{"called", call.called}, TextField{"dial_plan", call.dial_plan}, TextField{"route", call.route},
          TextField{"calling", call.calling}, TextField{"path", call.path}, TextField{"reason", call.reason}}) {
        auto text = object.text(field.key);
        if (!text) return fail(std::move(text.error()));
        field.value = std::move(*text);
    }

    struct RealField {
        std::string_view key;
        std::optional<double>& value;
    };
    for (const RealField& field :
         {RealField{"pdd_ms", call.pdd_ms}, RealField{"ring_ms", call.ring_ms},
          RealField{"answer_ms", call.answer_ms}, RealField{"duration_ms", call.duration_ms}}) {
        auto real = object.real(field.key);
        if (!real) return fail(std::move(real.error()));
        field.value = *real;
    }

    struct IntegerField {
        std::string_view key;
        std::optional<int>& value;
        std::int64_t max;
    };
    for (const IntegerField& field :
         {IntegerField{"status", call.status, 699}, IntegerField{"q850", call.q850, 127}}) {
        auto integer = object.integer(field.key);
        if (!integer) return fail(std::move(integer.error()));
        if (!*integer) continue;
        if (**integer < 0 || **integer > field.max)
            return fail(Errc::kRange, cat("call.", field.key, ": out of range"));
        field.value = static_cast<int>(**integer);
    }

    auto outcome = object.text("outcome");
    if (!outcome) return fail(std::move(outcome.error()));
    if (*outcome) {
        for (int i = 0; i <= static_cast<int>(call::Outcome::kIncomplete); ++i)
            if (call::to_string(static_cast<call::Outcome>(i)) == **outcome)
                call.outcome = static_cast<call::Outcome>(i);
        if (!call.outcome) return fail(Errc::kSyntax, cat("call.outcome: not an outcome: ", **outcome));
    }
    auto failure = object.text("failure");
    if (!failure) return fail(std::move(failure.error()));
    call.timeout = *failure == "timeout";
    auto stamp = object.text("invite_ts");
    if (!stamp) return fail(std::move(stamp.error()));
    if (*stamp) {
        call.invite_ts = from_rfc3339(**stamp);
        if (!call.invite_ts) return fail(Errc::kSyntax, "call.invite_ts: not an RFC 3339 stamp");
        // "2026-11-22T12:00:00.123456789Z" has nine digits after the full stop.
        if ((*stamp)->size() > 27) call.digits = StampDigits::kNano;
    }
    return call;
}

}  // namespace tandem::record
