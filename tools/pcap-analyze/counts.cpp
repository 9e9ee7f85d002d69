// Knows: the keys of the summary's `capture` object.
// Must not know: how a frame is decoded.
// Next: tool.cpp.
#include "pcap-analyze/counts.h"

namespace tandem::analyze {

void append_summary(std::string& out, const Counts& c) {
    using capture::FrameKind;
    record::Record record(out, "summary");
    json::Writer& w = record.begin();
    w.member("tool", "pcap-analyze").member("in", c.frames).member("ok", c.analysed());
    w.member("bad", c.malformed()).member("skipped", c.frames - c.analysed() - c.malformed());
    const call::TrackerCounts& t = c.tracker;
    w.key("capture").begin_object();
    w.member("files", c.files).member("bytes", c.bytes);
    w.member("calls", t.calls).member("streams", t.streams);
    w.member("sip", t.sip).member("rtp", t.rtp).member("rtcp", t.rtcp);
    w.member("stun", t.stun).member("dtls", t.dtls).member("keepalive", t.keepalive).member("other_udp", t.other);
    w.member("tcp", c.of(FrameKind::kTcp)).member("fragments", c.of(FrameKind::kFragment));
    w.member("reassembled", c.reassembled).member("fragments_lost", c.fragments_lost);
    w.member("tunnel", c.of(FrameKind::kTunnel)).member("unknown_link", c.of(FrameKind::kUnknownLink));
    w.member("other_ip", c.of(FrameKind::kOtherIp)).member("not_ip", c.of(FrameKind::kNotIp));
    w.member("malformed", c.of(FrameKind::kMalformed)).member("sip_bad", t.sip_bad).member("rtcp_bad", t.rtcp_bad);
    // Not frames of their own: facts about some of those above.
    w.member("tcp_sip_ports", c.sip_tcp).member("cut", c.cut).member("sdp_bad", t.sdp_bad);
    w.member("calls_evicted", t.calls_evicted).member("streams_evicted", t.streams_evicted);
    w.member("candidates_evicted", t.candidates_evicted);
    w.end_object();
    record.finish();
}

}  // namespace tandem::analyze
