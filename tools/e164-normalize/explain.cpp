#include "e164-normalize/explain.h"

#include "ask/rule_limits.h"
#include "base/text.h"
#include "cli/groups.h"
#include "e164-normalize/normalize.h"
#include "e164-normalize/numbers.h"
#include "json/line.h"
#include "policy/explain.h"
#include "record/explanation.h"

namespace tandem::e164 {
namespace {

/// Adverse: the call is refused, or, when nobody calls, the number cannot be dialled.
cli::Answer judge_explanation(const policy::Explanation& it) {
    if (it.decision) return it.decision->reject() ? cli::Answer::kBad : cli::Answer::kOk;
    return judge(it.number);
}

class Explainer final : public cli::FilterHandler {
public:
    Explainer(const Numbers& numbers, const Clock& clock, const ask::Caller& caller) : numbers_(numbers), clock_(clock), caller_(caller) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override { return answer(ask::facts_of(line, caller_), value); }
    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override {
        const policy::CallFacts facts = ask::facts_of(record, field, *numbers_.topology(), caller_);
        return facts.called.empty() ? cli::Answer::kSkip : answer(facts, value);
    }

private:
    cli::Answer answer(const policy::CallFacts& facts, json::Writer& value) const {
        const policy::Explanation it = policy::explain(facts, *numbers_.topology(), numbers_.dial(), clock_.wall());
        record::write(value, it, *numbers_.topology());
        return judge_explanation(it);
    }

    const Numbers& numbers_;
    const Clock& clock_;
    ask::Caller caller_;
};

}  // namespace

void Explain::declare(cli::Options& options) const {
    cli::declare_input(options, "Dialled numbers, one a line, or JSON lines; stdin when absent or -");
    ask::declare_caller(options);
    options.add({.name = "format",
                 .kind = cli::Kind::kChoice,
                 .help = "Form of the answers: records, or a trace for people (of plain lines only)",
                 .default_value = "json",
                 .choices = {"json", "text"}});
    cli::declare_filter(options, "explanation", true);
    options.example("echo 5550123 | e164-normalize explain --topology company.json --user alice --format text", "how a dialled number is read and routed");
}

Status Explain::setup(const cli::Options& options) {
    input_ = options.first_positional();
    text_ = options.text("format") == "text";
    auto caller = ask::caller_settings(options, false);
    if (!caller) return fail(std::move(caller.error()));
    caller_ = std::move(*caller);
    const bool known_caller = !caller_.user.empty() || !caller_.trunk.empty();
    for (const char* option : {"region", "dial-plan", "numbering"}) {
        // Of a caller who is not in the topology --dial-plan tells the dial plan.
        const bool unmeant = known_caller || (caller_.anyone && std::string_view(option) != "dial-plan");
        if (unmeant && options.given(option))
            return fail(Errc::kConflict, cat("--", option, " and a caller exclude each other: the caller's dial plan counts"));
    }
    filter_ = cli::filter_options(options, "e164-normalize", "explanation");
    if (text_ && !filter_.fields.empty()) return fail(Errc::kConflict, "--field asks about JSON records; leave --format text out");
    if (filter_.fields.empty()) filter_.types = {"number", "call"};
    return cli::check(filter_);
}

cli::ExitCode Explain::run(cli::Context& context, const Numbers& numbers) {
    ask::Caller caller;
    if (!ask::find_caller(caller_, *numbers.topology(), context, caller)) return cli::ExitCode::kUsage;
    if (text_) return run_text(context, numbers, caller);
    Explainer explainer(numbers, context.clock, caller);
    ask::tell_rule_limits(filter_, *numbers.topology(), context);
    return cli::run_filter(context, input_, filter_, explainer);
}

cli::ExitCode Explain::run_text(cli::Context& context, const Numbers& numbers, const ask::Caller& caller) const {
    auto input = context.open_input(input_);
    if (!input) {
        context.complain(input.error().what);
        return cli::ExitCode::kInput;
    }
    json::LineReader reader(*input->stream, filter_.max_line);
    bool adverse = false, unreadable = false, first = true;
    while (!context.stop.requested()) {
        auto next = reader.next();
        if (!next) {
            context.complain(next.error().what);
            return cli::ExitCode::kInput;
        }
        if (!*next) break;
        const json::Line& line = **next;
        std::string out;
        if (line.fault != json::LineFault::kNone || trim(line.text).starts_with('{')) {
            unreadable = true;
            context.complain(cat("line ", line.number, line.fault != json::LineFault::kNone ? " cannot be read" : " is a record, no number; leave --format text out"));
            continue;
        }
        const policy::CallFacts facts = ask::facts_of(line.text, caller);
        const policy::Explanation it = policy::explain(facts, *numbers.topology(), numbers.dial(), context.clock.wall());
        adverse = adverse || judge_explanation(it) == cli::Answer::kBad;
        out = cat(first ? "" : "\n", record::explanation_text(it, *numbers.topology()));
        first = false;
        if (const auto end = context.print(out)) return *end;
    }
    if (context.stop.requested()) return cli::from_signal(context.stop.signal());
    if (unreadable) return cli::ExitCode::kInput;
    return filter_.strict && adverse ? cli::ExitCode::kFinding : cli::ExitCode::kOk;
}

}  // namespace tandem::e164
