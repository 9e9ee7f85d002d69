#include "e164-normalize/translate.h"

#include "ask/rule_limits.h"
#include "base/text.h"
#include "cli/groups.h"
#include "e164-normalize/normalize.h"
#include "e164-normalize/numbers.h"
#include "number/parse.h"
#include "policy/parties.h"

namespace tandem::e164 {
namespace {

/// What a trunk's rules are given: E.164 where there is one, else what was dialled.
std::string for_rules(const number::Number& number, std::string_view written) {
    if (!number.e164.empty()) return number.e164.str();
    return !number.dialled.empty() ? number.dialled.str() : std::string(trim(written));
}

class Translator final : public cli::FilterHandler {
public:
    Translator(const Numbers& numbers, std::vector<policy::Index> trunks, std::string calling)
        : numbers_(numbers), trunks_(std::move(trunks)), calling_(std::move(calling)) {}

    cli::Answer plain(std::string_view line, json::Writer& value) override { return answer(line, calling_, value); }

    cli::Answer record(const json::Object& record, std::string_view field, json::Writer& value) override {
        std::string called(field);
        for (const std::string_view path : {"number.e164", "call.dialled", "call.to", "number.input"})
            if (called.empty()) called = text_at(record, path);
        if (called.empty()) return cli::Answer::kSkip;
        std::string calling = calling_;
        for (const std::string_view path : {"call.calling", "call.from"})
            if (calling.empty()) calling = text_at(record, path);
        return answer(called, calling, value);
    }

private:
    static std::string text_at(const json::Object& record, std::string_view path) {
        auto text = record.text(path);
        return text && *text ? std::move(**text) : std::string();
    }

    cli::Answer answer(std::string_view written, std::string_view calling, json::Writer& value) const {
        const number::Number number = number::normalize(written, numbers_.dial());
        std::string called = for_rules(number, written);
        // A mask stands for the number that is sent; what the topology does not name goes out as it was dialled.
        if (number.emergency)
            if (std::string help = policy::emergency_string(*numbers_.topology(), called); !help.empty()) called = std::move(help);
        const std::string shown = calling.empty() ? std::string() : for_rules(number::normalize(calling, numbers_.dial()), calling);
        record::Translation out;
        out.input = written;
        out.e164 = number.e164;
        out.emergency = number.emergency;
        out.calling = shown;
        for (const policy::Index index : trunks_) {
            const topology::Trunk& trunk = numbers_.topology()->trunks[index];
            record::TrunkTranslation& one = out.trunks.emplace_back();
            one.trunk = trunk.name;
            // No rule of a trunk is for a call for help.
            one.called = number.emergency ? policy::Translated{called, {}, policy::kNoIndex, false} : policy::translate(trunk, trunk.called, called);
            if (!shown.empty()) one.calling = policy::translate(trunk, trunk.calling, shown);
        }
        record::write(value, out);
        return judge(number);
    }

    const Numbers& numbers_;
    std::vector<policy::Index> trunks_;
    std::string calling_;
};

}  // namespace

void Translate::declare(cli::Options& options) const {
    cli::declare_input(options, "Called numbers, one a line, or JSON lines; stdin when absent or -");
    options.add({.name = "trunk", .metavar = "NAME", .help = "Only this trunk", .repeatable = true});
    options.add({.name = "calling", .metavar = "NUMBER", .help = "Number of the caller; otherwise call.calling or call.from of a record"});
    cli::declare_filter(options, "translation", true);
    options.example("echo +12065550123 | e164-normalize translate --topology company.json --trunk gateway --calling +14255550111",
                    "what a gateway is sent");
}

Status Translate::setup(const cli::Options& options) {
    input_ = options.first_positional();
    trunks_ = options.texts("trunk");
    calling_ = options.text("calling");
    filter_ = cli::filter_options(options, "e164-normalize", "translation");
    if (filter_.fields.empty()) filter_.types = {"number", "call"};
    return cli::check(filter_);
}

cli::ExitCode Translate::run(cli::Context& context, const Numbers& numbers) {
    const topology::Topology& topology = *numbers.topology();
    std::vector<policy::Index> trunks;
    for (const std::string& trunk : trunks_) {
        trunks.push_back(topology.find_trunk(trunk));
        if (trunks.back() != policy::kNoIndex) continue;
        context.complain(policy::unknown_name("--trunk", trunk, policy::trunk_names(topology)));
        return cli::ExitCode::kUsage;
    }
    if (trunks_.empty())
        for (policy::Index i = 0; i < topology.trunks.size(); ++i) trunks.push_back(i);
    Translator translator(numbers, std::move(trunks), calling_);
    ask::tell_rule_limits(filter_, topology, context);
    return cli::run_filter(context, input_, filter_, translator);
}

}  // namespace tandem::e164
