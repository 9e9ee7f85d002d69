// Knows: order, gaps and overlaps of pieces.
// Must not know: what a datagram carries.
// Next: frame.cpp.
#include "capture/fragments.h"

#include <algorithm>

namespace tandem::capture {

namespace {

constexpr std::size_t kMaxPacket = 65535;
constexpr std::size_t kPerPiece = 64;  // what a piece costs beside its bytes

}  // namespace

bool Fragments::add(const Datagram& piece, WallTime time, Datagram& whole) {
    if (piece.fragment.protocol != kUdpProtocol) return false;
    while (!packets_.empty() && (time - packets_.front().first > kWait || bytes_ > kMaxBytes)) give_up(packets_.begin());

    const Key key{piece.source.ip, piece.destination.ip, piece.fragment.id};
    auto at = index_.find(key);
    if (at == index_.end()) {
        packets_.push_back({key, time, {}, 0, 0});
        at = index_.emplace(key, std::prev(packets_.end())).first;
    }
    const Place place = at->second;
    Packet& packet = *place;
    const std::size_t before = packet.held;
    const bool good = insert(packet, piece);
    bytes_ += packet.held - before;
    if (!good) {
        ++lost_;
        give_up(place);
        return false;
    }
    std::size_t end = 0;
    for (const Piece& p : packet.pieces) {
        if (p.offset != end) return false;
        end += p.bytes.size();
    }
    if (packet.size == 0 || end != packet.size) return false;

    whole_.clear();
    for (const Piece& p : packet.pieces) whole_.insert(whole_.end(), p.bytes.begin(), p.bytes.end());
    forget(place);
    whole = piece;
    if (decode_udp(whole_, false, whole) != FrameKind::kUdp) {
        ++lost_;
        return false;
    }
    ++completed_;
    return true;
}

/// False when the piece spoils its packet: cut by the capture, too long, beyond the end, or over another one.
bool Fragments::insert(Packet& packet, const Datagram& piece) {
    const std::size_t offset = piece.fragment.offset;
    const std::size_t end = offset + piece.payload.size();
    if (piece.cut || piece.payload.empty() || end > kMaxPacket || packet.pieces.size() >= kMaxPieces) return false;
    const auto next = std::find_if(packet.pieces.begin(), packet.pieces.end(), [&](const Piece& p) { return p.offset >= offset; });
    // A copy of a piece (two points of capture, a retransmission by the link) says nothing new.
    if (next != packet.pieces.end() && next->offset == offset && std::ranges::equal(next->bytes, piece.payload)) return true;
    if (next != packet.pieces.end() && next->offset < end) return false;
    if (next != packet.pieces.begin() && std::prev(next)->offset + std::prev(next)->bytes.size() > offset) return false;
    if (!piece.fragment.more) {
        if (packet.size != 0 && packet.size != end) return false;
        packet.size = end;
    }
    if (packet.size != 0 && (end > packet.size || (!packet.pieces.empty() && packet.pieces.back().offset >= packet.size)))
        return false;
    packet.pieces.insert(next, {offset, {piece.payload.begin(), piece.payload.end()}});
    packet.held += piece.payload.size() + kPerPiece;
    return true;
}

void Fragments::finish() {
    while (!packets_.empty()) give_up(packets_.begin());
}

void Fragments::give_up(Place packet) {
    lost_ += packet->pieces.size();
    forget(packet);
}

void Fragments::forget(Place packet) {
    bytes_ -= packet->held;
    index_.erase(packet->key);
    packets_.erase(packet);
}

}  // namespace tandem::capture
