// Knows: the options of pcap-analyze, and the loop from frame to report.
// Must not know: capture formats, SIP, RTP.
// Next: capio/capture_input.h, call/tracker.h.
#include "pcap-analyze/tool.h"

#include <memory>

#include "base/text.h"
#include "capio/capture_input.h"
#include "pcap-analyze/json_report.h"
#include "pcap-analyze/text_report.h"

namespace tandem::analyze {

namespace {

constexpr std::size_t kPrintAt = 64 * 1024;  // bytes of a report

}  // namespace

void Analyze::declare(cli::Options& options) const {
    options.positional({.name = "FILE",
                        .help = "Captures (pcap or pcapng), read one after the other as parts of one; stdin when absent or -",
                        .repeatable = true});
    options.add({.name = "format", .kind = cli::Kind::kChoice, .help = "Print JSON lines, or tables and ladders for people",
                 .default_value = "json", .choices = {"json", "text"}});
    options.add({.name = "ladder", .metavar = "CALL-ID", .help = "Print only the ladder and the streams of one call"});
    options.add({.name = "max-calls", .kind = cli::Kind::kInteger, .metavar = "N",
                 .help = "Hold so many open calls; beyond it one that is over, else the one that is due first, is printed as it "
                         "stands",
                 .default_value = "50000", .unit = "calls", .min = 1, .max = 10'000'000});
    options.add({.name = "max-memory", .kind = cli::Kind::kSize, .metavar = "SIZE",
                 .help = "Hold so much of open calls and streams, whatever their messages carry; beyond it as with --max-calls",
                 .default_value = "192MiB", .min = 1 << 20, .max = std::int64_t{1} << 40});
    options.add({.name = "stream-idle", .kind = cli::Kind::kDuration, .metavar = "TIME",
                 .help = "End a stream without a call after so long without a packet", .default_value = "60s",
                 .min = 1'000'000'000, .max = 86'400'000'000'000});
    options.add({.name = "jitter", .kind = cli::Kind::kChoice,
                 .help = "Which packets the jitter looks at: media only; all, as RFC 3550 A.8 stands; media, with a reference "
                         "that events move as well; or as Wireshark finds its maximum",
                 .default_value = "media", .choices = {"media", "all", "moving", "wireshark"}});
    options.add({.name = "no-summary", .kind = cli::Kind::kFlag, .help = "Leave out the summary at the end"});
    options.example("pcap-analyze trace.pcap", "calls and streams as JSON lines");
    options.example("pcap-analyze --format text trace.pcapng", "tables and ladders");
    options.example("tcpdump -w - port 5060 or portrange 10000-20000 | pcap-analyze", "what goes on until tcpdump is stopped");
    options.exit_note(1, "done; --ladder named a call that is not in the capture");
    options.exit_note(3, "a file could not be opened, is no capture, holds no frame, ends within a packet, or holds frames that may hide calls (cut, "
                         "in pieces, tunnelled, SIP over TCP, an unknown link type); what could be read was analysed");
}

Status Analyze::setup(const cli::Options& options) {
    files_ = options.positionals();
    if (files_.empty()) files_.emplace_back("-");
    ladder_ = options.text("ladder");
    text_ = options.text("format") == "text" || !ladder_.empty();
    if (!ladder_.empty() && options.given("format") && options.text("format") == "json")
        return fail(Errc::kConflict, "--ladder draws text; leave --format json out");
    with_summary_ = !options.flag("no-summary");
    tracker_options_.max_calls = static_cast<std::size_t>(options.integer("max-calls"));
    tracker_options_.max_streams = 2 * tracker_options_.max_calls;
    // Flows of which it is not clear yet whether they are RTP have an eighth.
    constexpr std::size_t kPerCandidate = 1024;
    const auto memory = static_cast<std::size_t>(options.integer("max-memory"));
    tracker_options_.max_candidates = memory / 8 / kPerCandidate;
    tracker_options_.max_bytes = memory - memory / 8;
    tracker_options_.stream_idle = std::chrono::duration_cast<seconds>(options.duration("stream-idle"));
    tracker_options_.keep_ladder = text_;
    const std::string& jitter = options.text("jitter");
    tracker_options_.jitter = jitter == "all"         ? quality::JitterUse::kAll
                              : jitter == "moving"    ? quality::JitterUse::kMoving
                              : jitter == "wireshark" ? quality::JitterUse::kWireshark
                                                      : quality::JitterUse::kMedia;
    return {};
}

cli::ExitCode Analyze::run(cli::Context& context) {
    std::unique_ptr<Report> report;
    TextReport* text = nullptr;
    if (text_) {
        auto owned = std::make_unique<TextReport>(ladder_);
        text = owned.get();
        report = std::move(owned);
    } else {
        report = std::make_unique<JsonReport>(with_summary_);
    }
    call::Tracker tracker(tracker_options_, *report);
    bool whole = true;
    for (const std::string& file : files_) {
        if (!read(context, file, tracker, *report)) whole = false;
        if (context.out.reader_gone()) return cli::ExitCode::kOk;
        if (unwritable_) return cli::ExitCode::kEnvironment;
        if (context.stop.requested()) break;
    }
    // Everything that is open at the end may be much: it is not collected before it is printed.
    fragments_.finish();
    counts_.reassembled = fragments_.completed();
    counts_.fragments_lost = fragments_.lost();
    tracker.finish([&] { return report->pending() < kPrintAt || print(context, *report); });
    counts_.tracker = tracker.counts();
    report->end(counts_);
    if (!print(context, *report)) return context.out.reader_gone() ? cli::ExitCode::kOk : cli::ExitCode::kEnvironment;
    say_limits(context);
    if (!say_left_out(context)) whole = false;
    if (context.stop.requested()) return cli::from_signal(context.stop.signal());
    if (!whole) return cli::ExitCode::kInput;
    if (text != nullptr && !text->found()) {
        context.complain(cat("no call has the Call-ID \"", ladder_, "\""));
        return cli::ExitCode::kFinding;
    }
    return cli::ExitCode::kOk;
}

bool Analyze::read(cli::Context& context, const std::string& file, call::Tracker& tracker, Report& report) {
    constexpr std::uint64_t kLookEvery = 1024;  // frames between two looks at the stop flag
    auto input = context.open_input(file);
    if (!input) {
        context.complain(input.error().what);
        return false;
    }
    ++counts_.files;
    capio::CaptureInput capture(*input->stream);
    capture::Record record;
    while (true) {
        const capture::Step step = capture.next(record);
        if (step == capture::Step::kRecord) {
            report.digits(record.nanoseconds ? StampDigits::kNano : StampDigits::kMicro);
            frame(record, tracker);
            if (report.pending() >= kPrintAt && !print(context, report)) return false;
            if (counts_.frames % kLookEvery == 0 && context.stop.requested()) return true;
            continue;
        }
        // A signal ends the stream in the middle of a frame as well; that is no fault of the file.
        if (context.stop.requested()) return true;
        if (step == capture::Step::kEnd) {
            if (capture.reader().records() != 0) return true;
            context.complain(cat(file == "-" ? "stdin" : file, ": the capture holds no frame"));
            return false;
        }
        const Error& error = capture.error();
        context.complain(cat(file == "-" ? "stdin" : file, ": ", error.what, " (byte ", error.offset, "); ",
                             capture.reader().records(), " frames were read"));
        return false;
    }
}

void Analyze::frame(const capture::Record& record, call::Tracker& tracker) {
    ++counts_.frames;
    counts_.bytes += record.data.size();
    capture::Datagram datagram;
    const capture::FrameKind kind = capture::decode(record.link, record.data, datagram);
    ++counts_.kinds[static_cast<std::size_t>(kind)];
    switch (kind) {
        case capture::FrameKind::kUdp: break;
        case capture::FrameKind::kFragment: {
            capture::Datagram whole;
            if (!fragments_.add(datagram, record.time, whole)) return;
            datagram = whole;
            break;
        }
        case capture::FrameKind::kTcp:
            for (const std::uint16_t port : {datagram.source.port, datagram.destination.port})
                if (port == 5060 || port == 5061) {
                    ++counts_.sip_tcp;
                    break;
                }
            return;
        case capture::FrameKind::kUnknownLink: unknown_link_ = static_cast<std::uint16_t>(record.link); return;
        case capture::FrameKind::kMalformed:
            if (record.original_size > record.data.size()) ++counts_.cut;
            return;
        default: return;
    }
    if (datagram.cut) ++counts_.cut;
    tracker.datagram({datagram.source, datagram.destination, datagram.payload, record.time, datagram.dscp});
}

bool Analyze::say_left_out(cli::Context& context) const {
    using capture::FrameKind;
    bool all = true;
    const auto say = [&](std::uint64_t count, std::string_view what) {
        if (count == 0) return;
        all = false;
        context.complain(cat(count, " ", what));
    };
    say(counts_.of(FrameKind::kUnknownLink),
        cat("frames are of a link type that is not decoded (", unknown_link_,
            "; see tcpdump.org/linktypes.html); capture on another interface or as Ethernet"));
    say(counts_.of(FrameKind::kTunnel), "frames hold IP in IP, GRE, MPLS or PPPoE, which is not taken off; capture behind its end");
    say(counts_.fragments_lost,
        "IP fragments lack the other pieces of their datagram; a capture filter with ports keeps first pieces only: add \"or ip[6:2] "
        "& 0x1fff != 0\"");
    say(counts_.sip_tcp, "TCP segments from or to port 5060 or 5061 are not followed: calls over TCP and TLS are not seen");
    if (counts_.cut > 0)
        say(counts_.malformed() + counts_.tracker.sdp_bad,
            cat("frames or messages could not be read in a capture that holds only the beginning of ", counts_.cut,
                "; capture whole packets (tcpdump -s 0)"));
    if (counts_.frames > 0 && counts_.of(FrameKind::kNotIp) + counts_.of(FrameKind::kMalformed) == counts_.frames && counts_.cut == 0)
        say(counts_.frames, "frames and none of them holds IP; is the link type of the capture right?");
    return all;
}

void Analyze::say_limits(cli::Context& context) const {
    const call::TrackerCounts& t = counts_.tracker;
    if (t.calls_evicted + t.streams_evicted > 0)
        context.complain(cat(t.calls_evicted, " calls and ", t.streams_evicted,
                             " streams were printed before their end to stay within --max-calls and --max-memory"));
    if (t.candidates_evicted > 0)
        context.complain(cat(t.candidates_evicted, " flows gave way before it was clear whether they are RTP (--max-memory)"));
}

bool Analyze::print(cli::Context& context, Report& report) {
    Status done = context.out.write(report.take());
    if (done) done = context.out.flush();
    if (done || context.out.reader_gone()) return done.has_value() && !context.out.reader_gone();
    if (!unwritable_) context.complain(done.error().what);
    unwritable_ = true;
    return false;
}

}  // namespace tandem::analyze
