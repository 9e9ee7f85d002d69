// Knows: STUN Binding requests to the UDP targets of trunks whose profile wants their way kept open, and what the answers show.
// Must not know: calls; what STUN looks like (sipnet/stun.h). Streams keep themselves alive (sipnet/stream_times.h).
// Next: keepalives.cpp; probes.h, which asks by OPTIONS.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sip-trunk-proxy/core.h"
#include "sipnet/stun.h"

namespace tandem::proxy {

/// RFC 5626 §4.4.2. Thread: the SIP worker.
class Keepalives {
public:
    using Tell = std::function<void(std::string_view name, std::string detail)>;
    Keepalives(Core& core, Tell tell) : core_(core), tell_(std::move(tell)) {}

    /// Takes the core's snapshot into use: who stays keeps its time.
    void adopt();
    void on_timer();
    /// Whatever STUN came that is no request.
    void on_answer(const sipnet::Flow& from, std::string_view datagram);

private:
    struct Peer {
        sipnet::Flow to;
        MonoTime due{};
        sipnet::StunId id{};
        std::uint64_t listed = 0;  // round in which the topology last named it
        unsigned unanswered = 0;   // requests in a row
        bool answers = false;      // it has answered one before
        std::optional<net::Endpoint> mapped;
    };
    [[nodiscard]] bool wanted() const;
    void list(const topology::Trunk& trunk, const topology::Target& hop);
    void send(const std::string& name, Peer& peer);

    Core& core_;
    Tell tell_;
    std::unordered_map<std::string, Peer> peers_;  // by peer_name()
    std::uint64_t round_ = 0;
    bool ticking_ = false;
};

}  // namespace tandem::proxy
