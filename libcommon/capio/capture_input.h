// Knows: how to read a capture from a byte stream (file, pipe, stdin) piece by piece.
// Must not know: what is in a frame, options.
// Next: capture/reader.h, which cuts the pieces into records.
#pragma once

#include "base/stream.h"
#include "capture/reader.h"

namespace tandem::capio {

/// The records of one capture. Memory: one piece and one frame.
class CaptureInput {
public:
    static constexpr std::size_t kPiece = 256 * 1024;

    explicit CaptureInput(InputStream& in) : in_(in) {}

    /// kRecord, kEnd or kError; never kMore. A read error of the system is an error too (kIo).
    capture::Step next(capture::Record& record);
    [[nodiscard]] const Error& error() const { return io_error_.what.empty() ? reader_.error() : io_error_; }
    [[nodiscard]] const capture::Reader& reader() const { return reader_; }

private:
    InputStream& in_;
    capture::Reader reader_;
    Error io_error_;
};

}  // namespace tandem::capio
