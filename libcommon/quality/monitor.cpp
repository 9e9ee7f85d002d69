// Knows: how statistics, playout and bursts of one stream are kept in step.
// Must not know: grades.
// Next: grade.cpp.
#include "quality/monitor.h"

namespace tandem::quality {

void Monitor::decide_below(std::int64_t limit) {
    for (; open_ < limit; ++open_) {
        std::uint64_t& bits = word(open_);
        const bool played = (bits & mask(open_)) != 0;
        bits &= ~mask(open_);
        fates_.feed(!played);
    }
}

rtp::Arrival Monitor::packet(const rtp::Header& header, std::chrono::nanoseconds arrival,
                             std::uint32_t clock_hz, std::uint32_t event_clock_hz) {
    const std::uint32_t jitter_clock_hz =
        clock_hz == 0 && jitter_use_ == JitterUse::kAll ? event_clock_hz : clock_hz;
    const rtp::Arrival what = stats_.update(header, arrival, jitter_clock_hz);
    if (what == rtp::Arrival::kOutside || what == rtp::Arrival::kDuplicate) return what;
    if (clock_hz == 0 && jitter_use_ == JitterUse::kMoving)
        stats_.jitter().move_reference(header.timestamp, arrival);
    if (clock_hz == 0 && jitter_use_ == JitterUse::kWireshark) stats_.jitter().move_reference_time(arrival);
    const std::int64_t number = stats_.sequence().last();
    if (what == rtp::Arrival::kFirst) {
        open_ = highest_ = number;
    } else if (what == rtp::Arrival::kRestart) {
        // The packet before this one was the first at the new place; it is taken as played.
        decide_below(highest_ + 1);
        open_ = number - 1;
        word(open_) |= mask(open_);
        highest_ = number;
    } else if (number > highest_) {
        decide_below(number - kWindow + 1);
        highest_ = number;
    } else if (number < open_ && highest_ - number < kWindow) {
        open_ = number;  // the base moved down at the start of the stream
    }

    if (clock_hz != 0) {
        // A jump of the sender's timestamps is no packet of that length.
        const std::uint32_t step = header.timestamp - last_timestamp_;
        if (last_clock_hz_ == clock_hz && number == last_number_ + 1 && step <= clock_hz) {
            ++steps_;
            step_units_ += step;
        }
        last_clock_hz_ = clock_hz;
        last_timestamp_ = header.timestamp;
        last_number_ = number;
    } else {
        last_clock_hz_ = 0;
    }

    if (playout_.in_time(header.timestamp, header.marker, arrival, clock_hz)) {
        word(number) |= mask(number);
    } else {
        ++discarded_;
        if (what == rtp::Arrival::kReordered) ++late_;
    }
    return what;
}

void Monitor::sender_report(const rtp::SenderReport& report, std::chrono::nanoseconds arrival) {
    stats_.sender_report(report, arrival);
    // What the sender sent before we saw it; a packet that a report has overtaken makes it too large, so the smallest holds.
    // The sender's count starts anew with a restart of the sender.
    const std::int64_t ahead =
        std::int64_t{report.packet_count} - static_cast<std::int64_t>(stats_.sequence().expected());
    if (reports_ == 0 || report.packet_count < sent_reported_ || ahead < sent_ahead_) sent_ahead_ = ahead;
    sent_reported_ = report.packet_count;
    ++reports_;
}

void Monitor::finish() {
    if (stats_.sequence().packets() > 0) decide_below(highest_ + 1);
    fates_.finish();
}

std::optional<std::uint64_t> Monitor::lost_tail() const {
    if (reports_ < 2) return std::nullopt;
    const std::int64_t missing =
        sent_reported_ - sent_ahead_ - static_cast<std::int64_t>(stats_.sequence().expected());
    return missing > 0 ? static_cast<std::uint64_t>(missing) : 0;
}

double Monitor::packet_ms() const {
    const std::uint32_t clock = stats_.jitter().clock_hz();
    if (steps_ == 0 || clock == 0) return 0;
    return static_cast<double>(step_units_) / static_cast<double>(steps_) * 1000 / clock;
}

}  // namespace tandem::quality
