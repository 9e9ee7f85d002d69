// Knows: OPTIONS to the targets of trunks whose profile asks for that, and what their answers or silence say of them.
// Must not know: calls; what is done with a target that is down (policy).
// Next: live_counters.h, which it tells; probes.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sip-trunk-proxy/core.h"

namespace tandem::proxy {

/// Thread: the SIP worker.
class Probes {
public:
    /// tell: a target went down or came up again, for the event record.
    using Tell = std::function<void(std::string_view name, std::string detail)>;
    Probes(Core& core, Tell tell) : core_(core), tell_(std::move(tell)) {}

    /// Takes the core's snapshot into use: who stays keeps its counts.
    void adopt();
    void on_timer();
    void on_response(Tag tag, int status);
    void on_failure(Tag tag);

private:
    struct Peer {
        std::uint64_t id = 0;
        Index trunk = kNoIndex;
        std::size_t endpoint = 0;
        topology::Target hop;
        MonoTime due{};
        std::uint64_t listed = 0;  // round in which the topology last named it
        std::uint32_t cseq = 0;
        unsigned failed = 0, answered = 0;  // in a row
        bool open = false;                  // a probe is under way
    };
    void list(Index trunk, std::size_t endpoint, const topology::Target& hop, nanoseconds interval);
    void send(Peer& peer);
    void outcome(std::uint64_t id, bool good, std::string_view what);

    Core& core_;
    Tell tell_;
    std::unordered_map<std::string, Peer> peers_;  // by peer_name()
    std::uint64_t next_id_ = 1, round_ = 0;
    bool ticking_ = false;
};

}  // namespace tandem::proxy
