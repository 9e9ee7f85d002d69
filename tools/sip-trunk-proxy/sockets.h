// Knows: which sockets the realms of a topology want, and what comes in by them.
// Must not know: SIP (proxy.h), signals (serve.cpp).
// Next: sipnet/transports.h for the sockets; serve.cpp, which owns one.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "sip-trunk-proxy/snapshot.h"
#include "sipnet/transports.h"

namespace tandem::proxy {

class Proxy;

/// What a connection to a target of ours expects there.
sipnet::PeerOptions peer_options(const topology::Target& target, std::string_view domain, const topology::SipProfile& profile,
                                 const topology::Realm* realm);

/// Thread: the SIP worker.
class Sockets {
public:
    Sockets(const Clock& clock, const Log& log, const sipnet::StreamLimits& limits);

    [[nodiscard]] sipnet::Loop& loop() { return loop_; }
    [[nodiscard]] sipnet::Transports& transports() { return transports_; }
    [[nodiscard]] const sipnet::StreamCounters& stream_counters() { return transports_.streams().counters(); }
    /// What comes in goes there from now on.
    void feed(Proxy& proxy);

    /// Opens the listen addresses of realms that are not open yet, and closes those that no realm has any more once nothing new
    /// can fail: all or nothing. Tells the snapshot which socket is whose.
    Status bind(Snapshot& snapshot);
    /// Sends what waits, datagrams and streams. Once a round of the loop.
    void flush();

private:
    struct Bound {
        Way way;
        std::uint16_t socket;
        bool operator==(const Bound&) const = default;
    };
    Result<Bound> open(const topology::Listen& listen, bool& fresh);
    void close(const Bound& b);
    void set_peers(Snapshot& snapshot);
    void receive(std::uint16_t socket);
    void tell_failed_handshake(const sipnet::Flow& flow, std::string_view why);

    const Clock& clock_;
    const Log& log_;
    sipnet::Loop loop_;
    sipnet::Transports transports_;
    Proxy* proxy_ = nullptr;
    std::vector<Bound> bound_;
    MonoTime told_since_{};
    unsigned told_ = 0;
};

}  // namespace tandem::proxy
