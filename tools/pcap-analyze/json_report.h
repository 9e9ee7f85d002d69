// Knows: how a finished call and its streams become records.
// Must not know: how they were found.
// Next: record/call.h, record/stream.h.
#pragma once

#include "pcap-analyze/report.h"
#include "record/call.h"
#include "record/stream.h"

namespace tandem::analyze {

/// The `call` record of a call; stream ids as in stream_record().
record::Call call_record(const call::Call& call, const std::vector<const call::Stream*>& streams, WallTime now,
                         StampDigits digits);
/// The `stream` record of a stream; call may be null.
record::Stream stream_record(const call::Stream& stream, const call::Call* call, StampDigits digits);

/// JSON lines: a call, then its streams; the summary last.
class JsonReport final : public Report {
public:
    explicit JsonReport(bool summary) : summary_(summary) {}

    void call(const call::Call& call, const std::vector<const call::Stream*>& streams, WallTime now) override;
    void stream(const call::Stream& stream, const call::Call* call) override;
    void end(const Counts& counts) override;

private:
    bool summary_;
};

}  // namespace tandem::analyze
