// Knows: the packet path of one leg.
// Must not know: sockets, threads.
// Next: leg_rtcp.cpp for reports; engine.cpp, which calls it.
#include "media/leg.h"

#include <algorithm>

#include "rtp/g711.h"

namespace tandem::media {
namespace {

bool is_audio(Payload p) { return p == Payload::kMu || p == Payload::kA || p == Payload::kOther; }

/// The table between two laws; null when the audio stays as it is.
const std::array<std::uint8_t, 256>* table(Payload from, Payload to) {
    if (from == Payload::kMu && to == Payload::kA) return &rtp::g711::kMuToA;
    if (from == Payload::kA && to == Payload::kMu) return &rtp::g711::kAToMu;
    return nullptr;
}

/// Number under which a payload goes to a leg; -1 when the leg has none for it.
int outgoing_type(const LegConfig& config, Payload kind) {
    switch (kind) {
        case Payload::kMu:
        case Payload::kA: return config.audio == Payload::kOther ? -1 : config.audio_pt;
        case Payload::kOther: return config.audio == Payload::kOther ? config.audio_pt : -1;
        case Payload::kEvent: return config.event_pt;
        case Payload::kComfortNoise: return config.comfort_noise_pt;
        case Payload::kNone: return -1;
    }
    return -1;
}

}  // namespace

Leg::Leg(LegIdentity identity)
    : identity_(std::move(identity)),
      random_(identity_.seed),
      rewriter_(static_cast<std::uint32_t>(random_()), static_cast<std::uint16_t>(random_()),
                static_cast<std::uint32_t>(random_())) {
    report_.local = identity_.local_rtp;
    report_.ssrc_out = rewriter_.ssrc();
}

void Leg::configure(const LegConfig& config, MonoTime now) {
    const bool moved = config.remote_rtp != config_.remote_rtp;
    if (config.watch != config_.watch || config.watch_reports != config_.watch_reports) last_heard_ = now;
    if (config.send && !config_.send) rewriter_.reset();
    config_ = config;
    lock_.expect(config.remote_rtp, config.latch, config.latch_packets);
    if (moved) rtcp_source_.reset();
}

std::optional<Incoming> Leg::receive(std::span<std::uint8_t> datagram, const net::Endpoint& from,
                                     MonoTime now) {
    const auto packet = rtp::parse(datagram);
    if (!packet) {
        ++report_.malformed;
        return std::nullopt;
    }
    switch (lock_.check(from, *packet)) {
        case SourceLock::Verdict::kForeign: ++report_.foreign; return std::nullopt;
        case SourceLock::Verdict::kPending: ++report_.pending; return std::nullopt;
        case SourceLock::Verdict::kLatched: latched_event_ = true; break;
        case SourceLock::Verdict::kAccept: break;
    }
    last_heard_ = now;
    const Payload kind = config_.incoming[packet->payload_type];
    if (any_in_ && packet->ssrc != stream_.ssrc) {
        fold();
        ++report_.ssrc_changes;
        any_in_ = false;
    }
    if (!any_in_) {
        any_in_ = true;
        stream_.ssrc = packet->ssrc;
        stream_.source = from;
        stream_.first = now;
    }
    stream_.last = now;
    if (is_audio(kind)) {
        stream_.kind = kind;
        stream_.payload_type = packet->payload_type;
    }
    const std::uint32_t clock_hz = is_audio(kind) ? config_.clock_hz : 0;
    const rtp::Arrival how = stream_.monitor.packet(*packet, now.time_since_epoch(), clock_hz);
    if (how == rtp::Arrival::kDuplicate || how == rtp::Arrival::kOutside) return std::nullopt;
    if (!config_.receive) {
        ++report_.unwanted;
        return std::nullopt;
    }
    // A payload without a meaning goes on as kNone: the other leg must not leave a hole in its numbers for it.
    if (kind == Payload::kNone) ++report_.unmapped;
    const auto offset = static_cast<std::size_t>(packet->payload.data() - datagram.data());
    return Incoming{*packet, how, kind, datagram.subspan(offset, packet->payload.size())};
}

Bytes Leg::send(Incoming& packet, MonoTime now) {
    if (!config_.send) {
        rewriter_.reset();
        return {};
    }
    const int type = outgoing_type(config_, packet.kind);
    if (type < 0) {
        rewriter_.skip(packet.header, packet.how);
        return {};
    }
    if (const auto* law = table(packet.kind, config_.audio)) {
        rtp::g711::convert(packet.payload, *law);
        ++report_.converted;
    }
    rtp::Header header = rewriter_.rewrite(packet.header, packet.how, now, config_.clock_hz);
    header.payload_type = static_cast<std::uint8_t>(type);
    std::uint8_t* const start = packet.payload.data() - rtp::kFixedHeaderSize;
    const std::span<std::uint8_t> out(start, rtp::kFixedHeaderSize + packet.payload.size());
    rtp::write(header, packet.payload, out);
    last_payload_ = packet.payload.size();
    return out;
}

void Leg::sent(bool ok) {
    if (!ok) {
        ++report_.send_failed;
        return;
    }
    ++report_.sent;
    report_.sent_bytes += last_payload_;
}

nanoseconds Leg::silence(MonoTime now) const {
    const bool watched = config_.watch || (config_.watch_reports && report_.rtcp_in != 0);
    return watched ? now - last_heard_ : nanoseconds{0};
}

void Leg::fold() {
    if (!any_in_) return;
    stream_.monitor.finish();
    const auto& s = stream_.monitor.stats().sequence();
    report_.ssrc_in = stream_.ssrc;
    report_.received += s.received();
    report_.lost += s.lost();
    report_.lost_tail += stream_.monitor.lost_tail().value_or(0);
    report_.duplicates += s.duplicates();
    report_.reordered += s.reordered();
    const auto& j = stream_.monitor.stats().jitter();
    report_.jitter_max_ms = std::max(report_.jitter_max_ms, j.max_ms());
    jitter_sum_ms_ += j.mean_ms() * static_cast<double>(j.samples());
    jitter_samples_ += j.samples();
    if (report_.streams.size() < kMaxStreamReports) report_.streams.push_back(stream_);
    stream_ = StreamReport{};
}

LegReport Leg::report() const {
    Leg sum(*this);
    sum.fold();
    LegReport out = std::move(sum.report_);
    out.remote = lock_.peer();
    out.latched = lock_.latched();
    if (sum.jitter_samples_ != 0)
        out.jitter_mean_ms = sum.jitter_sum_ms_ / static_cast<double>(sum.jitter_samples_);
    return out;
}

}  // namespace tandem::media
