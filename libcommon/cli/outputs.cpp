// Knows: what is taken out of a line on its way to a person, and out of a stream of records.
// Must not know: any tool.
// Next: base/text.h for append_shown().
#include "cli/outputs.h"

#include "base/text.h"
#include "record/envelope.h"

namespace tandem::cli {

namespace {

/// The first line of text, with its end when it has one.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(line.size());
    return line;
}

}  // namespace

Status PeopleOutput::write(std::string_view bytes) {
    std::string safe;
    while (!bytes.empty()) {
        std::string_view line = take_line(bytes);
        const bool ended = line.ends_with('\n');
        if (ended) line.remove_suffix(1);
        const bool cut_off = line.size() > kLongestLine;
        // A tab moves the cursor only.
        for (std::string_view rest = line.substr(0, kLongestLine); !rest.empty();) {
            const std::size_t tab = rest.find('\t');
            append_shown(safe, rest.substr(0, tab));
            if (tab == std::string_view::npos) break;
            safe += '\t';
            rest.remove_prefix(tab + 1);
        }
        if (cut_off) append(safe, "… (", line.size(), " bytes)");
        if (ended) safe += '\n';
    }
    std::lock_guard lock(mutex_);
    if (Status written = to_.write(safe); !written) return written;
    return to_.flush();
}

Status RecordLimit::write(std::string_view bytes) {
    if (bytes.size() <= limit_) return to_.write(bytes);
    // To the end also when one fails: only what the stream was given does it count as lost.
    Status first;
    while (!bytes.empty()) {
        const std::string_view line = take_line(bytes);
        Status written;
        if (line.size() > limit_ + 1 && line.starts_with('{')) {
            ++left_out_;
            std::string error;
            append(error, record::InputError{
                              tool_,
                              std::nullopt,
                              {Errc::kRange,
                               cat("a record of ", line.size() - 1, " bytes is left out: more than ", limit_),
                               0,
                               {}}});
            written = to_.write(error);
        } else {
            written = to_.write(line);
        }
        if (!written && first) first = std::move(written);
    }
    return first;
}

}  // namespace tandem::cli
