// Knows: fields of records from fields of logs.
// Must not know: live calls.
// Next: service.cpp, which asks for them.
#include "gw-bridge/call_record.h"

#include "base/text.h"
#include "call/outcome.h"
#include "quality/grade.h"
#include "record/call.h"
#include "record/stream.h"

namespace tandem::bridge {
namespace {

std::optional<double> ms_between(MonoTime from, std::optional<MonoTime> to) {
    if (!to) return std::nullopt;
    return static_cast<double>((*to - from).count()) * 1e-6;
}

std::optional<std::string> text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::string_view encoding(const media::StreamReport& stream, const std::optional<std::string>& agreed) {
    switch (stream.kind) {
        case media::Payload::kMu: return "PCMU";
        case media::Payload::kA: return "PCMA";
        case media::Payload::kOther: return agreed ? std::string_view(*agreed) : std::string_view{};
        default: return {};
    }
}

WallTime wall(MonoTime t, nanoseconds offset) { return WallTime{t.time_since_epoch() + offset}; }

void append_streams(std::string& out, const CallLog& log, const LegLog& leg, std::string_view id,
                    nanoseconds offset, std::vector<std::string>& ids) {
    if (!leg.media) return;
    std::size_t n = 0;
    for (const auto& s : leg.media->streams) {
        record::Stream stream;
        stream.id = cat(id, ++n);
        stream.call_id = leg.call_id;
        stream.session_id = text_or_none(log.session_id);
        stream.ssrc = s.ssrc;
        stream.src = s.source;
        stream.dst = leg.media->local;
        stream.codec = text_or_none(std::string(encoding(s, leg.codec)));
        stream.match = "sdp";
        if (s.kind != media::Payload::kNone) stream.payload_type = s.payload_type;
        stream.first = wall(s.first, offset);
        stream.last = wall(s.last, offset);
        stream.path = {leg.media->rtt_mean_ms, leg.rtcp_expected};
        record::append(out, stream, s.monitor);
        ids.push_back(stream.id);
    }
}

/// Score of the stream with the most packets.
std::optional<double> score(const media::LegReport& report, const std::optional<std::string>& agreed) {
    const media::StreamReport* longest = nullptr;
    for (const auto& s : report.streams)
        if (longest == nullptr ||
            s.monitor.stats().sequence().packets() > longest->monitor.stats().sequence().packets())
            longest = &s;
    if (longest == nullptr) return std::nullopt;
    return quality::score(longest->monitor, encoding(*longest, agreed)).mos_lq;
}

record::CallLegMedia media_of(const LegLog& leg) {
    const media::LegReport& r = *leg.media;
    record::CallLegMedia out;
    out.local = r.local.str();
    if (!r.remote.ip.none()) out.remote = r.remote.str();
    out.codec = leg.codec;
    if (r.latched) out.latched = true;
    out.received = r.received;
    out.lost = r.lost;
    out.duplicate = r.duplicates;
    out.reordered = r.reordered;
    if (r.received > 1) {
        out.jitter_max_ms = r.jitter_max_ms;
        out.jitter_mean_ms = r.jitter_mean_ms;
    }
    out.mos_lq = score(r, leg.codec);
    out.sent = r.sent;
    out.converted = r.converted;
    out.foreign = r.foreign;
    out.dropped = r.pending + r.malformed + r.oversized + r.unmapped + r.unwanted + r.send_failed;
    out.rtcp_received = r.rtcp_in;
    out.rtcp_sent = r.rtcp_out;
    out.rtt_ms = r.rtt_ms;
    out.rtt_max_ms = r.rtt_max_ms;
    if (r.remote_lost) out.remote_lost = *r.remote_lost;
    out.remote_jitter_ms = r.remote_jitter_ms;
    return out;
}

record::CallLeg leg_of(const LegLog& leg, bool own_call_id) {
    record::CallLeg out;
    if (!own_call_id) out.call_id = text_or_none(leg.call_id);
    if (leg.src) out.src = leg.src->str();
    if (leg.dst) out.dst = leg.dst->str();
    out.peer = text_or_none(leg.peer);
    out.realm = text_or_none(leg.realm);
    out.status = leg.status;
    if (leg.media) out.media = media_of(leg);
    return out;
}

}  // namespace

void append_records(std::string& out, const CallLog& log, const std::string& id, nanoseconds offset) {
    std::vector<std::string> streams;
    append_streams(out, log, log.a, cat(id, "-a"), offset, streams);
    append_streams(out, log, log.b, cat(id, "-b"), offset, streams);

    const sip::Token& token = log.token;
    const bool to_trunk = token.kind == sip::Token::Kind::kTrunk;
    const call::Ending ending{log.status, log.rang, log.q850, false};
    record::Call call;
    call.call_id = log.a.call_id;
    call.session_id = text_or_none(log.session_id);
    call.outcome = call::outcome_of(ending);
    call.timeout = call::timed_out(ending);
    if (log.status != 0) call.status = log.status;
    call.from = text_or_none(log.from);
    call.to = text_or_none(log.to);
    call.invite_ts = log.invite_wall;
    call.pdd_ms = ms_between(log.invite, log.progress);
    call.ring_ms = ms_between(log.invite, log.ringing);
    call.answer_ms = ms_between(log.invite, log.answer);
    if (log.answer) call.duration_ms = ms_between(*log.answer, log.end);
    call.ended_by = text_or_none(log.ended_by);
    call.q850 = log.q850;
    LegLog a = log.a;
    if (log.status != 0) a.status = log.status;
    call.legs = {leg_of(a, true), leg_of(log.b, false)};
    call.streams = std::move(streams);
    call.phase = "end";
    call.direction =
        token.from_trunk ? (to_trunk ? "transit" : "inbound") : (to_trunk ? "outbound" : "internal");
    call.source_kind = token.from_trunk ? "trunk" : "user";
    call.source = text_or_none(token.source);
    call.target_kind = to_trunk ? "trunk" : "user";
    call.target = text_or_none(token.target);
    call.dialled = text_or_none(log.dialled);
    call.called = text_or_none(token.called);
    call.calling = text_or_none(token.calling);
    if (token.emergency) call.emergency = true;
    call.path = "mediated";
    call.reason = text_or_none(log.reason);
    record::append(out, call, id, log.invite_wall);
}

}  // namespace tandem::bridge
