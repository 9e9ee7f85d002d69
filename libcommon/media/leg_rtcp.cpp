// Knows: the reports of one leg, read and made.
// Must not know: sockets.
// Next: rtp/rtcp.h.
#include <algorithm>

#include "media/leg.h"
#include "media/rtcp_schedule.h"
#include "rtp/ntp.h"

namespace tandem::media {

bool Leg::from_peer(const net::Endpoint& from) const {
    return from == config_.remote_rtcp || from.ip == lock_.peer().ip;
}

net::Endpoint Leg::rtcp_peer() const {
    if (rtcp_mux()) return lock_.peer();
    if (!lock_.latched()) return config_.remote_rtcp;
    return rtcp_source_.value_or(net::Endpoint{lock_.peer().ip, config_.remote_rtcp.port});
}

void Leg::read_block(const rtp::ReportBlock& block, std::uint32_t arrival) {
    if (block.ssrc != rewriter_.ssrc()) return;
    report_.remote_lost = block.cumulative_lost;
    report_.remote_jitter_ms = static_cast<double>(block.jitter) * 1000.0 / config_.clock_hz;
    report_.remote_loss_max_ratio =
        std::max(report_.remote_loss_max_ratio.value_or(0), block.fraction_lost / 256.0);
    if (block.last_sr == 0) return;
    const double rtt =
        static_cast<double>(rtp::round_trip(arrival, block.last_sr, block.delay_since_last_sr).count()) / 1e6;
    report_.rtt_ms = rtt;
    report_.rtt_max_ms = std::max(report_.rtt_max_ms.value_or(0), rtt);
    rtt_sum_ms_ += rtt;
    report_.rtt_mean_ms = rtt_sum_ms_ / static_cast<double>(++rtt_samples_);
}

void Leg::receive_rtcp(Bytes datagram, const net::Endpoint& from, MonoTime now, WallTime wall) {
    if (!from_peer(from)) {
        ++report_.foreign;
        return;
    }
    const auto packets = rtp::parse_rtcp(datagram);
    if (!packets) {
        ++report_.malformed;
        return;
    }
    ++report_.rtcp_in;
    last_heard_ = now;
    rtcp_source_ = from;
    const std::uint32_t arrival = rtp::compact_ntp(rtp::to_ntp(wall));
    for (const auto& packet : *packets) {
        if (const auto* sr = std::get_if<rtp::SenderReport>(&packet)) {
            if (any_in_ && sr->ssrc == stream_.ssrc)
                stream_.monitor.sender_report(*sr, now.time_since_epoch());
            for (const auto& block : sr->blocks) read_block(block, arrival);
        } else if (const auto* rr = std::get_if<rtp::ReceiverReport>(&packet)) {
            for (const auto& block : rr->blocks) read_block(block, arrival);
        } else if (std::get_if<rtp::Bye>(&packet) != nullptr) {
            report_.rtcp_bye = true;
        }
    }
}

Bytes Leg::make_rtcp(MonoTime now, WallTime wall, bool bye) {
    const bool first = !rtcp_planned_;
    rtcp_planned_ = true;
    if (first && !bye) {  // the first report waits for half an interval (RFC 3550 §6.3.2)
        next_rtcp_ = now + rtcp_interval(true, random_);
        return {};
    }
    next_rtcp_ = now + rtcp_interval(false, random_);
    // Who never sent anything says no BYE (RFC 3550 §6.3.7).
    if (!config_.rtcp || (bye && report_.sent == 0 && report_.rtcp_out == 0)) return {};

    std::vector<rtp::ReportBlock> blocks;
    if (any_in_) blocks.push_back(stream_.monitor.report(stream_.ssrc, now.time_since_epoch()));
    rtcp_out_ = ByteWriter{};
    Status ok;
    // A sender is who sent since the report before the last (RFC 3550 §6.4).
    if (report_.sent != sent_at_report_[1]) {
        rtp::SenderReport sr;
        sr.ssrc = rewriter_.ssrc();
        sr.ntp = rtp::to_ntp(wall);
        sr.rtp_timestamp = rewriter_.timestamp_at(now, config_.clock_hz);
        sr.packet_count = static_cast<std::uint32_t>(report_.sent);
        sr.octet_count = static_cast<std::uint32_t>(report_.sent_bytes);
        sr.blocks = std::move(blocks);
        ok = rtp::append_rtcp(rtcp_out_, sr);
    } else {
        ok = rtp::append_rtcp(rtcp_out_, rtp::ReceiverReport{rewriter_.ssrc(), std::move(blocks)});
    }
    sent_at_report_[1] = sent_at_report_[0];
    sent_at_report_[0] = report_.sent;
    rtp::Sdes sdes;
    sdes.chunks.push_back({rewriter_.ssrc(), {{rtp::kSdesCname, identity_.cname}}});
    if (ok) ok = rtp::append_rtcp(rtcp_out_, sdes);
    if (ok && bye) ok = rtp::append_rtcp(rtcp_out_, rtp::Bye{{rewriter_.ssrc()}, {}});
    if (!ok) return {};
    return rtcp_out_.view();
}

}  // namespace tandem::media
