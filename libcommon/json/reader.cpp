// Knows: how a stream is cut into lines with bounded memory.
// Must not know: what stands in a line.
// Next: line.h.
#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "json/line.h"
#include "json/runs.h"

namespace tandem::json {

namespace {
constexpr std::size_t kReadChunk = 65536;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

LineReader::LineReader(InputStream& in, std::size_t max_line) : in_(in), max_line_(std::max<std::size_t>(max_line, 1)) {
    grow(std::min(max_line_ + 2, kReadChunk));
}

// Not filled: of a short input only the pages that it needs are touched.
void LineReader::grow(std::size_t size) {
    auto larger = std::make_unique_for_overwrite<char[]>(size + kRunPadding);
    if (end_ > 0) std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
    size_ = size;
}

// Bytes of a line that are kept: one more than the limit, so that "\r" before its end is seen, and a byte order mark is no part of it.
std::size_t LineReader::most() const {
    const bool marked = number_ == 0 && std::string_view(buffer_.get() + begin_, end_ - begin_).starts_with(kByteOrderMark);
    return max_line_ + 2 + (marked ? kByteOrderMark.size() : 0);
}

// Goes on where the last search ended; a line end that was found stays found until it is given out.
bool LineReader::find_end() {
    if (scanned_ == end_ || found_) return found_;
    const char* const data = buffer_.get();
    const char* const at = line_run(data + scanned_, data + end_, suspect_);
    scanned_ = static_cast<std::size_t>(at - data);
    return found_ = scanned_ < end_;
}

bool LineReader::idle() { return !ended_ && !find_end(); }

Result<std::size_t> LineReader::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (end_ == size_) grow(std::min(size_ * 2, most()));
    auto n = in_.read({buffer_.get() + end_, size_ - end_});
    if (n) end_ += *n;
    return n;
}

Line LineReader::finish(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    // RFC 8259 §8.1: whoever reads may ignore a byte order mark. It is no part of the first line's text.
    if (number_ == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    Line line;
    line.number = ++number_;
    if (skipping_ || text.size() > max_line_) {
        skipping_ = false;
        suspect_ = false;
        line.fault = LineFault::kTooLong;
        line.offset = max_line_;
        return line;
    }
    line.text = text;
    if (!std::exchange(suspect_, false)) return line;
    if (auto nul = text.find('\0'); nul != std::string_view::npos) {
        line.fault = LineFault::kNul;
        line.offset = nul;
    } else if (auto valid = utf8_prefix(text); valid != text.size()) {
        line.fault = LineFault::kNotUtf8;
        line.offset = valid;
    }
    return line;
}

Result<std::optional<Line>> LineReader::next() {
    for (;;) {
        if (find_end()) {
            const std::string_view text(buffer_.get() + begin_, scanned_ - begin_);
            begin_ = ++scanned_;
            found_ = false;
            return finish(text);
        }
        if (end_ - begin_ >= most()) skipping_ = true;
        if (skipping_) begin_ = end_;  // forget the bytes, remember the line
        if (ended_) {
            if (begin_ == end_ && !skipping_) return std::optional<Line>();
            const std::string_view text(buffer_.get() + begin_, end_ - begin_);
            begin_ = scanned_ = end_;
            if (number_ == 0 && text == kByteOrderMark) return std::optional<Line>();
            Line last = finish(text);
            last.complete = false;
            return last;
        }
        auto n = fill();
        if (!n) return fail(std::move(n.error()));
        if (*n == 0) ended_ = true;
    }
}

}  // namespace tandem::json
