// Knows: which fact of a call or stream stands under which key.
// Must not know: how they were found.
// Next: text_report.cpp.
#include "pcap-analyze/json_report.h"

#include <algorithm>

#include "base/text.h"
#include "call/diagnosis.h"

namespace tandem::analyze {

namespace {

std::string call_name(const call::Call& call) { return cat("call-", call.number()); }
std::string stream_name(const call::Stream& stream) { return cat("stream-", stream.number); }

/// Milliseconds from one time to another; 0 when the capture's clock ran back.
std::optional<double> ms_between(std::optional<WallTime> from, std::optional<WallTime> to) {
    if (!from || !to) return std::nullopt;
    return std::max(0.0, static_cast<double>((*to - *from).count()) * 1e-6);
}

std::optional<std::string> if_any(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::optional<WallTime> earlier(std::optional<WallTime> a, std::optional<WallTime> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

record::Call call_record(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime now,
                         StampDigits digits) {
    record::Call out;
    out.call_id = c.call_id();
    out.session_id = if_any(c.session_id());
    out.outcome = c.outcome(now);
    out.timeout = !c.began_before() && call::timed_out(c.ending(now));
    if (c.status() != 0) out.status = c.status();
    out.from = if_any(c.from());
    out.to = if_any(c.to());
    out.invite_ts = c.invited();
    out.digits = digits;
    out.pdd_ms = ms_between(c.invited(), earlier(c.progressed(), c.answered()));
    out.ring_ms = ms_between(c.invited(), c.rang());
    out.answer_ms = ms_between(c.invited(), c.answered());
    out.duration_ms = ms_between(c.answered(), c.ended());
    if (c.ended()) {
        out.ended_by = c.ended_by_caller() ? "caller" : "callee";
    } else if (out.outcome == call::Outcome::kCancelled && c.cancelled()) {
        out.ended_by = "caller";
    }
    out.q850 = c.q850();
    out.legs.emplace();
    for (const call::Leg& leg : c.legs()) {
        record::CallLeg& l = out.legs->emplace_back();
        l.src = leg.source.str();
        l.dst = leg.destination.str();
        if (leg.status != 0) l.status = leg.status;
    }
    out.streams.emplace();
    for (const call::Stream* stream : streams) out.streams->push_back(stream_name(*stream));
    out.diagnosis.emplace();
    for (const call::Finding& finding : call::diagnose(c, streams))
        out.diagnosis->push_back({std::string(finding.code), finding.text});
    return out;
}

record::Stream stream_record(const call::Stream& s, const call::Call* c, StampDigits digits) {
    record::Stream out;
    out.id = stream_name(s);
    if (c != nullptr) {
        out.call_id = c->call_id();
        out.session_id = if_any(c->session_id());
    }
    out.ssrc = s.key.ssrc;
    out.src = s.key.source;
    out.dst = s.key.destination;
    if (const call::PayloadType* type = s.media()) {
        out.codec = if_any(type->name);
        out.payload_type = type->number;
    }
    out.match = to_string(s.match);
    out.dscp = s.dscp;
    out.first = s.first;
    out.last = s.last;
    out.digits = digits;
    return out;
}

void JsonReport::call(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime now) {
    record::append(out_, call_record(c, streams, now, digits_), call_name(c), c.first());
    for (const call::Stream* s : streams) record::append(out_, stream_record(*s, &c, digits_), s->monitor);
}

void JsonReport::stream(const call::Stream& s, const call::Call* c) {
    record::append(out_, stream_record(s, c, digits_), s.monitor);
}

void JsonReport::end(const Counts& counts) {
    if (summary_) append_summary(out_, counts);
}

}  // namespace tandem::analyze
