// Knows: payload types to meanings.
// Must not know: calls.
// Next: call_media.cpp.
#include "gw-bridge/leg_media.h"

#include <algorithm>

#include "sdp/codecs.h"

namespace tandem::bridge {
namespace {

media::Payload meaning(const sdp::Codec& codec) {
    if (!sdp::is_g711(codec)) return media::Payload::kOther;
    return codec.is("PCMU") ? media::Payload::kMu : media::Payload::kA;
}

}  // namespace

bool joinable(const sdp::Codec& a, const sdp::Codec& b) {
    return a.same_encoding(b) || (sdp::is_g711(a) && sdp::is_g711(b));
}

std::vector<sdp::Codec> usable(const sdp::MediaProfile& profile, const sdp::Summary& description) {
    std::vector<sdp::Codec> out;
    const sdp::MediaSummary* audio = description.audio();
    if (audio == nullptr) return out;
    const auto ours = sdp::codecs_of(profile);
    for (const auto& codec : audio->codecs)
        if (std::any_of(ours.begin(), ours.end(),
                        [&](const sdp::Codec& c) { return c.same_encoding(codec); }))
            out.push_back(codec);
    return out;
}

sdp::MediaProfile restricted(const sdp::MediaProfile& profile, std::span<const sdp::Codec> other) {
    sdp::MediaProfile out = profile;
    std::erase_if(out.codecs, [&](const std::string& name) {
        const auto codec = sdp::codec_by_name(name);
        return !codec || std::none_of(other.begin(), other.end(),
                                      [&](const sdp::Codec& c) { return joinable(*codec, c); });
    });
    return out;
}

media::LegConfig leg_config(const sdp::Negotiated& agreed, const sdp::MediaProfile& profile,
                            Expected expected) {
    media::LegConfig out;
    out.remote_rtp = agreed.remote_rtp;
    out.remote_rtcp = agreed.remote_rtcp;
    const bool silent = agreed.remote_zero_address;
    out.receive =
        agreed.direction == sdp::Direction::kSendRecv || agreed.direction == sdp::Direction::kRecvOnly;
    out.send = !silent && (agreed.direction == sdp::Direction::kSendRecv ||
                           agreed.direction == sdp::Direction::kSendOnly);
    out.rtcp = !silent;
    out.latch = profile.latching || profile.behind_nat;
    out.latch_packets = profile.latch_packets;
    out.watch = expected == Expected::kMedia && out.receive;
    out.watch_reports = expected == Expected::kReports && profile.rtcp_hold && !silent;
    for (const auto& codec : agreed.receive) out.incoming.at(codec.payload_type & 0x7fU) = meaning(codec);
    if (agreed.dtmf_receive) out.incoming.at(*agreed.dtmf_receive & 0x7fU) = media::Payload::kEvent;
    if (agreed.comfort_noise) {
        out.incoming.at(*agreed.comfort_noise & 0x7fU) = media::Payload::kComfortNoise;
        out.comfort_noise_pt = *agreed.comfort_noise;
    }
    out.audio = meaning(agreed.codec);
    out.audio_pt = agreed.codec.payload_type;
    if (agreed.dtmf_send) out.event_pt = *agreed.dtmf_send;
    out.clock_hz = agreed.codec.clock_hz;
    return out;
}

}  // namespace tandem::bridge
