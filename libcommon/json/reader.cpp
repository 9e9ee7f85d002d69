// Knows: how a stream is cut into lines with bounded memory.
// Must not know: what stands in a line.
// Next: line.h.
#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "json/line.h"

namespace tandem::json {

namespace {
constexpr std::size_t kReadChunk = 65536;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

// One byte more than the limit is kept, so that "\r" before the end of a longest line is seen.
LineReader::LineReader(InputStream& in, std::size_t max_line) : in_(in), max_line_(std::max<std::size_t>(max_line, 1)) {
    buffer_.resize(std::min(max_line_ + 2, kReadChunk));
}

bool LineReader::idle() const {
    return !ended_ && std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_) == nullptr;
}

Result<std::size_t> LineReader::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(std::min(buffer_.size() * 2, max_line_ + 2));
    auto n = in_.read({buffer_.data() + end_, buffer_.size() - end_});
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
        line.fault = LineFault::kTooLong;
        line.offset = max_line_;
        return line;
    }
    line.text = text;
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
        const char* from = buffer_.data() + scanned_;
        const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - scanned_));
        if (newline != nullptr) {
            std::string_view text(buffer_.data() + begin_, static_cast<std::size_t>(newline - buffer_.data()) - begin_);
            begin_ = scanned_ = begin_ + text.size() + 1;
            return finish(text);
        }
        scanned_ = end_;
        if (end_ - begin_ > max_line_ + 1) skipping_ = true;
        if (skipping_) begin_ = end_;  // forget the bytes, remember the line
        if (ended_) {
            if (begin_ == end_ && !skipping_) return std::optional<Line>();
            std::string_view text(buffer_.data() + begin_, end_ - begin_);
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
