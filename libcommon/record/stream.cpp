// Knows: keys of the `stream` record and their order.
// Must not know: how it was measured.
// Next: call.cpp.
#include "record/stream.h"

#include <array>

#include "base/text.h"
#include "record/envelope.h"

namespace tandem::record {

namespace {

constexpr int kMsDigits = 3;
constexpr int kRatioDigits = 6;
constexpr int kMosDigits = 3;

void write_list(json::Writer& out, std::string_view key, const std::vector<std::string_view>& values) {
    out.key(key).begin_array();
    for (std::string_view value : values) out.string(value);
    out.end_array();
}

}  // namespace

std::string ssrc_text(std::uint32_t ssrc) {
    std::array<std::uint8_t, 4> bytes{};
    store_be32(bytes.data(), ssrc);
    return cat("0x", to_hex(bytes));
}

void append(std::string& out, const Stream& s, const quality::Monitor& monitor) {
    const rtp::SequenceTracker& sequence = monitor.stats().sequence();
    const rtp::JitterMeter& jitter = monitor.stats().jitter();
    const quality::BurstGap& fates = monitor.fates();
    const quality::Scores scores = quality::score(monitor, s.codec.value_or(""));
    const quality::Grade grade = quality::grade(monitor, scores, s.path);
    const double packet_ms = monitor.packet_ms();

    Record record(out, "stream");
    record.stamp(s.first, s.digits).id(s.id);
    json::Writer& w = record.begin();
    w.member("call_id", s.call_id).member("session_id", s.session_id);
    w.member("ssrc", ssrc_text(s.ssrc)).member("src", s.src.str()).member("dst", s.dst.str());
    w.member("codec", s.codec);
    w.member("received", sequence.received()).member("lost", sequence.lost());
    w.member("lost_tail", monitor.lost_tail());
    w.member("duplicate", sequence.duplicates()).member("late", monitor.late());
    w.member("reordered", sequence.reordered());
    if (jitter.samples() > 0) {
        w.member("jitter_max_ms", jitter.max_ms(), kMsDigits);
        w.member("jitter_mean_ms", jitter.mean_ms(), kMsDigits);
    }
    w.key("burst").begin_object().member("count", fates.bursts());
    w.member("packets", fates.burst_packets());
    if (packet_ms > 0)
        w.member("duration_ms", static_cast<double>(fates.burst_packets()) * packet_ms, kMsDigits);
    w.member("loss_ratio", fates.burst_density(), kRatioDigits).end_object();
    w.key("gap").begin_object().member("packets", fates.gap_packets());
    if (packet_ms > 0) w.member("duration_ms", static_cast<double>(fates.gap_packets()) * packet_ms, kMsDigits);
    w.member("loss_ratio", fates.gap_density(), kRatioDigits).end_object();
    w.key("playout").begin_object().member("kind", "fixed").member("buffer_ms", monitor.playout_ms(), 0);
    w.member("discarded", monitor.discarded());
    w.member("loss_ratio", fates.loss_ratio(), kRatioDigits);
    w.member("burst_ratio", fates.burst_ratio(), kMosDigits).end_object();
    w.member("mos_lq", scores.mos_lq, kMosDigits).member("mos_cq", scores.mos_cq, kMosDigits);
    w.key("grade").begin_object().member("planning", to_string(grade.planning));
    write_list(w, "missed", grade.missed);
    w.member("class", to_string(grade.classification));
    write_list(w, "reasons", grade.reasons);
    w.end_object();
    w.member("match", s.match);
    w.member("mos_lq_no_plc", scores.mos_lq_no_plc, kMosDigits);
    if (scores.estimated) w.member("mos_estimated", true);
    w.member("payload_type", s.payload_type);
    w.member("packets", sequence.packets());
    if (sequence.outside() > 0) w.member("outside", sequence.outside());
    if (sequence.restarts() > 0) w.member("restarts", sequence.restarts());
    if (packet_ms > 0) w.member("packet_ms", packet_ms, kMsDigits);
    w.member("duration_ms", static_cast<double>((s.last - s.first).count()) * 1e-6, kMsDigits);
    w.member("dscp", int{s.dscp});
    w.member("rtt_ms", s.path.rtt_ms, kMsDigits);
    record.finish();
}

}  // namespace tandem::record
