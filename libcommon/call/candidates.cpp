// Knows: the rule by which packets without SDP become a stream.
// Must not know: calls, SDP.
// Next: tracker.cpp.
#include "call/candidates.h"

#include <algorithm>

namespace tandem::call {

namespace {

constexpr int kMaxStep = 16;

}  // namespace

std::optional<std::vector<WaitingPacket>> Candidates::offer(const FlowKey& key, const WaitingPacket& packet) {
    auto at = index_.find(key);
    if (at == index_.end()) {
        if (flows_.size() >= limit_) {
            given_up_ += flows_.front().packets.size();
            ++gave_way_;
            index_.erase(flows_.front().key);
            flows_.pop_front();
        }
        flows_.push_back({key, {}, 0});
        at = index_.emplace(key, std::prev(flows_.end())).first;
    } else {
        flows_.splice(flows_.end(), flows_, at->second);
    }
    Flow& flow = *at->second;
    if (!flow.packets.empty()) {
        const rtp::Header& before = flow.packets.back().header;
        const int step = static_cast<std::int16_t>(packet.header.sequence - before.sequence);
        if (step != 1) flow.in_sequence = 0;
        if (packet.header.payload_type != before.payload_type || step > kMaxStep || step < -kMaxStep) {
            given_up_ += flow.packets.size();
            flow.packets.clear();
            flow.in_sequence = 0;
        } else if (flow.packets.size() == kWaiting) {
            flow.packets.erase(flow.packets.begin());
            ++given_up_;
        }
    }
    flow.packets.push_back(packet);
    if (++flow.in_sequence < kNeeded) return std::nullopt;
    return take(key);
}

std::vector<WaitingPacket> Candidates::take(const FlowKey& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return {};
    std::vector<WaitingPacket> packets = std::move(at->second->packets);
    flows_.erase(at->second);
    index_.erase(at);
    return packets;
}

std::uint64_t Candidates::waiting() const {
    std::uint64_t n = 0;
    for (const Flow& flow : flows_) n += flow.packets.size();
    return n;
}

}  // namespace tandem::call
