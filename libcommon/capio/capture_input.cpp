// Knows: how to fill a capture reader from a stream.
// Must not know: capture formats.
// Next: capture/reader.cpp.
#include "capio/capture_input.h"

namespace tandem::capio {

capture::Step CaptureInput::next(capture::Record& record) {
    if (!io_error_.what.empty()) return capture::Step::kError;
    while (true) {
        const capture::Step step = reader_.next(record);
        if (step != capture::Step::kMore) return step;
        const std::span<std::uint8_t> room = reader_.room(kPiece);
        const auto got = in_.read({reinterpret_cast<char*>(room.data()), room.size()});
        if (!got) {
            io_error_ = got.error();
            return capture::Step::kError;
        }
        if (*got == 0) reader_.end();
        reader_.filled(*got);
    }
}

}  // namespace tandem::capio
