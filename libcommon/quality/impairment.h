// Knows: how much a codec takes from the rating and how it bears loss (ITU-T G.113 Appendix I).
// Must not know: the formulas, payload types.
// Next: emodel.h.
#pragma once

#include <optional>
#include <string_view>

namespace tandem::quality {

/// Figures of one codec.
struct Impairment {
    double ie = 0;           ///< equipment impairment factor
    double bpl = 0;          ///< packet-loss robustness factor
    bool estimated = false;  ///< no ITU figure for this narrowband scale: records say so
};

/// The figures of a codec by its RTP encoding name (case ignored); nothing when there are none to be had.
/// concealed: the receiver conceals lost packets (only G.711 has figures for both; other codecs always conceal).
/// Source: ITU-T G.113 Appendix I Tables I.1 to I.4. DEVIATION: G.722 and Opus, which the narrowband model does not cover,
/// get G.711's figures with concealment and are marked as estimated.
std::optional<Impairment> impairment_of(std::string_view encoding, bool concealed);

}  // namespace tandem::quality
