// Knows: packets that may be RTP of a stream that no SDP announces: they wait until enough of them are in sequence.
// Must not know: calls, SDP.
// Next: tracker.h, which makes a stream of them.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "call/stream.h"
#include "rtp/packet.h"

namespace tandem::call {

/// A packet that waits.
struct WaitingPacket {
    rtp::Header header;
    WallTime time{};
    std::uint8_t dscp = 0;
};

/// Flows seen too short to be called streams. Bounded: the one whose last packet is longest ago gives way.
class Candidates {
public:
    /// Packets in sequence that make a stream (more than RFC 3550 A.1 asks, since here no signalling says that it is RTP).
    static constexpr std::size_t kNeeded = 4;

    explicit Candidates(std::size_t limit) : limit_(limit) {}

    /// Packets of one flow that may wait: those before a small gap count when the stream is found.
    static constexpr std::size_t kWaiting = 16;

    /// Takes one more packet. Gives all that waited, this one included, when it is the kNeeded-th in sequence: one number after
    /// the other, one payload type. A small step out of sequence starts the count anew; a jump gives up all that waited.
    std::optional<std::vector<WaitingPacket>> offer(const FlowKey& key, const WaitingPacket& packet);
    /// All that waited of a flow (an SDP announced it meanwhile).
    std::vector<WaitingPacket> take(const FlowKey& key);
    /// Packets that were given up: not RTP by their form, or of a flow that gave way.
    [[nodiscard]] std::uint64_t given_up() const { return given_up_; }
    /// Flows that gave way to others before it was clear what they are.
    [[nodiscard]] std::uint64_t gave_way() const { return gave_way_; }
    /// Packets that still wait.
    [[nodiscard]] std::uint64_t waiting() const;

private:
    struct Flow {
        FlowKey key;
        std::vector<WaitingPacket> packets;
        std::size_t in_sequence = 0;
    };
    std::list<Flow> flows_;  // the one whose last packet is longest ago first
    std::unordered_map<FlowKey, std::list<Flow>::iterator, FlowKeyHash> index_;
    std::size_t limit_;
    std::uint64_t given_up_ = 0;
    std::uint64_t gave_way_ = 0;
};

}  // namespace tandem::call
