// Knows: one leg of a relayed call: what is taken from its peer and made for it, statistics and reports.
// Must not know: sockets, threads, the other leg.
// Next: source_lock.h, rewriter.h, rtcp_schedule.h inside it; engine.h around it.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>

#include "base/clock.h"
#include "media/leg_config.h"
#include "media/leg_report.h"
#include "media/rewriter.h"
#include "media/source_lock.h"
#include "quality/monitor.h"
#include "rtp/rtcp.h"

namespace tandem::media {

/// What a leg is from birth.
struct LegIdentity {
    net::Endpoint local_rtp;
    std::string cname;       ///< RFC 7022 §4.2: random, per call
    std::uint64_t seed = 0;  ///< of SSRC, first numbers and report times
};

/// A packet that was taken.
struct Incoming {
    rtp::Header header;
    rtp::Arrival how = rtp::Arrival::kFirst;
    Payload kind = Payload::kNone;
    std::span<std::uint8_t> payload;  ///< in the receive buffer, with at least 12 bytes before it
};

/// Thread: one. receive() and send() allocate nothing.
class Leg {
public:
    explicit Leg(LegIdentity identity);

    /// Takes a snapshot; it holds from the next packet on.
    void configure(const LegConfig& config, MonoTime now);
    [[nodiscard]] const LegConfig& config() const { return config_; }

    /// Looks at a datagram from the RTP port. Nothing when it is dropped (and counted).
    std::optional<Incoming> receive(std::span<std::uint8_t> datagram, const net::Endpoint& from,
                                    MonoTime now);
    /// A datagram that was longer than any of telephony media, from whomever.
    void receive_oversized() { ++report_.oversized; }
    /// Makes the packet for our peer in place, header before payload; empty when our peer does not get it.
    Bytes send(Incoming& packet, MonoTime now);
    /// The system took the datagram of send(), or not.
    void sent(bool ok);

    /// Looks at a datagram from the RTCP port, or under rtcp-mux from the RTP port.
    void receive_rtcp(Bytes datagram, const net::Endpoint& from, MonoTime now, WallTime wall);
    [[nodiscard]] bool rtcp_due(MonoTime now) const { return config_.rtcp && now >= next_rtcp_; }
    /// A compound of report, SDES and, at the end, BYE; plans the next one. Empty when nothing may be sent.
    Bytes make_rtcp(MonoTime now, WallTime wall, bool bye);
    /// The system took the datagram of make_rtcp(), or not.
    void rtcp_sent(bool ok) { ++(ok ? report_.rtcp_out : report_.send_failed); }
    [[nodiscard]] net::Endpoint rtcp_peer() const;
    [[nodiscard]] bool rtcp_mux() const { return config_.remote_rtcp == config_.remote_rtp; }

    [[nodiscard]] const net::Endpoint& peer() const { return lock_.peer(); }
    /// True once after the peer's address was latched.
    [[nodiscard]] bool take_latched() { return std::exchange(latched_event_, false); }
    /// No RTP and RTCP for so long, while media are expected; zero while they are not.
    [[nodiscard]] nanoseconds silence(MonoTime now) const;
    [[nodiscard]] LegReport report() const;

private:
    void read_block(const rtp::ReportBlock& block, std::uint32_t arrival);
    void fold();
    [[nodiscard]] bool from_peer(const net::Endpoint& from) const;

    LegIdentity identity_;
    std::mt19937_64 random_;
    LegConfig config_;
    SourceLock lock_;
    Rewriter rewriter_;
    StreamReport stream_;  // the SSRC that comes in now
    bool any_in_ = false;
    LegReport report_;          // counters, and the sums of earlier SSRCs
    double jitter_sum_ms_ = 0;  // over the packets of earlier SSRCs
    std::uint64_t jitter_samples_ = 0;
    double rtt_sum_ms_ = 0;
    std::uint64_t rtt_samples_ = 0;
    std::size_t last_payload_ = 0;
    MonoTime last_heard_{};
    MonoTime next_rtcp_{};
    std::optional<net::Endpoint> rtcp_source_;
    std::uint64_t sent_at_report_[2] = {0, 0};
    bool rtcp_planned_ = false;
    bool latched_event_ = false;
    ByteWriter rtcp_out_;
};

}  // namespace tandem::media
