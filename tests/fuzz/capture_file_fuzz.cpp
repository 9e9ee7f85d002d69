// Knows: any capture file, read in pieces of any size, gives the same records, and whatever is in them is analysed without harm.
// Must not know: the unit tests.
// Next: frame_fuzz.cpp for single frames.
#include <algorithm>
#include <cstdlib>

#include "call/diagnosis.h"
#include "call/ladder.h"
#include "call/tracker.h"
#include "capture/fragments.h"
#include "capture/frame.h"
#include "capture/reader.h"

using namespace tandem;

namespace {

struct Ignore final : call::Sink {
    void call(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime now) override {
        static_cast<void>(c.outcome(now));
        static_cast<void>(call::diagnose(c, streams));
        static_cast<void>(call::draw_ladder(c.ladder()));
    }
    void stream(const call::Stream&, const call::Call*) override {}
};

/// Number of records, and whether an error ended them.
std::pair<std::uint64_t, bool> read(Bytes file, std::size_t piece, bool analyse) {
    capture::Reader reader;
    capture::Record record;
    Ignore sink;
    call::TrackerOptions options;
    options.max_calls = 8;
    options.max_streams = 8;
    options.max_candidates = 8;
    options.max_bytes = 32 * 1024;
    options.keep_ladder = true;
    call::Tracker tracker(options, sink);
    capture::Fragments fragments;
    while (true) {
        switch (reader.next(record)) {
            case capture::Step::kRecord: {
                // Time is bounded by the reader, so that no difference of two times overflows.
                if (record.time < WallTime{} || record.time > WallTime{seconds{(std::int64_t{1} << 32) + 8192}}) std::abort();
                if (!analyse) break;
                capture::Datagram d, together;
                const capture::FrameKind kind = capture::decode(record.link, record.data, d);
                const bool whole = kind == capture::FrameKind::kFragment && fragments.add(d, record.time, together);
                if (whole) d = together;
                if (kind == capture::FrameKind::kUdp || whole)
                    tracker.datagram({d.source, d.destination, d.payload, record.time, d.dscp});
                break;
            }
            case capture::Step::kMore: {
                const Bytes part = file.first(std::min(piece, file.size()));
                file = file.subspan(part.size());
                if (part.empty()) reader.end();
                const auto room = reader.room(part.size());
                std::copy(part.begin(), part.end(), room.begin());
                reader.filled(part.size());
                break;
            }
            case capture::Step::kEnd: tracker.finish(); return {reader.records(), false};
            case capture::Step::kError: tracker.finish(); return {reader.records(), true};
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes file{data, size};
    const auto whole = read(file, size + 1, true);
    if (read(file, 7, false) != whole) std::abort();
    return 0;
}
