#include "e164-normalize/did.h"

#include "ask/rule_limits.h"
#include "base/text.h"
#include "cli/groups.h"
#include "e164-normalize/numbers.h"
#include "number/parse.h"
#include "policy/parties.h"
#include "policy/reading.h"
#include "record/did.h"
#include "record/envelope.h"

namespace tandem::e164 {
namespace {

/// Whom a call to it reaches is the good answer; nobody's number is the adverse one.
cli::Answer judge_did(const policy::DidAnswer& did) { return did.user != policy::kNoIndex ? cli::Answer::kOk : cli::Answer::kBad; }

class Owners final : public cli::FilterHandler {
public:
    explicit Owners(const Numbers& numbers) : numbers_(numbers) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override { return answer(line, value); }

    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override {
        if (!field.empty()) return answer(field, value);
        for (const std::string_view path : {"number.rfc3966", "number.e164", "call.dialled", "call.to", "number.input"}) {
            auto text = record.text(path);
            if (text && *text && !(*text)->empty()) return answer(**text, value);
        }
        return cli::Answer::kSkip;
    }

private:
    cli::Answer answer(std::string_view written, json::Writer& value) const {
        const topology::Topology& topology = *numbers_.topology();
        const number::Number number = number::normalize(written, numbers_.dial());
        policy::DidAnswer did = policy::look_up_did(topology, number.e164, number.extension);
        if (number.e164.empty() && !number.emergency) {
            did.user = policy::user_by_dialled_extension(topology, number, policy::bare_number(written));
            if (did.user != policy::kNoIndex) did.kind = policy::DidKind::kUser;
        }
        record::write_did(value, written, number.e164, number.extension, did, topology);
        return judge_did(did);
    }

    const Numbers& numbers_;
};

}  // namespace

void Did::declare(cli::Options& options) const {
    cli::declare_input(options, "Numbers, one a line, or JSON lines; stdin when absent or -");
    options.add({.name = "list", .kind = cli::Kind::kFlag, .help = "Print the ranges with what is used, spare and unassigned, and read nothing"});
    options.add({.name = "expand", .metavar = "RANGE", .help = "Print every number of a range with whose it is, and read nothing"});
    cli::declare_filter(options, "did", true);
    options.example("echo '+1 425 555 0114' | e164-normalize did --topology company.json", "whose number it is");
    options.example("e164-normalize did --topology company.json --list", "how many numbers are left in each range");
    options.example("e164-normalize did --topology company.json --expand main | jq -r '.did | select(.result==\"unassigned\")[\"e164\"]'", "the free numbers of a range");
}

Status Did::setup(const cli::Options& options) {
    input_ = options.first_positional();
    list_ = options.flag("list");
    expand_ = options.text("expand");
    filter_ = cli::filter_options(options, "e164-normalize", "did");
    if (list_ && !expand_.empty()) return fail(Errc::kConflict, "--list and --expand exclude each other");
    if ((list_ || !expand_.empty()) && !input_.empty()) return fail(Errc::kConflict, "--list and --expand read no numbers; leave the file out");
    for (const char* option : {"field", "key", "strict", "on-error", "max-line"})
        if ((list_ || !expand_.empty()) && options.source(option) == cli::Source::kCommandLine)
            return fail(Errc::kConflict, cat("--list and --expand read no numbers; leave --", option, " out"));
    if (filter_.fields.empty()) filter_.types = {"number", "call"};
    return cli::check(filter_);
}

cli::ExitCode Did::run(cli::Context& context, const Numbers& numbers) {
    if (list_) return list(context, numbers);
    if (!expand_.empty()) return expand(context, numbers);
    Owners owners(numbers);
    ask::tell_rule_limits(filter_, *numbers.topology(), context);
    return cli::run_filter(context, input_, filter_, owners);
}

cli::ExitCode Did::list(cli::Context& context, const Numbers& numbers) const {
    const topology::Topology& topology = *numbers.topology();
    std::string out;
    for (policy::Index i = 0; i < topology.did_ranges.size(); ++i) {
        record::Record record(out, "did_range");
        record.json().key("did_range");
        record::write_did_range(record.json(), i, topology);
        record.finish();
    }
    if (filter_.summary) record::append(out, record::Summary{filter_.tool, topology.did_ranges.size(), topology.did_ranges.size(), 0, 0});
    return context.print(out).value_or(cli::ExitCode::kOk);
}

cli::ExitCode Did::expand(cli::Context& context, const Numbers& numbers) const {
    const topology::Topology& topology = *numbers.topology();
    policy::Index index = policy::kNoIndex;
    std::vector<std::string_view> names;
    for (policy::Index i = 0; i < topology.did_ranges.size(); ++i) {
        names.emplace_back(topology.did_ranges[i].name);
        if (names.back() == expand_) index = i;
    }
    if (index == policy::kNoIndex) {
        context.complain(policy::unknown_name("--expand", expand_, names));
        return cli::ExitCode::kUsage;
    }
    const topology::DidRange& range = topology.did_ranges[index];
    record::Summary summary{filter_.tool, 0, 0, 0, 0};
    std::string out;
    std::uint64_t number = to_number<std::uint64_t>(std::string_view(range.first).substr(1)).value_or(0);
    const std::uint64_t last = to_number<std::uint64_t>(std::string_view(range.last).substr(1)).value_or(0);
    for (; number <= last && !context.stop.requested(); ++number) {
        const std::string e164 = cat('+', number);
        const policy::DidAnswer did = policy::look_up_did(topology, e164, {});
        record::Record record(out, "did");
        record.json().key("did");
        record::write_did(record.json(), e164, e164, {}, did, topology);
        record.finish();
        ++summary.in;
        ++(judge_did(did) == cli::Answer::kOk ? summary.ok : summary.bad);
        if (out.size() < 65536) continue;
        if (const auto end = context.print(out)) return *end;
        out.clear();
    }
    if (filter_.summary) record::append(out, summary);
    if (const auto end = context.print(out)) return *end;
    return context.stop.requested() ? cli::from_signal(context.stop.signal()) : cli::ExitCode::kOk;
}

}  // namespace tandem::e164
