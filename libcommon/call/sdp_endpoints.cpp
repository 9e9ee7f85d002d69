// Knows: look-up of endpoints by call and of calls by endpoint.
// Must not know: packets, SIP.
// Next: tracker.cpp.
#include "call/sdp_endpoints.h"

#include <algorithm>

#include "call/held_bytes.h"
#include "sdp/codecs.h"

namespace tandem::call {

std::string_view to_string(Match match) {
    switch (match) {
        case Match::kSdp: return "sdp";
        case Match::kSymmetric: return "symmetric";
        case Match::kShape: break;
    }
    return "shape";
}

std::vector<net::Endpoint> SdpEndpoints::add(std::uint64_t call, const sdp::Summary& summary) {
    std::vector<net::Endpoint> added;
    for (const sdp::MediaSummary& media : summary.media) {
        if (media.refused() || media.zero_address || media.rtp.ip.none() || media.t38) continue;
        std::vector<SdpCodec> codecs;
        const auto mean = [&](std::uint8_t payload_type, bool is_media, std::uint32_t clock_hz, std::string_view name) {
            if (codecs.size() < kMaxCodecs)
                codecs.push_back({payload_type, is_media, clock_hz, std::string(name.substr(0, kMaxName))});
        };
        for (const sdp::Codec& c : media.dtmf) mean(c.payload_type, false, c.clock_hz, c.name);
        if (media.comfort_noise) mean(*media.comfort_noise, false, 8000, sdp::kComfortNoise);
        for (const sdp::Codec& c : media.codecs) mean(c.payload_type, true, c.clock_hz, c.name);

        auto& claims = endpoints_[media.rtp];
        const auto own = std::find_if(claims.begin(), claims.end(), [&](const Claim& c) { return c.call == call; });
        if (own != claims.end()) {
            bytes_ -= cost(*own);
            own->codecs = std::move(codecs);  // a later description says what holds now
            own->over = false;
            bytes_ += cost(*own);
            continue;
        }
        auto& list = by_call_[call];
        if (list.size() >= kMaxPerCall) {
            if (claims.empty()) endpoints_.erase(media.rtp);
            continue;
        }
        if (claims.size() >= kMaxPerEndpoint) {
            bytes_ -= cost(claims.front());
            claims.erase(claims.begin());
        }
        claims.push_back({call, std::move(codecs), false});
        bytes_ += cost(claims.back());
        list.push_back(media.rtp);
        added.push_back(media.rtp);
    }
    return added;
}

void SdpEndpoints::over(std::uint64_t call) {
    const auto list = by_call_.find(call);
    if (list == by_call_.end()) return;
    for (const net::Endpoint& endpoint : list->second) {
        const auto at = endpoints_.find(endpoint);
        if (at == endpoints_.end()) continue;
        for (Claim& c : at->second)
            if (c.call == call) c.over = true;
    }
}

void SdpEndpoints::remove(std::uint64_t call) {
    const auto it = by_call_.find(call);
    if (it == by_call_.end()) return;
    for (const net::Endpoint& endpoint : it->second) {
        const auto at = endpoints_.find(endpoint);
        if (at == endpoints_.end()) continue;
        std::erase_if(at->second, [&](const Claim& c) {
            if (c.call != call) return false;
            bytes_ -= cost(c);
            return true;
        });
        if (at->second.empty()) endpoints_.erase(at);
    }
    by_call_.erase(it);
}

std::size_t SdpEndpoints::cost(const Claim& claim) {
    // Its place in the vector (which grows by doubling), a node of the table, a place in the call's list.
    constexpr std::size_t kShare = 2 * sizeof(Claim) + sizeof(decltype(endpoints_)::value_type) +
                                   3 * sizeof(net::Endpoint) + 3 * kAllocation;
    std::size_t n = kShare + held_bytes(claim.codecs);
    for (const SdpCodec& codec : claim.codecs) n += held_bytes(codec.name);
    return n;
}

const SdpEndpoints::Claim* SdpEndpoints::claim(const net::Endpoint& endpoint, std::uint64_t call) const {
    const auto it = endpoints_.find(endpoint);
    if (it == endpoints_.end()) return nullptr;
    for (const Claim& c : it->second)
        if (c.call == call) return &c;
    return nullptr;
}

SdpEndpoints::Found SdpEndpoints::find(const net::Endpoint& source, const net::Endpoint& destination) const {
    if (endpoints_.empty()) return {};
    Found best;
    int best_rank = 0;
    const auto consider = [&](const Claim& c, int rank, Match match) {
        rank += c.over ? 0 : 4;
        if (rank < best_rank) return;
        best_rank = rank;
        best = {c.call, match};
    };
    if (const auto to = endpoints_.find(destination); to != endpoints_.end())
        for (const Claim& c : to->second) consider(c, claim(source, c.call) != nullptr ? 3 : 2, Match::kSdp);
    if (const auto from = endpoints_.find(source); from != endpoints_.end())
        for (const Claim& c : from->second)
            if (claim(destination, c.call) == nullptr) consider(c, 1, Match::kSymmetric);
    return best;
}

const SdpCodec* SdpEndpoints::codec(std::uint64_t call, const net::Endpoint& destination,
                                    std::uint8_t payload_type) const {
    const auto in = [&](const Claim& c) -> const SdpCodec* {
        for (const SdpCodec& codec : c.codecs)
            if (codec.payload_type == payload_type) return &codec;
        return nullptr;
    };
    if (const Claim* receiver = claim(destination, call))
        if (const SdpCodec* found = in(*receiver)) return found;
    const auto list = by_call_.find(call);
    if (list == by_call_.end()) return nullptr;
    for (const net::Endpoint& endpoint : list->second)
        if (const Claim* any = claim(endpoint, call))
            if (const SdpCodec* found = in(*any)) return found;
    return nullptr;
}

}  // namespace tandem::call
