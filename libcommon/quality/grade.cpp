// Knows: the two threshold sets.
// Must not know: packets, calls.
// Next: record/stream.cpp.
#include "quality/grade.h"

#include "quality/emodel.h"
#include "quality/impairment.h"

namespace tandem::quality {

Scores score(const Monitor& monitor, std::string_view encoding, std::optional<double> one_way_ms) {
    Scores scores;
    const auto with = impairment_of(encoding, true);
    const auto without = impairment_of(encoding, false);
    if (!with || !without || monitor.fates().packets() == 0) return scores;
    const double percent = 100 * monitor.fates().loss_ratio();
    const double burst = monitor.fates().burst_ratio();
    const double impaired = loss_impairment(with->ie, with->bpl, percent, burst);
    scores.mos_lq = mos(rating(0, impaired));
    scores.mos_lq_no_plc = mos(rating(0, loss_impairment(without->ie, without->bpl, percent, burst)));
    if (one_way_ms) scores.mos_cq = mos(rating(delay_impairment(*one_way_ms), impaired));
    scores.estimated = with->estimated;
    scores.degradation = mos(rating(0, with->ie)) - *scores.mos_lq;
    return scores;
}

std::string_view to_string(Planning p) {
    switch (p) {
        case Planning::kMet: return "met";
        case Planning::kMissed: return "missed";
        case Planning::kUnknown: break;
    }
    return "unknown";
}

std::string_view to_string(Class c) {
    switch (c) {
        case Class::kGood: return "good";
        case Class::kPoor: return "poor";
        case Class::kUnclassified: break;
    }
    return "unclassified";
}

Grade grade(const Monitor& monitor, const Scores& scores, const Path& path) {
    Grade out;
    const auto& sequence = monitor.stats().sequence();
    if (sequence.expected() == 0) return out;
    const double expected = static_cast<double>(sequence.expected());
    const double loss = static_cast<double>(sequence.lost()) / expected;
    const double reordered = static_cast<double>(sequence.reordered()) / expected;
    const double jitter = monitor.stats().jitter().mean_ms();
    const double jitter_max = monitor.stats().jitter().max_ms();

    if (!(loss < 0.01)) out.missed.emplace_back("loss");
    if (!(jitter_max < 30)) out.missed.emplace_back("jitter");
    if (!(reordered < 0.0005)) out.missed.emplace_back("reorder");
    out.planning = out.missed.empty() ? Planning::kMet : Planning::kMissed;

    if (scores.degradation > 1.0) out.reasons.emplace_back("degradation");
    if (path.rtt_ms && *path.rtt_ms > 500) out.reasons.emplace_back("rtt");
    if (loss > 0.10) out.reasons.emplace_back("loss");
    if (jitter > 30) out.reasons.emplace_back("jitter");
    if (monitor.fates().loss_ratio() > 0.07) out.reasons.emplace_back("concealed");
    if (!out.reasons.empty()) {
        out.classification = Class::kPoor;
        return out;
    }
    if (path.rtcp_expected && !monitor.has_report()) out.reasons.emplace_back("no_rtcp");
    if (sequence.expected() < kShortPackets) out.reasons.emplace_back("short");
    out.classification = out.reasons.empty() ? Class::kGood : Class::kUnclassified;
    return out;
}

}  // namespace tandem::quality
