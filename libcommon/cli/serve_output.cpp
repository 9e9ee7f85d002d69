// Knows: the order of the last lines, and how long they are waited for.
// Must not know: what is served.
// Next: tools' serve.cpp.
#include "cli/serve_output.h"

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
    writer_.write(std::move(line));
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

ExitCode ServeOutput::finish(std::span<const Count> counts, const record::Summary& summary) {
    const auto tell = [this](std::string_view name, std::uint64_t count) {
        if (count != 0) event(name, {}, count);
    };
    for (const auto& [name, count] : counts) tell(name, count);
    tell("records_dropped", writer_.dropped());
    tell("log_lines_dropped", context_.queue == nullptr ? 0 : context_.queue->lost());
    std::string line;
    record::append(line, summary);
    writer_.write(std::move(line));
    const bool at_once = context_.stop.count() > 1;
    if (!writer_.finish(at_once ? kPatienceAtOnce : kPatience) && !writer_.reader_gone()) {
        // The thread hangs in a write that nobody takes; waiting for it would keep the program for ever.
        context_.complain("records could not be written to the end");
        context_.leave(ExitCode::kEnvironment);
    }
    return at_once ? from_signal(context_.stop.signal()) : ExitCode::kOk;
}

}  // namespace tandem::cli
