// Knows: pieces of IP packets, and how they become UDP datagrams again.
// Must not know: capture files, what a datagram carries.
// Next: frame.h, which gives the pieces; call/tracker.h, which takes datagrams.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "capture/frame.h"

namespace tandem::capture {

/// Puts fragmented UDP datagrams together. Bounded: the packet that waits longest gives way, and none waits longer than kWait.
/// Source: RFC 791 §3.2, RFC 8200 §4.5; overlapping pieces spoil their packet (RFC 5722, here for IPv4 as well).
class Fragments {
public:
    static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;  ///< of pieces that wait
    static constexpr std::size_t kMaxPieces = 128;             ///< of one packet
    static constexpr seconds kWait{60};                        ///< RFC 8200 §4.5

    /// Takes what decode() gave as kFragment. True when it was the last one missing of a UDP datagram: that is in `whole`, its
    /// payload a view until the next call.
    bool add(const Datagram& piece, WallTime time, Datagram& whole);
    /// No piece follows: those that wait are lost.
    void finish();

    /// Datagrams that were put together.
    [[nodiscard]] std::uint64_t completed() const { return completed_; }
    /// Pieces of UDP datagrams that never came together; one for a datagram that was none when they did.
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    struct Key {
        net::IpAddress source, destination;
        std::uint32_t id = 0;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& k) const noexcept {
            const std::hash<net::IpAddress> hash;
            return (hash(k.source) * 0x9e3779b97f4a7c15ULL) ^ (hash(k.destination) * 31) ^ k.id;
        }
    };
    struct Piece {
        std::size_t offset = 0;
        std::vector<std::uint8_t> bytes;
    };
    struct Packet {
        Key key;
        WallTime first{};
        std::vector<Piece> pieces;  // by offset
        std::size_t size = 0;       // of the whole; 0 = the last piece is missing
        std::size_t held = 0;       // bytes of the pieces
    };
    using Place = std::list<Packet>::iterator;

    void give_up(Place packet);
    void forget(Place packet);
    static bool insert(Packet& packet, const Datagram& piece);

    std::list<Packet> packets_;  // longest wait first
    std::unordered_map<Key, Place, KeyHash> index_;
    std::vector<std::uint8_t> whole_;
    std::size_t bytes_ = 0;
    std::uint64_t completed_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace tandem::capture
