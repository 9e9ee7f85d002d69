// Knows: well-known RTP encodings: clock, channels and static payload types.
// Must not know: which of them a leg speaks, how they are coded.
// Next: summary.h for the codecs of a description, offer_answer.h for those of an offer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sdp/profile.h"
#include "sdp/summary.h"

namespace tandem::sdp {

inline constexpr std::string_view kTelephoneEvent = "telephone-event";
inline constexpr std::string_view kComfortNoise = "CN";
inline constexpr std::uint8_t kComfortNoisePt = 13;
inline constexpr std::uint8_t kFirstDynamicPt = 96;

/// The codec of an encoding name, with its payload type if that is static, else 96; nothing for an unknown
/// name.
/// Source: RFC 3551 §6, RFC 7587 §7 (opus/48000/2), RFC 4040 (CLEARMODE).
std::optional<Codec> codec_by_name(std::string_view name);

/// The encoding that a static payload type means without an rtpmap; nothing for the others. Source: RFC 3551
/// §6.
std::optional<Codec> static_codec(std::uint8_t payload_type);

/// The audio codecs of a profile in its order, without telephone-event and CN; dynamic ones all have number 96.
std::vector<Codec> codecs_of(const MediaProfile& profile);

/// True for PCMU and PCMA at 8000 Hz, which are converted into each other without decoding.
bool is_g711(const Codec& codec);

}  // namespace tandem::sdp
