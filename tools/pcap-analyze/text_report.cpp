// Knows: the columns of the overview.
// Must not know: how calls and streams were found.
// Next: tool.cpp.
#include "pcap-analyze/text_report.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "call/kept_text.h"
#include "call/ladder.h"
#include "pcap-analyze/json_report.h"
#include "quality/grade.h"

namespace tandem::analyze {

namespace {

/// Captured text for a terminal: anything but printable ASCII becomes '?'.
std::string plain(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c < ' ' || c > '~') c = '?';
    return out;
}

/// A value with that many digits after the full stop; "-" when there is none.
std::string fixed(std::optional<double> value, int digits) {
    if (!value) return "-";
    std::int64_t scale = 1;
    for (int i = 0; i < digits; ++i) scale *= 10;
    const auto scaled = static_cast<std::int64_t>(std::llround(*value * static_cast<double>(scale)));
    std::string fraction = cat(scaled % scale + scale);
    fraction.front() = '.';
    return digits == 0 ? cat(scaled) : cat(scaled / scale, fraction);
}

std::string in_seconds(std::optional<double> ms) { return ms ? fixed(*ms / 1000, 2) + " s" : "-"; }
std::string in_ms(std::optional<double> ms) { return ms ? fixed(ms, 0) + " ms" : "-"; }

std::string findings(const std::vector<record::Diagnosis>& diagnosis) {
    std::string out;
    for (const record::Diagnosis& d : diagnosis) append(out, out.empty() ? "" : " ", d.code);
    return out;
}

}  // namespace

void Table::sort() {
    const auto number = [](const std::vector<std::string>& row) {
        return to_number<std::uint64_t>(row.front()).value_or(~std::uint64_t{0});
    };
    std::stable_sort(rows_.begin() + 1, rows_.end(),
                     [&](const auto& a, const auto& b) { return number(a) < number(b); });
}

std::string Table::str() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - row[i].size(), ' ');
            const bool right = std::find(right_.begin(), right_.end(), i) != right_.end();
            append(line, i == 0 ? "" : "  ", right ? blanks : "", row[i], right ? "" : blanks);
        }
        line.resize(line.find_last_not_of(' ') + 1);
        append(out, line, '\n');
    }
    return out;
}

TextReport::TextReport(std::string_view only)
    : only_(call::kept_text(only)),
      calls_({"call", "from", "to", "outcome", "status", "pdd", "answer", "duration", "ended by", "noticed"}, {4, 5, 6, 7}),
      streams_({"call", "source", "destination", "codec", "packets", "lost", "dup", "late", "jitter max", "jitter mean",
                "MOS", "planning", "class", "match"},
               {4, 5, 6, 7, 8, 9, 10}) {}

void TextReport::call(const call::Call& c, const std::vector<const call::Stream*>& streams, WallTime now) {
    const record::Call r = call_record(c, streams, now, digits_);
    if (!only_.empty() && c.call_id() != only_) return;
    found_ = true;
    if (calls_.rows() >= kMaxRows) {
        ++calls_left_out_;
        streams_left_out_ += streams.size();
        ++ladders_left_out_;
        return;
    }
    calls_.row({cat(c.number()), plain(r.from.value_or("-")), plain(r.to.value_or("-")),
                cat(to_string(*r.outcome), r.timeout ? " (timeout)" : ""), r.status ? cat(*r.status) : "-",
                in_ms(r.pdd_ms), in_ms(r.answer_ms), in_seconds(r.duration_ms), r.ended_by.value_or("-"),
                findings(*r.diagnosis)});
    for (const call::Stream* s : streams) add_stream(*s, &c);
    if (only_.empty() && ladder_count_ == kMaxLadders) {
        ++ladders_left_out_;
        return;
    }
    ++ladder_count_;
    append(ladders_, "\nCall ", c.number(), "  ", plain(c.call_id()), '\n', call::draw_ladder(c.ladder()));
    if (c.ladder_dropped() > 0) append(ladders_, "and ", c.ladder_dropped(), " more messages\n");
}

void TextReport::add_stream(const call::Stream& s, const call::Call* c) {
    const auto& sequence = s.monitor.stats().sequence();
    const auto& jitter = s.monitor.stats().jitter();
    if (streams_.rows() >= kMaxRows) {
        ++streams_left_out_;
        return;
    }
    const call::PayloadType* type = s.media();
    const std::string codec = type == nullptr ? "" : type->name;
    const quality::Scores scores = quality::score(s.monitor, codec);
    const quality::Grade grade = quality::grade(s.monitor, scores);
    const bool timed = jitter.samples() > 0;
    std::string shown = codec.empty() ? std::string("?") : plain(codec);
    if (codec.empty() && type != nullptr) shown = cat("pt ", type->number);
    streams_.row({c == nullptr ? "-" : cat(c->number()), s.key.source.str(), s.key.destination.str(), shown,
                  cat(sequence.received()), cat(sequence.lost()), cat(sequence.duplicates()), cat(s.monitor.late()),
                  timed ? fixed(jitter.max_ms(), 2) + " ms" : "-", timed ? fixed(jitter.mean_ms(), 2) + " ms" : "-",
                  cat(fixed(scores.mos_lq, 2), scores.estimated ? "~" : ""), std::string(to_string(grade.planning)),
                  std::string(to_string(grade.classification)), std::string(to_string(s.match))});
}

void TextReport::stream(const call::Stream& s, const call::Call* c) {
    if (only_.empty()) add_stream(s, c);
}

void TextReport::end(const Counts& counts) {
    calls_.sort();
    streams_.sort();
    if (!only_.empty()) {
        if (!found_) return;
        append(out_, calls_.str(), ladders_);
        if (!streams_.empty()) append(out_, '\n', streams_.str());
        return;
    }
    if (!calls_.empty()) append(out_, calls_.str());
    if (!streams_.empty()) append(out_, calls_.empty() ? "" : "\n", streams_.str());
    if (calls_left_out_ + streams_left_out_ > 0)
        append(out_, "\n", calls_left_out_, " more calls and ", streams_left_out_,
               " more streams are not listed; --format json prints all of them.\n");
    append(out_, ladders_);
    if (ladders_left_out_ > 0)
        append(out_, "\nLadders of ", ladders_left_out_, " more calls are not drawn; ask for one with --ladder CALL-ID.\n");
    append(out_, calls_.empty() && streams_.empty() ? "" : "\n", counts.frames, " frames: ", counts.tracker.sip, " SIP, ",
           counts.tracker.rtp, " RTP, ", counts.tracker.rtcp, " RTCP; ", counts.malformed(), " unreadable, ",
           counts.frames - counts.analysed() - counts.malformed(), " not analysed (",
           counts.of(capture::FrameKind::kTcp), " TCP, ", counts.of(capture::FrameKind::kFragment), " IP fragments)\n");
}

}  // namespace tandem::analyze
