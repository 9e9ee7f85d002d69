// Knows: the E-model's transmission rating with default values, and the mean opinion score of a rating (ITU-T G.107).
// Must not know: packets, codecs by name, where delay and loss come from.
// Next: impairment.h for the figures of codecs, grade.h for what the score is compared with.
#pragma once

namespace tandem::quality {

/// Rating without delay, loss or codec impairment. DEVIATION from G.107's own default of Ro − Is by formula: the rounded
/// 93.2 of G.107 (06/2015) §7.7 is used, and echo terms are left out (perfect echo loss).
inline constexpr double kBaseRating = 93.2;

/// Idd, the impairment by pure one-way delay. Units: ms in, rating points out.
/// Source: ITU-T G.107 §7.4, equations for Idd with mT = 100 ms and sT = 1.
double delay_impairment(double one_way_ms);

/// Ie,eff: a codec's impairment grown by packet loss. loss_percent 0 to 100; burst_ratio 1 = random loss, more = bursts.
/// Source: ITU-T G.107 §7.5.
double loss_impairment(double ie, double bpl, double loss_percent, double burst_ratio);

/// R = 93.2 − Idd − Ie,eff.
inline double rating(double delay, double loss) { return kBaseRating - delay - loss; }

/// The mean opinion score of a rating: 1 to 4.5. Source: ITU-T G.107 Annex B; clamped at 1, below which its curve dips.
double mos(double r);

}  // namespace tandem::quality
