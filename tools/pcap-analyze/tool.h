// Knows: the program pcap-analyze: its options, and the way of a frame from file to report.
// Must not know: capture formats, SIP, RTP, records.
// Next: capio/capture_input.h, capture/frame.h, call/tracker.h, then report.h.
#pragma once

#include <string>
#include <vector>

#include "call/tracker.h"
#include "capture/fragments.h"
#include "capture/reader.h"
#include "cli/app.h"
#include "pcap-analyze/counts.h"
#include "pcap-analyze/report.h"

namespace tandem::analyze {

class Analyze final : public cli::Tool {
public:
    [[nodiscard]] std::string_view name() const override { return "pcap-analyze"; }
    [[nodiscard]] std::string_view summary() const override {
        return "captures to calls, streams, loss, jitter and MOS, as JSON lines";
    }
    void declare(cli::Options& options) const override;
    Status setup(const cli::Options& options) override;
    cli::ExitCode run(cli::Context& context) override;

private:
    /// Reads one capture to its end. False when it could not be read whole; what was read is in the tracker.
    bool read(cli::Context& context, const std::string& file, call::Tracker& tracker, Report& report);
    void frame(const capture::Record& record, call::Tracker& tracker);
    /// What could not be analysed, and what to do about it; the summary has the same counts. False when it may have hidden calls.
    [[nodiscard]] bool say_left_out(cli::Context& context) const;
    /// What the limits have cost, for people; the summary has the same counts.
    void say_limits(cli::Context& context) const;
    /// Prints what the report has; false when nobody reads any more.
    bool print(cli::Context& context, Report& report);

    std::vector<std::string> files_;
    std::string ladder_;
    bool text_ = false;
    bool with_summary_ = true;
    call::TrackerOptions tracker_options_;
    capture::Fragments fragments_;
    std::uint16_t unknown_link_ = 0;  ///< one of those that are not decoded
    bool unwritable_ = false;  ///< output failed, and that was said
    Counts counts_;
};

}  // namespace tandem::analyze
