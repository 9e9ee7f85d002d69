// Knows: what a report of finished calls and streams must be able to do.
// Must not know: in which form.
// Next: json_report.h for records, text_report.h for people.
#pragma once

#include <string>

#include "base/clock.h"
#include "call/tracker.h"
#include "pcap-analyze/counts.h"

namespace tandem::analyze {

/// Takes what the tracker gives; take() is what may be printed by now.
class Report : public call::Sink {
public:
    /// How finely the captures tell the time.
    void digits(StampDigits digits) { digits_ = digits; }
    /// Everything was given.
    virtual void end(const Counts& counts) = 0;
    /// Text to print; the report forgets it.
    std::string take() { return std::move(out_); }
    [[nodiscard]] std::size_t pending() const { return out_.size(); }

protected:
    std::string out_;
    StampDigits digits_ = StampDigits::kMicro;
};

}  // namespace tandem::analyze
