// Knows: the order of the last lines, and how long they are waited for.
// Must not know: what is served.
// Next: tools' serve.cpp.
#include "cli/serve_output.h"

#include "base/text.h"
#include "cli/queued_output.h"

namespace tandem::cli {

namespace {

constexpr milliseconds kPatience{3000};  // for a reader that is slow
constexpr milliseconds kPatienceAtOnce{200};

}  // namespace

void ServeOutput::event(std::string_view name, std::string_view detail, std::optional<std::uint64_t> count) {
    std::string line;
    record::Record r(line, "event");
    r.stamp(context_.clock.wall());
    auto& json = r.begin();
    json.member("name", name);
    if (!detail.empty()) json.member("detail", detail);
    json.member("count", count);
    r.finish();
    writer_.write(line);
    context_.log.info(name, "detail", detail);
}

void ServeOutput::tell_dropped() {
    if (writer_.dropped() == told_dropped_) return;
    const MonoTime now = context_.clock.mono();
    if (now < tell_again_) return;
    tell_again_ = now + seconds(5);
    context_.log.warning("records dropped: nobody reads them fast enough", "count", writer_.dropped() - told_dropped_);
    told_dropped_ = writer_.dropped();
}

// On the writer's thread, at once: who looks at the log must not find out by the end.
void ServeOutput::tell_trouble(std::string_view what) {
    if (what.empty()) {
        context_.log.warning("records are written again", "lost", writer_.lost());
    } else if (writer_.reader_gone()) {
        context_.log.error("the reader of the records has gone: all further records are lost", "why", what);
    } else {
        context_.log.error("records cannot be written and are lost", "why", what);
    }
}

ExitCode ServeOutput::finish(std::span<const Count> counts, const record::Summary& summary) {
    const auto tell = [this](std::string_view name, std::uint64_t count) {
        if (count != 0) event(name, {}, count);
    };
    for (const auto& [name, count] : counts) tell(name, count);
    const bool at_once = context_.stop.count() > 1;
    const milliseconds patience = at_once ? kPatienceAtOnce : kPatience;
    bool settled = writer_.finish(patience);  // until then it is not known what is lost
    tell("records_dropped", writer_.dropped() + writer_.lost());
    tell("log_lines_dropped", context_.queue == nullptr ? 0 : context_.queue->lost());
    std::string line;
    record::append(line, summary);
    writer_.write(line);
    settled = settled && writer_.finish(patience);
    if (!settled && !writer_.reader_gone()) {
        // The thread hangs in a write that nobody takes; waiting for it would keep the program for ever.
        context_.complain("records could not be written to the end");
        context_.leave(ExitCode::kEnvironment);
    }
    if (const std::uint64_t lost = writer_.lost(); lost != 0)
        context_.complain(cat(lost, " records could not be written and are lost"));
    if (writer_.dropped() != 0)
        context_.complain(cat(writer_.dropped(), " records were dropped: nobody read them fast enough"));
    if (at_once) return from_signal(context_.stop.signal());
    return writer_.lost() != 0 ? ExitCode::kEnvironment : ExitCode::kOk;
}

}  // namespace tandem::cli
