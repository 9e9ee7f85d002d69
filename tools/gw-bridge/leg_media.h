// Knows: how what SDP agreed on becomes a leg's media configuration; which codecs two legs can be joined by.
// Must not know: SIP, calls.
// Next: media/leg_config.h, sdp/offer_answer.h.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "media/leg_config.h"
#include "sdp/offer_answer.h"
#include "sdp/profile.h"

namespace tandem::bridge {

/// Packets of one can be turned into packets of the other: the same encoding, or the two laws of G.711.
bool joinable(const sdp::Codec& a, const sdp::Codec& b);

/// The profile with only those codecs that can be joined with one of `other`, in the profile's order.
sdp::MediaProfile restricted(const sdp::MediaProfile& profile, std::span<const sdp::Codec> other);

/// Codecs of a description's audio that the profile speaks.
std::vector<sdp::Codec> usable(const sdp::MediaProfile& profile, const sdp::Summary& description);

/// What may be expected of a peer.
enum class Expected : std::uint8_t {
    kNothing,  ///< the call is not answered
    kMedia,
    kReports,  ///< on hold: RTCP only
};

media::LegConfig leg_config(const sdp::Negotiated& agreed, const sdp::MediaProfile& profile,
                            Expected expected);

}  // namespace tandem::bridge
