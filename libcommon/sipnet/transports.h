// Knows: which transport a flow goes by.
// Must not know: sockets (udp_transport.h, stream_transport.h), what is sent.
// Next: transactions.h, which sends by it.
#pragma once

#include "sipnet/stream_transport.h"
#include "sipnet/udp_transport.h"

namespace tandem::sipnet {

/// UDP and streams behind one face. Thread: the loop's. Cost: over UDP a comparison more than UdpTransport itself.
class Transports final : public Transport {
public:
    Transports(Loop& loop, const Clock& clock, const StreamLimits& limits) : streams_(loop, clock, limits) {}

    bool send(const Flow& flow, std::string_view bytes) override {
        return flow.kind == TransportKind::kUdp ? udp_.send(flow, bytes) : streams_.send(flow, bytes);
    }
    [[nodiscard]] siptx::Reliability reliability(const Flow& flow) const override {
        return flow.kind == TransportKind::kUdp ? siptx::Reliability::kUnreliable : siptx::Reliability::kReliable;
    }
    void alias(const Flow& flow, const net::Endpoint& listens_at) override { streams_.alias(flow, listens_at); }
    [[nodiscard]] bool connected(const Flow& flow) const override {
        return flow.kind != TransportKind::kUdp && streams_.connected(flow);
    }

    [[nodiscard]] UdpTransport& udp() { return udp_; }
    [[nodiscard]] StreamTransport& streams() { return streams_; }

private:
    UdpTransport udp_;
    StreamTransport streams_;
};

}  // namespace tandem::sipnet
